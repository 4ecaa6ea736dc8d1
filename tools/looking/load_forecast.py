"""What the coming days bring, against what the team carries."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.answers import Answer
from domain.assignment import stage_load
from domain.calendars import WEEKDAYS, WorkCalendar
from domain.forecast import ENOUGH, DayForecast, Past, forecast
from domain.foreign import Fact
from domain.orders import Status
from domain.queries import LoadForecast
from domain.worktime import DAY_MINUTES, first_reached
from store.measures import arrivals
from store.views import listings
from store.views.listings import ManagerLine
from tools.looking.registry import LookContext, looks
from tools.looking.times import percent, rounded
from tools.roster import stage_weights


@looks(LoadForecast)
async def load_forecast(tx: AsyncConnection, query: LoadForecast, context: LookContext) -> Answer:
    """For those who see the desk's numbers."""
    context.viewer.require_sees_all("read_metrics")
    weights = stage_weights(context.policy)
    team = await listings.managers(tx)
    past = await _past(tx, query, context, weights)
    load = sum(stage_load({Status(s): n for s, n in line.counts.items()}, weights) for line in team)
    local = context.now.astimezone(context.times.zone)
    coming = [local.date() + timedelta(days=number) for number in range(query.days + 1)]
    found = forecast(
        past,
        _capacities(team, coming, context),
        load=load,
        weight=weights[Status.PENDING_MANAGER],
        from_hour=local.hour,
    )
    return Answer.of(
        {
            **context.times.present(),
            "history": {"from": past.first.isoformat(), "to": past.last.isoformat(), "whole_days": len(past.days)},
            "enough_days_for_a_mean": ENOUGH,
            "load_now": rounded(load),
            "days": [_facts(day, today=number == 0) for number, day in enumerate(found)],
        }
    )


async def _past(
    tx: AsyncConnection, query: LoadForecast, context: LookContext, weights: Mapping[Status, float]
) -> Past:
    """The whole local days of the window; the day on which the first order of all came is not whole."""
    zone = context.times.zone
    today = context.now.astimezone(zone).date()
    first, began = today - timedelta(weeks=query.history_weeks), await arrivals.first_arrival(tx)
    if began is None:
        return Past(first=today, last=today - timedelta(days=1), arrived={}, released={})
    first = max(first, began.astimezone(zone).date() + timedelta(days=1))
    since, until = first_reached(first, 0, zone), first_reached(today, 0, zone)
    return Past(
        first=first,
        last=today - timedelta(days=1),
        arrived=await arrivals.by_hour(tx, since=since, until=until, zone=zone.key),
        released=await arrivals.released_by_day(tx, weights, since=since, until=until, zone=zone.key),
    )


def _capacities(team: list[ManagerLine], days: list[date], context: LookContext) -> dict[date, float]:
    """Capacity of the managers who can be reached and have working time on a day: of today, what is left of it."""
    reachable = [(line.capacity, context.calendars.working(line)) for line in team if line.telegram_linked]
    zone = context.times.zone
    edges = {day: (first_reached(day, 0, zone), first_reached(day, DAY_MINUTES, zone)) for day in days}
    return {
        day: float(sum(capacity for capacity, calendar in reachable if _works(calendar, max(opens, context.now), ends)))
        for day, (opens, ends) in edges.items()
    }


def _works(calendar: WorkCalendar, since: datetime, until: datetime) -> bool:
    return calendar.working_between(since, until) > timedelta()


def _facts(day: DayForecast, *, today: bool) -> dict[str, Fact]:
    return {
        "date": day.day.isoformat(),
        "weekday": WEEKDAYS[day.day.weekday()],
        "rest_of_today": today,
        "expected_orders": rounded(day.expected),
        "lowest_seen": day.lowest,
        "highest_seen": day.highest,
        "rests_on": day.basis.value,
        "past_days": day.samples,
        "thin_data": day.thin,
        "busiest_hours": [
            {"hour": hour, "expected_orders": round(mean, 1)}
            for hour, mean in sorted(day.by_hour.items(), key=lambda item: (-item[1], item[0]))[:4]
        ],
        "load_released": rounded(day.released),
        "load_at_end": rounded(day.load),
        "capacity": rounded(day.capacity),
        "load_percent": percent(None if day.load is None or not day.capacity else day.load / day.capacity),
        "over_capacity": day.over_capacity,
    }
