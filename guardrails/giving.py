"""To whom an order can be given: every manager with load and shift, and why not where it cannot (docs/DOMAIN.md 4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.assignment import Candidate, choose, stage_load, takes
from domain.orders import Order, Status
from domain.staff import absence_of
from guardrails.gate import Gate
from store.views import listings
from store.views.listings import ManagerLine
from tools.reassign import wanted
from tools.roster import constraints_of, stage_weights


class Barrier(StrEnum):
    """Why an order is not given to a manager; the first that holds."""

    OWNS = "owns"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    AWAY = "away"
    FULL = "full"
    CONSTRAINT = "constraint"
    NO_SHIFT = "no_shift"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taker:
    """One manager as whoever gives an order away sees them; `opens_at` is the next shift of who is off it."""

    id: int
    name: str
    load: float
    capacity: int
    on_shift: bool
    opens_at: datetime | None
    away_until: datetime | None
    barrier: Barrier | None
    best: bool = False


async def takers(tx: AsyncConnection, gate: Gate, order: Order, *, now: datetime) -> list[Taker]:
    """Every manager: the one whom the rules would choose first, then by load, then those who cannot take it."""
    lines = await listings.managers(tx)
    asked = await wanted(tx, order)
    weights = stage_weights(gate.policy)
    candidates = {line.id: _candidate(line, weights, gate) for line in lines}
    best = choose(
        candidates.values(), is_ebike=asked.is_ebike, now=now, excluded=asked.excluded, price_eur=asked.price_eur
    )
    found: list[Taker] = []
    for line in lines:
        candidate = candidates[line.id]
        calendar = gate.calendars.working(line)
        opening = calendar.first_opening(now)
        on_shift = calendar.is_open(now)
        barrier = _barrier(line, candidate, order, now=now, opening=opening)
        if barrier is None and line.id in asked.excluded:
            barrier = Barrier.REFUSED
        if barrier is None and not takes(candidate, asked):
            barrier = Barrier.CONSTRAINT
        found.append(
            Taker(
                id=line.id,
                name=line.name,
                load=round(candidate.load, 1),
                capacity=line.capacity,
                on_shift=on_shift,
                opens_at=None if on_shift else opening,
                away_until=line.away_until,
                barrier=barrier,
                best=best is not None and best.manager_id == line.id,
            )
        )
    return sorted(found, key=_rank)


def _candidate(line: ManagerLine, weights: Mapping[Status, float], gate: Gate) -> Candidate:
    absence = absence_of(line)
    return Candidate(
        id=line.id,
        load=stage_load({Status(status): n for status, n in line.counts.items()}, weights),
        capacity=line.capacity,
        telegram_linked=line.telegram_linked,
        away=() if absence is None else (absence,),
        calendar=gate.calendars.of(line),
        last_assigned_at=line.last_assigned_at,
        constraints=constraints_of(line.constraints, gate.policy),
    )


def _barrier(
    line: ManagerLine, candidate: Candidate, order: Order, *, now: datetime, opening: datetime | None
) -> Barrier | None:
    if line.id == order.owner_id:
        return Barrier.OWNS
    if not line.telegram_linked:
        return Barrier.UNREACHABLE
    if any(absence.covers(now) for absence in candidate.away):
        return Barrier.AWAY
    if not candidate.has_room:
        return Barrier.FULL
    return Barrier.NO_SHIFT if opening is None else None


def _rank(taker: Taker) -> tuple[bool, bool, bool, float, int]:
    return (taker.barrier is not None, not taker.best, not taker.on_shift, taker.load, taker.id)
