"""The journal as its page lists and exports it: filtered, the newest first, a page at a time by key."""

import base64
import binascii
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.errors import InvalidInputError, NotFoundError
from store.database import Database
from store.views.listings import Conditions

EXPORT_PAGE: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionsAsked:
    """Which rows: an instant with zone, a code, a key each, None where nothing is asked; without the actions `but`."""

    since: datetime | None = None
    until: datetime | None = None
    actor: str | None = None
    role: str | None = None
    action: str | None = None
    verdict: str | None = None
    outcome: str | None = None
    order: str | None = None
    trace_id: str | None = None
    but: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRow:
    """One row of the list; `actor_name` is a person's name, `approval_status` how its request stands now."""

    id: int
    at: datetime
    actor_kind: str
    actor: str
    actor_name: str | None
    role: str | None
    action: str
    order: str | None
    verdict: str
    rule: str
    approval_id: int | None
    approval_status: str | None
    outcome: str
    trace_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeDecision(DecisionRow):
    """One row with all it says. `cost_eur` in euros, `latency_ms` in milliseconds."""

    uid: UUID
    channel: str
    author: str
    author_version: str
    subject_kind: str | None
    subject_id: int | None
    facts: Mapping[str, Any]
    proposed: Mapping[str, Any]
    result: Mapping[str, Any]
    approvers: Sequence[int]
    expected_effect: str | None
    measured_effect: Mapping[str, Any] | None
    about: UUID | None
    cost_eur: Decimal | None
    tokens_in: int | None
    tokens_out: int | None
    latency_ms: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionsPage:
    """A page of rows and the key of the next one, None at the end."""

    rows: Sequence[DecisionRow]
    following: str | None


_LISTED: Final = (
    "d.id, d.at, d.actor_kind, d.actor, p.name AS actor_name, d.role, d.action, o.code AS order, d.verdict, d.rule,"
    " d.approval_id, a.status AS approval_status, d.outcome, d.trace_id"
)
_WHOLE: Final = (
    f"{_LISTED}, d.uid, d.channel, d.author, d.author_version, d.subject_kind, d.subject_id, d.facts, d.proposed,"
    " d.result, d.approvers, d.expected_effect, d.measured_effect, d.about, d.cost_eur, d.tokens_in, d.tokens_out,"
    " d.latency_ms"
)
_NAMED: Final = (
    "LEFT JOIN orders AS o ON o.id = d.order_id LEFT JOIN approvals AS a ON a.id = d.approval_id"
    " LEFT JOIN people AS p ON d.actor_kind = 'person'"
    " AND p.id = CAST(substring(d.actor FROM '^person:([0-9]{1,18})$') AS bigint)"
)


async def decisions_page(tx: AsyncConnection, which: DecisionsAsked, *, after: str | None, limit: int) -> DecisionsPage:
    """One page; `after` is the `following` of the page before. Raises InvalidInputError for a key that is none."""
    found = [DecisionRow(**row) for row in await _page(tx, which, _LISTED, _read_key(after), limit + 1)]
    more = len(found) > limit
    return DecisionsPage(rows=found[:limit], following=_written_key(found[limit - 1]) if more else None)


async def decision(tx: AsyncConnection, decision_id: int) -> WholeDecision:
    """One row with all it says. Raises NotFoundError."""
    found = await tx.execute(
        text(f"SELECT {_WHOLE} FROM ai_decisions AS d {_NAMED} WHERE d.id = :id"), {"id": decision_id}
    )
    row = found.mappings().one_or_none()
    if row is None:
        raise NotFoundError(kind="decision", name=str(decision_id))
    return WholeDecision(**row)


async def traced(tx: AsyncConnection, trace_id: str, *, limit: int) -> list[DecisionRow]:
    """The rows of one trace in the order in which they happened."""
    rows = await tx.execute(
        text(
            f"SELECT {_LISTED} FROM ai_decisions AS d {_NAMED} WHERE d.trace_id = :trace_id"
            " ORDER BY d.at, d.id LIMIT :limit"
        ),
        {"trace_id": trace_id, "limit": limit},
    )
    return [DecisionRow(**row) for row in rows.mappings()]


async def exported(db: Database, which: DecisionsAsked, *, most: int) -> AsyncIterator[WholeDecision]:
    """The rows with all they say, `most` at most; read page by page, so that a slow reader holds no connection."""
    key: tuple[datetime, int] | None = None
    left = most
    while left > 0:
        size = min(EXPORT_PAGE, left)
        async with db.reading() as tx:
            page = [WholeDecision(**row) for row in await _page(tx, which, _WHOLE, key, size)]
        for row in page:
            yield row
        if len(page) < size:
            return
        left -= size
        key = (page[-1].at, page[-1].id)


async def _page(
    tx: AsyncConnection, which: DecisionsAsked, columns: str, key: tuple[datetime, int] | None, limit: int
) -> Sequence[Mapping[str, Any]]:
    asked = _conditions(which)
    if key is not None:
        asked.add("(d.at, d.id) < (CAST(:key_at AS timestamptz), :key_id)", key_at=key[0], key_id=key[1])
    chosen = f"SELECT * FROM ai_decisions AS d WHERE {asked.where} ORDER BY d.at DESC, d.id DESC LIMIT :limit"
    rows = await tx.execute(
        text(f"SELECT {columns} FROM ({chosen}) AS d {_NAMED} ORDER BY d.at DESC, d.id DESC"),
        {**asked.values, "limit": limit},
    )
    return [dict(row) for row in rows.mappings()]


def _conditions(which: DecisionsAsked) -> Conditions:
    asked = Conditions()
    for column in ("actor", "role", "action", "verdict", "outcome", "trace_id"):
        asked.equal(f"d.{column}", getattr(which, column))
    if which.order is not None:
        asked.add("d.order_id = (SELECT id FROM orders WHERE code = :order)", order=which.order)
    if which.but:
        asked.add("d.action <> ALL(:but)", but=list(which.but))
    if which.since is not None:
        asked.add("d.at >= :since", since=which.since)
    if which.until is not None:
        asked.add("d.at < :until", until=which.until)
    return asked


def _written_key(row: DecisionRow) -> str:
    return base64.urlsafe_b64encode(f"{row.at.isoformat()} {row.id}".encode()).decode().rstrip("=")


def _read_key(written: str | None) -> tuple[datetime, int] | None:
    if written is None:
        return None
    try:
        at, _, number = base64.urlsafe_b64decode(written + "=" * (-len(written) % 4)).decode("ascii").partition(" ")
        key = datetime.fromisoformat(at), int(number)
    except (binascii.Error, ValueError) as error:
        raise _no_key(written) from error
    if key[0].tzinfo is None or not 0 < key[1] < 2**63:
        raise _no_key(written)
    return key


def _no_key(written: str) -> InvalidInputError:
    return InvalidInputError(field="after", value=written[:40], allowed=("the key of a page",))
