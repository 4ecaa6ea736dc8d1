"""The reference: a plain psycopg loop that takes in orders by the eight statements anybody would write.

It writes the same rows as the desk's intake, in contents and size, in one transaction an order: order (the least-loaded
manager is picked and locked inside its insert), status event, assignment, clocks, first task, notification, journal,
job. It computes nothing: instants, facts and hashes are constants. psycopg prepares the statements by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Json
from uuid_utils.compat import uuid7

ORDER = """
INSERT INTO orders (id, code, crm_id, status, owner_id, client_name, client_contact, seller_name, city, bike,
    listing_url, price_eur, delivery_method, is_ebike, is_hardtail, compliance, next_step, next_step_params,
    next_step_due, due_at, status_since, last_moved_at, created_at, updated_at)
SELECT x, x::text, %s, 'pending_manager',
    (SELECT m.id FROM managers AS m
     LEFT JOIN manager_stage_counts AS c ON c.manager_id = m.id AND c.status = 'pending_manager'
     ORDER BY coalesce(c.n, 0), m.id LIMIT 1 FOR UPDATE OF m),
    %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s
FROM nextval('order_ids') AS x RETURNING id, owner_id
"""
STATUS_EVENT = """
INSERT INTO order_status_events (order_id, to_status, at, recorded_at, owner_id, actor, decision)
VALUES (%s, %s, %s, %s, %s, %s, %s)
"""
ASSIGNMENT = """
INSERT INTO ai_assignments (order_id, manager_id, actor, assigned_at, starts_at, decision)
VALUES (%s, %s, %s, %s, %s, %s)
"""
CLOCK = "(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
CLOCKS = f"""
INSERT INTO clocks (subject_kind, subject_id, order_id, kind, epoch, stage, owner_id, policy_version, limit_seconds,
    working, severity, opened_at, remind_at, due_at, l2_at, l3_at, next_at)
VALUES {CLOCK}, {CLOCK}, {CLOCK}
"""
TASK = """
INSERT INTO tasks (order_id, owner_id, kind, key, params, due_at, created_at, decision)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""
NOTIFICATION = """
INSERT INTO notifications (person_id, order_id, kind, params, priority, dedup_key, deliver_at, created_at, decision)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id
"""
JOURNAL = """
INSERT INTO ai_decisions (uid, at, actor_kind, actor, channel, author, author_version, action, verdict, rule, outcome,
    trace_id, subject_kind, subject_id, order_id, facts, proposed, result, facts_digest, row_hash)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
JOB = "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args) VALUES (%s, %s, %s, %s)"


@dataclass(frozen=True, slots=True)
class _Moment:
    """The instants that the rows of one order carry."""

    now: datetime
    accept_by: datetime
    stage_by: datetime
    stuck_at: datetime

    @classmethod
    def at(cls, now: datetime) -> "_Moment":
        return cls(now, now + timedelta(minutes=15), now + timedelta(hours=12), now + timedelta(hours=24))


def take_in(connection: psycopg.Connection[Any], crm_ids: Sequence[str], now: datetime) -> None:
    """Take in orders one by one, one transaction each."""
    moment = _Moment.at(now)
    with connection.cursor() as cursor:
        for crm_id in crm_ids:
            _order(cursor, crm_id, moment)
            connection.commit()


def _order(cursor: psycopg.Cursor[Any], crm_id: str, moment: _Moment) -> None:
    now, due = moment.now, moment.accept_by
    decision = UUID(int=uuid7().int)
    step = ("accept_order", Json({}), due)
    bike = ("Hans Meier", "Москва", "Trek Domane SL5 2021", "https://example.com/listing/1234567", 1500)
    cursor.execute(
        ORDER,
        (crm_id, "Иван Петров", Json({}), *bike, "cargo", False, False, "unknown", *step, due, now, now, now, now),
    )
    row = cursor.fetchone()
    assert row is not None
    order, owner = row
    cursor.execute(STATUS_EVENT, (order, "pending_manager", now, now, owner, "crm", decision))
    cursor.execute(ASSIGNMENT, (order, owner, "crm", now, now, decision))
    cursor.execute(CLOCKS, [*_clocks(order, owner, moment)])
    cursor.execute(TASK, (order, owner, "step", *step[:2], due, now, decision))
    told = Json({"due_at": "2026-11-18T09:15:00+00:00"})
    cursor.execute(NOTIFICATION, (owner, order, "new_order", told, 2, None, None, now, decision))
    row = cursor.fetchone()
    assert row is not None
    cursor.execute(JOURNAL, _journal(order, owner, crm_id, decision, now))
    cursor.execute(JOB, ("delivery", "deliver", -2, Json({"notification_id": row[0]})))


def _clocks(order: int, owner: int, moment: _Moment) -> Sequence[object]:
    now, halfway = moment.now, moment.now + timedelta(minutes=12)
    head = ("order", order, order)
    tail = ("pending_manager", owner, "1-c11d3e57")
    accept = (900, True, "high", now, halfway, moment.accept_by, moment.accept_by, moment.accept_by, halfway)
    stage = (43200, True, "high", now, halfway, moment.stage_by, moment.stage_by, moment.stage_by, halfway)
    movement = (86400, False, "high", now, None, moment.stuck_at, moment.stuck_at, None, moment.stuck_at)
    return (
        *head,
        "stage",
        1,
        *tail,
        *stage,
        *head,
        "accept",
        1,
        *tail,
        *accept,
        *head,
        "movement",
        1,
        *tail,
        *movement,
    )


def _journal(order: int, owner: int, crm_id: str, decision: UUID, now: datetime) -> Sequence[object]:
    facts = {"is_ebike": False, "price_eur": "1500", "created_at": "2026-11-18T09:00:00+00:00"}
    result = {
        "code": str(order),
        "due_at": "2026-11-18T09:15:00+00:00",
        "starts_at": "2026-11-18T09:00:00+00:00",
    }
    return (
        *(decision, now, "feed", "crm", "crm", "rules", "1-c11d3e57", "intake_order", "allow", "feed-reports-facts"),
        *("done", "01a1fbf507bc737790a9a491605f9ae8", "order", order, order),
        *(Json(facts), Json({"crm_id": crm_id, "owner_id": owner}), Json(result)),
        *("5d1be4470dea063df8d8bef1887f8f2e", bytes(32)),
    )


def started() -> datetime:
    """The instant that the rows speak of."""
    return datetime(2026, 11, 18, 9, tzinfo=UTC)
