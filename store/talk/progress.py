"""The message in a group that shows what a turn is at: kept, so that whoever goes on with the turn can take it away."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A message of the bot that shows a turn at work."""

    turn_id: int
    chat_id: int
    message_id: int


async def keep(tx: AsyncConnection, shown: Shown) -> None:
    """Remember the turn's message."""
    await tx.execute(
        text(
            "INSERT INTO turn_progress (turn_id, chat_id, message_id) VALUES (:turn_id, :chat_id, :message_id)"
            " ON CONFLICT (turn_id) DO UPDATE SET chat_id = excluded.chat_id, message_id = excluded.message_id"
        ),
        {"turn_id": shown.turn_id, "chat_id": shown.chat_id, "message_id": shown.message_id},
    )


async def of(tx: AsyncConnection, turn_id: int) -> Shown | None:
    """The turn's message; None when there is none."""
    rows = await tx.execute(
        text("SELECT turn_id, chat_id, message_id FROM turn_progress WHERE turn_id = :id"), {"id": turn_id}
    )
    row = rows.mappings().one_or_none()
    return None if row is None else Shown(**row)


async def forget(tx: AsyncConnection, turn_id: int) -> None:
    """The turn's message is gone."""
    await tx.execute(text("DELETE FROM turn_progress WHERE turn_id = :id"), {"id": turn_id})


async def left_over(tx: AsyncConnection, *, limit: int = 50) -> list[Shown]:
    """Messages of turns whose answer has left or never will, the oldest first."""
    rows = await tx.execute(
        text(
            "SELECT p.turn_id, p.chat_id, p.message_id FROM turn_progress AS p JOIN ai_turns AS t ON t.id = p.turn_id"
            " WHERE t.state IN ('done', 'failed') AND NOT EXISTS (SELECT 1 FROM notifications AS n"
            " WHERE n.kind = 'agent_answer' AND CAST(n.params->>'turn' AS bigint) = t.id"
            " AND n.state IN ('queued', 'sending', 'failed')) ORDER BY p.turn_id LIMIT :limit"
        ),
        {"limit": limit},
    )
    return [Shown(**row) for row in rows.mappings()]
