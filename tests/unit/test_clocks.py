"""SLA clocks: reminders, due instants, the ladder, pauses, extensions, snoozing."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.calendars import WorkCalendar
from domain.clocks import (
    PAUSE_MAX,
    Audience,
    ClockKind,
    ClockRule,
    Deadlines,
    LadderStep,
    Level,
    Pause,
    ack_expires,
    due_level,
    extend,
    ladder_step,
    next_instant,
    plan,
    plan_movement,
    resume,
    snooze,
)
from domain.errors import InvalidInputError
from domain.windows import Absence, Window

HOUR = timedelta(hours=1)
ZONE = ZoneInfo("Europe/Moscow")
SHIFT = (Window(time(10), time(19)),)
# 2026-07-03 is a Friday; the Tuesday after it is a holiday.
COMPANY = WorkCalendar(
    "Europe/Moscow",
    {**dict.fromkeys(range(5), SHIFT), 5: (Window(time(11), time(16)),)},
    {date(2026, 7, 7): ()},
)
ACCEPT = ClockRule(limit=timedelta(minutes=15))
TRANSIT = ClockRule(limit=10 * HOUR, working=False)
CRISIS = ClockRule(limit=timedelta(minutes=15), critical=True)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-07-{text}").replace(tzinfo=ZONE).astimezone(UTC)


def steps(deadlines: Deadlines) -> tuple[datetime | None, ...]:
    return tuple(deadlines.at(level) for level in Level)[1:]


def test_accept_clock_starts_at_shift_opening_when_order_comes_at_night() -> None:
    clock = plan(ACCEPT, opened_at=at("03T23:30"), calendar=COMPANY)
    assert clock.opened_at == at("03T23:30")
    assert steps(clock) == (at("04T11:12"), at("04T11:15"), at("04T11:22:30"), at("04T11:30"))


@pytest.mark.parametrize(
    ("rule", "opened", "expected"),
    [
        (ClockRule(limit=2 * HOUR), "03T17:30", ("04T11:06", "04T11:30", "04T12:30", "04T13:30")),
        (ClockRule(limit=10 * HOUR), "03T15:00", ("04T15:00", "06T11:00", "06T16:00", "08T12:00")),
        (ClockRule(limit=10 * HOUR, remind_at=0.5), "03T15:00", ("04T12:00", "06T11:00", "06T16:00", "08T12:00")),
        (TRANSIT, "03T05:00", ("03T13:00", "03T15:00", "03T20:00", "04T01:00")),
        (CRISIS, "03T23:30", ("03T23:42", "03T23:45", "03T23:52:30", "04T00:00")),
    ],
)
def test_clock_steps_stand_at_their_shares_of_running_time(
    rule: ClockRule, opened: str, expected: Sequence[str]
) -> None:
    assert steps(plan(rule, opened_at=at(opened), calendar=COMPANY)) == tuple(map(at, expected))


@pytest.mark.parametrize(
    ("opened", "reminder"),
    [
        ("03T03:00", "03T11:00"),  # falls into working time: stays
        ("03T00:00", "03T10:00"),  # 08:00 waits for the opening, which is the due instant
        ("03T17:00", "04T03:00"),  # 01:00 would wait for 11:00, after the due instant: goes out with it
        ("03T11:00", "03T21:00"),  # closing time is no working time
    ],
)
def test_calendar_reminder_waits_for_working_time_but_never_past_the_due_instant(opened: str, reminder: str) -> None:
    clock = plan(TRANSIT, opened_at=at(opened), calendar=COMPANY)
    assert clock.remind_at == at(reminder)
    assert clock.due_at == at(opened) + 10 * HOUR


def test_reminder_reached_at_closing_time_waits_for_the_next_opening() -> None:
    clock = plan(ClockRule(limit=10 * HOUR), opened_at=at("03T11:00"), calendar=COMPANY)
    assert (clock.remind_at, clock.due_at) == (at("04T11:00"), at("04T13:00"))


def test_critical_clock_reminds_at_night() -> None:
    clock = plan(CRISIS, opened_at=at("05T03:00"), calendar=COMPANY)
    assert clock.remind_at == at("05T03:12")


def test_calendar_clock_of_a_person_who_never_comes_back_reminds_when_due() -> None:
    gone = COMPANY.with_absence([Absence(at("01T00:00"))])
    clock = plan(TRANSIT, opened_at=at("03T12:00"), calendar=gone)
    assert clock.remind_at == clock.due_at == at("03T22:00")
    with pytest.raises(InvalidInputError, match="370 days"):
        plan(ACCEPT, opened_at=at("03T12:00"), calendar=gone)


def test_working_clock_keeps_its_hours_over_the_dst_night() -> None:
    night = WorkCalendar("Europe/Berlin", dict.fromkeys(range(7), (Window(time(0), time(6)),)))
    opened = datetime(2026, 10, 24, 22, tzinfo=UTC)  # 00:00 of the night that has seven working hours
    clock = plan(ClockRule(limit=7 * HOUR), opened_at=opened, calendar=night)
    assert clock.due_at == opened + 7 * HOUR
    assert clock.l2_at == datetime(2026, 10, 26, 2, 30, tzinfo=UTC)


STAGE = ClockRule(limit=8 * HOUR)


def test_pause_takes_only_its_overlap_with_working_time() -> None:
    opened = at("03T12:00")
    plain = plan(STAGE, opened_at=opened, calendar=COMPANY)
    night = Pause(at("03T20:00"), at("04T10:00"), "client sleeps")
    overlapping = Pause(at("03T18:00"), at("04T12:00"), "client asked to wait")
    assert plain.due_at == at("04T12:00")
    assert resume(plain, STAGE, [night], COMPANY) == plain
    assert resume(plain, STAGE, [overlapping], COMPANY).due_at == at("04T14:00")
    assert resume(plain, STAGE, [overlapping, night], COMPANY).due_at == at("04T14:00")


def test_pause_after_a_breach_moves_only_the_rest_of_the_ladder() -> None:
    plain = plan(STAGE, opened_at=at("03T10:00"), calendar=COMPANY)
    paused = resume(plain, STAGE, [Pause(at("03T18:30"), at("04T13:00"), "admin looks into it")], COMPANY)
    assert paused.due_at == plain.due_at == at("03T18:00")
    assert (plain.l2_at, paused.l2_at) == (at("04T14:00"), at("06T10:30"))


def test_open_pause_ends_by_itself_at_its_maximum_length() -> None:
    opened = at("03T12:00")
    lasting = Pause(at("03T13:00"), None, "client thinks")
    overlong = Pause(at("03T13:00"), at("31T13:00"), "client thinks")
    for pause in (lasting, overlong):
        bounded = plan(STAGE, opened_at=opened, calendar=COMPANY, pauses=[pause], pause_max=24 * HOUR)
        assert bounded.due_at == at("06T14:00")
    assert plan(STAGE, opened_at=opened, calendar=COMPANY, pauses=[lasting]).due_at == at("08T11:00")
    assert timedelta(days=3) == PAUSE_MAX


def test_pause_of_a_calendar_clock_counts_in_full() -> None:
    pause = Pause(at("03T20:00"), at("03T23:00"), "customs")
    assert plan(TRANSIT, opened_at=at("03T14:00"), calendar=COMPANY, pauses=[pause]).due_at == at("04T03:00")


def test_empty_pause_changes_nothing() -> None:
    plain = plan(STAGE, opened_at=at("03T12:00"), calendar=COMPANY)
    pause = Pause(at("03T13:00"), at("03T13:00"), "pressed twice")
    assert resume(plain, STAGE, [pause], COMPANY) == plain


def test_extension_moves_due_reminder_and_ladder_by_the_same_working_time() -> None:
    clock = plan(STAGE, opened_at=at("03T10:00"), calendar=COMPANY)
    longer = extend(clock, 2 * HOUR, rule=STAGE, calendar=COMPANY, now=at("03T11:00"))
    assert steps(clock) == (at("03T16:24"), at("03T18:00"), at("04T14:00"), at("06T12:00"))
    assert steps(longer) == (at("03T18:24"), at("04T12:00"), at("04T16:00"), at("06T14:00"))


def test_extension_of_a_breached_clock_counts_from_now() -> None:
    clock = plan(STAGE, opened_at=at("03T10:00"), calendar=COMPANY)
    longer = extend(clock, 2 * HOUR, rule=STAGE, calendar=COMPANY, now=at("04T13:00"))
    assert longer.due_at == at("04T15:00")
    assert due_level(longer, at("04T14:59")) < Level.BREACHED


def test_extension_survives_a_later_pause() -> None:
    clock = plan(STAGE, opened_at=at("03T10:00"), calendar=COMPANY)
    longer = extend(clock, HOUR, rule=STAGE, calendar=COMPANY, now=at("03T11:00"))
    pause = Pause(at("03T12:00"), at("03T13:00"), "seller is silent")
    assert resume(longer, STAGE, [pause], COMPANY).due_at == at("04T12:00")


def test_extension_by_nothing_is_refused() -> None:
    clock = plan(STAGE, opened_at=at("03T10:00"), calendar=COMPANY)
    with pytest.raises(InvalidInputError, match="field=by"):
        extend(clock, timedelta(), rule=STAGE, calendar=COMPANY, now=at("03T11:00"))


@pytest.mark.parametrize(
    ("now", "level", "following"),
    [
        ("03T16:23:59", Level.RUNNING, "03T16:24"),
        ("03T16:24", Level.REMINDED, "03T18:00"),
        ("03T18:00", Level.BREACHED, "04T14:00"),
        ("04T13:59:59", Level.BREACHED, "04T14:00"),
        ("04T14:00", Level.L2, "06T12:00"),
        ("06T12:00", Level.L3, None),
        ("31T12:00", Level.L3, None),
    ],
)
def test_sweep_finds_the_level_of_the_moment_and_the_next_instant(
    now: str, level: Level, following: str | None
) -> None:
    clock = plan(STAGE, opened_at=at("03T10:00"), calendar=COMPANY)
    assert due_level(clock, at(now)) is level
    assert next_instant(clock, level) == (at(following) if following else None)


def test_stuck_clock_is_high_after_a_day_and_critical_after_three_whatever_the_calendar() -> None:
    clock = plan_movement(at("03T18:00"))
    assert steps(clock) == (None, at("04T18:00"), at("06T18:00"), None)
    assert next_instant(clock, Level.RUNNING) == at("04T18:00")
    assert next_instant(clock, Level.BREACHED) == at("06T18:00")
    assert next_instant(clock, Level.L2) is None
    assert [due_level(clock, at(now)) for now in ("04T17:59", "04T18:00", "06T18:00", "31T00:00")] == [
        Level.RUNNING,
        Level.BREACHED,
        Level.L2,
        Level.L2,
    ]


@pytest.mark.parametrize(
    ("choice", "now", "until"),
    [
        ("30m", "03T18:50", "03T19:20"),
        ("2h", "03T12:00", "03T14:00"),
        ("tomorrow", "03T12:00", "04T11:00"),
        ("tomorrow", "04T12:00", "06T10:00"),
        ("tomorrow", "06T00:30", "08T10:00"),
        ("tomorrow", "05T23:59", "06T10:00"),
    ],
)
def test_snooze_puts_the_card_away_until_the_chosen_moment(choice: str, now: str, until: str) -> None:
    assert snooze(choice, now=at(now), calendar=COMPANY) == at(until)


def test_unknown_snooze_names_the_choices() -> None:
    with pytest.raises(InvalidInputError) as caught:
        snooze("forever", now=at("03T12:00"), calendar=COMPANY)
    assert caught.value.allowed == ("30m", "2h", "tomorrow")


def test_ladder_starts_with_the_owner_and_ends_with_all_admins_and_a_hot_order() -> None:
    assert [ladder_step(ClockKind.STAGE, level) for level in Level] == [
        None,
        LadderStep(hears=Audience.OWNER),
        LadderStep(hears=Audience.OWNER),
        LadderStep(hears=Audience.DUTY_ADMIN, card=True),
        LadderStep(hears=Audience.ALL_ADMINS, card=True, hot=True, severity_steps=1),
    ]


@pytest.mark.parametrize("kind", ClockKind)
def test_every_ladder_names_someone_for_every_level_it_can_reach_and_ends_with_an_admin(kind: ClockKind) -> None:
    clock = (
        plan_movement(at("03T18:00"))
        if kind is ClockKind.MOVEMENT
        else plan(STAGE, opened_at=at("03T10:00"), calendar=COMPANY)
    )
    reachable = [level for level in Level if level and clock.at(level) is not None]
    heard = [step.hears for level in reachable if (step := ladder_step(kind, level)) is not None]
    assert len(heard) == len(reachable)
    assert heard[-1] is not Audience.OWNER


def test_acknowledgement_expires() -> None:
    assert ack_expires(at("03T12:00")) == at("03T14:00")
    assert ack_expires(at("03T12:00"), timedelta(minutes=5)) == at("03T12:05")


def test_rules_whose_steps_would_not_come_in_order_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="field=limit"):
        ClockRule(limit=timedelta())
    with pytest.raises(InvalidInputError, match="field=remind_at"):
        ClockRule(limit=HOUR, remind_at=1.5)
    with pytest.raises(InvalidInputError, match="field=l2_after"):
        ClockRule(limit=HOUR, l2_after=1.0, l3_after=0.5)
    with pytest.raises(InvalidInputError, match="field=high"):
        plan_movement(at("03T12:00"), high=HOUR, critical=HOUR)
