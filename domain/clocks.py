"""SLA clocks: when a clock reminds, falls due and climbs the ladder (docs/DOMAIN.md 5).

A clock is a limit of *running time* since it was opened. Running time is the owner's working time, or all time for
critical and calendar clocks, in both cases minus the pauses. All steps of a clock are shares of that one running time,
so a pause or an extension moves the whole rest of the ladder.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import IntEnum, StrEnum
from functools import lru_cache
from types import MappingProxyType

from domain.calendars import WorkCalendar
from domain.errors import InvalidInputError
from domain.windows import Absence, Window
from domain.worktime import utc


class ClockKind(StrEnum):
    """Every kind of clock that the desk runs (docs/DOMAIN.md 5)."""

    ACCEPT = "accept"
    FIRST_CONTACT = "first_contact"
    CLIENT_REPLY = "client_reply"
    STAGE = "stage"
    CLIENT_DECISION = "client_decision"
    PAYMENT = "payment"
    FOLLOW_UP = "follow_up"
    TASK = "task"
    BLOCKER = "blocker"
    SIGNAL = "signal"
    APPROVAL = "approval"
    MOVEMENT = "movement"


class Level(IntEnum):
    """How far a clock has come; from BREACHED on it is a violation, and each level includes the ones below it."""

    RUNNING = 0
    REMINDED = 1
    BREACHED = 2
    L2 = 3
    L3 = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRule:
    """Limit and ladder of a clock, as frozen on it when it opens.

    `limit` is running time; `remind_at` is a share of it, `l2_after` and `l3_after` are shares of it that pass after
    the breach. `working` counts the owner's working time; a `critical` clock runs and reminds around the clock.
    """

    limit: timedelta
    working: bool = True
    remind_at: float = 0.8
    l2_after: float = 0.5
    l3_after: float = 1.0
    critical: bool = False

    def __post_init__(self) -> None:
        """Refuse limits and shares whose steps would not come in the order of the ladder."""
        if self.limit <= timedelta():
            raise InvalidInputError(field="limit", value=str(self.limit), allowed=("more than zero",))
        if not 0 < self.remind_at <= 1:
            raise InvalidInputError(field="remind_at", value=self.remind_at, allowed=("more than 0, at most 1",))
        if not 0 < self.l2_after < self.l3_after:
            steps = f"{self.l2_after}, {self.l3_after}"
            raise InvalidInputError(field="l2_after, l3_after", value=steps, allowed=("0 < l2_after < l3_after",))

    def share(self, level: Level) -> float:
        """The share of the limit at which the clock reaches `level`."""
        return (0.0, self.remind_at, 1.0, 1.0 + self.l2_after, 1.0 + self.l3_after)[level]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """The instants of one clock, in UTC and in this order; None where the ladder has no such step.

    `extended_by` is the running time that extensions have added to the limit: stored with the clock for `resume`.
    """

    opened_at: datetime
    remind_at: datetime | None
    due_at: datetime
    l2_at: datetime | None
    l3_at: datetime | None
    extended_by: timedelta = timedelta()

    def at(self, level: Level) -> datetime | None:
        """The instant at which the clock reaches `level`."""
        return (self.opened_at, self.remind_at, self.due_at, self.l2_at, self.l3_at)[level]


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stands still in `[start, end)`; `end` None while it lasts: it ends by itself at its maximum length."""

    start: datetime
    end: datetime | None
    reason: str

    def bounded(self, longest: timedelta) -> Absence | None:
        """What this pause takes from the clock, at most `longest` of calendar time; None when that is nothing."""
        limit = utc(self.start, field="pause.start") + longest
        end = limit if self.end is None else min(utc(self.end, field="pause.end"), limit)
        return Absence(self.start, end) if end > self.start else None


PAUSE_MAX = timedelta(days=3)
"""Longest pause when the policy does not say otherwise."""

_ALL_DAY = (Window(time.min, time.min),)
AROUND_THE_CLOCK = WorkCalendar("UTC", dict.fromkeys(range(7), _ALL_DAY))
"""The calendar of clocks that never sleep."""


def plan(
    rule: ClockRule,
    *,
    opened_at: datetime,
    calendar: WorkCalendar,
    pauses: Iterable[Pause] = (),
    pause_max: timedelta = PAUSE_MAX,
) -> Deadlines:
    """All instants of a clock that opens at `opened_at` for an owner who works by `calendar`.

    A working clock that opens outside working time starts at the next opening. Raises InvalidInputError when a calendar
    that is needed does not open within 370 days.
    """
    return _plan(rule, utc(opened_at, field="opened_at"), calendar, _absences(pauses, pause_max), timedelta())


def resume(
    deadlines: Deadlines,
    rule: ClockRule,
    pauses: Iterable[Pause],
    calendar: WorkCalendar,
    *,
    pause_max: timedelta = PAUSE_MAX,
) -> Deadlines:
    """The clock replanned after its pauses (all it ever had) or its owner's calendar changed; extensions stay."""
    return _plan(rule, utc(deadlines.opened_at), calendar, _absences(pauses, pause_max), deadlines.extended_by)


def extend(
    deadlines: Deadlines,
    by: timedelta,
    *,
    rule: ClockRule,
    calendar: WorkCalendar,
    now: datetime,
    pauses: Iterable[Pause] = (),
    pause_max: timedelta = PAUSE_MAX,
) -> Deadlines:
    """Give the clock `by` of running time more: after its due instant, or after `now` when it is already breached.

    Reminder and ladder move along with the due instant. Raises InvalidInputError unless `by` is positive.
    """
    if by <= timedelta():
        raise InvalidInputError(field="by", value=str(by), allowed=("more than zero",))
    absences = _absences(pauses, pause_max)
    overdue = _running(rule, calendar, absences).working_between(deadlines.due_at, max(utc(now), deadlines.due_at))
    return _plan(rule, utc(deadlines.opened_at), calendar, absences, deadlines.extended_by + overdue + by)


