"""Circles: the nine roles, what each is for, what it may, its KPIs and what they lack, who hears whom, rulings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncConnection

from api.pages import evidence
from api.pages.board import Asked, Board, Panel
from api.pages.launch_targets import launch_targets
from api.pages.places import Place
from api.pages.route import PageRoute
from api.pages.visit import Visit
from domain.agency import settable
from domain.commands import NO_NUL
from domain.crises import codes_of
from domain.errors import NotFoundError
from domain.kpi import KPIS, Unit
from domain.lacking import LACKING, Lack
from domain.measures import Period, read_span
from domain.people import Role
from domain.policy import RoleRule, ToolKind
from domain.policy.agents import RoleKpi
from domain.roles import acts, inputs_of, outputs_of, proposes
from guardrails.ai_report import RoleReport, ai_report
from store.agents import rulings
from store.measures import metrics, metrics_circles
from store.measures.metrics_circles import COUNTABLE
from store.views import urgency
from store.views.listings import SignalFilter

router = APIRouter(include_in_schema=False, route_class=PageRoute)

SIGNALS_SHOWN: Final = 10
RULINGS_SHOWN: Final = 20
SPANS: Final = ("7d", "30d")
OVERRULERS: Final = frozenset({Role.OWNER, Role.HEAD})


class Circles(Asked):
    """All roles."""


class OfRole(Asked):
    """One role, by its key; the period of its KPIs ends now."""

    role: Annotated[str, Field(max_length=40), NO_NUL]
    period: Literal["7d", "30d"] = "7d"


# ── all of them ──────────────────────────────────────────────────────────────────────────────────────────────────────
async def roles(visit: Visit, tx: AsyncConnection, _asked: Circles) -> Mapping[str, Any]:
    """Every role with its mode, what it has used today, and what waits for its circle."""
    policy = visit.desk.policy
    report = await ai_report(visit.desk)
    return {
        "roles": policy.roles.roles,
        "reports": {each.role: each for each in report.roles},
        "signals": await urgency.open_by_circle(tx, now=visit.words.now),
    }


async def matrix(visit: Visit, _tx: AsyncConnection, _asked: Circles) -> Mapping[str, Any]:
    """Who says what to whom (docs/DOMAIN.md 7)."""
    policy = visit.desk.policy
    said = {(each.source, each.target): each.what for each in policy.circles.hears}
    return {"roles": policy.roles.roles, "said": said}


# ── one of them ──────────────────────────────────────────────────────────────────────────────────────────────────────
def _role(visit: Visit, asked: OfRole) -> RoleRule:
    return visit.desk.policy.roles.role(asked.role)


async def _name(visit: Visit, _tx: AsyncConnection, asked: OfRole) -> str:
    return _role(visit, asked).name


async def charter(visit: Visit, _tx: AsyncConnection, asked: OfRole) -> Mapping[str, Any]:
    """What the role is for and what it may."""
    policy, role = visit.desk.policy, _role(visit, asked)
    circles = policy.circles
    return {
        "role": role,
        "is_arbiter": asked.role == circles.arbiter,
        "priority": circles.circles[role.circle].priority,
        "names": {key: each.name for key, each in policy.roles.roles.items()},
        "hears": inputs_of(asked.role, circles),
        "tells": outputs_of(asked.role, circles),
        "acts": acts(role, policy),
        "proposes": proposes(role, policy),
        "reads": role.tools_of(ToolKind.READ, ToolKind.CONSULT),
        "queries": frozenset(role.tools_of(ToolKind.READ, ToolKind.CONSULT)),
    }


async def mode(visit: Visit, _tx: AsyncConnection, asked: OfRole) -> Mapping[str, Any]:
    """How far the role is let, and what it has used today of what it may."""
    report = await ai_report(visit.desk)
    found: RoleReport | None = next((each for each in report.roles if each.role == asked.role), None)
    if found is None:
        raise NotFoundError(kind="role", name=asked.role, allowed=tuple(visit.desk.policy.roles.roles))
    return {"report": found, "modes": settable(visit.asker.role), "switch": found.switch or report.switch}


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiLine:
    """A KPI of a role: its value and the one before, or what it lacks. `unit` is None for one that has no value."""

    key: str
    named: bool
    unit: Unit | None = None
    value: float | None = None
    previous: float | None = None
    lack: Lack | None = None


async def kpis(visit: Visit, tx: AsyncConnection, asked: OfRole) -> Mapping[str, Any]:
    """Every KPI of the role: what is counted, and what is missing for the others."""
    period = Period.ending(read_span(asked.period, field="period"), now=visit.words.now)
    keys = _role(visit, asked).kpis
    found = {each.key: each for each in await _assessed(visit, tx, keys, period)}
    lines = [found.get(key) or await _counted(tx, key, period) for key in keys]
    return {"lines": lines, "known": sum(line.lack is None for line in lines), "spans": SPANS}


async def _assessed(visit: Visit, tx: AsyncConnection, keys: Sequence[str], period: Period) -> list[KpiLine]:
    if not any(key in KPIS for key in keys):
        return []
    return [
        KpiLine(key=kpi.key, named=True, unit=kpi.unit, value=kpi.value, previous=kpi.previous)
        for kpi in await metrics.kpis(tx, period, visit.desk.policy, now=visit.words.now)
        if kpi.key in keys
    ]


async def _counted(tx: AsyncConnection, key: RoleKpi, period: Period) -> KpiLine:
    kpi = COUNTABLE.get(key)
    if kpi is None:
        return KpiLine(key=key.value, named=False, lack=LACKING[key])
    before = Period(since=period.before, until=period.since)
    now, former = await metrics_circles.counted(tx, key, period), await metrics_circles.counted(tx, key, before)
    unit = Unit(kpi.unit) if kpi.unit in tuple(Unit) else Unit.ORDERS
    return KpiLine(key=key.value, named=False, unit=unit, value=now.value, previous=former.value)


async def targets(visit: Visit, tx: AsyncConnection, asked: OfRole) -> Mapping[str, Any]:
    """The release's targets among the role's KPIs."""
    return await launch_targets(visit, tx, [key.value for key in _role(visit, asked).kpis])


async def signals(visit: Visit, tx: AsyncConnection, asked: OfRole) -> Mapping[str, Any]:
    """What is open in the role's circle, the most urgent first."""
    circle = _role(visit, asked).circle
    lines = await urgency.urgent_signals(tx, SignalFilter(circle=circle), limit=SIGNALS_SHOWN)
    names = await evidence.names_in(tx, [line.evidence for line in lines])
    return {
        "circle": circle,
        "lines": lines,
        "told": {line.id: evidence.told(visit.words, line.evidence, names) for line in lines},
        "crisis_codes": codes_of(visit.desk.policy),
    }


async def ruled(visit: Visit, tx: AsyncConnection, asked: OfRole) -> Mapping[str, Any]:
    """Rulings on conflicts in which the circle stood; the arbiter's are all of them."""
    role = _role(visit, asked)
    of = None if asked.role == visit.desk.policy.circles.arbiter else role.circle
    return {
        "lines": await rulings.listed(tx, circle=of, limit=RULINGS_SHOWN),
        "names": {key: each.name for key, each in visit.desk.policy.roles.roles.items()},
        "overrules": visit.asker.role in OVERRULERS,
    }


Board(
    Place.CIRCLES,
    Circles,
    (Panel("roles", ("ai", "signals"), roles), Panel("matrix", (), matrix)),
).install(router)
Board(
    Place.CIRCLES,
    OfRole,
    (
        Panel("charter", (), charter),
        Panel("mode", ("ai",), mode, every="60s"),
        Panel("kpis", ("orders", "signals"), kpis),
        Panel("targets", ("policy",), targets, every="600s"),
        Panel("signals", ("signals",), signals),
        Panel("rulings", ("ai",), ruled),
    ),
    path="/circles/{role}",
    template="circle.html",
    named=_name,
).install(router)
