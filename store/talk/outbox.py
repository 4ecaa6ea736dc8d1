"""The outbox: messages written with their delivery job in the transaction that causes them, and what became of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.journal import canonical
from store.records import DEFER_DELIVERIES, NOTICES_INSERT, NOTICES_RETURNING, Outgoing, notice_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One message on its way: to whom, what, and its delivery state.

    States: queued, sending, sent, failed (will be tried again), dead, unknown, merged. `may_repeat`: whether it got
    through before is unknown, so it goes out again with a mark that says so.
    """

    id: int
    person_id: int
    order_id: int | None
    kind: str
    params: Mapping[str, Any]
    priority: int
    state: str
    attempts: int
    error: str | None
    chat_id: int | None
    message_id: int | None
    deliver_at: datetime | None
    created_at: datetime
    sent_at: datetime | None
    may_repeat: bool
    telegram_id: int | None
    blocked: bool
    active: bool


ALL = 1_000_000
_TROUBLED = "state IN ('dead', 'unknown')"
_COLUMNS = (
    "n.id, n.person_id, n.order_id, n.kind, n.params, n.priority, n.state, n.attempts, n.error, n.chat_id,"
    " n.message_id, n.deliver_at, n.created_at, n.sent_at, n.may_repeat, p.telegram_id,"
    " p.telegram_blocked_at IS NOT NULL AS blocked, p.active"
)


async def put(tx: AsyncConnection, outgoing: Sequence[Outgoing]) -> None:
    """Queue messages, each with the job that delivers it; a known dedup key is left as it is."""
    if outgoing:
        await tx.execute(
            text(f"WITH n AS ({NOTICES_INSERT} {NOTICES_RETURNING}) SELECT {DEFER_DELIVERIES}"),
            {"notices": notice_rows(outgoing)},
        )


async def claim(tx: AsyncConnection, notification_id: int) -> Notification | None:
    """Take one message for sending and mark it so; None when it is sent, merged, given up, or in other hands.

    One whose first sending ended in the unknown is taken once more, as a possible repeat.
    """
    row = (
        (
            await tx.execute(
                text(
                    f"SELECT {_COLUMNS} FROM notifications AS n JOIN people AS p ON p.id = n.person_id WHERE n.id = :id"
                    " AND (n.state IN ('queued', 'failed') OR (n.state = 'unknown' AND NOT n.may_repeat))"
                    # Waits: a neighbour's delivery that only looks at this message must not make its one job give up.
                    " FOR UPDATE OF n"
                ),
                {"id": notification_id},
            )
        )
        .mappings()
        .one_or_none()
    )
    if row is None:
        return None
    found = Notification(**row)
    taken = replace(found, attempts=found.attempts + 1, may_repeat=found.may_repeat or found.state == "unknown")
    await tx.execute(
        text(
            "UPDATE notifications SET state = 'sending', attempts = :attempts, may_repeat = :may_repeat,"
            " claimed_at = clock_timestamp() WHERE id = :id"
        ),
        {"id": notification_id, "attempts": taken.attempts, "may_repeat": taken.may_repeat},
    )
    return taken


async def get(tx: AsyncConnection, notification_id: int) -> Notification | None:
    """One message, whatever its state."""
    rows = await tx.execute(
        text(f"SELECT {_COLUMNS} FROM notifications AS n JOIN people AS p ON p.id = n.person_id WHERE n.id = :id"),
        {"id": notification_id},
    )
    row = rows.mappings().one_or_none()
    return None if row is None else Notification(**row)


async def waiting_for(tx: AsyncConnection, person_id: int, *, wall: datetime, limit: int) -> list[Notification]:
    """Messages to one person that could go out now, locked, the most urgent first."""
    rows = await tx.execute(
        text(
            f"SELECT {_COLUMNS} FROM notifications AS n JOIN people AS p ON p.id = n.person_id"
            " WHERE n.person_id = :person_id AND n.state = 'queued' AND (n.deliver_at IS NULL OR n.deliver_at <= :wall)"
            " ORDER BY n.priority, n.id LIMIT :limit FOR UPDATE OF n SKIP LOCKED"
        ),
        {"person_id": person_id, "wall": wall, "limit": limit},
    )
    return [Notification(**row) for row in rows.mappings()]


