"""What is most urgent among open orders and signals: counts of all, and the top of the list."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from store.views.listings import (
    OPEN_SIGNALS,
    Conditions,
    OrderFilter,
    SignalFilter,
    SignalLine,
    order_conditions,
    signal_conditions,
    signal_lines,
)

_SEVEREST_FIRST = "array_position(ARRAY['critical', 'high', 'medium', 'low'], s.severity), s.due_at, s.id"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCount:
    """Open orders of one status: how many, how many past their deadline, and since when the oldest stands there."""

    status: str
    orders: int
    overdue: int
    hot: int
    oldest_since: datetime


async def open_counts(tx: AsyncConnection, which: OrderFilter, *, now: datetime) -> list[OpenCount]:
    """These orders by status; `which` should leave out the closed ones."""
    asked = order_conditions(which)
    rows = await tx.execute(
        text(
            "SELECT o.status, count(*) AS orders, count(*) FILTER (WHERE o.due_at < :now) AS overdue,"
            " count(*) FILTER (WHERE o.hot) AS hot, min(o.status_since) AS oldest_since"
            f" FROM orders AS o WHERE {asked.where} GROUP BY o.status"
        ),
        {**asked.values, "now": now},
    )
    return [OpenCount(**row) for row in rows.mappings()]


async def urgent_signals(tx: AsyncConnection, which: SignalFilter, *, limit: int) -> list[SignalLine]:
    """Signals by urgency: the most severe first, then the nearest deadline."""
    return await signal_lines(tx, signal_conditions(which), _SEVEREST_FIRST, limit)


async def settled_signals(tx: AsyncConnection, which: SignalFilter, *, limit: int) -> list[SignalLine]:
    """Signals that were dealt with, the newest first."""
    return await signal_lines(tx, _settled(which), "s.id DESC", limit)


async def count_signals(tx: AsyncConnection, which: SignalFilter) -> int:
    """How many signals there are of these: the open ones, or those that were dealt with."""
    asked = signal_conditions(which) if which.only_open else _settled(which)
    source = "ai_signals AS s LEFT JOIN orders AS o ON o.id = s.order_id"
    counted = await tx.execute(text(f"SELECT count(*) FROM {source} WHERE {asked.where}"), asked.values)
    return int(counted.scalar_one())


def _settled(which: SignalFilter) -> Conditions:
    asked = signal_conditions(which)
    asked.add(f"NOT s.{OPEN_SIGNALS}")
    return asked


async def signal_counts(tx: AsyncConnection, which: SignalFilter, *, now: datetime) -> Mapping[str, tuple[int, int]]:
    """Open signals by severity: how many, and how many of them past their deadline."""
    asked = signal_conditions(which)
    rows = await tx.execute(
        text(
            "SELECT s.severity, count(*) AS n, count(*) FILTER (WHERE s.due_at < :now) AS overdue"
            f" FROM ai_signals AS s LEFT JOIN orders AS o ON o.id = s.order_id WHERE {asked.where} GROUP BY s.severity"
        ),
        {**asked.values, "now": now},
    )
    return {row.severity: (row.n, row.overdue) for row in rows}


async def open_by_circle(tx: AsyncConnection, *, now: datetime) -> Mapping[str, tuple[int, int]]:
    """Open signals by the circle that owns them: how many, and how many of them past their deadline."""
    rows = await tx.execute(
        text(
            "SELECT circle, count(*) AS n, count(*) FILTER (WHERE due_at < :now) AS overdue FROM ai_signals"
            f" WHERE {OPEN_SIGNALS} GROUP BY circle"
        ),
        {"now": now},
    )
    return {row.circle: (row.n, row.overdue) for row in rows}
