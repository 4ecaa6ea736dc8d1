"""For machines that watch: alive, ready, and numbers for Prometheus."""

import asyncio
import time
from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

import structlog
from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError

from api.identity import desk_of
from domain.errors import DeskError
from guardrails.desk import Desk
from store import heartbeats
from store.heartbeats import Heartbeat
from store.migrate import newest_revision
from store.server.vitals import (
    Vitals,
    revision,
    vitals,
)
from store.talk import outbox
from store.talk.outbox import Outage

PATIENCE_SECONDS: Final = 3.0
FRESH_SECONDS: Final = 5.0
WORKER: Final = "worker"
CHANNEL: Final = "telegram"

router = APIRouter(tags=["health"])
log = structlog.get_logger()


class Alive(BaseModel):
    """The process answers."""

    ok: bool = True
    service: str = "holacracy"


class Beat(BaseModel):
    """The last sign of life of a worker or a periodic job."""

    name: str
    seconds_ago: float
    stale: bool


class Readiness(BaseModel):
    """Whether requests can be served; `degraded` names what does not work although they can."""

    ok: bool
    database: bool
    migrated: bool
    revision: str | None
    newest_revision: str
    heartbeats: Sequence[Beat] = ()
    degraded: Sequence[str] = ()
    outage: Outage | None = None
    """Telegram does not let anything through: since when (company time), why, how many messages wait."""


@router.get("/healthz")
async def healthz() -> Alive:
    """Whether the process is alive."""
    return Alive()


@router.get("/readyz", responses={503: {"model": Readiness}})
async def readyz(request: Request, response: Response) -> Readiness:
    """Whether the database answers and is migrated; a silent worker is said, and does not make the door unready."""
    readiness = await _readiness(desk_of(request), await newest_revision())
    response.status_code = HTTPStatus.OK if readiness.ok else HTTPStatus.SERVICE_UNAVAILABLE
    return readiness


async def _readiness(desk: Desk, newest: str) -> Readiness:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS), desk.db.reading() as tx:
            present = await revision(tx)
            beats = [] if present is None else await heartbeats.listed(tx)
            outage = None if present is None else await outbox.outage(tx, CHANNEL)
    except (DeskError, DBAPIError, TimeoutError) as error:
        log.warning("not ready", error=str(error))
        return Readiness(ok=False, database=False, migrated=False, revision=None, newest_revision=newest)
    migrated = present == newest
    silence = desk.policy.crisis.triggers.outage.silence.total_seconds()
    shown = [Beat(name=beat.name, seconds_ago=round(beat.seconds, 1), stale=beat.seconds > silence) for beat in beats]
    return Readiness(
        ok=migrated,
        database=True,
        migrated=migrated,
        revision=present,
        newest_revision=newest,
        heartbeats=shown,
        degraded=[
            *([] if migrated else ["run ./run migrate"]),
            *_silent(beats, silence),
            *_cut_off(outage),
            *_misled(beats),
        ],
        outage=outage,
    )


def _silent(beats: Sequence[Heartbeat], silence: float) -> list[str]:
    if not any(beat.name == WORKER for beat in beats):
        return ["no worker has run yet"]
    return [f"{beat.name} silent for {beat.seconds:.0f} s" for beat in beats if beat.seconds > silence]


def _cut_off(outage: Outage | None) -> list[str]:
    if outage is None:
        return []
    return [f"{CHANNEL} is down since {outage.since.isoformat()}: {outage.problem}; {outage.waiting} messages wait"]


def _misled(beats: Sequence[Heartbeat]) -> list[str]:
    """What the receiver of updates says of itself."""
    return [f"{beat.name}: {beat.detail['problem']}" for beat in beats if beat.detail.get("problem")]


class Gauges:
    """What Prometheus learns of the desk; asked of the database at most once in a few seconds."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        self._asked = float("-inf")
        self._up = Gauge("desk_database_up", "Whether the database answered.", registry=registry)
        self._jobs = Gauge("desk_jobs_waiting", "Jobs in the queue.", ["queue"], registry=registry)
        self._outbox = Gauge("desk_outbox", "Messages by delivery state.", ["state"], registry=registry)
        self._clocks = Gauge("desk_clocks_due", "Clocks due that no sweep has dealt with.", registry=registry)
        self._unsealed = Gauge("desk_journal_unsealed", "Journal rows not in the chain yet.", registry=registry)
        self._approvals = Gauge("desk_approvals_pending", "Requests that wait for a human.", registry=registry)
        self._agents = Gauge(
            "desk_agents_used",
            "What the role agents have used, from the beginning.",
            ["role", "what"],
            registry=registry,
        )
        self._quarantine = Gauge("desk_quarantine", "CRM events kept back.", ["state"], registry=registry)

    async def refresh(self, desk: Desk) -> None:
        """Ask the database, unless it was asked just now."""
        if time.monotonic() - self._asked < FRESH_SECONDS:
            return
        self._asked = time.monotonic()
        try:
            async with asyncio.timeout(PATIENCE_SECONDS), desk.db.reading() as tx:
                self._show(await vitals(tx, now=desk.timeline.now()))
        except (DeskError, DBAPIError, TimeoutError) as error:
            log.warning("no numbers for Prometheus", error=str(error))
            self._up.set(0)

    def _show(self, found: Vitals) -> None:
        self._up.set(1)
        self._clocks.set(found.clocks_due)
        self._unsealed.set(found.journal_unsealed)
        self._approvals.set(found.approvals_pending)
        self._agents.clear()
        for role, used in found.usage.items():
            for what, amount in used.items():
                self._agents.labels(role, what).set(amount)
        for gauge, counts in (
            (self._jobs, found.jobs),
            (self._outbox, found.outbox),
            (self._quarantine, found.quarantine),
        ):
            gauge.clear()
            for label, count in counts.items():
                gauge.labels(label).set(count)


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def metrics(request: Request) -> Response:
    """Numbers for Prometheus: requests, queue, outbox, overdue clocks, unsealed rows, approvals, role agents."""
    gauges: object = request.app.state.gauges
    assert isinstance(gauges, Gauges)
    await gauges.refresh(desk_of(request))
    return Response(generate_latest(gauges.registry), media_type=CONTENT_TYPE_LATEST)
