"""Which message of the bot somebody replies to."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


async def answering_role(tx: AsyncConnection, *, chat_id: int, message_id: int) -> str | None:
    """The role whose answer this message is; None for any other message."""
    rows = await tx.execute(
        text(
            "SELECT t.role FROM notifications AS n JOIN ai_turns AS t ON t.id = CAST(n.params->>'turn' AS bigint)"
            " WHERE n.chat_id = :chat_id AND n.message_id = :message_id AND n.kind = 'agent_answer'"
        ),
        {"chat_id": chat_id, "message_id": message_id},
    )
    return rows.scalars().first()


async def last_spoken_with(tx: AsyncConnection, person_id: int, *, since: datetime) -> str | None:
    """The role that the person put words to last in private, not longer ago than `since`."""
    rows = await tx.execute(
        text(
            "SELECT role FROM ai_turns WHERE person_id = :person_id AND kind = 'chat' AND channel = 'telegram'"
            " AND created_at >= :since AND NOT about ? 'place' ORDER BY id DESC LIMIT 1"
        ),
        {"person_id": person_id, "since": since},
    )
    return rows.scalars().first()


async def notified_order(tx: AsyncConnection, *, chat_id: int, message_id: int) -> int | None:
    """The order that this message told somebody about; None for a role's answer, or a message about something else."""
    rows = await tx.execute(
        text(
            "SELECT order_id FROM notifications WHERE chat_id = :chat_id AND message_id = :message_id"
            " AND order_id IS NOT NULL AND kind NOT IN ('agent_answer', 'digest')"
        ),
        {"chat_id": chat_id, "message_id": message_id},
    )
    return rows.scalars().first()
