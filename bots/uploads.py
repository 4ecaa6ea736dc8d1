"""What people send as a picture: which kinds are taken, and which are refused with a word on what is allowed."""

from dataclasses import dataclass
from pathlib import PurePath

from aiogram.types import Message

from domain.commands import Photo

TYPES = frozenset({"image/jpeg", "image/png", "image/webp", "image/heic", "image/heif"})
SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif"})
UNTOLD = frozenset({None, "", "application/octet-stream"})
MOST_BYTES = 20 * 1024 * 1024  # a bot can fetch no more (Bot API, getFile)
OTHERS = frozenset({"animation", "audio", "sticker", "video", "video_note", "voice", "story", "paid_media"})
"""What else people send instead of a photo."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why it is not taken: the catalogue's entry."""

    key: str


def picture(message: Message) -> Photo | Refused:
    """The picture of a message with a photo or a file."""
    if message.photo:
        largest = message.photo[-1]
        return Photo(file_id=largest.file_id, unique_id=largest.file_unique_id)
    file = message.document
    if file is None or message.animation is not None:
        return Refused("photo-refused-kind")
    suffix = PurePath(file.file_name or "").suffix.lower()
    if file.mime_type not in TYPES and not (file.mime_type in UNTOLD and suffix in SUFFIXES):
        return Refused("photo-refused-type")
    if (file.file_size or 0) > MOST_BYTES:
        return Refused("photo-refused-size")
    return Photo(file_id=file.file_id, unique_id=file.file_unique_id, kind="document")
