"""What the menu of the pages counts, in one round trip that costs by what is open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from store.desk.crises import IS_CRISIS
from store.measures.metrics_instants import IS_OPEN

MOST = 1_000
"""Counting stops here: beyond it the exact number says nothing more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """Open orders (of one person or all), waiting approvals, open signals, and crises among them."""

    open: int
    approvals: int
    signals: int
    crises: int


_OPEN = "status IN ('open', 'acknowledged', 'snoozed')"
_MENU = text(f"""
SELECT
    (SELECT count(*) FROM (SELECT 1 FROM orders AS o WHERE {IS_OPEN} AND source <> 'history'
        AND (CAST(:owner_id AS bigint) IS NULL OR o.owner_id = :owner_id) LIMIT {MOST}) AS x) AS open,
    (SELECT count(*) FROM approvals WHERE status = 'pending' AND expires_at > :now) AS approvals,
    (SELECT count(*) FROM (SELECT 1 FROM ai_signals AS s LEFT JOIN orders AS o ON o.id = s.order_id
        WHERE s.{_OPEN} AND (CAST(:owner_id AS bigint) IS NULL OR o.owner_id = :owner_id) LIMIT {MOST}) AS x
    ) AS signals,
    (SELECT count(*) FROM (
        SELECT 1 FROM ai_signals WHERE {_OPEN} AND {IS_CRISIS} LIMIT {MOST}) AS x
    ) AS crises
""")


async def menu(tx: AsyncConnection, *, owner_id: int | None, crisis_codes: Sequence[str], now: datetime) -> Menu:
    """The counts of one moment; `crisis_codes` are the signals that are crises."""
    row = (await tx.execute(_MENU, {"owner_id": owner_id, "now": now, "codes": list(crisis_codes)})).one()
    return Menu(open=row.open, approvals=row.approvals, signals=row.signals, crises=row.crises)
