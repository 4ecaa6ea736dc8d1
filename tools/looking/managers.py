"""Managers: what they carry, when they work, and how a period went for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.answers import Answer
from domain.errors import NotFoundError
from domain.foreign import Fact
from domain.queries import LookAtManagers
from store.measures import metrics_desk, metrics_instants, metrics_people
from store.measures.metrics_desk import Load
from store.measures.metrics_people import Conduct
from store.views import listings
from store.views.listings import ManagerLine
from tools.looking.records import told
from tools.looking.registry import LookContext, looks
from tools.looking.times import percent, rounded


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of one person; `line` is None for who is no manager at work (an admin with orders, a leaver)."""

    load: Load
    line: ManagerLine | None
    conduct: Conduct


@looks(LookAtManagers)
async def managers(tx: AsyncConnection, query: LookAtManagers, context: LookContext) -> Answer:
    """Everybody with orders or with a period to speak of; a manager sees themselves."""
    own = context.viewer.only_own
    if own is not None and query.manager_id is not None:
        context.viewer.require_sees(query.manager_id)
    period = context.period(query.period)
    known_until = await metrics_instants.history_known_until(tx)
    loads = await metrics_desk.loads(tx, period, context.policy, known_until, now=context.now)
    lines = {line.id: line for line in await listings.managers(tx, person_id=own)}
    conduct = await metrics_people.conduct(tx, period)
    everybody = [
        _Known(load, lines.get(load.person_id), conduct.get(load.person_id, Conduct()))
        for load in loads
        if own in (None, load.person_id)
    ]
    asked = [one for one in everybody if _is_asked(one.load, query)]
    if not asked and (query.person is not None or query.manager_id is not None):
        raise NotFoundError(kind="person", name=query.person or str(query.manager_id))
    asked.sort(
        key=lambda one: (-one.conduct.total.hits, -(one.load.utilisation or 0), one.load.name, one.load.person_id)
    )
    return Answer.of(
        {
            **context.times.present(),
            "period": context.times.period(period),
            "team": _team(everybody, context) if own is None else None,
            "people": [_facts(one, context) for one in asked],
        }
    )


def _is_asked(load: Load, query: LookAtManagers) -> bool:
    if query.manager_id is not None and load.person_id != query.manager_id:
        return False
    return query.person is None or load.name.casefold().startswith(query.person.casefold())


def _team(everybody: Sequence[_Known], context: LookContext) -> dict[str, Fact]:
    """The managers at work together."""
    team = [one for one in everybody if one.line is not None]
    load = sum(one.load.load for one in team)
    capacity = sum(one.load.capacity or 0 for one in team)
    return {
        "managers": len(team),
        "on_shift": sum(_on_shift(one.line, context) for one in team if one.line is not None),
        "away": sum(one.load.away for one in team),
        "load": rounded(load),
        "capacity": capacity,
        "load_percent": percent(load / capacity if capacity else None),
    }


def _on_shift(line: ManagerLine, context: LookContext) -> bool:
    return context.calendars.working(line).is_open(context.now)


def _facts(one: _Known, context: LookContext) -> dict[str, Fact]:
    load = one.load
    return {
        "id": load.person_id,
        "name": load.name,
        "is_manager": one.line is not None,
        "active": load.active,
        "load": rounded(load.load),
        "capacity": load.capacity,
        "load_percent": percent(load.utilisation),
        "open_orders": sum(load.by_stage.values()),
        "open_by_status": dict(load.by_stage),
        **_presence(load, one.line, context),
        "in_period": _conduct(load, one.conduct),
    }


def _presence(load: Load, line: ManagerLine | None, context: LookContext) -> Mapping[str, Fact]:
    if line is None:
        return {"away": load.away}
    calendar, times = context.calendars.working(line), context.times
    on_shift = calendar.is_open(context.now)
    return {
        "away": load.away,
        **times.at("away_until", line.away_until),
        "on_shift": on_shift,
        **times.at("opens_at", context.now if on_shift else calendar.first_opening(context.now)),
        "telegram_linked": line.telegram_linked,
        "constraints": told(line.constraints),
        **times.at("last_assigned_at", line.last_assigned_at),
    }


def _conduct(load: Load, conduct: Conduct) -> dict[str, Fact]:
    total, median = conduct.total, conduct.reaction.median
    return {
        "limits_decided": total.of,
        "limits_broken": total.hits,
        "broken_percent": percent(total.share),
        "broken_by_clock": {kind: tally.hits for kind, tally in sorted(conduct.limits.items()) if tally.hits},
        "accepted": load.accepted,
        "declined": load.declined,
        "not_accepted_in_time": load.not_accepted,
        "median_reaction_minutes": None if median is None else round(median / 60, 1),
        "delivered": load.delivered,
    }
