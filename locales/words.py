"""How one reader is spoken to: the catalogue of their language, their time zone, and what time it is.

`bots/words.py` adds Telegram's markup; the pages escape by themselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from domain.errors import DeskError
from domain.orders import Order
from locales import Param, Texts, amounts, sentences, times


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The language, the time zone and the present of one reader; every text is plain."""

    texts: Texts
    zone: ZoneInfo
    now: datetime

    def plain(self, key: str, **params: Param) -> str:
        """A text of the catalogue."""
        return self.texts.get(key, **params)

    def moment(self, at: datetime) -> str:
        """«сегодня в 15:40»."""
        return times.moment(at, now=self.now, zone=self.zone, texts=self.texts)

    def clock(self, at: datetime) -> str:
        """«15:40» of today, the day and month of other days: for narrow columns."""
        local = at.astimezone(self.zone)
        return f"{local:%H:%M}" if local.date() == self.now.astimezone(self.zone).date() else f"{local:%d.%m}"

    def exact(self, at: datetime) -> str:
        """The whole date and time, for where «сегодня» would be wrong tomorrow."""
        return times.exact(at, zone=self.zone, texts=self.texts)

    def day(self, of: date) -> str:
        """«25 ноября»."""
        return times.day(of, now=self.now, zone=self.zone, texts=self.texts)

    def span(self, length: timedelta) -> str:
        """«1 ч 20 мин»."""
        return times.span(length, texts=self.texts)

    def seconds(self, length: float) -> str:
        """The same for a number of seconds."""
        return self.span(timedelta(seconds=length))

    def ago(self, since: datetime) -> str:
        """How long something has lasted: «3 ч 5 мин»."""
        return self.span(max(self.now - since, timedelta()))

    def past(self, length: timedelta) -> str:
        """«3 ч назад»; «только что» within the last minute."""
        if length < timedelta(minutes=1):
            return self.plain("web-just-now")
        return self.plain("account-ago", span=self.span(length))

    def left(self, due_at: datetime) -> str:
        """«осталось 1 ч 20 мин», «просрочено на 3 ч»."""
        return times.left(due_at, now=self.now, texts=self.texts)

    def money(self, amount: Decimal) -> str:
        """«1 500 €», «4 357,04 €»."""
        return amounts.euros(amount, self.texts)

    def reason(self, kept: str) -> str:
        """A kept reason or resolution: the system's in the reader's language, people's as they wrote it."""
        return sentences.reason(kept, self.texts)

    def step(self, order: Order, params: Mapping[str, object]) -> str | None:
        """The order's next step in words; None for a closed one."""
        return None if order.next_step is None else sentences.step(order.next_step, params, self.texts)

    def refusal(self, error: DeskError) -> str:
        """An expected error in words."""
        return sentences.refusal(error, self.texts)
