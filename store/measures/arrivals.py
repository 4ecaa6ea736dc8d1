"""What came in and what left the team's load, by local day and hour: what a forecast rests on."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.orders import Status

_ARRIVED: Final = """
SELECT CAST(at AS date) AS day, CAST(extract(hour FROM at) AS int) AS hour, count(*) AS n
FROM (SELECT created_at AT TIME ZONE :zone AS at FROM orders
    WHERE created_at >= :since AND created_at < :until) AS arrivals
GROUP BY 1, 2
"""

# A move to a lighter stage releases the difference of the weights; one back to a heavier stage takes it again.
_RELEASED: Final = """
SELECT CAST(e.at AT TIME ZONE :zone AS date) AS day,
    sum(coalesce(f.weight, 0) - coalesce(t.weight, 0)) AS released
FROM order_status_events AS e
    LEFT JOIN unnest(CAST(:statuses AS text[]), CAST(:weights AS float8[])) AS f(status, weight)
        ON f.status = e.from_status
    LEFT JOIN unnest(CAST(:statuses AS text[]), CAST(:weights AS float8[])) AS t(status, weight)
        ON t.status = e.to_status
WHERE e.at >= :since AND e.at < :until AND e.from_status IS NOT NULL GROUP BY 1
"""


async def first_arrival(tx: AsyncConnection) -> datetime | None:
    """When the first order of all came; None before it."""
    return (await tx.execute(text("SELECT min(created_at) FROM orders"))).scalar_one()


async def by_hour(
    tx: AsyncConnection, *, since: datetime, until: datetime, zone: str
) -> Mapping[tuple[date, int], int]:
    """New orders of `[since, until)` by local day and hour."""
    rows = await tx.execute(text(_ARRIVED), {"since": since, "until": until, "zone": zone})
    return {(row.day, row.hour): row.n for row in rows}


async def released_by_day(
    tx: AsyncConnection, weights: Mapping[Status, float], *, since: datetime, until: datetime, zone: str
) -> Mapping[date, float]:
    """Load (by stage weight) that moves of `[since, until)` released, by local day."""
    parameters = {
        "since": since,
        "until": until,
        "zone": zone,
        "statuses": [status.value for status in weights],
        "weights": list(weights.values()),
    }
    rows = await tx.execute(text(_RELEASED), parameters)
    return {row.day: float(row.released) for row in rows}
