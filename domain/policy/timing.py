"""Policy of time: clocks and their ladder, calendars, severity limits, notifications (docs/DOMAIN.md 5 and 6)."""

from collections.abc import Mapping
from datetime import date, time, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from domain.clocks import ClockKind
from domain.notices import NoticeKind
from domain.orders import Status
from domain.policy.values import ClockTime, Duration, Factor, Key, PolicyModel, Share
from domain.severity import Severity


class TimeBase(StrEnum):
    """Which hours count: those of the owner's working calendar, or all of them."""

    WORKING = "working"
    CALENDAR = "calendar"


class ClockRule(PolicyModel):
    """One kind of clock; `limit` is None where the subject brings its own (stage, signal)."""

    limit: Duration | None
    time: TimeBase
    severity: Severity


class StuckStep(PolicyModel):
    """No movement for longer than `after` (calendar hours) raises `signal` with `severity`."""

    after: Duration
    severity: Severity
    signal: str


class Ladder(PolicyModel):
    """Escalation steps as shares of the limit that pass after the breach; L1 (the owner) is the breach itself."""

    l2_after: Factor
    l3_after: Factor

    @model_validator(mode="after")
    def _climbs(self) -> Self:
        if self.l3_after <= self.l2_after:
            raise PydanticCustomError("ladder", "l3_after must be larger than l2_after")
        return self


class SnoozeOption(PolicyModel):
    """One button of the snooze menu: for a length of time, or until the next opening of the calendar day after."""

    key: str
    length: Duration | None = None
    until: Literal["next_working_day"] | None = None

    @model_validator(mode="after")
    def _says_one_end(self) -> Self:
        if (self.length is None) == (self.until is None):
            raise PydanticCustomError("snooze", "give either length or until", {"allowed": ["length", "until"]})
        return self


class QuietHours(PolicyModel):
    """When messages wait for the receiver's working time, and the severity from which they do not."""

    outside_working_time: bool
    broken_by: Severity


class Clocks(PolicyModel):
    """`clocks.yaml`: limits, reminders, ladder, acknowledgement, snoozing, pauses, storms, quiet hours.

    `answer_lifetime`: so long a message counts as the answer to what the bot has asked in its chat.
    `told_again_after`: so long after a reminder or an escalation that somebody asked for, the next one for the order.
    """

    kinds: Mapping[ClockKind, ClockRule]
    remind_at: Share
    ladder: Ladder
    stuck: tuple[StuckStep, ...] = Field(min_length=1)
    stuck_in: tuple[Status, ...] = Field(min_length=1)
    acknowledgement_lifetime: Duration
    answer_lifetime: Duration
    told_again_after: Duration
    after_resolving: Duration
    snooze: tuple[SnoozeOption, ...] = Field(min_length=1)
    pause_max: Duration
    storm_threshold: int = Field(ge=1)
    quiet_hours: QuietHours


class Weekday(StrEnum):
    """Days of the week; `number` equals `date.weekday()`."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"

    @property
    def number(self) -> int:
        """0 for Monday to 6 for Sunday."""
        return tuple(Weekday).index(self)


class Window(PolicyModel):
    """Working hours in local wall time; a `closes` of 00:00 is midnight at the end of the day (written `24:00`).

    A night shift is written as two windows, one on each day. In YAML: `"10:00-19:00"`.
    """

    opens: ClockTime
    closes: ClockTime

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> Self:
        if self.closes != time(0) and self.closes <= self.opens:
            raise PydanticCustomError("window", "a window closes after it opens; split a night shift at midnight")
        return self

    @property
    def closes_at_midnight(self) -> bool:
        """Whether the window ends at 00:00 of the next day."""
        return self.closes == time(0)


def _from_text(value: object) -> object:
    if not isinstance(value, str):
        return value
    opens, dash, closes = value.partition("-")
    if not dash:
        raise PydanticCustomError("window", "'{given}' is no window", {"given": value, "allowed": ['"10:00-19:00"']})
    return {"opens": opens.strip(), "closes": closes.strip()}


def _in_order(windows: tuple[Window, ...]) -> tuple[Window, ...]:
    ordered = tuple(sorted(windows, key=lambda window: window.opens))
    for earlier, later in pairwise(ordered):
        if earlier.closes_at_midnight or earlier.closes > later.opens:
            raise PydanticCustomError("windows", "windows of one day overlap")
    return ordered


Windows = Annotated[tuple[Annotated[Window, BeforeValidator(_from_text)], ...], AfterValidator(_in_order)]


class DayException(PolicyModel):
    """Dates whose windows replace the weekly ones: none for a day off, shorter ones for a short day.

    `first` and `last` (written `from` and `to`) are inclusive; where exceptions overlap, the later in the list wins.
    """

    first: date = Field(alias="from")
    last: date = Field(alias="to")
    windows: Windows = ()
    name: str

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.last < self.first:
            raise PydanticCustomError("exception", "to is before from")
        return self


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise PydanticCustomError(
            "time_zone",
            "'{given}' is no IANA time zone",
            {"given": name, "allowed": ["Europe/Moscow", "Europe/Berlin", "UTC"]},
        )
    return name


class CalendarRule(PolicyModel):
    """A working calendar: IANA zone, windows per weekday (a weekday not named is closed), dated exceptions."""

    time_zone: Annotated[str, AfterValidator(_known_zone)]
    weekly: Mapping[Weekday, Windows]
    exceptions: tuple[DayException, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        """The time zone as an object (cached by zoneinfo)."""
        return ZoneInfo(self.time_zone)

    @model_validator(mode="after")
    def _opens_sometime(self) -> Self:
        if not any(self.weekly.values()):
            raise PydanticCustomError("calendar", "weekly holds no window at all")
        return self


class Calendars(PolicyModel):
    """`calendars.yaml`: named calendars, the default one, and which calendar each team keeps."""

    default: Key
    calendars: Mapping[Key, CalendarRule]
    teams: Mapping[Key, Key]

    def of_team(self, team: str | None) -> CalendarRule:
        """The calendar of a team; the default one for no team or a team not named in the policy."""
        return self.calendars[self.teams.get(team, self.default) if team else self.default]


class SeverityRule(PolicyModel):
    """By when a thing of this severity must be dealt with."""

    limit: Duration
    time: TimeBase


class SeverityLimits(PolicyModel):
    """`severity.yaml`: the limit of each severity (docs/DOMAIN.md 6)."""

    limits: Mapping[Severity, SeverityRule]

    def limit(self, severity: Severity) -> timedelta:
        """The limit of a severity."""
        return self.limits[severity].limit


class RateLimits(PolicyModel):
    """Telegram's limits: messages a second in all, a second per chat, a minute per group."""

    global_per_second: int = Field(ge=1)
    chat_per_second: int = Field(ge=1)
    group_per_minute: int = Field(ge=1)


class Retry(PolicyModel):
    """Delivery retries: attempts in all, waits growing from `first_wait` to `longest_wait`."""

    attempts: int = Field(ge=1)
    first_wait: Duration
    longest_wait: Duration


class Notifications(PolicyModel):
    """`notifications.yaml`: priorities per kind of message (the smaller goes first), rate limits, retries."""

    priorities: Mapping[NoticeKind, Annotated[int, Field(ge=0, le=9)]]
    rate_limits: RateLimits
    retry: Retry
