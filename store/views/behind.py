"""The orders behind a KPI, one by one: lists whose lengths are the KPI's numerator and denominator.

Each list is one statement that yields a line for every thing that the KPI counts; `hit` says whether it is of the
numerator. What stood is listed as it stands now, what happened as it happened in `(since, until]`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.measures import Period
from domain.orders import OPEN_STATUSES, Status
from domain.policy import Policy
from store.keyset import read_key, written_key
from store.measures.metrics_instants import (
    IS_OPEN,
    history_known_until,
)


def _standing(hit: str, *, at: str = "o.status_since", of: str = "true") -> str:
    return f"""
        SELECT o.id, o.id AS order_id, {at} AS at, {hit} AS hit, NULL AS source, NULL AS target,
            CAST(extract(epoch FROM :now - {at}) AS float8) AS seconds
        FROM orders AS o WHERE o.{IS_OPEN} AND {of} AND (:all_sources OR o.source <> 'history')
    """


# Who was delivered before has left that status again: only those few are looked at.
FIRST_DELIVERY: Final = """e.to_status = 'delivered' AND (e.order_id NOT IN (
        SELECT r.order_id FROM order_status_events AS r
        WHERE r.from_status IN ('delivered', 'closed', 'cancelled') AND r.to_status NOT IN ('closed', 'cancelled')
    ) OR NOT EXISTS (
        SELECT 1 FROM order_status_events AS d
        WHERE d.order_id = e.order_id AND d.to_status = 'delivered' AND (d.at, d.id) < (e.at, e.id)
    ))"""
"""The condition on `order_status_events AS e` that it is an order's first arrival, as the KPI `delivered` counts it."""

_STAYS: Final = """
    SELECT e.id, e.order_id, e.at, true AS hit, e.from_status AS source, e.to_status AS target,
        e.seconds_in_status AS seconds
    FROM order_status_events AS e WHERE e.from_status = ANY(:open) AND e.at > :since AND e.at <= :until
"""
_DELIVERIES: Final = f"""
    SELECT e.id, e.order_id, e.at, b.at IS NOT NULL AS hit, e.from_status AS source, e.to_status AS target,
        CAST(extract(epoch FROM e.at - b.at) AS float8) AS seconds
    FROM order_status_events AS e LEFT JOIN LATERAL (
        SELECT p.at FROM order_status_events AS p
        WHERE p.order_id = e.order_id AND p.to_status = 'pending_manager' AND p.at <= e.at ORDER BY p.at LIMIT 1
    ) AS b ON true
    WHERE e.at > :since AND e.at <= :until AND {FIRST_DELIVERY}
"""
_ESCALATIONS: Final = """
    SELECT e.id, e.order_id, e.at, coalesce(e.resolved_at <= :until, false) OR e.deadline > :until AS hit,
        NULL AS source, NULL AS target, CAST(extract(epoch FROM e.resolved_at - e.at) AS float8) AS seconds
    FROM escalations AS e WHERE e.at > :since AND e.at <= :until
"""

Listed = Literal[
    "open",
    "pending_manager_orders",
    "time_to_next_status",
    "share_over_72h",
    "cycle_time",
    "cycle_time_p90",
    "share_without_owner",
    "share_without_next_step",
    "with_owner_and_next_step",
    "escalations_complete",
    "delivered",
    "ages",
]
Age = Literal["under_4h", "from_4h_to_24h", "from_24h_to_72h", "over_72h", "all"]

LISTS: Final[Mapping[Listed, str]] = {
    "open": _standing("true"),
    "pending_manager_orders": _standing("true", of="o.status = 'pending_manager'"),
    "time_to_next_status": _STAYS,
    "share_over_72h": _standing("o.last_moved_at < :stuck", at="o.last_moved_at", of="o.status = ANY(:watched)"),
    "cycle_time": _DELIVERIES,
    "cycle_time_p90": _DELIVERIES,
    "share_without_owner": _standing("o.owner_id IS NULL"),
    "share_without_next_step": _standing("o.next_step IS NULL"),
    "with_owner_and_next_step": _standing("o.owner_id IS NOT NULL AND o.next_step IS NOT NULL"),
    "escalations_complete": _ESCALATIONS,
    "delivered": _DELIVERIES,
    "ages": _standing("true", of="o.status = :status AND o.status_since <= :older AND o.status_since > :younger"),
}
"""By KPI; `open` are all that are open, `ages` the orders of one status by how long they have been in it."""

