"""Everything that has happened to one order on one axis of time: the newest first, a page at a time by key.

Each kind of event is one arm of a union that reads its own index by order and at most a page's rows, so that a page
costs the same however long the order's life has been.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, get_args

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.errors import InvalidInputError

TimelineKind = Literal["status", "decision", "message", "clock", "note", "payment"]
KINDS: Final[tuple[TimelineKind, ...]] = get_args(TimelineKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One event: its kind for the filter, what it is within it (`event`), and its facts as the tables have them."""

    at: datetime
    kind: TimelineKind
    event: str
    id: int
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelinePage:
    """A page of the timeline and the key of the next, older one; None at the beginning of the order's life."""

    occurrences: Sequence[Occurrence]
    following: str | None


@dataclass(frozen=True, slots=True)
class _Arm:
    """Where one sort of event stands: its tables, its instant, its number, its facts as pairs of SQL."""

    kind: TimelineKind
    source: str
    at: str
    id: str
    facts: str


_PERSON = "LEFT JOIN people AS p ON p.id = {}"
_CLOCK = "'clock', c.kind, 'severity', c.severity"
_BROKEN = "clocks AS c JOIN ai_sla_violations AS v ON v.clock_id = c.id"
_VIOLATION = "'clock', v.clock_kind, 'severity', v.severity"
_ARMS: Final[Mapping[str, _Arm]] = {
    "status": _Arm(
        "status",
        f"order_status_events AS e {_PERSON.format('e.owner_id')} WHERE e.order_id = :order_id",
        "e.at",
        "e.id",
        "'from', e.from_status, 'to', e.to_status, 'actor', e.actor, 'reason', e.reason, 'owner', p.name,"
        " 'seconds', e.seconds_in_status",
    ),
    "decision": _Arm(
        "decision",
        "ai_decisions AS d LEFT JOIN approvals AS a ON a.id = d.approval_id WHERE d.order_id = :order_id",
        "d.at",
        "d.id",
        "'asked', a.status, 'action', d.action, 'actor', d.actor, 'verdict', d.verdict, 'rule', d.rule,"
        " 'outcome', d.outcome, 'approval', d.approval_id, 'to', d.proposed ->> 'to',"
        " 'point', d.proposed -> 'answers' -> 0 ->> 'point'",
    ),
    "message": _Arm(
        "message",
        "notifications AS n JOIN people AS p ON p.id = n.person_id WHERE n.order_id = :order_id",
        "n.created_at",
        "n.id",
        "'notice', n.kind, 'person', p.name, 'state', n.state, 'sent_at', n.sent_at, 'clock', n.params ->> 'clock'",
    ),
    "opened": _Arm(
        "clock", "clocks AS c WHERE c.order_id = :order_id", "c.opened_at", "c.id", f"{_CLOCK}, 'due_at', c.due_at"
    ),
    "reminded": _Arm(
        "clock",
        "ai_decisions AS d WHERE d.order_id = :order_id AND d.action = 'remind' AND d.actor_kind = 'timer'",
        "d.at",
        "d.id",
        "'clock', d.facts ->> 'clock', 'due_at', d.facts ->> 'due_at'",
    ),
    "breached": _Arm(
        "clock", f"{_BROKEN} WHERE c.order_id = :order_id", "v.breached_at", "v.id", f"{_VIOLATION}, 'level', v.level"
    ),
    "escalated": _Arm(
        "clock",
        f"{_BROKEN} JOIN escalations AS x ON x.violation_id = v.id {_PERSON.format('x.owner_id')}"
        " WHERE c.order_id = :order_id",
        "x.at",
        "x.id",
        f"{_VIOLATION}, 'level', x.level, 'person', p.name, 'due_at', x.deadline",
    ),
    "held": _Arm(
        "clock",
        f"{_BROKEN} {_PERSON.format('v.ack_by')} WHERE c.order_id = :order_id AND v.ack_at IS NOT NULL",
        "v.ack_at",
        "v.id",
        f"{_VIOLATION}, 'person', p.name, 'due_at', v.ack_until",
    ),
    "resolved": _Arm(
        "clock",
        f"{_BROKEN} WHERE c.order_id = :order_id AND v.resolved_at IS NOT NULL",
        "v.resolved_at",
        "v.id",
        f"{_VIOLATION}, 'actor', v.resolved_by, 'reason', v.resolution",
    ),
    "closed": _Arm(
        "clock",
        "clocks AS c WHERE c.order_id = :order_id AND c.closed_at IS NOT NULL",
        "c.closed_at",
        "c.id",
        f"{_CLOCK}, 'due_at', c.due_at, 'in_time', c.closed_at <= c.due_at",
    ),
    "note": _Arm(
        "note",
        f"order_notes AS n {_PERSON.format('n.author_id')} WHERE n.order_id = :order_id",
        "n.at",
        "n.id",
        "'note', n.kind, 'person', p.name, 'text', n.text, 'medium', n.medium",
    ),
    "reported": _Arm(
        "payment",
        "order_payments AS y WHERE y.order_id = :order_id",
        "y.at",
        "y.id",
        "'amount_eur', CAST(y.amount_eur AS text), 'reference', y.reference, 'actor', y.reported_by",
    ),
    "confirmed": _Arm(
        "payment",
        "orders AS o WHERE o.id = :order_id AND o.payment_confirmed_at IS NOT NULL",
        "o.payment_confirmed_at",
        "o.id",
        "'amount_eur', CAST(o.paid_eur AS text)",
    ),
    "granted": _Arm(
        "payment",
        "money_decisions AS m WHERE m.order_id = :order_id",
        "m.at",
        "m.id",
        "'amount_eur', CAST(m.amount_eur AS text), 'money', m.kind, 'reason', m.reason, 'approval', m.approval_id",
    ),
}
_KEY: Final = re.compile(r"(?P<at>[0-9T:.+-]{19,40})~(?P<event>[a-z]+)~(?P<id>\d{1,19})")


