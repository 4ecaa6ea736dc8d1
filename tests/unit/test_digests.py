"""Digests as texts with slots: what is a finding, how slots are filled, when a digest is due, which decisions lead."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.calendars import WorkCalendar
from domain.digest_facts import chain, decisions
from domain.digest_times import due, until_now
from domain.digests import SLOTS, filled, findings, outside, placed, slots_of
from domain.policy import DigestKind
from domain.staff import CalendarBook
from tests.unit.builders import POLICY

RULES = POLICY.digests.kinds
LATE = POLICY.digests.late
VALUES = {rule.name: f"{number}0 заказов" for number, rule in enumerate(SLOTS[DigestKind.SHIFT], 1)}
FIT = "Смена.\n" + "\n".join(placed(rule.name) for rule in SLOTS[DigestKind.SHIFT] if rule.required)


def moscow() -> WorkCalendar:
    return CalendarBook(POLICY).of_team(None)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A November instant of 2026 in Moscow's wall time; the 18th is a Wednesday, the 23rd a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=3)


# ── slots ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_text_with_all_required_slots_and_no_numbers_of_its_own_has_no_findings() -> None:
    assert findings(DigestKind.SHIFT, FIT, VALUES) == []


@pytest.mark.parametrize(
    ("added", "found"),
    [
        ("\n[[profit]]", "unknown-slot: profit"),
        ("\n[[pulse]]", "unknown-slot: pulse"),
        ("\nВсего 17 заказов.", "own-number: 17"),
        ("\nДо 15:40.", "own-number: 15:40"),
        ("\nГорит: [[hot_list]].", "not-alone: hot_list"),
        ("\n[[Открыто]]", "no-slot: [["),
    ],
)
def test_whatever_code_cannot_fill_or_nobody_knows_is_a_finding(added: str, found: str) -> None:
    assert found in findings(DigestKind.SHIFT, FIT + added, VALUES)


@pytest.mark.parametrize("kind", DigestKind)
def test_each_required_slot_that_lacks_is_a_finding(kind: DigestKind) -> None:
    values = {rule.name: "нет" for rule in SLOTS[kind]}
    missing = [f"missing-slot: {rule.name}" for rule in SLOTS[kind] if rule.required]
    assert findings(kind, "Всё хорошо.", values) == missing != []


def test_a_slot_that_has_nothing_to_say_is_unknown_to_the_text() -> None:
    values = {name: value for name, value in VALUES.items() if name != "hot_list"}
    assert findings(DigestKind.SHIFT, f"{FIT}\n[[hot_list]]", values) == ["unknown-slot: hot_list"]


def test_a_number_that_a_slot_says_and_the_mark_of_a_list_are_no_findings() -> None:
    assert findings(DigestKind.SHIFT, f"{FIT}\n1. Открыто 20.", VALUES) == []


def test_slots_are_filled_once_and_a_value_is_never_read_as_a_slot() -> None:
    text = "[[ period ]]: [[open_orders]]"
    assert slots_of(text) == ("period", "open_orders")
    assert filled(text, {"period": "[[open_orders]]", "open_orders": "5"}) == "[[open_orders]]: 5"
    assert outside(text).strip() == ":"


# ── times ────────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("kind", "now", "span"),
    [
        (DigestKind.DAILY, at(18, 9), (at(17, 9), at(18, 9))),
        (DigestKind.DAILY, at(18, 8, 59), None),
        (DigestKind.DAILY, at(18, 11, 1), None),
        (DigestKind.BRIEF, at(23, 9, 5), (at(21, 9), at(23, 9))),
        (DigestKind.DAILY, at(22, 9, 5), None),
        (DigestKind.WEEKLY, at(23, 9), (at(16, 9), at(23, 9))),
        (DigestKind.WEEKLY, at(24, 9), None),
        (DigestKind.SHIFT, at(18, 18, 59), None),
        (DigestKind.SHIFT, at(18, 19), (at(18, 10), at(18, 19))),
        (DigestKind.SHIFT, at(21, 16, 30), (at(21, 11), at(21, 16))),
        (DigestKind.CRISIS, at(18, 12), None),
    ],
)
def test_a_digest_is_due_at_its_local_time_and_not_much_later(
    kind: DigestKind, now: datetime, span: tuple[datetime, datetime] | None
) -> None:
    found = due(RULES[kind], moscow(), now=now, late=LATE)
    assert (None if found is None else (found.since, found.until)) == span


def test_a_crisis_has_one_digest_at_once_and_one_after_each_interval() -> None:
    rule, began = RULES[DigestKind.CRISIS], at(18, 12)
    ends = [
        None
        if (found := due(rule, moscow(), now=began + timedelta(hours=h), late=LATE, since=began)) is None
        else found.until
        for h in (0, 1, 3, 4, 9)
    ]
    assert ends == [began, began, None, at(18, 16), at(18, 20)]


def test_a_digest_of_now_is_as_long_as_the_last_one() -> None:
    span = until_now(RULES[DigestKind.SHIFT], moscow(), now=at(18, 12))
    assert (span.until, span.length) == (at(18, 12), timedelta(hours=9))


# ── decisions and chains ─────────────────────────────────────────────────────────────────────────────────────────────
CIRCLES = {
    key: {"name": circle.name, "roles": [key], "priority": circle.priority, "measured": key == "sales_operations"}
    for key, circle in POLICY.circles.circles.items()
}


def signal(number: int, circle: str, *, left: float | None = 60.0, overdue: float = 0.0) -> dict[str, Any]:
    return {
        "signal_id": number, "code": "sla_breach", "severity": "high", "circle": circle, "order": None,
        "due_at_local": "2026-11-18 15:00", "left_minutes": left, "overdue_minutes": overdue,
    }  # fmt: skip


def board(*signals: dict[str, Any]) -> dict[str, Any]:
    return {
        "look_at_approvals": {"pending": []},
        "look_at_signals": {"signals": [*signals]},
        "hot_list": {"orders": []},
        "load_forecast": {"days": []},
    }


def test_what_is_late_leads_then_what_is_near_and_among_equals_the_order_of_priority() -> None:
    found = decisions(
        board(
            signal(1, "revenue"), signal(2, "governance"), signal(3, "revenue", left=0.0, overdue=5.0),
            signal(4, "governance", left=9000.0),
        ),
        CIRCLES,
    )  # fmt: skip
    assert [(each["number"], each["subject"]) for each in found] == [(1, 3), (2, 2), (3, 1), (4, 4)]


def test_there_are_at_most_ten_and_a_circle_without_data_is_marked() -> None:
    found = decisions(
        board(*(signal(n, "sales_operations") for n in range(8)), *(signal(n, "revenue") for n in range(8, 14))),
        CIRCLES,
    )
    assert len(found) == 10
    assert [each["uncertain"] for each in found] == ["no"] * 8 + ["yes"] * 2


def test_one_order_is_one_decision_however_many_signals_speak_of_it() -> None:
    twice = [{**signal(number, "sales_operations"), "order": "1001"} for number in (1, 2)]
    assert [each["subject"] for each in decisions(board(*twice, signal(3, "revenue")), CIRCLES)] == [1, 3]


def decided(action: str, when: str, *, measured: object = None, outcome: str = "done") -> dict[str, Any]:
    return {"action": action, "at": when, "outcome": outcome, "measured_effect": measured}


def test_a_chain_tells_only_what_was_done_since_the_signal_and_what_is_written_down_of_its_effect() -> None:
    raised = {"code": "stuck_24h", "order": "7", "raised_at": "2026-11-18T09:00", "raised_at_local": "12:00"}
    acts = [
        decided("escalate", "2026-11-18T11"),
        decided("remind", "2026-11-18T10"),
        decided("assign_order", "2026-11-17"),
    ]
    open_one = chain(raised, [*acts, decided("snooze", "2026-11-18T12", outcome="refused")])
    assert (open_one["actions"], open_one["effect"]) == (["remind", "escalate"], "open")
    settled = {**raised, "resolved_at": "2026-11-18T12", "resolved_at_local": "15:00"}
    assert chain(settled, acts)["effect"] == "settled"
    assert chain(settled, [decided("remind", "2026-11-18T10", measured={"hours": 3})])["effect"] == "measured"
