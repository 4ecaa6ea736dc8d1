"""What the bot says: texts of the reader's language with their parameters made safe for Telegram's HTML."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from domain.errors import DeskError, InvalidInputError
from domain.orders import Order
from locales import Param, Texts, amounts, sentences, times

TAG = re.compile(r"<[^<>]*>")
QUOTED_CHARS = 400  # how much of somebody's own words a card repeats


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The language, the time zone and the present of one reader."""

    texts: Texts
    zone: ZoneInfo
    now: datetime

    def say(self, key: str, **params: Param) -> Markup:
        """A text with HTML; plain strings among the parameters are escaped."""
        safe = {name: escape(value) if isinstance(value, str) else value for name, value in params.items()}
        return Markup(self.texts.get(key, **safe))  # noqa: S704 - the catalogue is ours, the parameters are escaped

    def plain(self, key: str, **params: Param) -> str:
        """A text without HTML: buttons, stored reasons."""
        return self.texts.get(key, **params)

    def moment(self, at: datetime) -> str:
        """«сегодня в 15:40»."""
        return times.moment(at, now=self.now, zone=self.zone, texts=self.texts)

    def day(self, of: date) -> str:
        """«25 ноября»."""
        return times.day(of, now=self.now, zone=self.zone, texts=self.texts)

    def left(self, due_at: datetime) -> str:
        """«осталось 1 ч 20 мин», «просрочено на 3 ч»."""
        return times.left(due_at, now=self.now, texts=self.texts)

    def due(self, due_at: datetime) -> str:
        """A deadline with what is left of it."""
        return f"{self.moment(due_at)}, {self.left(due_at)}"

    def money(self, amount: Decimal) -> str:
        """«1 500 €», «4 357,04 €»."""
        return amounts.euros(amount, self.texts)

    def reason(self, kept: str) -> str:
        """A kept reason or resolution, clipped: the system's in the reader's language, people's as they wrote it."""
        return clip(sentences.reason(kept, self.texts))

    def step(self, order: Order, params: Mapping[str, object]) -> str | None:
        """The order's next step in words; None for a closed one."""
        return None if order.next_step is None else sentences.step(order.next_step, params, self.texts)

    def refusal(self, error: DeskError) -> Markup:
        """An expected error, ready to be shown."""
        return escape(sentences.refusal(error, self.texts))


def clip(words: str, limit: int = QUOTED_CHARS) -> str:
    """Somebody's own words, cut where a card would grow too long."""
    return words if len(words) <= limit else words[: limit - 1].rstrip() + "…"


def filled(said: str, field: str, longest: int = 2000, *, least: int = 1) -> str:
    """Somebody's answer; raises InvalidInputError for one that is too short or too long."""
    if not least <= len(said) <= longest:
        raise InvalidInputError(field=field, value=said[:40], allowed=(f"{least} to {longest} characters",))
    return said


def plain(words: str) -> str:
    """A text for where Telegram shows none of its HTML, such as an alert: without tags, its entities as characters."""
    return html.unescape(TAG.sub("", words))


def lines(*parts: str | None) -> Markup:
    """The parts that there are, one a line; an empty string is an empty line."""
    return Markup("\n").join(part for part in parts if part is not None)
