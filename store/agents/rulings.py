"""Rulings on conflicts of circles: kept with all positions, citable as precedents, set aside by people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.errors import ConflictError, NotFoundError
from domain.journal import canonical


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRuling:
    """A ruling on one order: circles by their keys; the first of `positions` is the one that prevails."""

    order_id: int
    winner: str
    losers: Sequence[str]
    positions: Sequence[Mapping[str, object]]
    rule: str
    reason: str
    precedent_id: int | None
    at: datetime
    decision: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class RulingLine:
    """A stored ruling with its order's code, and the person who set it aside, if anybody did."""

    id: int
    order_id: int
    order: str
    winner: str
    losers: Sequence[str]
    positions: Sequence[Mapping[str, Any]]
    rule: str
    reason: str
    precedent_id: int | None
    at: datetime
    overruled_by: str | None
    overruled_at: datetime | None
    overruled_because: str | None


_SELECT = (
    'SELECT r.id, r.order_id, o.code AS "order", r.winner, r.losers, r.positions, r.rule, r.reason, r.precedent_id,'
    " r.at, p.name AS overruled_by, r.overruled_at, r.overruled_because FROM ai_rulings AS r"
    " JOIN orders AS o ON o.id = r.order_id LEFT JOIN people AS p ON p.id = r.overruled_by"
)


async def add(tx: AsyncConnection, ruling: NewRuling) -> int:
    """Keep a ruling; its number."""
    row = (
        await tx.execute(
            text(
                "INSERT INTO ai_rulings (subject_kind, subject_id, order_id, winner, losers, positions, rule, reason,"
                " precedent_id, at, decision) VALUES ('order', :order_id, :order_id, :winner, CAST(:losers AS jsonb),"
                " CAST(:positions AS jsonb), :rule, :reason, :precedent_id, :at, :decision) RETURNING id"
            ),
            {
                "order_id": ruling.order_id,
                "winner": ruling.winner,
                "losers": canonical(list(ruling.losers)).decode(),
                "positions": canonical([dict(position) for position in ruling.positions]).decode(),
                "rule": ruling.rule,
                "reason": ruling.reason,
                "precedent_id": ruling.precedent_id,
                "at": ruling.at,
                "decision": ruling.decision,
            },
        )
    ).one()
    return int(row.id)


async def precedent(tx: AsyncConnection, *, winner: str, losers: Sequence[str]) -> int | None:
    """The last ruling between the same circles with the same end that nobody has set aside."""
    row = (
        await tx.execute(
            text(
                "SELECT id FROM ai_rulings WHERE winner = :winner AND losers = CAST(:losers AS jsonb)"
                " AND overruled_at IS NULL ORDER BY id DESC LIMIT 1"
            ),
            {"winner": winner, "losers": canonical(list(losers)).decode()},
        )
    ).one_or_none()
    return None if row is None else int(row.id)


async def get(tx: AsyncConnection, ruling_id: int) -> RulingLine:
    """One ruling. Raises NotFoundError."""
    rows = await tx.execute(text(f"{_SELECT} WHERE r.id = :id"), {"id": ruling_id})
    row = rows.mappings().one_or_none()
    if row is None:
        raise NotFoundError(kind="ruling", name=str(ruling_id))
    return RulingLine(**row)


async def overrule(tx: AsyncConnection, ruling_id: int, *, by: int | None, because: str, now: datetime) -> None:
    """Set a ruling aside. Raises ConflictError when that has been done."""
    rows = await tx.execute(
        text(
            "UPDATE ai_rulings SET overruled_by = :by, overruled_at = :now, overruled_because = :because"
            " WHERE id = :id AND overruled_at IS NULL RETURNING id"
        ),
        {"id": ruling_id, "by": by, "because": because, "now": now},
    )
    if rows.one_or_none() is None:
        raise ConflictError(kind="ruling", name=str(ruling_id), state="overruled", allowed=("a ruling that stands",))


async def listed(
    tx: AsyncConnection,
    *,
    order_id: int | None = None,
    circle: str | None = None,
    owner_id: int | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[RulingLine]:
    """Rulings, the newest first: all, of one order, of one circle on either side, on one owner's orders."""
    rows = await tx.execute(
        text(
            f"{_SELECT} WHERE (CAST(:order_id AS bigint) IS NULL OR r.order_id = :order_id)"
            " AND (CAST(:circle AS text) IS NULL OR r.winner = :circle OR jsonb_exists(r.losers, :circle))"
            " AND (CAST(:owner_id AS bigint) IS NULL OR o.owner_id = :owner_id)"
            " AND (CAST(:before AS bigint) IS NULL OR r.id < :before) ORDER BY r.id DESC LIMIT :limit"
        ),
        {"order_id": order_id, "circle": circle, "owner_id": owner_id, "before": before, "limit": limit},
    )
    return [RulingLine(**row) for row in rows.mappings()]
