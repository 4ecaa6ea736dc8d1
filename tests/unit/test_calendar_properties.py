"""Working time by property: random calendars around the days on which the wall clock of their zone jumps."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.calendars import WorkCalendar
from domain.windows import Absence, Window

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)

# The machine may be busy with the other tests: slow drawing is no finding.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
JUMPS = {
    "Europe/Berlin": ("2026-03-29", "2026-10-25"),
    "Europe/Moscow": ("2014-10-26", "2026-07-03"),
    "America/Havana": ("2026-03-08", "2026-11-01"),  # at midnight
    "America/St_Johns": ("2006-10-29", "2026-03-08"),  # 00:01 goes back to the day before
    "America/Santiago": ("2026-04-05", "2026-09-06"),
    "Africa/Cairo": ("2026-04-24", "2026-10-30"),
    "Australia/Lord_Howe": ("2026-04-05", "2026-10-04"),  # half an hour
    "Pacific/Apia": ("2011-12-30", "2026-07-03"),  # a whole day
    "Asia/Kathmandu": ("2026-07-03", "2026-12-31"),
}
DAYS = st.sampled_from([(zone, date.fromisoformat(day)) for zone, days in JUMPS.items() for day in days])
EDGES = st.one_of(st.integers(0, 1440), st.sampled_from([0, 60, 120, 150, 180, 1380, 1440]))
WINDOWS = st.lists(
    st.tuples(EDGES, EDGES).filter(lambda edges: edges[0] < edges[1]).map(lambda edges: Window.of_minutes(*edges)),
    max_size=3,
).map(tuple)


def midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


@st.composite
def scenes(draw: st.DrawFn) -> tuple[WorkCalendar, datetime]:
    """A calendar, and an instant of UTC near a day on which its zone jumps."""
    zone, day = draw(DAYS)
    near = st.integers(-2, 2).map(lambda days: day + timedelta(days=days))
    exceptions = draw(st.dictionaries(near, WINDOWS, max_size=3))
    start = midnight(day) + MINUTE * draw(st.integers(-3000, 3000))
    calendar = WorkCalendar(zone, dict(enumerate(draw(st.tuples(*[WINDOWS] * 7)))), exceptions)
    gaps = draw(st.lists(st.tuples(st.integers(-3000, 3000), st.integers(1, 2000)), max_size=2))
    return calendar.with_absence(
        Absence(start + MINUTE * at, start + MINUTE * (at + length)) for at, length in gaps
    ), start


def with_a_shift_on_wednesday(scene: tuple[WorkCalendar, datetime]) -> tuple[WorkCalendar, datetime]:
    """The scene with a calendar that opens every week, so that every span comes to an end."""
    calendar, start = scene
    week = {**calendar.week, 2: (*calendar.week[2], Window(time(9), time(18)))}
    return replace(calendar, week=week), start


OPEN_SCENES = scenes().map(with_a_shift_on_wednesday)


def minutes_by_hand(calendar: WorkCalendar, start: datetime, minutes: int) -> list[bool]:
    """Whether each minute is working time, by watching the wall clock: a shift heeds the latest time it has shown."""
    zone, shown, verdicts = ZoneInfo(calendar.tz), datetime.min, list[bool]()  # noqa: DTZ901 - wall times are naive
    for minute in range(-180, minutes):
        at = start + MINUTE * minute
        shown = max(shown, at.astimezone(zone).replace(tzinfo=None))
        day, passed = shown.date(), shown.hour * 60 + shown.minute
        today = calendar.exceptions.get(day, calendar.week[day.weekday()])
        inside = any(window.minutes[0] <= passed < window.minutes[1] for window in today)
        verdicts.append(inside and not any(absence.covers(at) for absence in calendar.away))
    return verdicts[180:]


@settings(PATIENT, max_examples=60)
@given(scenes())
def test_calendar_agrees_with_watching_the_clock_minute_by_minute(scene: tuple[WorkCalendar, datetime]) -> None:
    calendar, start = scene
    verdicts = minutes_by_hand(calendar, start, 2880)
    assert [calendar.is_open(start + MINUTE * minute) for minute in range(2880)] == verdicts
    assert calendar.working_between(start, start + MINUTE * 2880) == MINUTE * sum(verdicts)
    worked = [minute for minute, verdict in enumerate(verdicts) if verdict]
    for count in range(1, len(worked) + 1, 97):
        assert calendar.add_working(start, MINUTE * count) == start + MINUTE * (worked[count - 1] + 1)
    if worked:
        assert calendar.opening_at_or_after(start) == start + MINUTE * worked[0]
    shut = next(
        (minute for minute, verdict in enumerate(verdicts) if worked and minute > worked[0] and not verdict), None
    )
    if shut is not None:
        assert calendar.closing_after(start) == start + MINUTE * shut


SPANS = st.timedeltas(timedelta(), 60 * HOUR)


@settings(PATIENT)
@given(OPEN_SCENES, SPANS, SPANS)
def test_adding_working_time_is_the_inverse_of_measuring_it(
    scene: tuple[WorkCalendar, datetime], span: timedelta, more: timedelta
) -> None:
    calendar, start = scene
    due = calendar.add_working(start, span)
    assert calendar.working_between(start, due) == span
    assert calendar.add_working(due, more) == calendar.add_working(start, span + more)
    if span:
        assert calendar.working_between(start, due - timedelta.resolution) == span - timedelta.resolution


@settings(PATIENT)
@given(OPEN_SCENES, SPANS, st.timedeltas(timedelta(), 90 * HOUR))
def test_later_starts_are_never_due_earlier(
    scene: tuple[WorkCalendar, datetime], span: timedelta, later: timedelta
) -> None:
    calendar, start = scene
    assert calendar.add_working(start, span) <= calendar.add_working(start + later, span)
    assert timedelta() <= calendar.working_between(start, start + later) <= later


@settings(PATIENT)
@given(scenes())
def test_calendar_survives_json(scene: tuple[WorkCalendar, datetime]) -> None:
    assert WorkCalendar.from_json(scene[0].to_json()) == scene[0]
