"""Cards that stand in people's chats and are shown anew when what they are about changes (migration 0010)."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_TABLES: Final = {"violation": "ai_sla_violations", "signal": "ai_signals", "approval": "approvals"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCard:
    """One message that holds a card: in whose chat, about what, and how many changes of that it shows."""

    chat_id: int
    message_id: int
    person_id: int
    subject_kind: str
    subject_id: int
    changes: int
    shown: int


_COLUMNS = ", ".join(ShownCard.__dataclass_fields__)


async def put(tx: AsyncConnection, card: ShownCard) -> ShownCard:
    """The message now holds this card, as it stands with every change up to now.

    Whoever changes the subject at this moment is waited for, or finds the card here.
    """
    table = _TABLES[card.subject_kind]
    await tx.execute(text(f"SELECT 1 FROM {table} WHERE id = :id FOR SHARE"), {"id": card.subject_id})
    rows = await tx.execute(
        text(
            "INSERT INTO shown_cards (chat_id, message_id, person_id, subject_kind, subject_id, order_id)"
            f" VALUES (:chat_id, :message_id, :person_id, :kind, :id, (SELECT order_id FROM {table} WHERE id = :id))"
            " ON CONFLICT (chat_id, message_id) DO UPDATE SET subject_kind = excluded.subject_kind,"
            " subject_id = excluded.subject_id, order_id = excluded.order_id, person_id = excluded.person_id"
            f" RETURNING {_COLUMNS}"
        ),
        {
            "chat_id": card.chat_id,
            "message_id": card.message_id,
            "person_id": card.person_id,
            "kind": card.subject_kind,
            "id": card.subject_id,
        },
    )
    return ShownCard(**rows.mappings().one())


async def get(tx: AsyncConnection, chat_id: int, message_id: int) -> ShownCard | None:
    """The card that this message holds."""
    rows = await tx.execute(
        text(f"SELECT {_COLUMNS} FROM shown_cards WHERE chat_id = :chat_id AND message_id = :message_id"),
        {"chat_id": chat_id, "message_id": message_id},
    )
    row = rows.mappings().one_or_none()
    return None if row is None else ShownCard(**row)


async def is_shown(tx: AsyncConnection, card: ShownCard) -> bool:
    """The message shows the changes that this card counts; False when there are more by now."""
    rows = await tx.execute(
        text(
            "UPDATE shown_cards SET shown = greatest(shown, :changes)"
            " WHERE chat_id = :chat_id AND message_id = :message_id RETURNING changes = shown AS fresh"
        ),
        {"changes": card.changes, "chat_id": card.chat_id, "message_id": card.message_id},
    )
    row = rows.one_or_none()
    return row is None or bool(row.fresh)


async def move(tx: AsyncConnection, card: ShownCard, message_id: int) -> None:
    """Another message of the chat holds the card: the one that held it is gone."""
    await tx.execute(
        text(
            "UPDATE shown_cards SET message_id = :new WHERE chat_id = :chat_id AND message_id = :message_id"
            " AND NOT EXISTS (SELECT 1 FROM shown_cards WHERE chat_id = :chat_id AND message_id = :new)"
        ),
        {"new": message_id, "chat_id": card.chat_id, "message_id": card.message_id},
    )


async def forget(tx: AsyncConnection, chat_id: int, message_id: int) -> None:
    """The message holds something else, or nothing that could still change."""
    await tx.execute(
        text("DELETE FROM shown_cards WHERE chat_id = :chat_id AND message_id = :message_id"),
        {"chat_id": chat_id, "message_id": message_id},
    )


async def has_changed(tx: AsyncConnection, kind: str, subject_id: int) -> None:
    """Have the cards about this shown anew, as every change of it does by itself."""
    await tx.execute(
        text("SELECT show_anew(:kind, ARRAY[CAST(:id AS bigint)], NULL)"), {"kind": kind, "id": subject_id}
    )
