"""The machine room: who is at work, what waits, what got stuck, what the models cost, who can come in."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncConnection

from api.pages.board import Asked, Board, Panel
from api.pages.devices import device
from api.pages.machine_words import about, called, models_of
from api.pages.places import Place
from api.pages.route import PageRoute
from api.pages.visit import Visit, at
from domain.agency import EVERY_ROLE, settable
from domain.people import Role
from guardrails.ai_report import RoleReport, ai_report
from store import (
    feed,
    heartbeats,
    invariants,
)
from store.access import auth, sessions
from store.migrate import newest_revision
from store.server import failed_jobs, machine_room
from store.server.vitals import (
    revision,
    vitals,
)
from store.talk import inbox, outbox

router = APIRouter(include_in_schema=False, route_class=PageRoute)

LINES: Final = 50
ADMITTING: Final = frozenset({Role.OWNER, Role.HEAD})
"""Who lets others in and makes keys (`authority.yaml: heads-admit-people`); the gate asks again."""


class System(Asked):
    """Where the lists of people and of quarantine go on."""

    people_after: Annotated[int, Field(ge=0, lt=2**63)] = 0
    held_after: Annotated[int, Field(ge=0, lt=2**63)] = 0
    sessions_before: Annotated[int | None, Field(ge=0, lt=2**63)] = None


async def workers(visit: Visit, tx: AsyncConnection, _asked: System) -> Mapping[str, Any]:
    """Signs of life, and what is running."""
    silence = visit.desk.policy.crisis.triggers.outage.silence
    beats = await heartbeats.listed(tx)
    present, newest = await revision(tx), await newest_revision()
    return {
        "beats": beats,
        "called": called(visit.words, "beat", (beat.name for beat in beats)),
        "silence": silence.total_seconds(),
        "policy_version": visit.desk.policy.version,
        "revision": present,
        "newest": newest,
        "release": release(),
    }


@cache
def release() -> str:
    """The version that the project calls itself by."""
    told = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))
    return str(told["project"]["version"])


async def queues(visit: Visit, tx: AsyncConnection, _asked: System) -> Mapping[str, Any]:
    """Jobs by queue, messages by state, and the channel to people."""
    counted = await vitals(tx, now=visit.words.now)
    lines = await machine_room.queues(tx)
    return {
        "queues": lines,
        "called": called(visit.words, "queue", (line.name for line in lines)),
        "vitals": counted,
        "outage": await outbox.outage(tx, "telegram"),
    }


async def dead(_visit: Visit, tx: AsyncConnection, _asked: System) -> Mapping[str, Any]:
    """What did not get out, and what came in and could not be handled."""
    return {
        "letters": await outbox.troubled(tx, limit=LINES),
        "total": await outbox.count_troubled(tx),
        "crowds": await outbox.crowds(tx),
        "updates": await inbox.given_up(tx, limit=LINES),
    }


async def jobs(visit: Visit, tx: AsyncConnection, _asked: System) -> Mapping[str, Any]:
    """What was given up in the queues."""
    lines = await failed_jobs.listed(tx, limit=LINES)
    count = await failed_jobs.count(tx)
    return {
        "lines": [(line, about(line)) for line in lines],
        "called": called(visit.words, "task", (line.task for line in lines)),
        "total": count.total,
        "retries": count.retryable,
    }


async def quarantine(_visit: Visit, tx: AsyncConnection, asked: System) -> Mapping[str, Any]:
    """What the CRM sent and could not be taken in."""
    held = await feed.listed(tx, after=asked.held_after, limit=LINES + 1)
    return {"held": held[:LINES], "following": held[LINES - 1].id if len(held) > LINES else None}


async def ai(visit: Visit, tx: AsyncConnection, _asked: System) -> Mapping[str, Any]:
    """The role agents: how far each is let, what it has used today, and how the models behave."""
    report = await ai_report(visit.desk)
    return {
        "report": report,
        "every": EVERY_ROLE,
        "modes": settable(visit.asker.role),
        "lines": [(role, _calls(role), _fallbacks(role)) for role in report.roles],
        "models": models_of(
            await heartbeats.listed(tx),
            silence=visit.desk.policy.crisis.triggers.outage.silence.total_seconds(),
            prices=visit.desk.policy.agents.prices,
        ),
    }


def _calls(role: RoleReport) -> int:
    return sum(use.calls for use in role.models)


def _fallbacks(role: RoleReport) -> float | None:
    """Which share of the calls another model had to answer, in percent; None without calls."""
    calls = _calls(role)
    return None if not calls else 100 * sum(use.fallbacks for use in role.models) / calls


async def people(visit: Visit, tx: AsyncConnection, asked: System) -> Mapping[str, Any]:
    """Who can come in, and by what."""
    wall = visit.desk.wall()
    lines = await machine_room.accounts(tx, now=wall, after=asked.people_after, limit=LINES + 1)
    ranks = tuple(Role)
    own = ranks.index(visit.asker.role)
    return {
        "accounts": [(line, line.last_seen_at and wall - line.last_seen_at) for line in lines[:LINES]],
        "following": lines[LINES - 1].id if len(lines) > LINES else None,
        "admits": visit.asker.role in ADMITTING,
        "grants": ranks[own:],
    }


async def signed_in(visit: Visit, tx: AsyncConnection, asked: System) -> Mapping[str, Any]:
    """Who is signed in where, so that one browser can be signed out."""
    wall, ranks = visit.desk.wall(), tuple(Role)
    found = await sessions.listed(tx, now=wall, before=asked.sessions_before, limit=LINES + 1)
    own = ranks.index(visit.asker.role)
    return {
        "sessions": [
            (each, name, device(each.user_agent), wall - each.last_seen_at, ranks.index(role) >= own)
            for each, name, role in found[:LINES]
        ],
        "following": found[LINES - 1][0].id if len(found) > LINES else None,
        "present": visit.asker.session_id,
        "admits": visit.asker.role in ADMITTING,
    }


async def keys(visit: Visit, tx: AsyncConnection, _asked: System) -> Mapping[str, Any]:
    """Tokens and signing secrets in force, without what makes them worth something."""
    wall = visit.desk.wall()
    tokens = [("token", each, each.scope) for each in await auth.tokens(tx) if each.revoked_at is None]
    signing = [("webhook", each, "webhook") for each in await auth.webhooks(tx)]
    return {
        "keys": [
            (kind, each.id, each.name, scope, each.last_used_at and wall - each.last_used_at)
            for kind, each, scope in (*tokens, *signing)
        ],
        "admits": visit.asker.role in ADMITTING,
    }


@router.get("/system/checks")
async def checks(visit: Annotated[Visit, Depends(at(Place.SYSTEM))]) -> HTMLResponse:
    """The doctor's questions about the data, asked when somebody wants to know: they read every open order."""
    async with visit.desk.db.reading() as tx:
        broken = await invariants.broken(tx)
    told = [(number, broken.get(sentence, 0)) for number, sentence in enumerate(invariants.BROKEN, 1)]
    return HTMLResponse(visit.written("system/checks.html", checks=told))


BOARD: Final = Board(
    Place.SYSTEM,
    System,
    (
        Panel("workers", (), workers, every="5s"),
        Panel("queues", ("signals",), queues, every="5s"),
        Panel("dead", ("system",), dead, every="5s"),
        Panel("jobs", ("system",), jobs, every="5s"),
        Panel("quarantine", ("system",), quarantine, every="5s"),
        Panel("ai", ("ai", "policy"), ai, every="15s"),
        Panel("people", ("access", "people"), people),
        Panel("sessions", ("access",), signed_in),
        Panel("keys", ("access",), keys),
    ),
)
BOARD.install(router)
