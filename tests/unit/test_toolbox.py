"""What a model is offered and what it may send back: schemas that hold, ids that are refused, people by name."""

from collections.abc import Iterator
from typing import Any, Final, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.colleagues import PEOPLE
from agents.models.model import ToolCall
from agents.toolbox import UNSEEN, ConsultRole, ToolKind, parsed, tools_of
from domain.commands import COMMANDS, ReassignOrder
from domain.errors import DeskError, InvalidInputError
from domain.policy import Action
from domain.queries import QUERIES
from tests.unit.builders import POLICY

ROLES: Final = list(POLICY.roles.roles)
ALL: Final = {tool.name: tool for role in ROLES for tool in tools_of(role, POLICY)}
ROP: Final = {tool.name: tool for tool in tools_of("ai-rop", POLICY)}
TYPES: Final = {"object", "array", "string", "integer", "number", "boolean", "null"}

JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=20)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=10), inner, max_size=3)),
    max_leaves=6,
)


def call(name: str, **arguments: object) -> ToolCall:
    return ToolCall(id="1", name=name, arguments=arguments)


def objects(schema: object) -> Iterator[dict[str, Any]]:
    """Every JSON object inside a schema, itself included."""
    match schema:
        case dict():
            inside = cast("dict[str, Any]", schema)
            yield inside
            for value in inside.values():
                yield from objects(value)
        case list():
            for value in cast("list[object]", schema):
                yield from objects(value)
        case _:
            return


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_offered_every_tool_that_the_rules_give_it(role: str) -> None:
    assert {tool.name for tool in tools_of(role, POLICY)} == set(POLICY.roles.role(role).tools)


@pytest.mark.parametrize("name", ALL)
def test_a_tool_has_a_schema_that_says_all(name: str) -> None:
    schema = ALL[name].schema
    assert schema.name == name
    assert len(schema.description) > 10
    assert schema.parameters["type"] == "object"
    assert schema.parameters["additionalProperties"] is False
    assert set(schema.parameters.get("required", ())) <= set(schema.parameters["properties"])
    for inner in objects(schema.parameters):
        if isinstance(kind := inner.get("type"), str):
            assert kind in TYPES
        if isinstance(reference := inner.get("$ref"), str):
            assert reference.removeprefix("#/$defs/") in schema.parameters["$defs"]


@pytest.mark.parametrize("name", ALL)
def test_no_schema_asks_a_model_for_the_id_of_a_person_or_for_what_it_cannot_know(name: str) -> None:
    for inner in objects(ALL[name].schema.parameters):
        fields = inner.get("properties", {})
        assert not set(fields) & (set(PEOPLE) - set(PEOPLE.values()))
        assert not set(fields) & UNSEEN


def test_a_tool_is_of_one_kind() -> None:
    for name, tool in ALL.items():
        expected = (name in QUERIES, name in COMMANDS, tool.target is ConsultRole)
        assert (tool.kind is ToolKind.READ, tool.kind is ToolKind.WRITE, tool.kind is ToolKind.CONSULT) == expected


def test_choices_of_the_rules_stand_in_the_schema() -> None:
    kinds = ALL[Action.PROPOSE_COMPENSATION].schema.parameters["properties"]["kind"]["enum"]
    assert kinds == sorted(POLICY.money.compensations)
    assert ALL["consult_role"].schema.parameters["properties"]["role"]["enum"] == sorted(ROLES)


def test_a_colleague_is_named_and_found_later() -> None:
    read = parsed(call("reassign_order", order="1042", manager="Вера", reason="просьба"), ROP)
    assert read.people == {"manager_id": "Вера"}
    assert read.request({"manager_id": 7}) == ReassignOrder(order="1042", manager_id=7, reason="просьба")


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"order": "1042", "manager_id": 7, "reason": "x"}, "manager_id"),
        ({"order": "1042", "version": 3, "reason": "x"}, "version"),
        ({"order": "1042", "because": "not_accepted", "reason": "x"}, "because"),
        ({"order": "1042", "reason": "x", "approved": True}, "approved"),
        ({"order": "1042", "reason": "x", "approved": True, "actor": "owner"}, "approved"),
        ({"order": 1042, "reason": "x"}, "order"),
        ({"reason": "x"}, "order"),
    ],
)
def test_forged_unknown_and_wrong_fields_are_refused_by_name(arguments: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        parsed(call("reassign_order", **arguments), ROP)
    assert refused.value.params["field"] == field


def test_an_unknown_field_is_answered_with_what_is_allowed() -> None:
    with pytest.raises(InvalidInputError) as refused:
        parsed(call("look_at_order", order="1042", code="1042"), ROP)
    assert refused.value.allowed == ("order",)


@pytest.mark.parametrize("name", ["set_ai_mode", "vote_approval", "record_payment", "", "look_at_everything"])
def test_a_tool_that_the_role_does_not_hold_is_refused_with_those_it_holds(name: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        parsed(call(name), ROP)
    assert set(refused.value.allowed) == set(ROP)


@given(st.sampled_from(sorted(ALL)), st.dictionaries(st.text(max_size=12), JSON, max_size=5))
def test_any_arguments_become_a_request_or_a_refusal(name: str, arguments: dict[str, object]) -> None:
    _come_to_something(name, arguments)


@given(st.data(), st.sampled_from(sorted(ALL)))
def test_any_values_in_known_fields_become_a_request_or_a_refusal(data: st.DataObject, name: str) -> None:
    fields = sorted(ALL[name].schema.parameters["properties"])
    chosen: dict[str, object] = {**data.draw(st.dictionaries(st.sampled_from(fields), JSON))} if fields else {}
    _come_to_something(name, chosen)


def _come_to_something(name: str, arguments: dict[str, object]) -> None:
    try:
        read = parsed(ToolCall(id="1", name=name, arguments=arguments), ALL)
        request = read.request(dict.fromkeys(read.people, 7))
    except DeskError:
        return
    assert isinstance(request, ALL[name].target)
