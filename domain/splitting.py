"""A long text as several messages: cut between paragraphs, else between list items, lines, sentences, words."""

import re
from collections.abc import Iterator
from typing import Final

LONGEST_PART: Final = 3800
"""UTF-16 units of one message's text: Telegram lets 4096 through, and a role's name stands above it."""

_JOINTS: Final = (
    re.compile(r"\n\n"),
    re.compile(r"\n(?=\s*(?:[•*–—-]|\d+[.)])\s)"),
    re.compile(r"\n"),
    re.compile(r"(?<=[.!?…]) "),
    re.compile(r" "),
)
"""Where a text may be cut, the coarsest first."""


def parts(text: str, limit: int = LONGEST_PART) -> tuple[str, ...]:
    """The text in parts of at most `limit` UTF-16 units, at least one; nothing but the space at the cuts is lost."""
    return tuple(_cut(text.strip(), limit)) or ("",)


def _cut(rest: str, limit: int) -> Iterator[str]:
    while units(rest) > limit:
        at = _end_of_part(rest, limit)
        yield rest[:at].rstrip()
        rest = rest[at:].lstrip()
    if rest:
        yield rest


def _end_of_part(text: str, limit: int) -> int:
    """Where the part ends: the last joint in the second half of what fits, the coarsest there is, else mid-word."""
    fits = len(text.encode("utf-16-le")[: 2 * limit].decode("utf-16-le", errors="ignore"))
    for joint in _JOINTS:
        found = [each.start() for each in joint.finditer(text, fits // 2, min(len(text), fits + 2))]
        within = [at for at in found if 0 < at <= fits]
        if within:
            return within[-1]
    return fits


def units(text: str) -> int:
    """The length of a text as Telegram counts it: in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2
