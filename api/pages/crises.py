"""Crises: who answers, until when, what is next, the trigger's metric against its bound; and how one ends."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.responses import Response

from api.identity import require_own_page
from api.pages import evidence
from api.pages.board import Asked, Board, Panel
from api.pages.levers import answered, key_of, local_instant, said
from api.pages.places import Place
from api.pages.route import PageRoute
from api.pages.visit import Visit, at
from domain.commands import Id, MakePlan
from domain.crises import METRICS, Metric, Reading, calm, codes_of, instants, span_of
from domain.errors import NotFoundError
from domain.people import LEADERS, Role
from domain.policy import SignalCode
from domain.validation import parse
from store import people
from store.desk import crises as store
from store.desk.crises import CrisisLine
from store.measures import crisis_metrics

router = APIRouter(include_in_schema=False, route_class=PageRoute)

LINES: Final = 30
STEPS: Final = 3
"""As many steps a plan has on the page; more of them are another plan."""
UNTIL_NEXT: Final = timedelta(hours=2)
"""A step's time as the form offers it."""


class Crises(Asked):
    """The page of those that are over."""

    after: Id | None = None


class Crisis(Asked):
    """The number of the crisis, which is its signal's."""

    signal_id: Id


# ── all of them ──────────────────────────────────────────────────────────────────────────────────────────────────────
async def present(visit: Visit, tx: AsyncConnection, _asked: Crises) -> Mapping[str, Any]:
    """Those that are on."""
    lines = await store.open_crises(tx, codes_of(visit.desk.policy))
    return {"lines": lines, "owners": {line.id: owner_of(visit, line.circle) for line in lines}}


async def over(visit: Visit, tx: AsyncConnection, asked: Crises) -> Mapping[str, Any]:
    """Those that have ended, the newest first."""
    lines = await store.settled_crises(tx, codes_of(visit.desk.policy), before=asked.after, limit=LINES + 1)
    return {"lines": lines[:LINES], "following": lines[LINES - 1].id if len(lines) > LINES else None}


async def triggers(visit: Visit, tx: AsyncConnection, _asked: Crises) -> Mapping[str, Any]:
    """Every trigger with its value now, so far as it is measured."""
    policy, now = visit.desk.policy, visit.words.now
    read: dict[str, Reading | None] = {}
    for code in codes_of(policy):
        found = await crisis_metrics.readings(tx, code, [now], policy, evidence={}, now=now)
        read[code] = None if found is None else found[-1]
    return {"read": read, "metrics": METRICS, "figure": figure}


def owner_of(visit: Visit, circle: str) -> str:
    """The roles of the circle that owns the signal."""
    named = ", ".join(role.name for role in visit.desk.policy.roles.roles.values() if role.circle == circle)
    return named or visit.desk.policy.circles.circles[circle].name


def figure(metric: Metric, value: float | None) -> str | None:
    """A value of the metric, without its unit: shares in percent."""
    if value is None:
        return None
    return f"{value * 100:.0f} %" if metric is Metric.BROKEN_ANSWERS else f"{value:g}"


# ── one of them ──────────────────────────────────────────────────────────────────────────────────────────────────────
async def _known(visit: Visit, tx: AsyncConnection, asked: Crisis) -> CrisisLine:
    crisis = await store.get(tx, asked.signal_id)
    if crisis.code not in codes_of(visit.desk.policy):
        raise NotFoundError(kind="crisis", name=str(asked.signal_id))
    return crisis


async def _readings(visit: Visit, tx: AsyncConnection, crisis: CrisisLine) -> Sequence[Reading] | None:
    """Its metric over time, read once a request."""
    if "readings" not in visit.known:
        policy, now = visit.desk.policy, visit.words.now
        since, until = span_of(crisis.created_at, crisis.resolved_at, now=now)
        shown = instants(since, until, calm_for=policy.crisis.calm_for)
        visit.known["readings"] = await crisis_metrics.readings(
            tx, crisis.code, shown, policy, evidence=crisis.evidence, now=now
        )
    found: Sequence[Reading] | None = visit.known["readings"]
    return found


