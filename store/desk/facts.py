"""What is known of an order beyond its own row: check answers, notes, contacts, blockers, waiting approvals, tasks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.agency import FOREIGN_TEXT_READ
from domain.checklist import Answer, PointAnswer
from domain.errors import ConflictError, NotFoundError
from domain.orders import Verdict
from store.records import jsonb


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The facts that transition and next-step rules look at.

    `approval_pending`: people have to decide before the work goes on; what a role only asks for after it has read
    foreign text holds nobody up.
    """

    answers: Mapping[int, Answer]
    has_note: bool
    contacted_seller: bool
    open_blockers: int
    approval_pending: bool


_KNOWN = """
SELECT
    EXISTS (SELECT 1 FROM order_notes WHERE order_id = :id AND kind = 'note') AS has_note,
    EXISTS (SELECT 1 FROM order_notes WHERE order_id = :id AND kind = 'contact_seller') AS contacted_seller,
    (SELECT count(*) FROM blockers WHERE order_id = :id AND closed_at IS NULL) AS open_blockers,
    EXISTS (SELECT 1 FROM approvals WHERE order_id = :id AND status = 'pending'
        AND NOT (requested_kind = 'agent' AND rule LIKE '%/' || :read)) AS approval_pending,
    (SELECT jsonb_agg(jsonb_build_object('point', point, 'answer', answer, 'comment', comment, 'photos', photos,
        'flags', flags, 'verdict', verdict)) FROM checklist_answers
        WHERE order_id = :id AND answer IS NOT NULL) AS answers
"""


async def of_order(tx: AsyncConnection, order_id: int) -> Known:
    """Everything in one round trip."""
    row = (await tx.execute(text(_KNOWN), {"id": order_id, "read": FOREIGN_TEXT_READ})).one()
    answers = {
        item["point"]: Answer(
            point=item["point"],
            answer=PointAnswer(item["answer"]),
            comment=item["comment"],
            photos=tuple(item["photos"]),
            flags=tuple(item["flags"]),
            verdict=None if item["verdict"] is None else Verdict(item["verdict"]),
        )
        for item in row.answers or ()
    }
    return Known(
        answers=answers,
        has_note=row.has_note,
        contacted_seller=row.contacted_seller,
        open_blockers=row.open_blockers,
        approval_pending=row.approval_pending,
    )


async def put_answers(
    tx: AsyncConnection, order_id: int, answers: Sequence[Answer], *, by_id: int | None, now: datetime, decision: UUID
) -> None:
    """Write answers of the 28-point check; a later one replaces an earlier one of the same point."""
    rows = jsonb(
        {
            "point": answer.point,
            "answer": answer.answer,
            "comment": answer.comment,
            "photos": list(answer.photos),
            "flags": list(answer.flags),
            "verdict": answer.verdict,
        }
        for answer in answers
    )
    await tx.execute(
        text(
            "INSERT INTO checklist_answers"
            " (order_id, point, answer, comment, photos, flags, verdict, by_id, at, decision)"
            " SELECT :order_id, r.point, r.answer, r.comment, r.photos, r.flags, r.verdict, :by_id, :now, :decision"
            " FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(point int, answer text, comment text, photos jsonb,"
            " flags jsonb, verdict text)"
            " ON CONFLICT (order_id, point) DO UPDATE SET answer = excluded.answer, comment = excluded.comment,"
            " photos = excluded.photos, flags = excluded.flags, verdict = excluded.verdict, by_id = excluded.by_id,"
            " at = excluded.at, decision = excluded.decision"
        ),
        {"order_id": order_id, "rows": rows, "by_id": by_id, "now": now, "decision": decision},
    )


# ── tasks and blockers ───────────────────────────────────────────────────────────────────────────────────────────────
async def set_step_task(
    tx: AsyncConnection,
    *,
    order_id: int,
    owner_id: int,
    key: str,
    params: str,
    due_at: datetime,
    now: datetime,
    decision: UUID,
) -> None:
    """Keep the order's one open step task equal to its next step: another step closes the task and opens a new one."""
    await tx.execute(
        text(
            "UPDATE tasks SET state = 'done', done_at = :now"
            " WHERE order_id = :order_id AND kind = 'step' AND state = 'open' AND key <> :key"
        ),
        {"order_id": order_id, "key": key, "now": now},
    )
    await tx.execute(
        text(
            "INSERT INTO tasks (order_id, owner_id, kind, key, params, due_at, created_at, decision)"
            " VALUES (:order_id, :owner_id, 'step', :key, CAST(:params AS jsonb), :due_at, :now, :decision)"
            " ON CONFLICT (order_id) WHERE kind = 'step' AND state = 'open'"
            " DO UPDATE SET owner_id = excluded.owner_id, params = excluded.params, due_at = excluded.due_at"
        ),
        {
            "order_id": order_id,
            "owner_id": owner_id,
            "key": key,
            "params": params,
            "due_at": due_at,
            "now": now,
            "decision": decision,
        },
    )


