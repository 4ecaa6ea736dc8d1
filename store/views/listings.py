"""Lists as the doors show them: the newest first, paged by key, so that a page costs the same on a million rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

MOST_URGENT_FIRST = "o.urgent DESC, o.due_at NULLS LAST, o.id"
OPEN_SIGNALS = "status IN ('open', 'acknowledged', 'snoozed')"


class Conditions:
    """The parts of a WHERE that were asked for, and their values."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.values: dict[str, object] = {}

    def add(self, part: str, **values: object) -> None:
        """One more condition; its values must be named unlike the others'."""
        self.parts.append(part)
        self.values.update(values)

    def equal(self, column: str, value: object) -> None:
        """The column has this value; nothing is asked when the value is None."""
        if value is not None:
            name = column.rpartition(".")[2]
            self.add(f"{column} = :{name}", **{name: value})

    @property
    def where(self) -> str:
        """The whole condition."""
        return " AND ".join(self.parts) or "true"


# ── orders ───────────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """One order in a list."""

    id: int
    code: str
    crm_id: str | None
    status: str
    version: int
    owner_id: int | None
    owner: str | None
    bike: str
    price_eur: Decimal
    client_name: str
    city: str
    hot: bool
    urgent: bool
    urgent_because: str | None
    due_at: datetime | None
    next_step: str | None
    next_step_due: datetime | None
    status_since: datetime
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFilter:
    """Which orders: by status, owner, the hot list, a deadline passed, and words in code, CRM id, client or bike.

    `only_live` leaves out those of an imported history.
    """

    statuses: Sequence[str] = ()
    owner_id: int | None = None
    hot: bool | None = None
    words: str = ""
    due_before: datetime | None = None
    only_live: bool = False


async def orders(tx: AsyncConnection, which: OrderFilter, *, before: int | None, limit: int) -> list[OrderLine]:
    """A page of orders, the newest first."""
    asked = order_conditions(which)
    if before is not None:
        asked.add("o.id < :before", before=before)
    return await order_lines(tx, asked, "o.id DESC", limit)


async def urgent(tx: AsyncConnection, which: OrderFilter, *, limit: int, offset: int = 0) -> list[OrderLine]:
    """Orders by urgency: those that somebody put first, then the nearest or longest missed deadline."""
    return await order_lines(tx, order_conditions(which), MOST_URGENT_FIRST, limit, skipped=offset)


async def count(tx: AsyncConnection, which: OrderFilter) -> int:
    """How many orders there are of these."""
    asked = order_conditions(which)
    found = await tx.execute(text(f"SELECT count(*) FROM orders AS o WHERE {asked.where}"), asked.values)
    return int(found.scalar_one())


def order_conditions(which: OrderFilter) -> Conditions:
    """The conditions on `orders AS o`."""
    asked = Conditions()
    if which.statuses:
        asked.add("o.status = ANY(:statuses)", statuses=list(which.statuses))
    asked.equal("o.owner_id", which.owner_id)
    asked.equal("o.hot", which.hot)
    if which.due_before is not None:
        asked.add("o.due_at < :due_before", due_before=which.due_before)
    if which.only_live:
        asked.add("o.source <> 'history'")
    if which.words:
        asked.add(
            "(o.code = :words OR o.crm_id = :words OR o.client_name ILIKE :like OR o.bike ILIKE :like)",
            words=which.words,
            like=f"%{_literal(which.words)}%",
        )
    return asked


async def order_lines(
    tx: AsyncConnection, asked: Conditions, sequence: str, limit: int, *, skipped: int = 0
) -> list[OrderLine]:
    """The orders that meet the conditions, in this order, after those skipped."""
    rows = await tx.execute(
        text(
            "SELECT o.id, o.code, o.crm_id, o.status, o.version, o.owner_id, p.name AS owner, o.bike, o.price_eur,"
            " o.client_name, o.city, o.hot, o.urgent, o.urgent_because, o.due_at, o.next_step,"
            " o.next_step_due, o.status_since, o.created_at"
            f" FROM orders AS o LEFT JOIN people AS p ON p.id = o.owner_id WHERE {asked.where}"
            f" ORDER BY {sequence} LIMIT :limit OFFSET :skipped"
        ),
        {**asked.values, "limit": limit, "skipped": skipped},
    )
    return [OrderLine(**row) for row in rows.mappings()]


def _literal(words: str) -> str:
    """The words with LIKE's own signs made ordinary."""
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


# ── signals ──────────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True, kw_only=True)
class SignalLine:
    """One signal in a list (docs/DOMAIN.md 9)."""

    id: int
    code: str
    raised_by: str
    circle: str
    severity: str
    subject_kind: str
    subject_id: int | None
    order: str | None
    evidence: Mapping[str, Any]
    due_at: datetime
    status: str
    created_at: datetime
    resolved_at: datetime | None
    resolution: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalFilter:
    """Which signals; `owner_id` leaves those on one person's orders, `since` those raised or settled since."""

    only_open: bool = True
    only_settled: bool = False
    code: str | None = None
    severity: str | None = None
    circle: str | None = None
    owner_id: int | None = None
    order_id: int | None = None
    since: datetime | None = None