async def state(visit: Visit, tx: AsyncConnection, asked: Crisis) -> Mapping[str, Any]:
    """What it is, whose, until when, on what evidence."""
    crisis = await _known(visit, tx, asked)
    names = await evidence.names_in(tx, [crisis.evidence])
    return {
        "crisis": crisis,
        "owner": owner_of(visit, crisis.circle),
        "evidence": evidence.told(visit.words, crisis.evidence, names),
    }


async def line(visit: Visit, tx: AsyncConnection, asked: Crisis) -> Mapping[str, Any]:
    """The metric of its trigger over time."""
    crisis = await _known(visit, tx, asked)
    readings = await _readings(visit, tx, crisis)
    metric = METRICS.get(SignalCode(crisis.code))
    return {"crisis": crisis, "readings": readings, "metric": metric, "figure": figure, "drawn": _drawn(readings)}


def _drawn(readings: Sequence[Reading] | None) -> str:
    """What `static/line.js` draws: seconds, the metric, its bound."""
    shown = readings or ()
    columns = [
        [int(reading.at.timestamp()) for reading in shown],
        [reading.value for reading in shown],
        [reading.bound for reading in shown],
    ]
    return json.dumps(columns)


async def tasks(visit: Visit, tx: AsyncConnection, asked: Crisis) -> Mapping[str, Any]:
    """The steps of its plans, and the form of one more."""
    crisis = await _known(visit, tx, asked)
    known = await people.with_roles(tx, (Role.MANAGER, *LEADERS)) if visit.leads else []
    staff = sorted(known, key=lambda person: (person.role is not Role.MANAGER, person.name))
    due_at = (visit.words.now + UNTIL_NEXT).astimezone(visit.words.zone)
    return {
        "crisis": crisis,
        "tasks": await store.tasks_of(tx, crisis.id),
        "staff": staff,
        "steps": range(1, STEPS + 1),
        "due_at": f"{due_at:%Y-%m-%dT%H:%M}",
    }


async def ending(visit: Visit, tx: AsyncConnection, asked: Crisis) -> Mapping[str, Any]:
    """Whether it may end, how it has ended, and what was written of it."""
    crisis = await _known(visit, tx, asked)
    calm_for = visit.desk.policy.crisis.calm_for
    readings = None if crisis.resolved_at else await _readings(visit, tx, crisis)
    return {
        "crisis": crisis,
        "calm": calm(readings, calm_for=calm_for, now=visit.words.now).value,
        "calm_for": calm_for,
        "postmortem": await store.postmortem_of(tx, crisis.id),
    }


@router.post("/crises/{signal_id}/plan")
async def plan(request: Request, signal_id: Id, visit: Annotated[Visit, Depends(at(Place.CRISES))]) -> Response:
    """Mini-tasks for several people as one decision."""
    require_own_page(request)
    form = await request.form()
    columns = [[str(value) for value in form.getlist(name)] for name in ("text", "owner_id", "due_at")]
    steps = [
        {"text": text, "owner_id": owner, "due_at": local_instant(due, visit.words.zone)}
        for text, owner, due in zip(*columns, strict=False)
        if text.strip()
    ]
    command = parse(MakePlan, {"signal_id": signal_id, "goal": str(form.get("goal", "")), "steps": steps})
    done = await visit.desk.gate.perform(command, visit.asker.actor, key=key_of(request, form, visit))
    return answered(request, form, said(visit, command, done))


Board(
    Place.CRISES,
    Crises,
    (
        Panel("present", ("signals",), present),
        Panel("triggers", ("orders", "signals"), triggers),
        Panel("over", ("signals",), over),
    ),
).install(router)
Board(
    Place.CRISES,
    Crisis,
    (
        Panel("state", ("signals",), state),
        Panel("line", ("signals",), line, every="60s"),
        Panel("tasks", ("signals",), tasks),
        Panel("ending", ("signals",), ending),
    ),
    path="/crises/{signal_id}",
    template="crisis.html",
).install(router)