async def end_tasks(tx: AsyncConnection, order_id: int, *, state: str, now: datetime) -> list[int]:
    """Close every open task of an order; the ids of the manual ones, whose clocks must stop too."""
    rows = await tx.execute(
        text(
            "UPDATE tasks SET state = :state, done_at = :now WHERE order_id = :order_id AND state = 'open'"
            " RETURNING id, kind"
        ),
        {"order_id": order_id, "state": state, "now": now},
    )
    return [row.id for row in rows if row.kind != "step"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """Where a task, blocker or violation belongs: its order (if any) and its owner."""

    id: int
    order_id: int | None
    owner_id: int | None


async def add_task(tx: AsyncConnection, values: Mapping[str, object]) -> int:
    """A task that a person finishes by hand (`params`: a JSON object); its id."""
    row = (
        await tx.execute(
            text(
                "INSERT INTO tasks (order_id, owner_id, kind, key, params, due_at, created_at, decision) VALUES"
                " (:order_id, :owner_id, 'manual', :key, CAST(:params AS jsonb), :due_at, :now, :decision) RETURNING id"
            ),
            values,
        )
    ).one()
    return int(row.id)


async def locate_task(tx: AsyncConnection, task_id: int) -> Located:
    """The open manual task.

    Raises:
        NotFoundError: no such task.
        ConflictError: it is done or cancelled already.
    """
    return await _locate(tx, "tasks", "state = 'open' AND kind = 'manual'", "task", task_id)


async def locate_blocker(tx: AsyncConnection, blocker_id: int) -> Located:
    """The open blocker; raises like `locate_task`."""
    return await _locate(tx, "blockers", "closed_at IS NULL", "blocker", blocker_id)


async def locate_violation(tx: AsyncConnection, violation_id: int) -> Located:
    """The open violation; raises like `locate_task`."""
    return await _locate(tx, "ai_sla_violations", "resolved_at IS NULL", "violation", violation_id)


async def _locate(tx: AsyncConnection, table: str, is_open: str, kind: str, row_id: int) -> Located:
    row = (
        await tx.execute(
            text(f"SELECT id, order_id, owner_id, ({is_open}) AS is_open FROM {table} WHERE id = :id"),
            {"id": row_id},
        )
    ).one_or_none()
    if row is None:
        raise NotFoundError(kind=kind, name=str(row_id))
    if not row.is_open:
        raise ConflictError(kind=kind, name=str(row_id), state="closed", allowed=("open",))
    return Located(id=row.id, order_id=row.order_id, owner_id=row.owner_id)


async def complete_task(tx: AsyncConnection, task_id: int, *, now: datetime) -> None:
    """The task is done."""
    await tx.execute(
        text("UPDATE tasks SET state = 'done', done_at = :now WHERE id = :id"), {"id": task_id, "now": now}
    )


async def add_blocker(tx: AsyncConnection, values: Mapping[str, object]) -> int:
    """A blocker on an order; its id."""
    row = (
        await tx.execute(
            text(
                "INSERT INTO blockers (order_id, owner_id, text, due_at, opened_at, decision)"
                " VALUES (:order_id, :owner_id, :text, :due_at, :now, :decision) RETURNING id"
            ),
            values,
        )
    ).one()
    return int(row.id)


async def close_blocker(tx: AsyncConnection, blocker_id: int, *, resolution: str, now: datetime) -> None:
    """The blocker is gone."""
    await tx.execute(
        text("UPDATE blockers SET closed_at = :now, resolution = :resolution WHERE id = :id"),
        {"id": blocker_id, "resolution": resolution, "now": now},
    )


async def open_blocker_ids(tx: AsyncConnection, order_id: int) -> list[int]:
    """Blockers still open on the order."""
    rows = await tx.execute(
        text("SELECT id FROM blockers WHERE order_id = :order_id AND closed_at IS NULL"), {"order_id": order_id}
    )
    return [row.id for row in rows]


async def pass_on_work(tx: AsyncConnection, order_id: int, *, former: int | None, owner_id: int) -> None:
    """The order has a new owner: tasks and blockers that the former owner had on it are theirs now."""
    passed = {"order_id": order_id, "former": former, "owner_id": owner_id}
    await tx.execute(
        text(
            "UPDATE tasks SET owner_id = :owner_id"
            " WHERE order_id = :order_id AND owner_id = :former AND state = 'open' AND kind = 'manual'"
        ),
        passed,
    )
    await tx.execute(
        text(
            "UPDATE blockers SET owner_id = :owner_id"
            " WHERE order_id = :order_id AND owner_id = :former AND closed_at IS NULL"
        ),
        passed,
    )
