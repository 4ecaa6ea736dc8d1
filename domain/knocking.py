"""Strangers at the bot's door: when they are answered, and how often they may try a code. All of it in wall time."""

import re
from datetime import datetime, timedelta
from typing import Final

ANSWERED_EVERY: Final = timedelta(hours=1)
GUESSING_WINDOW: Final = timedelta(hours=1)
GUESSES: Final = 5
"""So many wrong codes an hour are looked at; a code has 256 random bits, so this only keeps the noise down."""
WORDS_KEPT: Final = 200
_CODE: Final = re.compile(r"[A-Za-z0-9_-]{20,64}")
_HIDDEN: Final = "•••"


def is_due_an_answer(answered_at: datetime | None, *, now: datetime) -> bool:
    """Whether a stranger who writes again is told again whom to ask."""
    return answered_at is None or now - answered_at >= ANSWERED_EVERY


def locked_until(guessing_since: datetime | None, guesses_lately: int, *, now: datetime) -> datetime | None:
    """Until when codes from this account are not looked at; None: they are."""
    if guessing_since is None or guesses_lately < GUESSES:
        return None
    until = guessing_since + GUESSING_WINDOW
    return until if until > now else None


def code_in(words: str) -> str | None:
    """The invitation code that a message may be, written bare or behind /start; None when it looks like none."""
    bare = words.strip().removeprefix("/start").strip()
    return bare if _CODE.fullmatch(bare) else None


def kept_words(words: str) -> str:
    """What is kept of a stranger's words: clipped, and without anything that could be somebody's code."""
    hidden = _CODE.sub(_HIDDEN, words.strip())
    return hidden if len(hidden) <= WORDS_KEPT else hidden[: WORDS_KEPT - 1].rstrip() + "…"