async def signals(tx: AsyncConnection, which: SignalFilter, *, before: int | None, limit: int) -> list[SignalLine]:
    """A page of signals, the newest first."""
    asked = signal_conditions(which)
    if before is not None:
        asked.add("s.id < :before", before=before)
    return await signal_lines(tx, asked, "s.id DESC", limit)


def signal_conditions(which: SignalFilter) -> Conditions:
    """The conditions on `ai_signals AS s`, joined with its `orders AS o`."""
    asked = Conditions()
    if which.only_open:
        asked.add(f"s.{OPEN_SIGNALS}")
    if which.only_settled:
        asked.add(f"NOT s.{OPEN_SIGNALS}")
    asked.equal("s.code", which.code)
    asked.equal("s.severity", which.severity)
    asked.equal("s.circle", which.circle)
    asked.equal("o.owner_id", which.owner_id)
    asked.equal("s.order_id", which.order_id)
    if which.since is not None:
        asked.add("COALESCE(s.resolved_at, s.created_at) >= :since", since=which.since)
    return asked


async def signal_lines(tx: AsyncConnection, asked: Conditions, sequence: str, limit: int) -> list[SignalLine]:
    """The signals that meet the conditions, in this order."""
    rows = await tx.execute(
        text(
            "SELECT s.id, s.code, s.raised_by, s.circle, s.severity, s.subject_kind, s.subject_id, o.code AS order,"
            " s.evidence, s.due_at, s.status, s.created_at, s.resolved_at, s.resolution"
            f" FROM ai_signals AS s LEFT JOIN orders AS o ON o.id = s.order_id WHERE {asked.where}"
            f" ORDER BY {sequence} LIMIT :limit"
        ),
        {**asked.values, "limit": limit},
    )
    return [SignalLine(**row) for row in rows.mappings()]


# ── the journal ──────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionLine:
    """One row of the journal in a list."""

    id: int
    uid: UUID
    at: datetime
    actor_kind: str
    actor: str
    role: str | None
    channel: str
    author: str
    author_version: str
    action: str
    order: str | None
    facts: Mapping[str, Any]
    proposed: Mapping[str, Any]
    verdict: str
    rule: str
    approval_id: int | None
    approvers: Sequence[int]
    outcome: str
    result: Mapping[str, Any]
    expected_effect: str | None
    measured_effect: Mapping[str, Any] | None
    trace_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionFilter:
    """Which rows of the journal."""

    order_id: int | None = None
    actor: str | None = None
    action: str | None = None
    outcome: str | None = None
    trace_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None


async def decisions(
    tx: AsyncConnection, which: DecisionFilter, *, before: int | None, limit: int
) -> list[DecisionLine]:
    """A page of the journal, the newest first."""
    asked = Conditions()
    asked.equal("d.order_id", which.order_id)
    asked.equal("d.actor", which.actor)
    asked.equal("d.action", which.action)
    asked.equal("d.outcome", which.outcome)
    asked.equal("d.trace_id", which.trace_id)
    if which.since is not None:
        asked.add("d.at >= :since", since=which.since)
    if which.until is not None:
        asked.add("d.at < :until", until=which.until)
    if before is not None:
        asked.add("d.id < :before", before=before)
    rows = await tx.execute(
        text(
            "SELECT d.id, d.uid, d.at, d.actor_kind, d.actor, d.role, d.channel, d.author, d.author_version, d.action,"
            " o.code AS order, d.facts, d.proposed, d.verdict, d.rule, d.approval_id, d.approvers, d.outcome,"
            " d.result, d.expected_effect, d.measured_effect, d.trace_id"
            f" FROM ai_decisions AS d LEFT JOIN orders AS o ON o.id = d.order_id WHERE {asked.where}"
            " ORDER BY d.id DESC LIMIT :limit"
        ),
        {**asked.values, "limit": limit},
    )
    return [DecisionLine(**row) for row in rows.mappings()]


# ── managers ─────────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True, kw_only=True)
class ManagerLine:
    """One manager with open orders by stage, and what decides whether new ones come."""

    id: int
    name: str
    team: str
    calendar: Mapping[str, Any] | None
    away_from: datetime | None
    away_until: datetime | None
    telegram_linked: bool
    capacity: int
    constraints: Mapping[str, Any]
    last_assigned_at: datetime | None
    counts: Mapping[str, int]


async def managers(tx: AsyncConnection, *, person_id: int | None = None) -> list[ManagerLine]:
    """Every active manager, or one of them."""
    rows = await tx.execute(
        text(
            "SELECT p.id, p.name, p.team, p.calendar, p.away_from, p.away_until, m.capacity, m.constraints,"
            " m.last_assigned_at, p.telegram_id IS NOT NULL AND p.telegram_blocked_at IS NULL AS telegram_linked,"
            " coalesce((SELECT jsonb_object_agg(c.status, c.n) FROM manager_stage_counts AS c"
            " WHERE c.manager_id = p.id AND c.n <> 0), '{}') AS counts"
            " FROM people AS p JOIN managers AS m ON m.id = p.id WHERE p.active AND p.role = 'manager'"
            " AND (CAST(:person_id AS bigint) IS NULL OR p.id = :person_id) ORDER BY p.id"
        ),
        {"person_id": person_id},
    )
    return [ManagerLine(**row) for row in rows.mappings()]
