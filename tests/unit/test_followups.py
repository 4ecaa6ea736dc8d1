"""The plan for an undecided client: due times in working time, one step at a time (docs/DOMAIN.md 2; seed 3.7)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from domain.errors import PolicyError
from domain.followups import StepState, is_undecided, plan
from domain.orders import ClientDecision, Order, Status
from domain.policy import FollowUpKey
from domain.staff import to_calendar
from locales import LOCALES, texts
from policy import load_policy
from tests.unit.builders import ORDER, POLICY
from tests.unit.spoiling import copy_policy, spoil

MOSCOW = to_calendar(POLICY.calendars.calendars["moscow"])
RULES = POLICY.followups
CLARIFY, CALL, ALTERNATIVE, LAST_WORD = FollowUpKey
DONE, OVERTAKEN, DUE, AHEAD = StepState

# Tuesday 3 March 2026, 12:00 in Moscow: the report went out. The desk works Mon-Fri 10-19 and Sat 11-16.
SENT = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
WAITING = replace(ORDER, status=Status.AWAITING_PAYMENT, status_since=SENT)


def moscow(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of March 2026 in Moscow."""
    return datetime(2026, 3, day, hour - 3, minute, tzinfo=UTC)


def states(now: datetime, *done: FollowUpKey) -> list[StepState]:
    """Where each step stands."""
    return [step.state for step in plan(WAITING, RULES, now=now, calendar=MOSCOW, done=frozenset(done))]


def test_every_step_is_due_after_its_working_time_and_only_the_last_lets_the_bike_go() -> None:
    steps = plan(WAITING, RULES, now=SENT, calendar=MOSCOW)
    worked = [MOSCOW.working_between(SENT, step.due_at) for step in steps]
    assert worked == [timedelta(hours=hours) for hours in (4, 24, 48, 72)]
    assert [step.key for step in steps] == [CLARIFY, CALL, ALTERNATIVE, LAST_WORD]
    assert [step.releases for step in steps] == [False, False, False, True]


def test_four_hours_fall_on_the_same_day_and_twenty_four_on_the_third() -> None:
    clarify, call, *_ = plan(WAITING, RULES, now=SENT, calendar=MOSCOW)
    assert (clarify.due_at, call.due_at) == (moscow(3, 16), moscow(5, 18))


def test_a_report_sent_at_night_starts_the_plan_when_the_desk_opens() -> None:
    night = replace(WAITING, status_since=moscow(3, 23))
    assert plan(night, RULES, now=SENT, calendar=MOSCOW)[0].due_at == moscow(4, 14)


@pytest.mark.parametrize(
    ("now", "done", "expected"),
    [
        (SENT, (), [AHEAD, AHEAD, AHEAD, AHEAD]),
        (moscow(3, 15, 59), (), [AHEAD, AHEAD, AHEAD, AHEAD]),
        (moscow(3, 16), (), [DUE, AHEAD, AHEAD, AHEAD]),
        (moscow(3, 16), (CLARIFY,), [DONE, AHEAD, AHEAD, AHEAD]),
        (moscow(5, 18), (CLARIFY,), [DONE, DUE, AHEAD, AHEAD]),
        (moscow(5, 18), (), [OVERTAKEN, DUE, AHEAD, AHEAD]),
        (moscow(4, 10), (CALL,), [OVERTAKEN, DONE, AHEAD, AHEAD]),
        (moscow(31, 12), (), [OVERTAKEN, OVERTAKEN, OVERTAKEN, DUE]),
        (moscow(31, 12), (CLARIFY, LAST_WORD), [DONE, OVERTAKEN, OVERTAKEN, DONE]),
        (moscow(31, 12), tuple(FollowUpKey), [DONE, DONE, DONE, DONE]),
    ],
)
def test_at_most_one_step_is_due_and_it_is_the_latest(
    now: datetime, done: tuple[FollowUpKey, ...], expected: list[StepState]
) -> None:
    assert states(now, *done) == expected


@pytest.mark.parametrize(
    ("order", "undecided"),
    [
        (WAITING, True),
        (replace(WAITING, client_decision=ClientDecision.THINKING), True),
        (replace(WAITING, client_decision=ClientDecision.CONFIRMED), False),
        (replace(WAITING, client_decision=ClientDecision.DECLINED), False),
        (replace(WAITING, paid_eur=Decimal("0.01")), False),
        *((replace(WAITING, status=status), False) for status in Status if status is not Status.AWAITING_PAYMENT),
    ],
)
def test_only_an_undecided_client_has_a_plan(order: Order, undecided: bool) -> None:
    assert is_undecided(order) is undecided
    assert bool(plan(order, RULES, now=SENT, calendar=MOSCOW)) is undecided


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("key", FollowUpKey)
def test_every_step_has_its_words_and_a_draft_that_names_the_bike_and_promises_nothing(
    locale: str, key: FollowUpKey
) -> None:
    catalogue = texts(locale)
    assert catalogue.get(f"followup-{key}")
    draft = catalogue.get(f"followup-{key}-draft", bike="Canyon Spectral 29")
    assert "Canyon Spectral 29" in draft
    promised = ("скидк", "верн", "гарант", "€", "евро", "discount", "refund", "guarantee", "eur")
    assert [word for word in promised if word in draft.replace("вернуться", "").lower()] == []
    assert not any(character.isdigit() for character in draft.replace("Canyon Spectral 29", ""))


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("state", StepState)
def test_every_state_has_a_word(locale: str, state: StepState) -> None:
    assert texts(locale).get(f"followup-{state}")


@pytest.mark.parametrize(
    ("key", "value", "named", "offered"),
    [
        ("steps.0.key", "flowers", "", "clarify"),
        ("steps.0.after", "soon", "", "2h"),
        ("steps.1.after", "4h", "", None),
        ("steps.1.key", "clarify", "", None),
        ("steps.0.releases", True, "", None),
        ("steps.3.releases", False, "", None),
        ("steps", [], "", None),
        ("steps.0.discount", 5, "", "after"),
    ],
)
def test_a_mistake_in_the_plan_is_named(
    tmp_path: Path, key: str, value: object, named: str, offered: str | None
) -> None:
    folder = copy_policy(tmp_path)
    spoil(folder, "followups.yaml", key, value)
    with pytest.raises(PolicyError) as refused:
        load_policy(folder)
    assert (refused.value.params["file"], refused.value.params["key"]) == ("followups.yaml", named or key)
    if offered is not None:
        assert offered in refused.value.allowed
