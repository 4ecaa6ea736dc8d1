"""The orders behind a number of the pulse: exactly those that it counts, and those of which they are a share."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncConnection

from api.pages.board import Asked, Board, Panel
from api.pages.places import Place
from api.pages.route import PageRoute
from api.pages.visit import Visit
from domain.commands import Instant
from domain.kpi import KPIS, Better, Unit
from domain.measures import Period, read_span
from domain.orders import Status
from store.views.behind import (
    Age,
    BehindFilter,
    Listed,
    behind,
)

router = APIRouter(include_in_schema=False, route_class=PageRoute)

LINES: Final = 50
SHOWN: Final[Mapping[str, bool | None]] = {"hits": True, "rest": False, "all": None}


class Behind(Asked):
    """Which number, over which period (it ends now unless `until` says otherwise), and which part of it.

    `hits` are those that the number counts, `rest` the others of those it is a share of.
    """

    kpi: Listed
    period: Literal["24h", "7d", "30d"] = "7d"
    until: Instant | None = None
    show: Literal["hits", "rest", "all"] | None = None
    status: Status = Status.PENDING_MANAGER
    age: Age = "over_72h"
    after: Annotated[str, Field(max_length=400)] | None = None


async def lines(visit: Visit, tx: AsyncConnection, asked: Behind) -> Mapping[str, Any]:
    """The list."""
    length = read_span(asked.period, field="period")
    period = Period.ending(length, now=visit.words.now, until=asked.until)
    show = asked.show or first_shown(asked.kpi)
    which = BehindFilter(kpi=asked.kpi, period=period, hit=SHOWN[show], status=asked.status, age=asked.age)
    page = await behind(tx, which, visit.desk.policy, after=asked.after, limit=LINES, now=visit.words.now)
    counts = {"hits": page.hits, "rest": page.of - page.hits, "all": page.of}
    return {
        "page": page,
        "show": show,
        "counts": counts,
        "count": counts[show],
        "since": period.since,
        "until": period.until,
    }


def first_shown(kpi: str) -> str:
    """What is wanted first: what hurts. Of a share that should be high those are the others."""
    definition = KPIS.get(kpi)
    if definition is None or definition.unit is not Unit.SHARE:
        return "all" if kpi == "delivered" else "hits"
    return "hits" if definition.better is Better.LOWER else "rest"


BOARD: Final = Board(
    Place.PULSE,
    Behind,
    (Panel("lines", ("orders",), lines),),
    path="/pulse/behind/{kpi}",
    template="pulse/behind.html",
)
BOARD.install(router)