async def timeline(
    tx: AsyncConnection, order_id: int, *, kinds: Sequence[TimelineKind] = (), after: str | None = None, limit: int
) -> TimelinePage:
    """A page of what has happened, of these kinds (all without any); `after` is the `following` of the page before.

    Raises InvalidInputError for a key that is none.
    """
    at, event, number = (None, "", 0) if after is None else _read_key(after)
    wanted = [name for name, arm in _ARMS.items() if not kinds or arm.kind in kinds]
    union = " UNION ALL ".join(_select(name, _ARMS[name], goes_on=at is not None) for name in wanted)
    rows = await tx.execute(
        text(f"SELECT * FROM ({union}) AS x ORDER BY at DESC, event DESC, id DESC LIMIT :limit"),
        {"order_id": order_id, "limit": limit + 1} | ({} if at is None else {"at": at, "event": event, "id": number}),
    )
    found = [Occurrence(**row) for row in rows.mappings()]
    following = _written_key(found[limit - 1]) if len(found) > limit else None
    return TimelinePage(occurrences=found[:limit], following=following)


def _select(name: str, arm: _Arm, *, goes_on: bool) -> str:
    older = f" AND ({arm.at}, CAST('{name}' AS text), {arm.id}) < (:at, CAST(:event AS text), :id)" if goes_on else ""
    return (
        f"(SELECT {arm.at} AS at, '{arm.kind}' AS kind, CAST('{name}' AS text) AS event, {arm.id} AS id,"
        f" jsonb_build_object({arm.facts}) AS facts FROM {arm.source}{older}"
        f" ORDER BY {arm.at} DESC, {arm.id} DESC LIMIT :limit)"
    )


def _written_key(last: Occurrence) -> str:
    return f"{last.at.isoformat()}~{last.event}~{last.id}"


def _read_key(written: str) -> tuple[datetime, str, int]:
    match = _KEY.fullmatch(written)
    if match is None or match["event"] not in _ARMS:
        raise _no_key(written)
    try:
        at = datetime.fromisoformat(match["at"])
    except ValueError as error:
        raise _no_key(written) from error
    if at.tzinfo is None or int(match["id"]) >= 2**63:
        raise _no_key(written)
    return at, match["event"], int(match["id"])


def _no_key(written: str) -> InvalidInputError:
    return InvalidInputError(field="after", value=written[:40], allowed=("the key of a page",))
