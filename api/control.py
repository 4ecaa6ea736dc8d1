"""What steers the desk, to read: signals, the decision journal, managers with their load."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import AwareDatetime

from api.identity import Signed, desk_of
from api.paging import USUAL, Cursor, Limit, Page, before, paged
from domain.assignment import stage_load
from domain.commands import Code, Word
from domain.orders import Status
from domain.policy import SignalCode
from domain.severity import Severity
from guardrails.desk import Desk
from store.agents import rulings
from store.agents.rulings import RulingLine
from store.desk import orders
from store.views import listings
from store.views.listings import (
    DecisionFilter,
    DecisionLine,
    ManagerLine,
    SignalFilter,
    SignalLine,
)

router = APIRouter(prefix="/api", tags=["control"])


@router.get("/signals")
async def list_signals(
    request: Request,
    asker: Signed,
    *,
    only_open: Annotated[bool, Query(alias="open", description="Leave out what is settled.")] = True,
    code: SignalCode | None = None,
    severity: Severity | None = None,
    circle: Annotated[str | None, Query(max_length=40, pattern=r"^[a-z_]+$")] = None,
    cursor: Cursor = None,
    limit: Limit = USUAL,
) -> Page[SignalLine]:
    """Signals, the newest first; a manager sees those on their own orders."""
    which = SignalFilter(only_open=only_open, code=code, severity=severity, circle=circle, owner_id=asker.only_own())
    async with desk_of(request).db.reading() as tx:
        lines = await listings.signals(tx, which, before=before(cursor), limit=limit + 1)
    return paged(lines, limit)


@router.get("/rulings")
async def list_rulings(
    request: Request,
    asker: Signed,
    *,
    order: Code | None = None,
    circle: Annotated[str | None, Query(max_length=40, pattern=r"^[a-z_]+$")] = None,
    cursor: Cursor = None,
    limit: Limit = USUAL,
) -> Page[RulingLine]:
    """Rulings between circles, the newest first; a manager sees those on their own orders."""
    async with desk_of(request).db.reading() as tx:
        order_id = None if order is None else (await orders.get(tx, order)).id
        lines = await rulings.listed(
            tx,
            order_id=order_id,
            circle=circle,
            owner_id=asker.only_own(),
            before=before(cursor),
            limit=limit + 1,
        )
    return paged(lines, limit)


@router.get("/decisions")
async def list_decisions(
    request: Request,
    asker: Signed,
    *,
    order: Code | None = None,
    actor: Annotated[str | None, Query(max_length=100, pattern=r"^[^\x00]*$")] = None,
    action: Word | None = None,
    outcome: Word | None = None,
    trace_id: Annotated[str | None, Query(max_length=64, pattern=r"^[^\x00]*$")] = None,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
    cursor: Cursor = None,
    limit: Limit = USUAL,
) -> Page[DecisionLine]:
    """The decision journal, the newest first: who did what, on which facts, by which rule, and what came of it."""
    asker.require_leads("read_decisions")
    async with desk_of(request).db.reading() as tx:
        order_id = None if order is None else (await orders.get(tx, order)).id
        which = DecisionFilter(
            order_id=order_id,
            actor=actor,
            action=action,
            outcome=outcome,
            trace_id=trace_id,
            since=since,
            until=until,
        )
        lines = await listings.decisions(tx, which, before=before(cursor), limit=limit + 1)
    return paged(lines, limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagerReport:
    """One manager: load by stage weight (docs/DOMAIN.md 4), capacity, and when they work."""

    id: int
    name: str
    team: str
    load: float
    capacity: int
    open_orders: Mapping[str, int]
    on_shift: bool
    opens_at: datetime | None
    away_until: datetime | None
    telegram_linked: bool
    constraints: Mapping[str, object]
    last_assigned_at: datetime | None


@router.get("/managers")
async def list_managers(request: Request, asker: Signed) -> list[ManagerReport]:
    """Managers with their load and capacity, and whether they are on shift; a manager sees themselves."""
    desk = desk_of(request)
    async with desk.db.reading() as tx:
        lines = await listings.managers(tx, person_id=asker.only_own())
    return [_manager(line, desk) for line in lines]


def _manager(line: ManagerLine, desk: Desk) -> ManagerReport:
    weights = {status: float(weight) for status, weight in desk.policy.assignment.stage_weights.items()}
    counts = {Status(status): count for status, count in line.counts.items()}
    calendar, now = desk.gate.calendars.working(line), desk.timeline.now()
    on_shift = calendar.is_open(now)
    return ManagerReport(
        id=line.id,
        name=line.name,
        team=line.team,
        load=round(stage_load(counts, weights), 3),
        capacity=line.capacity,
        open_orders=line.counts,
        on_shift=on_shift,
        opens_at=now if on_shift else calendar.first_opening(now),
        away_until=line.away_until,
        telegram_linked=line.telegram_linked,
        constraints=line.constraints,
        last_assigned_at=line.last_assigned_at,
    )
