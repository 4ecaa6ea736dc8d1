"""What a command accepts: everything that cannot be meant is refused at the door, before anything is read or locked."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from domain.commands import (
    AcceptOrder,
    AddNote,
    AddPerson,
    AnswerChecklist,
    CancelOrder,
    Command,
    CompleteTask,
    CreateTask,
    ExtendClock,
    IntakeOrders,
    MakePlan,
    NewOrder,
    OpenBlocker,
    OrderCommand,
    PauseClock,
    PointAnswer,
    RecordDelivery,
    RecordPayment,
    Resolve,
    SetAiMode,
    SetAvailability,
    SetConstraint,
    Snooze,
)
from domain.journal import canonical, plain
from domain.policy import Action
from guardrails.approval.proposals import (
    arguments_of,
    request_hash,
)
from guardrails.approval.requests import parse_command

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
REQUEST: dict[str, Any] = {"crm_id": "c-1", "client_name": "Иван", "bike": "Trek", "price_eur": Decimal(1500)}

EXAMPLES: tuple[tuple[type[Command], dict[str, Any]], ...] = (
    (AcceptOrder, {"order": "1001"}),
    (AddNote, {"order": "1001", "text": "Готово"}),
    (CancelOrder, {"order": "1001", "reason_code": "other", "note": "Дубль"}),
    (IntakeOrders, {"orders": [REQUEST]}),
    (CreateTask, {"order": "1001", "text": "Позвонить", "due_at": NOW}),
    (RecordPayment, {"order": "1001", "amount_eur": Decimal("10.50"), "reference": "P-1"}),
    (AnswerChecklist, {"order": "1001", "answers": [{"point": 5, "answer": "ok", "photos": ["a.jpg"]}]}),
    (SetAvailability, {"person_id": 1, "away_until": NOW}),
    (MakePlan, {"order": "1001", "goal": "Успеть", "steps": [{"text": "Позвонить", "owner_id": 1, "due_at": NOW}]}),
    (SetAiMode, {"role": "ai-rop", "mode": "off", "reason": "Странные ответы"}),
    (Snooze, {"violation_id": 1, "option": "tomorrow"}),
)


def _all(kind: type[Command] = Command) -> list[type[Command]]:
    found = [kind] if "action" in vars(kind) else []
    return found + [command for below in kind.__subclasses__() for command in _all(below)]


# The import reads a file of the administrator's, in batches that its own parser has judged.
AT_THE_DOORS = [command for command in _all() if command.action is not Action.IMPORT_HISTORY]


def _described(schema: object, kind: str, path: str = "") -> list[tuple[str, dict[str, Any]]]:
    """Every value of a type in a JSON schema, with its place."""
    if isinstance(schema, list):
        items = cast("list[object]", schema)
        return [found for item in items for found in _described(item, kind, path)]
    if not isinstance(schema, dict):
        return []
    node = cast("dict[str, Any]", schema)
    if node.get("type") == kind:
        return [(path, node)]
    return [found for name, item in node.items() for found in _described(item, kind, f"{path}/{name}")]


# ── every command ────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("kind", _all(), ids=lambda kind: kind.__name__)
def test_every_command_is_frozen_and_refuses_what_it_does_not_know(kind: type[Command]) -> None:
    assert kind.model_config == {"frozen": True, "extra": "forbid"}
    assert kind.action in Action


@pytest.mark.parametrize("kind", AT_THE_DOORS, ids=lambda kind: kind.__name__)
def test_every_text_of_a_command_is_bounded_and_holds_no_nul(kind: type[Command]) -> None:
    texts = _described(TypeAdapter(kind).json_schema(), "string")
    free = [(path, text) for path, text in texts if not {"enum", "const", "format"} & text.keys()]
    loose = [path for path, text in free if "maxLength" not in text or text.get("pattern") != r"^[^\x00]*$"]
    assert [path for path in loose if not path.endswith(("price_eur/anyOf", "amount_eur/anyOf"))] == []


@pytest.mark.parametrize("kind", AT_THE_DOORS, ids=lambda kind: kind.__name__)
def test_every_number_of_a_command_fits_the_database(kind: type[Command]) -> None:
    numbers = _described(TypeAdapter(kind).json_schema(), "integer")
    assert [path for path, number in numbers if number.get("maximum", 2**63) >= 2**63] == []


def test_every_order_command_names_its_order_and_may_name_the_version_that_was_seen() -> None:
    for kind in _all(OrderCommand):
        assert {"order", "version"} <= kind.model_fields.keys()


@pytest.mark.parametrize(("kind", "arguments"), EXAMPLES, ids=lambda value: getattr(value, "__name__", ""))
def test_a_command_reads_back_from_what_the_journal_and_approvals_keep(
    kind: type[Command], arguments: dict[str, Any]
) -> None:
    command = kind.model_validate(arguments)
    assert parse_command(command.action, arguments_of(command)) == command
    assert canonical(plain(arguments_of(command))) == canonical(arguments_of(command))


# ── single values ────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("kind", [CreateTask, OpenBlocker])
def test_a_moment_without_its_zone_is_refused(kind: type[Command]) -> None:
    with pytest.raises(ValidationError, match="timezone"):
        kind.model_validate({"order": "1", "text": "x", "due_at": datetime(2026, 11, 18)})  # noqa: DTZ001 - the mistake
    for other, field in ((RecordDelivery, "delivered_at"), (SetAvailability, "away_until"), (NewOrder, "created_at")):
        with pytest.raises(ValidationError, match="timezone"):
            other.model_validate({"order": "1", "person_id": 1, **REQUEST, field: "2026-11-18T12:00:00"})


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001, "нельзя\0так"])
def test_a_note_is_neither_empty_nor_endless_nor_unstorable(text: str) -> None:
    with pytest.raises(ValidationError):
        AddNote(order="1", text=text)


def test_texts_lose_the_blanks_around_them() -> None:
    assert AddNote(order=" 1001 ", text="  Готово\n").model_dump() == {
        "order": "1001",
        "version": None,
        "text": "Готово",
    }


@pytest.mark.parametrize("price", ["NaN", "Infinity", "1500.001", "123456789.00", "дорого", None])
def test_a_price_is_an_amount_of_money(price: object) -> None:
    with pytest.raises(ValidationError):
        NewOrder.model_validate(REQUEST | {"price_eur": price})


@pytest.mark.parametrize("amount", ["0", "-1", "0.001"])
def test_a_payment_is_more_than_nothing(amount: str) -> None:
    with pytest.raises(ValidationError):
        RecordPayment(order="1", amount_eur=Decimal(amount), reference="P-1")


@pytest.mark.parametrize("point", [0, 29, -1])
def test_only_the_28_points_can_be_answered(point: int) -> None:
    with pytest.raises(ValidationError):
        PointAnswer(point=point, answer="ok")


def test_a_point_is_answered_once_in_a_command() -> None:
    with pytest.raises(ValidationError, match="twice"):
        AnswerChecklist(order="1", answers=(PointAnswer(point=1, answer="ok"), PointAnswer(point=1, answer="problem")))


@pytest.mark.parametrize("kind", [ExtendClock, PauseClock])
@pytest.mark.parametrize("minutes", [0, -5, 60 * 24 * 30 + 1])
def test_more_time_is_positive_and_at_most_a_month(kind: type[Command], minutes: int) -> None:
    with pytest.raises(ValidationError):
        kind.model_validate({"order": "1", "clock": "stage", "minutes": minutes, "reason": "Отпуск"})


@pytest.mark.parametrize("load", [0, -1, float("inf"), float("nan")])
def test_a_personal_load_limit_is_a_positive_number(load: float) -> None:
    with pytest.raises(ValidationError):
        SetConstraint(manager_id=1, max_load=load, reason="Адаптация")


def test_a_wave_is_neither_empty_nor_without_bounds() -> None:
    with pytest.raises(ValidationError):
        IntakeOrders(orders=())
    with pytest.raises(ValidationError):
        IntakeOrders(orders=(NewOrder.model_validate(REQUEST),) * 10_001)


def test_choices_are_those_that_the_domain_knows() -> None:
    for kind, arguments in (
        (CancelOrder, {"order": "1", "reason_code": "надоело"}),
        (Snooze, {"violation_id": 1, "option": "forever"}),
        (AddPerson, {"person_name": "Галина", "role": "king"}),
        (CompleteTask, {"task_id": 0}),
        (Resolve, {"violation_id": 1, "resolution": "ок"}),
    ):
        with pytest.raises(ValidationError):
            kind.model_validate(arguments)


# ── the fingerprint of a request ─────────────────────────────────────────────────────────────────────────────────────
def test_the_fingerprint_leaves_out_the_version_and_nothing_else() -> None:
    first = CancelOrder.model_validate({"order": "1", "reason_code": "other", "note": "Дубль"})
    assert request_hash(first) == request_hash(first.model_copy(update={"version": 7}))
    assert request_hash(first) != request_hash(first.model_copy(update={"note": "Дубль!"}))
    assert request_hash(first) != request_hash(first.model_copy(update={"order": "2"}))


@given(st.text(max_size=300), st.text(max_size=60))
def test_any_text_is_either_refused_or_can_be_stored_and_hashed(text: str, code: str) -> None:
    try:
        command = AddNote(order=code, text=text)
    except ValidationError:
        return
    assert "\0" not in command.text
    assert 1 <= len(command.text) <= 2000
    assert parse_command(command.action, arguments_of(command)) == command
