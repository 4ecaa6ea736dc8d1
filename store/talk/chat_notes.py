"""Which message of a person became which note or comment: so that its correction finds it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatNote:
    """A note on an order, or with `point` a line of that point's comment."""

    order_id: int
    point: int | None
    words: str


async def written(
    tx: AsyncConnection, *, chat_id: int, message_id: int, order_id: int, point: int | None, words: str, now: datetime
) -> None:
    """Remember what a message has become, or what its correction has made of it."""
    await tx.execute(
        text(
            "INSERT INTO chat_notes (chat_id, message_id, order_id, point, words, at)"
            " VALUES (:chat_id, :message_id, :order_id, :point, :words, :now)"
            " ON CONFLICT (chat_id, message_id) DO UPDATE SET words = excluded.words, at = excluded.at"
        ),
        {
            "chat_id": chat_id,
            "message_id": message_id,
            "order_id": order_id,
            "point": point,
            "words": words,
            "now": now,
        },
    )


async def find(tx: AsyncConnection, *, chat_id: int, message_id: int) -> ChatNote | None:
    """What this message has become; None when it is no note."""
    rows = await tx.execute(
        text("SELECT order_id, point, words FROM chat_notes WHERE chat_id = :chat_id AND message_id = :message_id"),
        {"chat_id": chat_id, "message_id": message_id},
    )
    row = rows.mappings().first()
    return None if row is None else ChatNote(**row)
