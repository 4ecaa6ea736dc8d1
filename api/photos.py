"""Photos of the check: where their bytes come from, and what is shown of them."""

from collections.abc import Mapping
from typing import Final, Protocol

LARGEST: Final = 12 * 1024**2
"""Bytes of one picture; Telegram's own photos have some hundred thousand."""

_BEGINNINGS: Final[Mapping[bytes, str]] = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"RIFF": "image/webp",
}


class PhotoSource(Protocol):
    """Who keeps the pictures that answers refer to; the wiring gives it to the application."""

    async def content(self, reference: str, *, largest: int) -> bytes | None:
        """The picture's bytes; None where it cannot be had, or is larger than `largest` bytes."""
        ...


def image_type(content: bytes) -> str | None:
    """The media type by the first bytes; None for what is no picture, whatever it is called."""
    kind = next((kind for beginning, kind in _BEGINNINGS.items() if content.startswith(beginning)), None)
    return None if kind == "image/webp" and content[8:12] != b"WEBP" else kind
