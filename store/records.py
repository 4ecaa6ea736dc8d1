"""The JSON records that set-based statements unpack: one parameter carries a whole batch.

Each `*_INSERT` is the part of a statement that writes such rows; the table itself tells the types. The statements that
join them stand beside their use.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

from domain.journal import canonical
from domain.notices import Notice
from domain.stage_clocks import NewClock

CLOCK_COLUMNS = tuple(field.name for field in fields(NewClock))
_CLOCK_COLUMNS = ", ".join(CLOCK_COLUMNS)
CLOCKS_INSERT = (
    f"INSERT INTO clocks ({_CLOCK_COLUMNS}) SELECT {_CLOCK_COLUMNS}"
    " FROM jsonb_populate_recordset(CAST(NULL AS clocks), CAST(:clocks AS jsonb))"
)

_NOTICE_COLUMNS = "person_id, order_id, kind, params, priority, dedup_key, deliver_at, created_at, decision"

SIGNAL_RECORD = (
    "code text, raised_by text, circle text, severity text, subject_kind text, subject_id bigint, order_id bigint,"
    " evidence jsonb, dedup_key text, due_at timestamptz, created_at timestamptz, decision uuid"
)
_SIGNAL_COLUMNS = ", ".join(part.split()[0] for part in SIGNAL_RECORD.split(", "))
SIGNALS_INSERT = (
    f"INSERT INTO ai_signals ({_SIGNAL_COLUMNS}) SELECT {_SIGNAL_COLUMNS}"
    f" FROM jsonb_to_recordset(CAST(:signals AS jsonb)) AS r({SIGNAL_RECORD})"
    " ON CONFLICT (dedup_key) WHERE status IN ('open', 'acknowledged', 'snoozed') DO NOTHING"
)

# A notification and the job that delivers it, in one commit. `deliver_at` is wall time, empty for at once. The smaller
# priority goes first; the queue wants it larger.
NOTICES_INSERT = (
    f"INSERT INTO notifications ({_NOTICE_COLUMNS}) SELECT {_NOTICE_COLUMNS}"
    " FROM jsonb_populate_recordset(CAST(NULL AS notifications), CAST(:notices AS jsonb))"
)
NOTICES_RETURNING = " ON CONFLICT (dedup_key) DO NOTHING RETURNING id, priority, deliver_at"
DEFER_DELIVERIES = (
    "(SELECT procrastinate_defer_jobs_v1(array_agg(ROW('delivery', 'deliver', -n.priority, NULL, NULL,"
    " jsonb_build_object('notification_id', n.id), n.deliver_at)::procrastinate_job_to_defer_v1 ORDER BY n.id))"
    " FROM n HAVING count(*) > 0)"
)


def jsonb(rows: Iterable[Mapping[str, object]]) -> str:
    """The batch as the one JSON parameter of a statement."""
    return canonical(list(rows)).decode()


def clock_rows(clocks: Sequence[NewClock]) -> str:
    """The clocks as one JSON parameter."""
    return jsonb({name: getattr(clock, name) for name in CLOCK_COLUMNS} for clock in clocks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A notice made ready for the outbox: its priority, and when to deliver it in wall time (None: at once)."""

    notice: Notice
    priority: int
    deliver_at: datetime | None
    created_at: datetime
    decision: UUID


def notice_rows(notices: Sequence[Outgoing]) -> str:
    """The outgoing notices as one JSON parameter."""
    return jsonb(
        {
            "person_id": out.notice.person_id,
            "order_id": out.notice.order_id,
            "kind": out.notice.kind.value,
            "params": dict(out.notice.params),
            "priority": out.priority,
            "dedup_key": out.notice.dedup_key,
            "deliver_at": out.deliver_at,
            "created_at": out.created_at,
            "decision": out.decision,
        }
        for out in notices
    )
