"""Who works when: team calendars of the policy, personal ones of the person, absences on top."""

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from domain.calendars import WorkCalendar
from domain.policy import CalendarRule, Policy, Window
from domain.windows import Absence
from domain.windows import Window as WorkWindow


class Staffed(Protocol):
    """A person or manager row: what is needed to know when they work."""

    @property
    def team(self) -> str:
        """The team whose calendar holds unless there is a personal one."""
        ...

    @property
    def calendar(self) -> Mapping[str, Any] | None:
        """The personal calendar as JSON, or None."""
        ...

    @property
    def away_from(self) -> datetime | None:
        """Start of the present or coming absence."""
        ...

    @property
    def away_until(self) -> datetime | None:
        """End of that absence."""
        ...


def _window(window: Window) -> WorkWindow:
    return WorkWindow(window.opens, window.closes)


def to_calendar(rule: CalendarRule) -> WorkCalendar:
    """A policy calendar as a value to compute with; of overlapping exceptions the later in the list wins."""
    exceptions: dict[date, tuple[WorkWindow, ...]] = {}
    for exception in rule.exceptions:
        windows = tuple(map(_window, exception.windows))
        for offset in range((exception.last - exception.first).days + 1):
            exceptions[exception.first + timedelta(days=offset)] = windows
    week = {day.number: tuple(map(_window, windows)) for day, windows in rule.weekly.items()}
    return WorkCalendar(tz=rule.time_zone, week=week, exceptions=exceptions)


class CalendarBook:
    """Calendars by team and person, converted once and kept: equal calendars share their working-time caches."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._teams: dict[str | None, WorkCalendar] = {}
        self._own: dict[str, WorkCalendar] = {}

    def of_team(self, team: str | None) -> WorkCalendar:
        """The calendar of a team, the company's default for none."""
        if team not in self._teams:
            self._teams[team] = to_calendar(self._policy.calendars.of_team(team))
        return self._teams[team]

    def of(self, person: Staffed) -> WorkCalendar:
        """The person's working time without their absences."""
        if not person.calendar:
            return self.of_team(person.team)
        key = json.dumps(person.calendar, sort_keys=True)
        if key not in self._own:
            self._own[key] = WorkCalendar.from_json(person.calendar)
        return self._own[key]

    def working(self, person: Staffed) -> WorkCalendar:
        """The person's working time less their absence: what quiet hours and shifts go by."""
        absence = absence_of(person)
        return self.of(person) if absence is None else self.of(person).with_absence([absence])


def absence_of(person: Staffed) -> Absence | None:
    """The person's present or coming absence."""
    if person.away_from is None:
        return None
    return Absence(person.away_from, person.away_until)
