"""The first page: how the company is doing now and how it was, what burns, and what waits for somebody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal
from urllib.parse import urlencode

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncConnection

from api.pages import desk_words
from api.pages.board import Asked, Board, Panel
from api.pages.charts import Chart, Line, segments
from api.pages.places import PLACES, Place
from api.pages.pulse_kpis import SHOWN, address_of, standing_at, tile
from api.pages.route import PageRoute
from api.pages.shared import shared
from api.pages.visit import Visit
from domain.assessment import Kpi, targets_of
from domain.crises import codes_of
from domain.measures import Period, read_span
from domain.trends import HOURLY_UP_TO, Trends
from locales import facts
from store import people
from store.desk import crises as store_crises
from store.desk.crises import CrisisLine
from store.measures import metrics, metrics_desk, metrics_instants
from store.measures import trends as lines_of
from store.measures.metrics_standing import QueueRow
from store.views import approval_lines, decided_by_desk
from store.views.approval_lines import ApprovalFilter
from store.views.behind import Age
from store.views.queue_pages import (
    QueueFilter,
    queue_count,
)

router = APIRouter(include_in_schema=False, route_class=PageRoute)

SPANS: Final = ("24h", "7d", "30d")
LISTED: Final = 8
FEW: Final = 4
MOST: Final = 100_000
TONES: Final[Mapping[Age, str]] = {
    "under_4h": "s1",
    "from_4h_to_24h": "s2",
    "from_24h_to_72h": "s3",
    "over_72h": "s5",
}
"""Colours of the ages, the youngest first."""


class Pulse(Asked):
    """The period whose numbers are shown; it ends now."""

    period: Literal["24h", "7d", "30d"] = "7d"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What is counted over the whole desk; `history`: an imported history counts at the period's end."""

    period: Period
    kpis: Sequence[Kpi]
    queue: Sequence[QueueRow]
    history: bool

    @property
    def open(self) -> int:
        """Open orders."""
        return sum(row.orders for row in self.queue)


# ── what is expensive, counted once for all who look ─────────────────────────────────────────────────────────────────
async def measured(visit: Visit, tx: AsyncConnection, asked: Pulse) -> Measured:
    """The KPIs and the queue."""

    async def count() -> Measured:
        period, now = _period(visit, asked), visit.words.now
        known_until = await metrics_instants.history_known_until(tx)
        kpis, queue = await metrics.kpis_and_queue(tx, period, visit.desk.policy, now=now)
        history = known_until is not None and now <= known_until
        return Measured(period=period, kpis=kpis, queue=queue, history=history)

    return await shared(visit).of(tx, ("pulse", asked.period, visit.desk.policy.version), count)


async def drawn(visit: Visit, tx: AsyncConnection, asked: Pulse) -> Trends:
    """The lines."""
    return await shared(visit).of(tx, ("trends", asked.period), lambda: lines_of.trends(tx, _period(visit, asked)))


def _period(visit: Visit, asked: Pulse) -> Period:
    return Period.ending(read_span(asked.period, field="period"), now=visit.words.now, until=None)


async def open_crises(visit: Visit, tx: AsyncConnection) -> Sequence[CrisisLine]:
    """The crises that are on, read once a request."""
    known: Sequence[CrisisLine] | None = visit.known.get("crises")
    if known is None:
        known = visit.known["crises"] = await store_crises.open_crises(tx, codes_of(visit.desk.policy))
    return known


# ── panels ───────────────────────────────────────────────────────────────────────────────────────────────────────────
async def now(visit: Visit, tx: AsyncConnection, asked: Pulse) -> Mapping[str, Any]:
    """The present in four numbers."""
    counted = await measured(visit, tx, asked)
    at = visit.words.now
    on = await open_crises(visit, tx)
    return {
        "open": counted.open,
        "open_address": standing_at("open", history=counted.history),
        "overdue": await queue_count(tx, QueueFilter(overdue=True), most=MOST, now=at),
        "approvals": await metrics_desk.waiting_approvals(tx, now=at),
        "crises": len(on),
        "crises_overdue": sum(crisis.due_at < at for crisis in on),
        "approves": _may_see(visit, Place.APPROVALS),
    }


async def kpis(visit: Visit, tx: AsyncConnection, asked: Pulse) -> Mapping[str, Any]:
    """The main KPIs and those with a target, each with the previous period beside it."""
    counted = await measured(visit, tx, asked)
    targets = targets_of(visit.desk.policy.targets)
    shown = [kpi for kpi in counted.kpis if kpi.group in SHOWN]
    addresses = [address_of(kpi, counted.period, asked.period, history=counted.history) for kpi in shown]
    return {
        "tiles": [
            tile(kpi, targets.get(kpi.key), visit.words, address) for kpi, address in zip(shown, addresses, strict=True)
        ]
    }