async def mark(tx: AsyncConnection, ids: Sequence[int], state: str, **changes: object) -> None:
    """Move messages to a state, with further columns."""
    assignments = "".join(f", {name} = :{name}" for name in changes)
    await tx.execute(
        text(f"UPDATE notifications SET state = :state{assignments} WHERE id = ANY(:ids)"),
        {**changes, "state": state, "ids": list(ids)},
    )


async def settle(tx: AsyncConnection, taken: Notification, state: str, **changes: object) -> bool:
    """What became of this attempt at a message; False when its sender took so long that it was given to another.

    One that got through after all is sent, unless the next attempt has begun.
    """
    assignments = "".join(f", {name} = :{name}" for name in changes)
    settled = await tx.execute(
        text(
            f"UPDATE notifications SET state = :state{assignments} WHERE id = :id AND attempts = :attempts"
            " AND (state = 'sending' OR (state = 'unknown' AND CAST(:state AS text) = 'sent')) RETURNING id"
        ),
        {**changes, "state": state, "id": taken.id, "attempts": taken.attempts},
    )
    return settled.one_or_none() is not None


async def postpone(tx: AsyncConnection, taken: Notification, *, error: str | None = None) -> None:
    """Put a message back that could not be tried: it was not its turn, so the attempt does not count."""
    await tx.execute(
        text(
            "UPDATE notifications SET state = 'queued', attempts = attempts - 1, error = :error"
            " WHERE id = :id AND state = 'sending' AND attempts = :attempts"
        ),
        {"id": taken.id, "attempts": taken.attempts, "error": error},
    )


async def requeue(tx: AsyncConnection, notification_id: int) -> bool:
    """Put a dead or unknown message back into the queue with a new job; False when it is neither."""
    row = (
        await tx.execute(
            text(
                "WITH n AS (UPDATE notifications SET state = 'queued', error = NULL, attempts = 0, deliver_at = NULL,"
                " may_repeat = may_repeat OR state = 'unknown'"
                " WHERE id = :id AND state IN ('dead', 'unknown') RETURNING id, priority, deliver_at)"
                f" SELECT (SELECT count(*) FROM n) AS changed, {DEFER_DELIVERIES} AS jobs"
            ),
            {"id": notification_id},
        )
    ).one()
    return bool(row.changed)


