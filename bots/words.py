"""What the bot says: texts of the reader's language with their parameters made safe for Telegram's HTML."""

import html
import re
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup, escape

from domain.errors import DeskError
from locales import Param, words

TAG = re.compile(r"<[^<>]*>")
QUOTED_CHARS = 400  # how much of somebody's own words a card repeats


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(words.Words):
    """The language, the time zone and the present of one reader, in Telegram's HTML."""

    def say(self, key: str, **params: Param) -> Markup:
        """A text with HTML; plain strings among the parameters are escaped."""
        safe = {name: escape(value) if isinstance(value, str) else value for name, value in params.items()}
        return Markup(self.texts.get(key, **safe))  # noqa: S704 - the catalogue is ours, the parameters are escaped

    def due(self, due_at: datetime) -> str:
        """A deadline with what is left of it."""
        return f"{self.moment(due_at)}, {self.left(due_at)}"

    def reason(self, kept: str) -> str:
        """A kept reason or resolution, clipped: the system's in the reader's language, people's as they wrote it."""
        return clip(words.Words.reason(self, kept))

    def refusal(self, error: DeskError) -> Markup:
        """An expected error, ready to be shown."""
        return escape(words.Words.refusal(self, error))


def clip(words: str, limit: int = QUOTED_CHARS) -> str:
    """Somebody's own words, cut where a card would grow too long."""
    return words if len(words) <= limit else words[: limit - 1].rstrip() + "…"


def plain(words: str) -> str:
    """A text for where Telegram shows none of its HTML, such as an alert: without tags, its entities as characters."""
    return html.unescape(TAG.sub("", words))


def lines(*parts: str | None) -> Markup:
    """The parts that there are, one a line; an empty string is an empty line."""
    return Markup("\n").join(part for part in parts if part is not None)