async def trends(visit: Visit, tx: AsyncConnection, asked: Pulse) -> Mapping[str, Any]:
    """The lines of the period, and the same as a table."""
    found = await drawn(visit, tx, asked)
    history = (await measured(visit, tx, asked)).history
    plain, hourly = visit.words.plain, read_span(asked.period, field="period") <= HOURLY_UP_TO

    until = urlencode({"period": asked.period, "until": found.at[-1].isoformat()})

    def chart(key: str, kind: Literal["lines", "bars"], *lines: Line) -> Chart:
        return Chart(
            title=plain(f"pulse-chart-{key}"),
            words="; ".join(
                plain(
                    f"pulse-chart-words-{kind}",
                    name=line.name,
                    first=line.values[0],
                    last=line.values[-1],
                    most=max(line.values),
                    total=sum(line.values),
                )
                for line in lines
            ),
            kind=kind,
            at=found.at if kind == "lines" else found.at[1:],
            lines=lines,
            hourly=hourly,
            zone=visit.words.zone.key,
        )

    def line(key: str, ink: int, values: Sequence[int], address: str) -> Line:
        return Line(name=plain(f"pulse-line-{key}"), ink=ink, values=values, address=address)

    return {
        "found": found,
        "hourly": hourly,
        "charts": [
            chart(
                "open",
                "lines",
                line("open", 1, found.open, standing_at("open", history=history)),
                line("pending", 2, found.pending, standing_at("pending_manager_orders", history=history)),
            ),
            chart("broken", "bars", line("broken", 3, found.broken[1:], f"/heatmap/behind?{until}")),
            chart("delivered", "bars", line("delivered", 1, found.delivered[1:], f"/pulse/behind/delivered?{until}")),
        ],
    }


async def queue(visit: Visit, tx: AsyncConnection, asked: Pulse) -> Mapping[str, Any]:
    """Open orders by status and age."""
    counted = await measured(visit, tx, asked)
    rows: list[Mapping[str, Any]] = []
    for row in counted.queue:
        counts = [getattr(row, age) for age in TONES]
        parts = zip(TONES, counts, segments(counts), TONES.values(), strict=True)
        rows.append({"row": row, "parts": [(age, count, at, tone) for age, count, at, tone in parts if at]})
    return {"rows": rows, "history": counted.history}


async def hot(visit: Visit, tx: AsyncConnection, _asked: Pulse) -> Mapping[str, Any]:
    """What burns."""
    known_until = await metrics_instants.history_known_until(tx)
    return {"hot": await metrics_desk.hot_orders(tx, known_until, now=visit.words.now, limit=LISTED)}


async def crises(visit: Visit, tx: AsyncConnection, _asked: Pulse) -> Mapping[str, Any]:
    """Those that are on, the nearest limit first; the crises' page has them all."""
    return {"crises": (await open_crises(visit, tx))[:FEW]}


async def approvals(visit: Visit, tx: AsyncConnection, _asked: Pulse) -> Mapping[str, Any]:
    """What waits for a human's vote, the oldest first."""
    at = visit.words.now
    return {
        "waiting": await metrics_desk.waiting_approvals(tx, now=at),
        "approvals": await approval_lines.pending(tx, ApprovalFilter(alive_at=at), limit=FEW),
        "approves": _may_see(visit, Place.APPROVALS),
    }


async def decisions(visit: Visit, tx: AsyncConnection, _asked: Pulse) -> Mapping[str, Any]:
    """What the roles and the desk's rules decided last."""
    rows = await decided_by_desk.last(tx, but=facts.NOTED, limit=LISTED)
    named = await people.by_ids(tx, sorted({person for row in rows for person in desk_words.people_of(row)}))
    names = {person_id: person.name for person_id, person in named.items()}
    return {
        "decisions": [desk_words.told(row, visit.words, visit.desk.policy, names) for row in rows],
        "journal": _may_see(visit, Place.DECISIONS),
        "approves": _may_see(visit, Place.APPROVALS),
    }


def _may_see(visit: Visit, place: Place) -> bool:
    return visit.asker.role in PLACES[place].roles


BOARD: Final = Board(
    Place.PULSE,
    Pulse,
    (
        Panel("now", ("orders", "approvals", "signals"), now, every="60s"),
        Panel("kpis", ("orders",), kpis),
        Panel("trends", ("orders",), trends),
        Panel("queue", ("orders",), queue),
        Panel("hot", ("orders",), hot, every="60s"),
        Panel("crises", ("signals",), crises, every="60s"),
        Panel("approvals", ("approvals",), approvals, every="60s"),
        Panel("decisions", ("decisions",), decisions),
    ),
)
BOARD.install(router)
