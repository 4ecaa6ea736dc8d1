"""Who works when in the coming days: the team's calendar, the managers' own hours, absences."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.answers import Answer
from domain.calendars import WEEKDAYS
from domain.errors import NotFoundError
from domain.foreign import Fact
from domain.policy import CalendarRule
from domain.queries import LookAtCalendar
from domain.staff import to_calendar
from domain.worktime import DAY_MINUTES, first_reached
from store.views import listings
from store.views.listings import ManagerLine
from tools.looking.registry import LookContext, looks
from tools.looking.times import hours


@looks(LookAtCalendar)
async def work_calendar(tx: AsyncConnection, query: LookAtCalendar, context: LookContext) -> Answer:
    """A manager sees the team's days and their own hours, not when others are away."""
    own = context.viewer.only_own
    if own is not None and query.manager_id is not None:
        context.viewer.require_sees(query.manager_id)
    people = await listings.managers(tx, person_id=own or query.manager_id)
    if not people and query.manager_id is not None:
        raise NotFoundError(kind="person", name=str(query.manager_id))
    today = context.now.astimezone(context.times.zone).date()
    days = [today + timedelta(days=number) for number in range(query.days)]
    teams = sorted({line.team for line in people} | {"default"})
    return Answer.of(
        {
            **context.times.present(),
            "days": {"from": days[0].isoformat(), "to": days[-1].isoformat()},
            "teams": {team: _team(context.policy.calendars.of_team(team), days) for team in teams},
            "people": [_person(line, days, context) for line in people],
        }
    )


def _team(rule: CalendarRule, days: Sequence[date]) -> dict[str, Fact]:
    calendar = to_calendar(rule)
    names = {
        day: exception.name for exception in rule.exceptions for day in days if exception.first <= day <= exception.last
    }
    return {
        "time_zone": rule.time_zone,
        "days": [
            {
                "date": day.isoformat(),
                "weekday": WEEKDAYS[day.weekday()],
                "works": [str(window) for window in calendar.exceptions.get(day, calendar.week[day.weekday()])],
                "exception": names.get(day),
            }
            for day in days
        ],
    }


def _person(line: ManagerLine, days: Sequence[date], context: LookContext) -> dict[str, Fact]:
    calendar, times = context.calendars.working(line), context.times
    edges = {day: (first_reached(day, 0, times.zone), first_reached(day, DAY_MINUTES, times.zone)) for day in days}
    return {
        "id": line.id,
        "name": line.name,
        "team": line.team,
        "own_calendar": bool(line.calendar),
        **times.at("away_from", line.away_from),
        **times.at("away_until", line.away_until),
        "away_open_ended": line.away_from is not None and line.away_until is None,
        "on_shift": calendar.is_open(times.now),
        "working_hours": {day.isoformat(): hours(calendar.working_between(*span)) for day, span in edges.items()},
    }
