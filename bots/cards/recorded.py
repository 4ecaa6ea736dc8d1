"""What a row of the journal or a signal holds, as a card tells it: in words, and short."""

from typing import Final

from bots.words import Words, clip
from locales import facts

QUOTED: Final = 120


def name_of(words: Words, name: str) -> str:
    """A fact's name."""
    return facts.label(words, name)


def value_of(words: Words, name: str, value: object) -> str:
    """A fact's value, clipped."""
    return clip(facts.said(words, name, value, lately=True), QUOTED)
