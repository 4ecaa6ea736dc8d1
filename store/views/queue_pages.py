"""The queue as its page lists it: filtered, sorted, a page at a time by key, so that any depth costs the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, Literal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.errors import NotFoundError
from domain.orders import OPEN_STATUSES, Status
from store.keyset import read_key, written_key
from store.views.listings import (
    Conditions,
    OrderFilter,
    order_conditions,
)

Sort = Literal["urgency", "oldest", "newest", "price"]
SORTS: Final[tuple[Sort, ...]] = ("urgency", "oldest", "newest", "price")


@dataclass(frozen=True, slots=True)
class _Order:
    """How a sort orders: its key's expressions with their types, each ascending, the last one the id."""

    keys: tuple[tuple[str, str], ...]


_NEVER: Final = "CAST('infinity' AS timestamptz)"
_ORDERS: Final[Mapping[Sort, _Order]] = {
    "urgency": _Order((("NOT o.urgent", "boolean"), (f"coalesce(o.due_at, {_NEVER})", "timestamptz"))),
    "oldest": _Order((("o.status_since", "timestamptz"),)),
    "newest": _Order((("-o.id", "bigint"),)),
    "price": _Order((("-o.price_eur", "numeric"),)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFilter:
    """Which orders: open ones unless statuses say otherwise; `severity` is of the worst broken limit."""

    statuses: Sequence[Status] = ()
    owner_id: int | None = None
    unowned: bool = False
    older_than: timedelta | None = None
    severity: str | None = None
    overdue: bool = False
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLine:
    """One order of the list, with the worst of its broken and unresolved limits."""

    id: int
    code: str
    status: Status
    version: int
    owner_id: int | None
    owner: str | None
    bike: str
    price_eur: Decimal
    city: str
    hot: bool
    urgent: bool
    due_at: datetime | None
    next_step: str | None
    next_step_params: Mapping[str, object]
    status_since: datetime
    violation_id: int | None
    clock: str | None
    severity: str | None
    acknowledged_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """A page of the queue and the key of the next one, None at the end."""

    lines: Sequence[QueueLine]
    following: str | None


_WORST = """
    LEFT JOIN LATERAL (
        SELECT v.id, v.clock_kind, v.severity, CASE WHEN v.ack_until > :now THEN v.ack_by END AS ack_by
        FROM ai_sla_violations AS v WHERE v.order_id = o.id AND v.resolved_at IS NULL
        ORDER BY v.level DESC, v.due_at LIMIT 1
    ) AS v ON true
"""
_LINES = f"""
    SELECT o.id, o.code, o.status, o.version, o.owner_id, p.name AS owner, o.bike, o.price_eur, o.city, o.hot, o.urgent,
        o.due_at, o.next_step, o.next_step_params, o.status_since, v.id AS violation_id, v.clock_kind AS clock,
        v.severity, a.name AS acknowledged_by{{keyed}}
    FROM {{chosen}} AS o LEFT JOIN people AS p ON p.id = o.owner_id {_WORST} LEFT JOIN people AS a ON a.id = v.ack_by
"""
_SEVERITY = (
    "EXISTS (SELECT 1 FROM ai_sla_violations AS b WHERE b.order_id = o.id AND b.resolved_at IS NULL"
    " AND b.severity = :severity)"
)


async def queue_page(
    tx: AsyncConnection, which: QueueFilter, sort: Sort, *, after: str | None, limit: int, now: datetime
) -> QueuePage:
    """One page; `after` is the `following` of the page before.

    Raises InvalidInputError for a key that is none.
    """
    asked = _conditions(which, now)
    order = _ORDERS[sort]
    keys = [*(name for name, _ in order.keys), "o.id"]
    if after is not None:
        _go_on(asked, order, after)
    keyed = f", jsonb_build_array({', '.join(f'CAST({name} AS text)' for name in keys)}) AS key"
    sorted_by = ", ".join(keys)
    chosen = f"(SELECT * FROM orders AS o WHERE {asked.where} ORDER BY {sorted_by} LIMIT :limit)"
    rows = await tx.execute(
        text(f"{_LINES.format(keyed=keyed, chosen=chosen)} ORDER BY {sorted_by}"),
        {**asked.values, "limit": limit + 1, "now": now},
    )
    found = [dict(row) for row in rows.mappings()]
    following = written_key(found[limit - 1]["key"]) if len(found) > limit else None
    lines = [_line(row) for row in found[:limit]]
    return QueuePage(lines=lines, following=following)


async def queue_line(tx: AsyncConnection, code: str, *, now: datetime) -> QueueLine:
    """One order as the list shows it. Raises NotFoundError."""
    statement = _LINES.format(keyed="", chosen="(SELECT * FROM orders WHERE code = :code)")
    row = (await tx.execute(text(statement), {"code": code, "now": now})).mappings().one_or_none()
    if row is None:
        raise NotFoundError(kind="order", name=code[:40])
    return _line(dict(row))


async def queue_count(tx: AsyncConnection, which: QueueFilter, *, most: int, now: datetime) -> int:
    """How many orders there are of these; counting stops at `most`."""
    asked = _conditions(which, now)
    statement = f"SELECT count(*) FROM (SELECT 1 FROM orders AS o WHERE {asked.where} LIMIT :most) AS x"
    return int((await tx.execute(text(statement), {**asked.values, "most": most})).scalar_one())


async def owners_of(tx: AsyncConnection, codes: Sequence[str]) -> dict[str, int | None]:
    """Who has these orders; a code that there is no order for is left out."""
    rows = await tx.execute(text("SELECT code, owner_id FROM orders WHERE code = ANY(:codes)"), {"codes": list(codes)})
    return {row.code: row.owner_id for row in rows}


def _line(row: dict[str, object]) -> QueueLine:
    row.pop("key", None)
    return QueueLine(**{**row, "status": Status(str(row["status"]))})  # pyright: ignore[reportArgumentType] - the columns are the fields


def _conditions(which: QueueFilter, now: datetime) -> Conditions:
    statuses = which.statuses or OPEN_STATUSES
    asked = order_conditions(
        OrderFilter(
            statuses=[status.value for status in statuses], owner_id=which.owner_id, words=which.words, only_live=True
        )
    )
    if which.unowned:
        asked.add("o.owner_id IS NULL")
    if which.overdue:
        asked.add("o.due_at < :due_now", due_now=now)
    if which.older_than is not None:
        asked.add("o.status_since <= :since", since=now - which.older_than)
    if which.severity is not None:
        asked.add(_SEVERITY, severity=which.severity)
    return asked


def _go_on(asked: Conditions, order: _Order, after: str) -> None:
    """What comes after the key, compared as a row."""
    keys = [*order.keys, ("o.id", "bigint")]
    types = {f"key{place}": kind for place, (_, kind) in enumerate(keys)}
    names = ", ".join(name for name, _ in keys)
    values = ", ".join(f"CAST(:{key} AS {kind})" for key, kind in types.items())
    asked.add(f"({names}) > ({values})", **read_key(after, types))
