"""Looking into the tables of the test's database, and the people whose rows are in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from domain.orders import Order
from domain.people import Actor, Channel, Role
from store.database import Database


@dataclass(frozen=True, slots=True)
class Member:
    """One of the company's people."""

    id: int
    name: str
    role: Role
    telegram_id: int

    @property
    def actor(self) -> Actor:
        """The person asking through Telegram."""
        return Actor.person(self.id, Channel.TELEGRAM)


class Tables:
    """Questions that tests ask the database."""

    def __init__(self, db: Database) -> None:
        self.db = db

    async def rows(self, statement: str, **parameters: object) -> Sequence[Mapping[str, Any]]:
        """What a query reads, row by row."""
        async with self.db.reading() as tx:
            return [dict(row) for row in (await tx.execute(text(statement), parameters)).mappings()]

    async def value(self, statement: str, **parameters: object) -> Any:
        """The one value that a query reads."""
        async with self.db.reading() as tx:
            return (await tx.execute(text(statement), parameters)).scalar_one()

    async def column(self, statement: str, **parameters: object) -> list[Any]:
        """The first column of what a query reads."""
        async with self.db.reading() as tx:
            return list((await tx.execute(text(statement), parameters)).scalars())

    async def clock(self, order: Order, kind: str) -> Mapping[str, Any] | None:
        """The order's open clock of a kind."""
        found = await self.rows(
            "SELECT * FROM clocks WHERE order_id = :id AND kind = :kind AND state <> 'done'", id=order.id, kind=kind
        )
        return found[0] if found else None

    async def violations(self, order: Order, *, only_open: bool = True) -> Sequence[Mapping[str, Any]]:
        """Broken clocks of the order, in the order they broke."""
        return await self.rows(
            "SELECT * FROM ai_sla_violations WHERE order_id = :id AND (NOT :only_open OR resolved_at IS NULL)"
            " ORDER BY id",
            id=order.id,
            only_open=only_open,
        )

    async def signals(self, order: Order | None = None, *, status: str = "open") -> list[str]:
        """Codes of signals in this status, of one order or all."""
        return await self.column(
            "SELECT code FROM ai_signals WHERE status = :status"
            " AND (CAST(:id AS bigint) IS NULL OR order_id = :id) ORDER BY id",
            status=status,
            id=None if order is None else order.id,
        )

    async def messages(self, to: Member | int | None = None, *, kind: str | None = None) -> Sequence[Mapping[str, Any]]:
        """Messages to one person or all, of one kind or all, the oldest first."""
        person_id = to.id if isinstance(to, Member) else to
        return await self.rows(
            "SELECT * FROM notifications WHERE (CAST(:person_id AS bigint) IS NULL OR person_id = :person_id)"
            " AND (CAST(:kind AS text) IS NULL OR kind = :kind) ORDER BY id",
            person_id=person_id,
            kind=kind,
        )

    async def decisions(self, action: str | None = None, *, uid: UUID | None = None) -> Sequence[Mapping[str, Any]]:
        """Journal rows, the oldest first; of one action, or the one with this uid."""
        return await self.rows(
            "SELECT * FROM ai_decisions WHERE (CAST(:action AS text) IS NULL OR action = :action)"
            " AND (CAST(:uid AS uuid) IS NULL OR uid = :uid) ORDER BY id",
            action=action,
            uid=uid,
        )

    async def loads(self) -> dict[str, int]:
        """How many open orders each manager has, counted anew."""
        rows = await self.rows(
            "SELECT p.name, count(o.id) AS n FROM people AS p LEFT JOIN orders AS o ON o.owner_id = p.id"
            " AND o.status NOT IN ('closed', 'cancelled') WHERE p.role = 'manager' GROUP BY p.name"
        )
        return {row["name"]: row["n"] for row in rows}
