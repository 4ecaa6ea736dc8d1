"""SLA clocks by property: the ladder, pauses and extensions in working time."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.calendars import WorkCalendar
from domain.clocks import PAUSE_MAX, ClockRule, Deadlines, Level, Pause, due_level, extend, next_instant, plan, resume
from domain.windows import Absence, Window
from domain.worktime import FOREVER

FIRST = datetime(2026, 6, 30, 21, tzinfo=UTC)
SHIFT = (Window(time(10), time(14)), Window(time(15), time(19)))
COMPANY = WorkCalendar(
    "Europe/Moscow",
    {**dict.fromkeys(range(5), SHIFT), 5: (Window(time(11), time(16)),)},
    {date(2026, 7, 7): ()},
)


def steps(deadlines: Deadlines) -> list[datetime]:
    """The instants after the opening; each step exists on these clocks."""
    return [step for level in Level if level and (step := deadlines.at(level)) is not None]


INSTANTS = st.integers(0, 60 * 24 * 60).map(lambda minutes: FIRST + timedelta(minutes=minutes))
LIMITS = st.integers(1, 60 * 60).map(lambda minutes: timedelta(minutes=minutes))


@st.composite
def pauses_of_a_clock(draw: st.DrawFn) -> list[Pause]:
    """Up to three pauses, overlapping or not, some still open."""
    starts = draw(st.lists(INSTANTS, max_size=3))
    lengths = [draw(st.none() | st.integers(0, 3000)) for _ in starts]
    ends = [None if minutes is None else timedelta(minutes=minutes) for minutes in lengths]
    return [Pause(at, end if end is None else at + end, "any") for at, end in zip(starts, ends, strict=True)]


def taken(pauses: list[Pause]) -> list[Absence]:
    return [absence for pause in pauses if (absence := pause.bounded(PAUSE_MAX)) is not None]


PAUSES = pauses_of_a_clock()
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@settings(PATIENT)
@given(INSTANTS, LIMITS)
def test_second_and_third_step_come_after_half_and_all_of_the_limit_in_working_time(
    opened: datetime, limit: timedelta
) -> None:
    clock = plan(ClockRule(limit=limit), opened_at=opened, calendar=COMPANY)
    assert clock.l2_at is not None
    assert clock.l3_at is not None
    assert COMPANY.working_between(opened, clock.due_at) == limit
    assert COMPANY.working_between(clock.due_at, clock.l2_at) == limit / 2
    assert COMPANY.working_between(clock.due_at, clock.l3_at) == limit


@settings(PATIENT)
@given(INSTANTS, LIMITS, PAUSES, st.booleans(), st.booleans())
def test_steps_come_in_order_and_outside_pauses(
    opened: datetime, limit: timedelta, pauses: list[Pause], working: bool, critical: bool
) -> None:
    rule = ClockRule(limit=limit, working=working, critical=critical)
    clock = plan(rule, opened_at=opened, calendar=COMPANY, pauses=pauses)
    instants = [clock.opened_at, *steps(clock)]
    assert instants == sorted(instants)
    assert not any(
        absence.start < step < (absence.end or FOREVER) for absence in taken(pauses) for step in instants[1:]
    )
    for level in Level:
        assert due_level(clock, instants[level]) >= level
        following = next_instant(clock, level)
        assert following is None or due_level(clock, following) > level


@settings(PATIENT)
@given(INSTANTS, LIMITS, PAUSES, PAUSES)
def test_more_pauses_never_bring_a_clock_forward(
    opened: datetime, limit: timedelta, pauses: list[Pause], more: list[Pause]
) -> None:
    rule = ClockRule(limit=limit)
    clock = plan(rule, opened_at=opened, calendar=COMPANY, pauses=pauses)
    later = resume(clock, rule, [*pauses, *more], COMPANY)
    assert all(before <= after for before, after in zip(steps(clock), steps(later), strict=True))
    assert COMPANY.with_absence(taken(pauses)).working_between(opened, clock.due_at) == limit


@settings(PATIENT)
@given(INSTANTS, INSTANTS, LIMITS, LIMITS, PAUSES)
def test_extended_clock_is_due_after_the_extension_of_working_time(
    opened: datetime, now: datetime, limit: timedelta, by: timedelta, pauses: list[Pause]
) -> None:
    rule = ClockRule(limit=limit)
    clock = plan(rule, opened_at=opened, calendar=COMPANY, pauses=pauses)
    longer = extend(clock, by, rule=rule, calendar=COMPANY, now=now, pauses=pauses)
    assert longer.due_at == COMPANY.with_absence(taken(pauses)).add_working(max(clock.due_at, now), by)
    assert resume(longer, rule, pauses, COMPANY) == longer