def plan_movement(
    moved_at: datetime, *, high: timedelta = timedelta(hours=24), critical: timedelta = timedelta(hours=72)
) -> Deadlines:
    """The stuck clock, in calendar hours: BREACHED is high, L2 is critical; no reminder, no L3 (docs/DOMAIN.md 5)."""
    if not timedelta() < high < critical:
        raise InvalidInputError(field="high, critical", value=f"{high}, {critical}", allowed=("0 < high < critical",))
    moved_at = utc(moved_at, field="moved_at")
    return Deadlines(opened_at=moved_at, remind_at=None, due_at=moved_at + high, l2_at=moved_at + critical, l3_at=None)


def due_level(deadlines: Deadlines, now: datetime) -> Level:
    """The highest level that the clock has reached by `now`; an instant belongs to the level that it starts."""
    reached = (level for level in reversed(Level) if (at := deadlines.at(level)) is not None and at <= now)
    return next(reached, Level.RUNNING)


def next_instant(deadlines: Deadlines, level: Level) -> datetime | None:
    """When the sweep must act next on a clock that has been handled up to `level`; None when nothing is left."""
    return next((at for above in Level if above > level and (at := deadlines.at(above)) is not None), None)


TOMORROW = "tomorrow"
SNOOZE_LENGTHS = MappingProxyType({"30m": timedelta(minutes=30), "2h": timedelta(hours=2)})


def snooze(
    choice: str, *, now: datetime, calendar: WorkCalendar, lengths: Mapping[str, timedelta] = SNOOZE_LENGTHS
) -> datetime:
    """Until when a card stays away: one of `lengths`, in calendar time, or the first opening of the following days.

    Raises InvalidInputError for a choice that is not offered.
    """
    if choice == TOMORROW:
        return calendar.opening_at_or_after(calendar.next_day(now))
    if choice not in lengths:
        raise InvalidInputError(field="snooze", value=choice, allowed=(*lengths, TOMORROW))
    return utc(now) + lengths[choice]


def ack_expires(at: datetime, lifetime: timedelta = timedelta(hours=2)) -> datetime:
    """Until when an acknowledgement given at `at` stops the ladder (docs/DOMAIN.md 5)."""
    return utc(at) + lifetime


class Audience(StrEnum):
    """Who hears of a ladder step."""

    OWNER = "owner"
    DUTY_ADMIN = "duty_admin"
    ALL_ADMINS = "all_admins"


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderStep:
    """What happens when a clock reaches a level.

    `card`: the audience gets a card to act on, and AI-ROP proposes what to do. `hot`: the order enters the hot list.
    `severity_steps`: by how much the severity rises.
    """

    hears: Audience
    card: bool = False
    hot: bool = False
    severity_steps: int = 0


_LADDER = {
    Level.REMINDED: LadderStep(hears=Audience.OWNER),
    Level.BREACHED: LadderStep(hears=Audience.OWNER),
    Level.L2: LadderStep(hears=Audience.DUTY_ADMIN, card=True),
    Level.L3: LadderStep(hears=Audience.ALL_ADMINS, card=True, hot=True, severity_steps=1),
}
_LADDER_OF_KIND: Mapping[ClockKind, Mapping[Level, LadderStep]] = {
    # The stuck clock has neither reminder nor L3; its second step is critical by itself (high 24 h, critical 72 h).
    ClockKind.MOVEMENT: {
        Level.BREACHED: LadderStep(hears=Audience.OWNER),
        Level.L2: LadderStep(hears=Audience.DUTY_ADMIN, card=True, hot=True, severity_steps=1),
    },
}


def ladder_step(kind: ClockKind, level: Level) -> LadderStep | None:
    """Who hears when a clock of this kind reaches `level`; None when the ladder has no such step (docs/DOMAIN.md 5)."""
    return _LADDER_OF_KIND.get(kind, _LADDER).get(level)


def _absences(pauses: Iterable[Pause], longest: timedelta) -> tuple[Absence, ...]:
    bounded = (pause.bounded(longest) for pause in pauses)
    return tuple(absence for absence in bounded if absence is not None)


def _running(rule: ClockRule, calendar: WorkCalendar, pauses: tuple[Absence, ...]) -> WorkCalendar:
    """The calendar of the clock's running time: what is not working time for it, and the pauses, do not count."""
    return (calendar if rule.working and not rule.critical else AROUND_THE_CLOCK).with_absence(pauses)


# A wave opens the same clocks for the same few owners at one instant; all arguments are frozen values.
@lru_cache(maxsize=16384)
def _plan(
    rule: ClockRule, opened_at: datetime, calendar: WorkCalendar, pauses: tuple[Absence, ...], extended_by: timedelta
) -> Deadlines:
    running = _running(rule, calendar, pauses)

    def reached(level: Level) -> datetime:
        return running.add_working(opened_at, extended_by + rule.limit * rule.share(level))

    due_at = reached(Level.BREACHED)
    remind_at = reached(Level.REMINDED)
    if not rule.critical:
        opening = calendar.with_absence(pauses).first_opening(remind_at)
        remind_at = min(due_at, opening or due_at)
    return Deadlines(
        opened_at=opened_at,
        remind_at=remind_at,
        due_at=due_at,
        l2_at=reached(Level.L2),
        l3_at=reached(Level.L3),
        extended_by=extended_by,
    )
