"""A model names its colleagues; what it calls becomes commands with their ids."""

from datetime import UTC, datetime
from typing import Any

import pytest

from agents.models.model import ToolCall
from agents.toolbox import parsed, tools_of
from domain.commands import AssignOrder, MakePlan
from domain.errors import InvalidInputError
from policy import load_policy

TOOLS = {tool.name: tool for tool in tools_of("ai-rop", load_policy())}
DUE = "2026-11-18T15:00:00+03:00"
PLAN: dict[str, Any] = {
    "order": "1042",
    "goal": "Разобрать очередь",
    "steps": [
        {"text": "Обзвонить продавцов", "owner": "Вера", "due_at": DUE},
        {"text": "Сверить оплату", "owner": "Анна", "due_at": DUE},
    ],
}


def _call(name: str, **arguments: object) -> ToolCall:
    return ToolCall(id="1", name=name, arguments=arguments)


def test_a_model_is_asked_for_names_also_inside_a_list() -> None:
    schema = TOOLS["make_plan"].schema.parameters
    (step,) = schema["$defs"].values()
    assert set(step["properties"]) == {"text", "owner", "due_at"}
    assert step["required"] == ["text", "owner", "due_at"]


def test_the_names_in_the_steps_of_a_plan_become_their_ids() -> None:
    call = parsed(_call("make_plan", **PLAN), TOOLS)
    assert call.people == {"steps.0.owner_id": "Вера", "steps.1.owner_id": "Анна"}
    plan = call.request({"steps.0.owner_id": 7, "steps.1.owner_id": 8})
    assert isinstance(plan, MakePlan)
    assert [(step.owner_id, step.text) for step in plan.steps] == [(7, "Обзвонить продавцов"), (8, "Сверить оплату")]
    assert plan.steps[0].due_at == datetime(2026, 11, 18, 12, tzinfo=UTC)
    assert PLAN["steps"][0]["owner"] == "Вера"


def test_a_name_at_the_top_becomes_an_id_and_may_be_left_out() -> None:
    call = parsed(_call("assign_order", order="1042", manager="Вера"), TOOLS)
    assert call.request({"manager_id": 7}) == AssignOrder(order="1042", manager_id=7)
    assert parsed(_call("assign_order", order="1042"), TOOLS).request({}) == AssignOrder(order="1042")


@pytest.mark.parametrize(
    "arguments",
    [
        {**PLAN, "steps": [{"text": "Обзвонить", "owner_id": 1, "due_at": DUE}]},
        {**PLAN, "owner_id": 1},
    ],
)
def test_an_id_that_a_model_made_up_is_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError) as refused:
        parsed(_call("make_plan", **arguments), TOOLS)
    assert refused.value.allowed == ("owner",)


@pytest.mark.parametrize("steps", [[], "шаги", [1, None], [{"text": "Без человека и срока"}], [[PLAN["steps"][0]]]])
def test_steps_that_are_none_are_refused(steps: object) -> None:
    with pytest.raises(InvalidInputError):
        parsed(_call("make_plan", **{**PLAN, "steps": steps}), TOOLS)
