"""The journal as people read it: rows with the names behind them, for all or for one manager."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.errors import NotFoundError
from store.views.listings import Conditions


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalLine:
    """One decision; `name` is a person's, None for a role or the desk itself."""

    id: int
    at: datetime
    actor: str
    name: str | None
    action: str
    order_id: int | None
    order: str | None
    verdict: str
    rule: str
    outcome: str
    proposed: Mapping[str, Any]
    facts: Mapping[str, Any]
    result: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalFilter:
    """Which rows: of one order, of one author; `only_of` leaves one person's own and those of their orders."""

    order_id: int | None = None
    actor: str | None = None
    only_of: int | None = None


async def listed(tx: AsyncConnection, which: JournalFilter, *, before: int | None, limit: int) -> list[JournalLine]:
    """A page of the journal, the newest first."""
    asked = _conditions(which)
    if before is not None:
        asked.add("d.id < :before", before=before)
    return await _select(tx, asked, limit)


async def get(tx: AsyncConnection, row_id: int, *, only_of: int | None) -> JournalLine:
    """One row. Raises NotFoundError where there is none that this reader may see."""
    asked = _conditions(JournalFilter(only_of=only_of))
    asked.add("d.id = :id", id=row_id)
    found = await _select(tx, asked, 1)
    if not found:
        raise NotFoundError(kind="decision", name=str(row_id))
    return found[0]


def _conditions(which: JournalFilter) -> Conditions:
    asked = Conditions()
    asked.equal("d.order_id", which.order_id)
    asked.equal("d.actor", which.actor)
    if which.only_of is not None:
        asked.add(
            "(d.actor = :own OR EXISTS (SELECT 1 FROM orders AS w WHERE w.id = d.order_id AND w.owner_id = :reader))",
            own=f"person:{which.only_of}",
            reader=which.only_of,
        )
    return asked


async def _select(tx: AsyncConnection, asked: Conditions, limit: int) -> list[JournalLine]:
    rows = await tx.execute(
        text(
            'SELECT d.id, d.at, d.actor, p.name, d.action, d.order_id, o.code AS "order", d.verdict, d.rule,'
            " d.outcome, d.proposed, d.facts, d.result FROM ai_decisions AS d"
            " LEFT JOIN orders AS o ON o.id = d.order_id LEFT JOIN people AS p ON d.actor = 'person:' || p.id"
            f" WHERE {asked.where} ORDER BY d.id DESC LIMIT :limit"
        ),
        {**asked.values, "limit": limit},
    )
    return [JournalLine(**row) for row in rows.mappings()]
