"""Photos and documents: their facts travel with the state, their bytes lie in a folder or, without one, in memory.

The same content gets the same id, so that a long demo keeps each picture once.
"""

import hashlib
import struct
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from pydantic import BaseModel, ConfigDict

from bots.local.refusals import bad_request, too_large
from bots.local.wire import Document, PhotoSize

MIME = {"png": "image/png", "jpg": "image/jpeg"}
MIME_OF_NAMES = {
    **{f".{suffix}": f"image/{suffix}" for suffix in ("png", "jpeg", "webp", "heic", "gif")},
    ".jpg": "image/jpeg",
    ".pdf": "application/pdf",
    ".mp4": "video/mp4",
}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came in."""

    name: str
    content: bytes


class StoredFile(BaseModel):
    """What is known of a kept file; `path` is its address for a download."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file_id: str
    file_unique_id: str
    path: str
    name: str
    mime: str
    size: int
    width: int = 0
    height: int = 0

    def photo(self) -> PhotoSize:
        """As a photo of a message."""
        return PhotoSize(
            file_id=self.file_id,
            file_unique_id=self.file_unique_id,
            width=self.width,
            height=self.height,
            file_size=self.size,
        )

    def document(self) -> Document:
        """As a document of a message."""
        return Document(
            file_id=self.file_id,
            file_unique_id=self.file_unique_id,
            file_name=self.name,
            mime_type=self.mime,
            file_size=self.size,
        )


@dataclass(slots=True)
class Shelf:
    """Keeps bytes: in `folder`, or in memory when there is none."""

    folder: Path | None
    _memory: dict[str, bytes] = field(default_factory=dict[str, bytes])

    def put(self, file: StoredFile, content: bytes) -> None:
        """Keep the bytes under the file's id."""
        if self.folder is None:
            self._memory[file.file_id] = content
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / file.file_id).write_bytes(content)

    def read(self, file: StoredFile) -> bytes:
        """The bytes again."""
        return self._memory[file.file_id] if self.folder is None else (self.folder / file.file_id).read_bytes()


def described_photo(upload: Upload, *, most: int) -> StoredFile:
    """Facts of an uploaded photo of at most `most` bytes; raises 413, or 400 when it is neither PNG nor JPEG."""
    if len(upload.content) > most:
        raise too_large()
    kind, width, height = _picture(upload.content)
    unique = _unique(upload.content)
    return StoredFile(
        file_id=f"photo-{unique}",
        file_unique_id=unique,
        path=f"photos/{unique}.{kind}",
        name=upload.name,
        mime=MIME[kind],
        size=len(upload.content),
        width=width,
        height=height,
    )


def described_document(upload: Upload, *, most: int) -> StoredFile:
    """Facts of an uploaded file of at most `most` bytes; raises 413, or 400 when it is empty."""
    if len(upload.content) > most:
        raise too_large()
    if not upload.content:
        raise bad_request("file must be non-empty")
    named = _unique(upload.name.encode() + upload.content)
    return StoredFile(
        file_id=f"document-{named}",
        file_unique_id=_unique(upload.content),
        path=f"documents/{named}{PurePath(upload.name).suffix}",
        name=upload.name,
        mime=_mime(upload.name),
        size=len(upload.content),
    )


def _mime(name: str) -> str:
    """What a sender's client would call the file."""
    return MIME_OF_NAMES.get(PurePath(name).suffix.lower(), "application/octet-stream")


def _unique(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _picture(content: bytes) -> tuple[str, int, int]:
    """Kind, width and height, read from the file's own header."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return "png", width, height
    if content.startswith(b"\xff\xd8"):
        return ("jpg", *_jpeg_size(content))
    raise bad_request("IMAGE_PROCESS_FAILED")


def _jpeg_size(content: bytes) -> tuple[int, int]:
    """Width and height stand in the first start-of-frame segment (ISO/IEC 10918-1)."""
    place = 2
    while place + 9 <= len(content) and content[place] == 0xFF:
        marker, length = content[place + 1], int.from_bytes(content[place + 2 : place + 4])
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", content[place + 5 : place + 9])
            return width, height
        place += 2 + length
    raise bad_request("IMAGE_PROCESS_FAILED")