AGES: Final[Mapping[Age, tuple[timedelta | None, timedelta | None]]] = {
    "under_4h": (None, timedelta(hours=4)),
    "from_4h_to_24h": (timedelta(hours=4), timedelta(hours=24)),
    "from_24h_to_72h": (timedelta(hours=24), timedelta(hours=72)),
    "over_72h": (timedelta(hours=72), None),
    "all": (None, None),
}
"""The ages of the queue, as `metrics_standing.QueueRow` has them: at least, and less than; and any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BehindLine:
    """One thing that a KPI counts: its order as it is now, when it happened, how long it took or lasts.

    `source` and `target` are the statuses of a move.
    """

    hit: bool
    at: datetime
    seconds: float | None
    source: str | None
    target: str | None
    code: str | None
    bike: str | None
    status: str | None
    owner: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BehindPage:
    """A page of a list, how many there are in all and how many are hits, and the key of the next page."""

    lines: Sequence[BehindLine]
    hits: int
    of: int
    following: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BehindFilter:
    """Which list, over which period; only hits, only the others, or all; `status` and `age` are asked of `ages`."""

    kpi: Listed
    period: Period
    hit: bool | None = None
    status: Status | None = None
    age: Age = "under_4h"


_PAGE: Final = """
SELECT x.hit, x.at, x.seconds, x.source, x.target, o.code, o.bike, o.status, p.name AS owner,
    ARRAY[CAST(x.at AS text), CAST(x.id AS text)] AS key
FROM (
    SELECT * FROM ({listed}) AS l WHERE (CAST(:hit AS boolean) IS NULL OR l.hit = :hit){after}
    ORDER BY l.at DESC, l.id DESC LIMIT :limit
) AS x LEFT JOIN orders AS o ON o.id = x.order_id LEFT JOIN people AS p ON p.id = o.owner_id
ORDER BY x.at DESC, x.id DESC
"""
_KEY: Final = {"after_at": "timestamptz", "after_id": "bigint"}
_AFTER: Final = " AND (l.at, l.id) < (CAST(:after_at AS timestamptz), CAST(:after_id AS bigint))"
_COUNT: Final = "SELECT count(*) FILTER (WHERE hit) AS hits, count(*) AS n FROM ({listed}) AS l"


async def behind(
    tx: AsyncConnection, which: BehindFilter, policy: Policy, *, after: str | None, limit: int, now: datetime
) -> BehindPage:
    """One page; `after` is the `following` of the page before. Raises InvalidInputError for a key that is none."""
    listed = LISTS[which.kpi]
    given = await _given(tx, which, policy, now)
    counted = (await tx.execute(text(_COUNT.format(listed=listed)), given)).one()
    key = {} if after is None else read_key(after, _KEY)
    rows = await tx.execute(
        text(_PAGE.format(listed=listed, after=_AFTER if key else "")),
        {**given, **key, "hit": which.hit, "limit": limit + 1},
    )
    found = [dict(row) for row in rows.mappings()]
    keys = [row.pop("key") for row in found]
    return BehindPage(
        lines=[BehindLine(**row) for row in found[:limit]],
        hits=counted.hits,
        of=counted.n,
        following=written_key(keys[limit - 1]) if len(found) > limit else None,
    )


async def _given(tx: AsyncConnection, which: BehindFilter, policy: Policy, now: datetime) -> dict[str, Any]:
    known_until = await history_known_until(tx)
    older, younger = AGES[which.age]
    values: dict[str, Any] = {
        "now": now,
        "since": which.period.since,
        "until": which.period.until,
        "open": [status.value for status in OPEN_STATUSES],
        "all_sources": known_until is None or now <= known_until,
        "stuck": now - policy.clocks.stuck[-1].after,
        "watched": [status.value for status in policy.clocks.stuck_in],
        "status": None if which.status is None else which.status.value,
        "older": now if older is None else now - older,
        "younger": datetime.min.replace(tzinfo=now.tzinfo) if younger is None else now - younger,
    }
    return {name: value for name, value in values.items() if f":{name}" in LISTS[which.kpi]}
