"""The lines of the pulse: each drawn from one pass over what happened in the period, whatever its number of steps."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.measures import STAGE_LIMITS, Period
from domain.orders import OPEN_STATUSES
from domain.trends import Trends, steps, stood
from store.measures.limits import DECIDED
from store.measures.metrics_instants import (
    IS_OPEN,
    history_known_until,
    tune,
)
from store.views.behind import FIRST_DELIVERY

# How many of the steps lie before an instant: the first step at which what began then stands, or is over.
_BEFORE: Final = "width_bucket({at} - interval '1 microsecond', CAST(:steps AS timestamptz[]))"

# As `metrics_standing` has them: stays that last (of an imported history: up to the end of its log) and that ended.
_STAYS: Final = f"""
SELECT status = 'pending_manager' AS pending, {_BEFORE.format(at="began")} AS first,
    CASE WHEN ended = 'infinity' THEN :count ELSE {_BEFORE.format(at="ended")} END AS over, count(*) AS n
FROM (
    SELECT status, status_since AS began, CASE WHEN source = 'history' THEN CAST(:known AS timestamptz)
        + interval '1 microsecond' ELSE 'infinity' END AS ended
    FROM orders WHERE {IS_OPEN} AND status_since <= :until
    UNION ALL
    SELECT from_status, at - make_interval(secs => seconds_in_status), at FROM order_status_events
    WHERE from_status = ANY(:open) AND at > :since AND at - make_interval(secs => seconds_in_status) <= :until
) AS stays
WHERE ended > :since GROUP BY 1, 2, 3
"""
_BROKEN: Final = f"SELECT {_BEFORE.format(at='l.at')} AS step, count(*) AS n FROM {DECIDED} WHERE l.broken GROUP BY 1"
_DELIVERED: Final = f"""
SELECT {_BEFORE.format(at="e.at")} AS step, count(*) AS n FROM order_status_events AS e
WHERE e.at > :since AND e.at <= :until AND {FIRST_DELIVERY} GROUP BY 1
"""


async def trends(tx: AsyncConnection, period: Period) -> Trends:
    """The lines of the period."""
    await tune(tx)
    at = steps(period)
    given: dict[str, Any] = {"since": period.since, "until": period.until, "steps": at, "count": len(at)}
    stages = [status.value for status in OPEN_STATUSES]
    known = {"known": await history_known_until(tx), "open": stages}
    stays = [
        (row.pending, (row.first, max(row.first, row.over), row.n))
        for row in await tx.execute(text(_STAYS), given | known)
    ]
    limits = {"kinds": [kind.value for kind in STAGE_LIMITS], "stages": stages}
    return Trends(
        at=at,
        open=stood((stay for _, stay in stays), len(at)),
        pending=stood((stay for pending, stay in stays if pending), len(at)),
        broken=await _counted(tx, _BROKEN, given | limits, at),
        delivered=await _counted(tx, _DELIVERED, given, at),
    )


async def _counted(tx: AsyncConnection, statement: str, given: Mapping[str, Any], at: Sequence[datetime]) -> list[int]:
    found = {row.step: row.n for row in await tx.execute(text(statement), given)}
    return [found.get(step, 0) for step in range(len(at))]