async def rescue(tx: AsyncConnection, *, batch: int = 1_000) -> int:
    """Give messages that wait without a job, because theirs was lost, a new one; how many."""
    row = (
        await tx.execute(
            text(
                "WITH n AS (SELECT id, priority, deliver_at FROM notifications AS w"
                " WHERE (state IN ('queued', 'failed') OR (state = 'unknown' AND NOT may_repeat)) AND NOT EXISTS"
                " (SELECT 1 FROM procrastinate_jobs AS j WHERE j.task_name = 'deliver'"
                " AND j.status IN ('todo', 'doing') AND CAST(j.args->>'notification_id' AS bigint) = w.id)"
                " ORDER BY priority, id LIMIT :batch)"
                f" SELECT (SELECT count(*) FROM n) AS found, {DEFER_DELIVERIES} AS jobs"
            ),
            {"batch": batch},
        )
    ).one()
    return int(row.found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """A channel that is down: since when (company time), what it says, and how many messages wait."""

    since: datetime
    problem: str
    waiting: int


async def outage(tx: AsyncConnection, channel: str) -> Outage | None:
    """The outage of a channel; None when it works."""
    row = (
        await tx.execute(
            text(
                "SELECT created_at AS since, evidence->>'problem' AS problem, (SELECT count(*) FROM (SELECT 1 FROM"
                " notifications WHERE state IN ('queued', 'failed') LIMIT 100000) AS n) AS waiting FROM ai_signals"
                " WHERE dedup_key = :key AND status IN ('open', 'acknowledged', 'snoozed')"
            ),
            {"key": f"channel_outage:{channel}"},
        )
    ).one_or_none()
    return None if row is None else Outage(since=row.since, problem=row.problem, waiting=row.waiting)


async def defer(tx: AsyncConnection, notification_id: int, *, at: datetime) -> None:
    """A job for a message at an instant of wall time; one job too many finds it taken, and ends."""
    await tx.execute(
        text(
            "WITH n AS (SELECT id, priority, CAST(:at AS timestamptz) AS deliver_at FROM notifications WHERE id = :id)"
            f" SELECT {DEFER_DELIVERIES}"
        ),
        {"id": notification_id, "at": at},
    )


async def count_troubled(tx: AsyncConnection) -> int:
    """How many messages are dead or of unknown fate."""
    return int((await tx.execute(text(f"SELECT count(*) FROM notifications WHERE {_TROUBLED}"))).scalar_one())


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """Troubled messages with one and the same reason: how many, and the id of one of them."""

    reason: str
    count: int
    id: int


async def crowds(tx: AsyncConnection, *, limit: int = 3) -> list[Crowd]:
    """The reasons that more than one troubled message shares, the most common first."""
    rows = await tx.execute(
        text(
            "SELECT coalesce(error, state) AS reason, count(*) AS count, max(id) AS id FROM notifications"
            f" WHERE {_TROUBLED} GROUP BY 1 HAVING count(*) > 1 ORDER BY 2 DESC, 3 DESC LIMIT :limit"
        ),
        {"limit": limit},
    )
    return [Crowd(**row) for row in rows.mappings()]


async def alike(tx: AsyncConnection, notification_id: int, *, limit: int) -> list[int]:
    """The troubled messages with the reason of this one, the oldest first."""
    rows = await tx.execute(
        text(
            f"SELECT id FROM notifications WHERE {_TROUBLED} AND coalesce(error, state) ="
            " (SELECT coalesce(error, state) FROM notifications WHERE id = :id) ORDER BY id LIMIT :limit"
        ),
        {"id": notification_id, "limit": limit},
    )
    return [row.id for row in rows]


async def troubled(tx: AsyncConnection, *, limit: int = 100) -> list[Notification]:
    """Messages that did not get through: dead, or unknown whether they did; the newest first."""
    rows = await tx.execute(
        text(
            f"SELECT {_COLUMNS} FROM notifications AS n JOIN people AS p ON p.id = n.person_id"
            " WHERE n.state IN ('dead', 'unknown') ORDER BY n.id DESC LIMIT :limit"
        ),
        {"limit": limit},
    )
    return [Notification(**row) for row in rows.mappings()]


async def counts(tx: AsyncConnection) -> dict[str, int]:
    """How many messages stand in each state that is not settled."""
    rows = await tx.execute(
        text("SELECT state, count(*) AS n FROM notifications WHERE state NOT IN ('sent', 'merged') GROUP BY state")
    )
    return {row.state: row.n for row in rows}


async def become_digest(tx: AsyncConnection, notification_id: int, params: Mapping[str, object]) -> Notification:
    """The message goes out as the digest of many."""
    await tx.execute(
        text("UPDATE notifications SET kind = 'digest', params = CAST(:params AS jsonb) WHERE id = :id"),
        {"id": notification_id, "params": canonical(params).decode()},
    )
    found = await get(tx, notification_id)
    assert found is not None
    return found


_AGAIN = """
WITH u AS (
    UPDATE notifications SET state = 'unknown' WHERE {which} RETURNING id, priority, deliver_at, may_repeat
), n AS (SELECT id, priority, NULL::timestamptz AS deliver_at FROM u WHERE NOT may_repeat)
SELECT (SELECT count(*) FROM n) AS again, {jobs} AS jobs
"""


async def send_again(tx: AsyncConnection, taken: Notification) -> bool:
    """A message of unknown fate goes out once more, marked; False the second time: then it stays unknown."""
    statement = _AGAIN.format(which="id = :id AND state = 'sending' AND attempts = :attempts", jobs=DEFER_DELIVERIES)
    return bool((await tx.execute(text(statement), {"id": taken.id, "attempts": taken.attempts})).one().again)


async def recover_sending(tx: AsyncConnection, *, older_than: timedelta) -> int:
    """The same for messages whose worker died while sending; how many go out once more."""
    statement = _AGAIN.format(
        which="state = 'sending' AND claimed_at < clock_timestamp() - CAST(:age AS interval)", jobs=DEFER_DELIVERIES
    )
    return int((await tx.execute(text(statement), {"age": older_than})).one().again)
