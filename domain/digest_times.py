"""When a digest is due, and which span it is of: pure rules over the company's calendar (policy/digests.yaml)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from domain.calendars import WorkCalendar
from domain.measures import Period
from domain.policy import DigestRule, DigestTime
from domain.worktime import DAY_MINUTES, first_reached

LOOKED_BACK: Final = 21
"""Local days: longer than any holidays."""
WITHOUT_SCHEDULE: Final = timedelta(days=1)
"""The span of a digest that is asked for outside every schedule."""
_MONDAY: Final = 0


def due(
    rule: DigestRule, calendar: WorkCalendar, *, now: datetime, late: timedelta, since: datetime | None = None
) -> Period | None:
    """The span of the digest that is due and not too late; None when there is none.

    `since` is when the oldest open crisis signal was raised; a crisis digest is due then, and after each `every`.
    """
    found = _crisis(rule, since, now) if rule.when is DigestTime.CRISIS else next(_spans(rule, calendar, now), None)
    return None if found is None or now - found.until > late else found


def until_now(rule: DigestRule, calendar: WorkCalendar, *, now: datetime) -> Period:
    """A span that ends now, as long as the digest's last one."""
    last = None if rule.when is DigestTime.CRISIS else next(_spans(rule, calendar, now), None)
    return Period(since=now - (WITHOUT_SCHEDULE if last is None else last.length), until=now)


def _crisis(rule: DigestRule, since: datetime | None, now: datetime) -> Period | None:
    if since is None or since > now:
        return None
    assert rule.every is not None
    return Period(since=since - WITHOUT_SCHEDULE, until=since + (now - since) // rule.every * rule.every)


def _spans(rule: DigestRule, calendar: WorkCalendar, now: datetime) -> Iterator[Period]:
    """The latest first."""
    if rule.when is DigestTime.SHIFT_END:
        yield from _shifts(calendar, now)
        return
    ends = list(_instants(rule, calendar, now))
    yield from (Period(since=earlier, until=later) for later, earlier in pairwise(ends))


def _instants(rule: DigestRule, calendar: WorkCalendar, now: datetime) -> Iterator[datetime]:
    assert rule.at is not None
    zone, minute = ZoneInfo(calendar.tz), rule.at.hour * 60 + rule.at.minute
    today = now.astimezone(zone).date()
    for back in range(LOOKED_BACK):
        day = today - timedelta(days=back)
        at = first_reached(day, minute, zone)
        if at > now:
            continue
        begins, ends = first_reached(day, 0, zone), first_reached(day, DAY_MINUTES, zone)
        if rule.when is DigestTime.MONDAY:
            if day.weekday() == _MONDAY:
                yield at
        elif calendar.working_between(begins, ends) > timedelta():
            yield at


def _shifts(calendar: WorkCalendar, now: datetime) -> Iterator[Period]:
    zone = ZoneInfo(calendar.tz)
    today = now.astimezone(zone).date()
    for back in range(LOOKED_BACK):
        day = today - timedelta(days=back)
        at, ends = first_reached(day, 0, zone), first_reached(day, DAY_MINUTES, zone)
        shifts: list[Period] = []
        while (opening := calendar.first_opening(at)) is not None and opening < ends:
            closing = calendar.closing_after(opening)
            if closing is None or closing > now:
                break
            shifts.append(Period(since=opening, until=closing))
            at = closing
        yield from reversed(shifts)
