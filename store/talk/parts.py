"""Messages of several parts, and messages that go elsewhere than they were written for."""

from collections.abc import Mapping

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.journal import canonical
from store.records import DEFER_DELIVERIES
from store.talk.outbox import Notification


async def follow(tx: AsyncConnection, sent: Notification) -> None:
    """Queue the next part behind the one that has left, so that their order is certain; a second time does nothing."""
    first, part = sent.params.get("first", sent.id), int(sent.params.get("part", 1)) + 1
    await tx.execute(
        text(
            "WITH n AS (INSERT INTO notifications (person_id, order_id, kind, params, priority, dedup_key, created_at,"
            " decision) SELECT person_id, order_id, kind, params || CAST(:params AS jsonb), priority, :key, created_at,"
            " decision FROM notifications WHERE id = :id"
            f" ON CONFLICT (dedup_key) DO NOTHING RETURNING id, priority, deliver_at) SELECT {DEFER_DELIVERIES}"
        ),
        {
            "id": sent.id,
            "params": canonical({"part": part, "first": first}).decode(),
            "key": f"part:{first}:{part}",
        },
    )


async def redirect(tx: AsyncConnection, notification_id: int, place: Mapping[str, object]) -> None:
    """The message, and whatever follows it, goes to another chat or topic."""
    await tx.execute(
        text("UPDATE notifications SET params = params || CAST(:place AS jsonb) WHERE id = :id"),
        {"id": notification_id, "place": canonical({"place": dict(place)}).decode()},
    )
