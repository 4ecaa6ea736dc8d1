"""What one person did in a period, for their own scorecard: bounded by the period and the person."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.measures import Period, Spread, Tally
from domain.orders import OPEN_STATUSES
from domain.scorecards import Numbers, Scorecard
from store.measures import metrics_people

# Documented: every point answered, a verdict, a note, the contact with the seller; once sent, who carries it and how it
# is tracked. Counted are orders that left the check, or went on from there, in the period.
_NUMBERS = """
SELECT
    (SELECT count(DISTINCT order_id) FROM ai_assignments
        WHERE manager_id = :person AND assigned_at > :since AND assigned_at <= :until) AS taken,
    moves.closed, moves.n, moves.median, documents.complete, documents.of
FROM (
    SELECT count(DISTINCT order_id) FILTER (WHERE to_status = 'closed') AS closed,
        count(seconds_in_status) FILTER (WHERE from_status = ANY(:open)) AS n,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds_in_status) FILTER (WHERE from_status = ANY(:open)) AS median
    FROM order_status_events WHERE owner_id = :person AND at > :since AND at <= :until
) AS moves
CROSS JOIN (
    SELECT count(*) AS of, count(*) FILTER (WHERE
        (SELECT count(*) FROM checklist_answers AS a WHERE a.order_id = o.id) >= :points
        AND o.verdict IS NOT NULL
        AND EXISTS (SELECT 1 FROM order_notes AS n WHERE n.order_id = o.id AND n.kind = 'note')
        AND EXISTS (SELECT 1 FROM order_notes AS n WHERE n.order_id = o.id AND n.kind = 'contact_seller')
        AND (NOT gone.sent OR (coalesce(o.carrier, '') <> '' AND coalesce(o.tracking_number, '') <> ''))
    ) AS complete
    FROM (
        SELECT order_id, bool_or(to_status IN ('in_transit', 'delivered', 'closed')) AS sent FROM order_status_events
        WHERE owner_id = :person AND at > :since AND at <= :until
            AND to_status IN ('awaiting_payment', 'ready_for_shipment', 'in_transit', 'delivered', 'closed')
        GROUP BY order_id
    ) AS gone JOIN orders AS o ON o.id = gone.order_id
) AS documents
"""


async def scorecard(tx: AsyncConnection, person_id: int, length: timedelta, *, points: int, now: datetime) -> Scorecard:
    """The person's period of this length up to now, beside the one before; `points` make a full check."""
    period = Period.ending(length, now=now)
    former = Period(since=period.before, until=period.since)
    open_now = await tx.execute(
        text("SELECT count(*) FROM orders WHERE owner_id = :person AND status = ANY(:open) AND source <> 'history'"),
        {"person": person_id, "open": _OPEN},
    )
    return Scorecard(
        length=length,
        open_now=int(open_now.scalar_one()),
        present=await _numbers(tx, person_id, period, points),
        former=await _numbers(tx, person_id, former, points),
    )


async def _numbers(tx: AsyncConnection, person_id: int, period: Period, points: int) -> Numbers:
    asked: dict[str, Any] = {"person": person_id, "since": period.since, "until": period.until}
    row = (await tx.execute(text(_NUMBERS), asked | {"open": _OPEN, "points": points})).one()
    return Numbers(
        taken=row.taken,
        closed=row.closed,
        limits=await metrics_people.limits_of(tx, person_id, period),
        documented=Tally(row.complete, row.of),
        stay=Spread(row.n, row.median),
    )


_OPEN = [status.value for status in OPEN_STATUSES]
