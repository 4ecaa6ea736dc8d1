"""Photos as they came into a chat: what was sent together, where it was put, and which message says so.

Written by itself and not with the update: whoever handles an update again finds here what it has come to.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.commands import Photo


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Photos that were sent together. Nobody knows where they belong while there is no order or no point.

    `told`: the sender has said where, by a reply or a button; `card_id` is the bot's message about them.
    """

    id: int
    chat_id: int
    person_id: int
    order_id: int | None
    point: int | None
    told: bool
    card_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatPhoto:
    """One of them; `added` says that the point did not have it already."""

    message_id: int
    file_id: str
    unique_id: str
    kind: str
    caption: str
    added: bool

    @property
    def photo(self) -> Photo:
        """As commands take it."""
        return Photo.model_validate({"file_id": self.file_id, "unique_id": self.unique_id, "kind": self.kind})


_BATCH = ", ".join(Batch.__dataclass_fields__)
_PHOTO = ", ".join(ChatPhoto.__dataclass_fields__)


async def together(tx: AsyncConnection, *, chat_id: int, key: str, person_id: int, now: datetime) -> Batch:
    """The batch with this key in this chat, a new one for the first of its photos."""
    row = await tx.execute(
        text(
            "INSERT INTO photo_batches (chat_id, key, person_id, at) VALUES (:chat_id, :key, :person_id, :now)"
            f" ON CONFLICT (chat_id, key) DO UPDATE SET key = excluded.key RETURNING {_BATCH}"
        ),
        {"chat_id": chat_id, "key": key, "person_id": person_id, "now": now},
    )
    return Batch(**row.mappings().one())


async def keep(tx: AsyncConnection, batch: Batch, message_id: int, photo: Photo, caption: str) -> None:
    """A photo of the batch; one that is known stays as it is."""
    await tx.execute(
        text(
            "INSERT INTO chat_photos (chat_id, message_id, batch_id, file_id, unique_id, kind, caption)"
            " VALUES (:chat_id, :message_id, :batch_id, :file_id, :unique_id, :kind, :caption)"
            " ON CONFLICT (chat_id, message_id) DO NOTHING"
        ),
        {
            "chat_id": batch.chat_id,
            "message_id": message_id,
            "batch_id": batch.id,
            "caption": caption,
            **photo.model_dump(),
        },
    )


async def batch(tx: AsyncConnection, batch_id: int) -> Batch | None:
    """The batch with this number."""
    return await _batch(tx, "id = :id", id=batch_id)


async def batch_of_card(tx: AsyncConnection, *, chat_id: int, message_id: int) -> Batch | None:
    """The batch that this message of the bot is about."""
    return await _batch(tx, "chat_id = :chat_id AND card_id = :message_id", chat_id=chat_id, message_id=message_id)


async def batch_of_photo(tx: AsyncConnection, *, chat_id: int, message_id: int) -> Batch | None:
    """The batch that this message of a person belongs to."""
    which = "id = (SELECT batch_id FROM chat_photos WHERE chat_id = :chat_id AND message_id = :message_id)"
    return await _batch(tx, which, chat_id=chat_id, message_id=message_id)


async def _batch(tx: AsyncConnection, which: str, **values: int) -> Batch | None:
    row = (await tx.execute(text(f"SELECT {_BATCH} FROM photo_batches WHERE {which}"), values)).mappings().first()
    return None if row is None else Batch(**row)


async def of_batch(tx: AsyncConnection, batch_id: int) -> list[ChatPhoto]:
    """Its photos in the order in which they were sent."""
    rows = await tx.execute(
        text(f"SELECT {_PHOTO} FROM chat_photos WHERE batch_id = :id ORDER BY message_id"), {"id": batch_id}
    )
    return [ChatPhoto(**row) for row in rows.mappings()]


async def put(
    tx: AsyncConnection, batch_id: int, place: tuple[int, int] | None, *, told: bool, added: Sequence[str]
) -> None:
    """The batch belongs to this order and point (None: nobody knows), these files of it are new there."""
    order_id, point = place or (None, None)
    await tx.execute(
        text("UPDATE photo_batches SET order_id = :order_id, point = :point, told = :told WHERE id = :id"),
        {"id": batch_id, "order_id": order_id, "point": point, "told": told},
    )
    await tx.execute(
        text("UPDATE chat_photos SET added = file_id = ANY(:added) WHERE batch_id = :id"),
        {"id": batch_id, "added": list(added)},
    )


async def carded(tx: AsyncConnection, batch_id: int, card_id: int) -> None:
    """The bot's message about the batch."""
    await tx.execute(
        text("UPDATE photo_batches SET card_id = :card_id WHERE id = :id"), {"id": batch_id, "card_id": card_id}
    )


async def recaption(tx: AsyncConnection, *, chat_id: int, message_id: int, words: str) -> None:
    """Another caption of a photo."""
    await tx.execute(
        text("UPDATE chat_photos SET caption = :words WHERE chat_id = :chat_id AND message_id = :message_id"),
        {"chat_id": chat_id, "message_id": message_id, "words": words},
    )
