"""The first page: how the company is doing now, and what waits for somebody."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncConnection

from api.pages.board import Asked, Board, Panel
from api.pages.places import Place
from api.pages.route import PageRoute
from api.pages.visit import Visit
from domain.kpi import Group
from domain.measures import Period, read_span
from store import metrics, metrics_desk, metrics_instants, metrics_standing

router = APIRouter(include_in_schema=False, route_class=PageRoute)

SPANS: Final = ("24h", "7d", "30d")


class Pulse(Asked):
    """The period whose numbers are shown; it ends now."""

    period: Annotated[Literal["24h", "7d", "30d"], Field()] = "7d"


def _period(visit: Visit, asked: Pulse) -> Period:
    return Period.ending(read_span(asked.period, field="period"), now=visit.words.now, until=None)


async def kpis(visit: Visit, tx: AsyncConnection, asked: Pulse) -> Mapping[str, Any]:
    """The main KPIs with the previous period beside each."""
    found = await metrics.kpis(tx, _period(visit, asked), visit.desk.policy, now=visit.words.now)
    return {"kpis": [kpi for kpi in found if kpi.group is Group.MAIN]}


async def queue(visit: Visit, tx: AsyncConnection, asked: Pulse) -> Mapping[str, Any]:
    """Open orders by status and age."""
    period = _period(visit, asked)
    stood = await metrics_standing.stood(tx, (period.since, period.until), visit.desk.policy, now=visit.words.now)
    return {"queue": stood.queue, "most": max((row.orders for row in stood.queue), default=0)}


async def hot(visit: Visit, tx: AsyncConnection, _asked: Pulse) -> Mapping[str, Any]:
    """What burns."""
    known_until = await metrics_instants.history_known_until(tx)
    return {"hot": await metrics_desk.hot_orders(tx, known_until, now=visit.words.now, limit=8)}


BOARD: Final = Board(
    Place.PULSE,
    Pulse,
    (
        Panel("kpis", ("orders",), kpis),
        Panel("queue", ("orders",), queue),
        Panel("hot", ("orders",), hot),
    ),
)
BOARD.install(router)
