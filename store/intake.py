"""New orders with all that belongs to them: status event, assignment, clocks, first task, message, journal row, job.

One statement writes it all, for one order or thousands: each table comes as one JSON parameter.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.journal import Entry
from domain.stage_clocks import NewClock
from store import journal
from store.records import CLOCK_COLUMNS, CLOCK_RECORD, NOTICE_COLUMNS, NOTICE_RECORD, Outgoing, notice_row, packed
from store.wire import wire_of

ORDER_RECORD = (
    "id bigint, code text, crm_id text, owner_id bigint, client_name text, client_contact jsonb, seller_name text,"
    " city text, bike text, listing_url text, price_eur numeric, delivery_method text, is_ebike bool, is_hardtail bool,"
    " compliance text, next_step text, next_step_params jsonb, next_step_due timestamptz, due_at timestamptz,"
    " created_at timestamptz, now timestamptz, starts_at timestamptz, actor text, on_manager bool, decision uuid"
)

_STATEMENT = f"""
WITH r AS (SELECT * FROM jsonb_to_recordset($1) AS x({ORDER_RECORD})), o AS (
    INSERT INTO orders (id, code, crm_id, status, owner_id, client_name, client_contact, seller_name, city, bike,
        listing_url, price_eur, delivery_method, is_ebike, is_hardtail, compliance, next_step, next_step_params,
        next_step_due, due_at, status_since, last_moved_at, created_at, updated_at)
    SELECT id, code, crm_id, 'pending_manager', owner_id, client_name, client_contact, seller_name, city, bike,
        listing_url, price_eur, delivery_method, is_ebike, is_hardtail, compliance, next_step, next_step_params,
        next_step_due, due_at, created_at, now, created_at, now FROM r
), e AS (
    INSERT INTO order_status_events (order_id, to_status, at, recorded_at, owner_id, actor, decision)
    SELECT id, 'pending_manager', created_at, now, owner_id, actor, decision FROM r
), a AS (
    INSERT INTO ai_assignments (order_id, manager_id, actor, assigned_at, starts_at, decision)
    SELECT id, owner_id, actor, now, starts_at, decision FROM r
), m AS (
    UPDATE managers SET last_assigned_at = r.now FROM r WHERE managers.id = r.owner_id AND r.on_manager
), t AS (
    INSERT INTO tasks (order_id, owner_id, kind, key, params, due_at, created_at, decision)
    SELECT id, owner_id, 'step', next_step, next_step_params, next_step_due, now, decision FROM r
), c AS (
    INSERT INTO clocks ({", ".join(CLOCK_COLUMNS)}) SELECT * FROM jsonb_to_recordset($2) AS x({CLOCK_RECORD})
), d AS (
    INSERT INTO ai_decisions ({", ".join(journal.COLUMNS)}) SELECT * FROM jsonb_to_recordset($3) AS x({journal.RECORD})
), n AS (
    INSERT INTO notifications ({", ".join(NOTICE_COLUMNS)})
    SELECT * FROM jsonb_to_recordset($4) AS x({NOTICE_RECORD}) RETURNING id, priority, deliver_at
)
INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args, scheduled_at)
SELECT 'delivery', 'deliver', -priority, jsonb_build_object('notification_id', id), deliver_at FROM n
""".encode()


def send_orders(
    tx: AsyncConnection,
    *,
    orders: Sequence[Mapping[str, object]],
    clocks: Sequence[NewClock],
    notices: Sequence[Outgoing],
    entries: Sequence[Entry],
) -> None:
    """Send new orders (`ORDER_RECORD`) ahead of the commit; the turn to assign says that none is known yet."""
    parameters = (packed(orders), packed(clocks), packed(journal.rows(entries)), packed(map(notice_row, notices)))
    wire_of(tx).send((_STATEMENT, parameters))
