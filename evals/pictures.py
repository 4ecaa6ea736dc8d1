"""Pictures of a check: each point has its own, so that a page of the demo shows what a manager is said to have sent."""

import struct
import zlib
from functools import cache
from typing import Final

from bots.local.files import Upload, described_photo

SIZE: Final = (160, 120)
"""Width and height in pixels."""
MOST: Final = 1_000_000
"""Bytes of a picture; far more than ours have."""


@cache
def photo_id(number: int) -> str:
    """Under what the local Telegram keeps the picture of this point."""
    return described_photo(picture(number), most=MOST).file_id


@cache
def picture(number: int) -> Upload:
    """A small picture that differs from point to point: a PNG of one shaded colour."""
    width, height = SIZE
    colour = (40 + number * 37 % 180, 60 + number * 61 % 160, 90 + number * 23 % 140)
    rows = (
        b"\x00" + bytes(min(255, channel + line // 2) for _ in range(width) for channel in colour)
        for line in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows), 9)), (b"IEND", b""))
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    return Upload(f"point-{number}.png", b"\x89PNG\r\n\x1a\n" + body)
