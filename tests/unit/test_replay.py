"""A case told anew: legal and illegal moves, who had it when, limits kept and broken in working time."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.clocks import Level
from domain.eventlog import BadRow, LogEvent
from domain.history import CaseEvent, History, Imported, event_key, order_code, row_key
from domain.orders import TERMINAL, Status
from domain.replay import replay
from domain.severity import Severity
from domain.staff import CalendarBook
from tests.unit.builders import POLICY

CALENDAR = CalendarBook(POLICY).of_team(None)
MONDAY = datetime(2014, 3, 3, 9, 0, tzinfo=UTC)
"""10:00 in Moscow is 06:00 UTC in 2014: the shift is open."""

P, U, A, R, D, C, X = (
    *(Status.PENDING_MANAGER, Status.UNDER_INSPECTION, Status.AWAITING_PAYMENT, Status.READY_FOR_SHIPMENT),
    *(Status.DELIVERED, Status.CLOSED, Status.CANCELLED),
)


def told(*events: tuple[float, Status | None, int | None]) -> History:
    """A history from (hours since Monday, status, person)."""
    return replay(
        1,
        [
            CaseEvent(
                key=UUID(int=number),
                at=MONDAY + timedelta(hours=hours),
                activity=f"a{number}",
                status=status,
                person_id=person,
            )
            for number, (hours, status, person) in enumerate(events)
        ],
        POLICY,
        CALENDAR,
    )


# ── moves ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_lawful_case_is_a_chain_of_legal_moves() -> None:
    history = told((0, P, 1), (1, U, 1), (2, A, 1), (3, R, 1))
    assert [(move.source, move.target, move.legal, move.kind) for move in history.moves] == [
        (None, P, True, "normal"),
        (P, U, True, "normal"),
        (U, A, True, "normal"),
        (A, R, True, "money"),
    ]
    assert [move.seconds for move in history.moves] == [None, 3600, 3600, 3600]


def test_what_the_table_forbids_is_marked_and_kept() -> None:
    history = told((0, P, 1), (1, D, 1), (2, U, 1), (3, C, 1))
    assert [(move.legal, move.kind) for move in history.moves][1:] == [(False, "illegal")] * 3
    assert Imported.of(history).illegal == {
        "pending_manager -> delivered": 1,
        "delivered -> under_inspection": 1,
        "under_inspection -> closed": 1,
    }


def test_a_case_that_begins_in_the_middle_begins_illegally() -> None:
    history = told((0, U, 1), (1, A, 1))
    assert [move.legal for move in history.moves] == [False, True]
    assert Imported.of(history).illegal == {"nothing -> under_inspection": 1}


def test_events_that_change_no_status_are_notes() -> None:
    history = told((0, P, 1), (1, None, 2), (2, U, 1), (3, U, 1))
    assert [move.target for move in history.moves] == [P, U]
    assert [(note.text, note.author_id) for note in history.notes] == [("a1", 2), ("a3", 1)]
    assert history.moved_at == MONDAY + timedelta(hours=3)


def test_a_case_that_begins_without_a_status_waits_for_a_manager_from_then_on() -> None:
    history = told((0, None, 1), (1, P, 1), (2, U, 1))
    assert [(move.target, move.at) for move in history.moves] == [
        (P, MONDAY),
        (U, MONDAY + timedelta(hours=2)),
    ]
    assert len(history.notes) == 1


# ── owners ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_whoever_takes_the_case_in_charge_had_it_from_its_beginning() -> None:
    history = told((0, P, 1), (5, U, 2), (6, A, 2))
    (held,) = history.holdings
    assert (held.manager_id, held.since, held.accepted_at, held.until) == (
        2,
        MONDAY,
        MONDAY + timedelta(hours=5),
        None,
    )
    assert history.accepted_at == MONDAY + timedelta(hours=5)
    assert {move.owner_id for move in history.moves} == {2}


def test_whoever_acts_later_takes_it_over_in_the_act() -> None:
    history = told((0, P, 1), (1, U, 2), (2, None, 3), (3, A, 3), (4, C, 3))
    assert [(held.manager_id, held.accepted_at, held.until, held.end_reason) for held in history.holdings] == [
        (2, MONDAY + timedelta(hours=1), MONDAY + timedelta(hours=2), "reassigned"),
        (3, MONDAY + timedelta(hours=2), MONDAY + timedelta(hours=4), "closed"),
    ]


def test_closing_a_case_hands_it_to_nobody_and_reopening_does() -> None:
    history = told((0, P, 1), (1, U, 2), (2, C, 9), (5, U, 3))
    assert [(held.manager_id, held.until) for held in history.holdings] == [
        (2, MONDAY + timedelta(hours=2)),
        (3, None),
    ]
    assert [move.owner_id for move in history.moves] == [2, 2, 2, 3]
    assert history.is_open


def test_a_case_reopened_by_nobody_known_is_again_its_last_owners() -> None:
    history = told((0, P, 1), (1, U, 2), (2, C, 9), (5, D, None))
    assert [(held.manager_id, held.until is None) for held in history.holdings] == [(2, False), (2, True)]


def test_a_case_that_nobody_took_in_charge_was_its_first_persons_and_was_never_accepted() -> None:
    history = told((0, P, 1), (3, None, 2), (4, X, 2))
    (held,) = history.holdings
    assert (held.manager_id, held.accepted_at, held.until) == (1, None, MONDAY + timedelta(hours=4))
    assert history.accepted_at is None


def test_a_log_that_names_nobody_leaves_the_case_without_an_owner() -> None:
    history = told((0, P, None), (1, U, None))
    assert history.holdings == []
    assert [move.owner_id for move in history.moves] == [None, None]


# ── limits ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_stage_limit_counts_working_time_only() -> None:
    """Pending may last 12 working hours: six today until 15:00 UTC, and six on Tuesday from 06:00 on."""
    pending = told((0, P, 1), (27, U, 1)).stays[0]
    assert pending.clock.due_at == MONDAY + timedelta(hours=27)
    assert pending.broken is None
    late = told((0, P, 1), (27.5, U, 1)).stays[0]
    assert late.broken is not None
    assert (late.broken.level, late.broken.severity) == (Level.BREACHED, Severity.HIGH)
    assert late.broken.deadline == MONDAY + timedelta(hours=29)


def test_a_limit_broken_by_its_own_length_had_climbed_to_the_top_and_was_critical() -> None:
    late = told((0, P, 1), (24 * 5, U, 1)).stays[0].broken
    assert late is not None
    assert (late.level, late.severity) == (Level.L3, Severity.CRITICAL)


def test_the_last_stay_of_an_open_case_still_runs_and_a_closed_one_has_none() -> None:
    still = told((0, P, 1), (1, U, 1))
    assert (still.stays[-1].left_at, still.due_at) == (None, still.stays[-1].clock.due_at)
    closed = told((0, P, 1), (1, U, 1), (2, C, 1))
    assert len(closed.stays) == 2
    assert closed.due_at is None


# ── properties ───────────────────────────────────────────────────────────────────────────────────────────────────────
EVENTS = st.lists(
    st.tuples(
        st.integers(0, 2000),
        st.one_of(st.none(), st.sampled_from(Status)),
        st.one_of(st.none(), st.integers(1, 3)),
    ),
    min_size=1,
    max_size=30,
)


@given(events=EVENTS)
def test_whatever_the_log_says_stays_and_holdings_follow_one_another_without_overlap(
    events: list[tuple[int, Status | None, int | None]],
) -> None:
    history = told(*events)
    assert len(history.moves) + len(history.notes) == len(events)
    assert {move.key for move in history.moves}.isdisjoint(note.key for note in history.notes)
    for before, after in zip(history.moves, history.moves[1:], strict=False):
        assert after.source is before.target
        assert after.source is not after.target
        assert after.seconds == (after.at - before.at).total_seconds()
    for before, after in zip(history.holdings, history.holdings[1:], strict=False):
        assert before.until is not None
        assert before.until <= after.since
    assert [stay.clock.stage for stay in history.stays] == [
        move.target.value for move in history.moves if move.target not in TERMINAL
    ]
    running = [held for held in history.holdings if held.until is None]
    assert len(running) <= history.is_open


@given(events=EVENTS, cut=st.integers(0, 30))
def test_a_history_does_not_depend_on_the_order_in_which_its_events_were_learned(
    events: list[tuple[int, Status | None, int | None]], cut: int
) -> None:
    distinct = list({at: (at, status, person) for at, status, person in events}.values())
    whole = [
        CaseEvent(key=UUID(int=at), at=MONDAY + timedelta(hours=at), activity="a", status=status, person_id=person)
        for at, status, person in distinct
    ]
    turned = whole[cut:] + whole[:cut]
    assert replay(1, whole, POLICY, CALENDAR) == replay(1, turned, POLICY, CALENDAR)


# ── identities ───────────────────────────────────────────────────────────────────────────────────────────────────────
def test_an_event_is_known_by_case_activity_time_and_its_place_among_equals() -> None:
    event = LogEvent(line=2, case="7", activity="Open", resource="Анна", at=MONDAY)
    moved = LogEvent(line=9, case="7", activity="Open", resource="Борис", at=MONDAY)
    assert event_key(event, 1) == event_key(moved, 1) != event_key(event, 2)


def test_a_bad_row_is_known_by_what_stands_in_it() -> None:
    row = BadRow(line=2, column="when", problem="no time", case="7", fields=("7", "x"))
    moved = BadRow(line=5, column="when", problem="no time", case="7", fields=("7", "x"))
    assert row_key(row, 1) == row_key(moved, 1) != row_key(row, 2)


@pytest.mark.parametrize(("case", "code"), [("Case 7", "Case 7"), ("1007", "H-1007"), ("7a", "7a")])
def test_a_case_of_digits_alone_takes_no_coming_orders_code(case: str, code: str) -> None:
    assert order_code(case) == code
