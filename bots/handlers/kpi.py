"""/kpi: a period beside the one before it in plain words, what has become worse first."""

from datetime import timedelta
from typing import Final

from aiogram import Router
from aiogram.filters import Command as Slash
from aiogram.types import CallbackQuery, Message
from markupsafe import Markup

from bots.card import Button, Card, keyboard
from bots.handlers.managers import midnight
from bots.reader import Introduce, Reader, show
from bots.taps import KpiTap
from bots.words import Words, lines
from domain.assessment import Kpi, Trend
from domain.errors import InvalidInputError
from domain.kpi import Unit
from domain.measures import SHORTEST, Period
from store.measures import metrics

DAYS: Final = {"week": 7, "month": 30}
PERIODS: Final = ("today", *DAYS)
USUAL: Final = "week"
IN_DAYS: Final = 72
"""Hours from which on days are easier to read."""
RANK: Final = {Trend.BAD: 0, Trend.GOOD: 1, Trend.SAME: 2, None: 3}


def router() -> Router:
    """The router of this purpose."""
    made = Router(name="kpi")
    made.callback_query.middleware(Introduce())
    made.message.middleware(Introduce())
    made.message(Slash("kpi"))(on_kpi)
    made.callback_query(KpiTap.filter())(on_tap)
    return made


async def on_kpi(message: Message, reader: Reader) -> None:
    """`/kpi`: the last seven days."""
    card = await _told(reader, USUAL)
    await message.answer(card.text, reply_markup=card.keyboard)


async def on_tap(query: CallbackQuery, callback_data: KpiTap, reader: Reader) -> None:
    """Another period."""
    await show(query, await _told(reader, callback_data.period))


async def _told(reader: Reader, period: str) -> Card:
    reader.require_sees_all("read_metrics")
    words, desk = reader.words, reader.door.desk
    async with desk.db.reading() as tx:
        found = await metrics.kpis(tx, _span(words, period), desk.policy, now=words.now)
    known = sorted((kpi for kpi in found if kpi.value is not None), key=lambda kpi: RANK[kpi.trend])
    worse = sum(kpi.trend is Trend.BAD for kpi in known)
    better = sum(kpi.trend is Trend.GOOD for kpi in known)
    text = lines(
        words.say("kpi-title", period=period, worse=worse, better=better),
        "",
        *(_line(words, kpi) for kpi in known),
        words.say("kpi-empty") if not known else None,
    )
    buttons: list[Button] = [
        (words.plain("button-kpi-period", period=each, chosen="yes" if each == period else "no"), KpiTap(period=each))
        for each in PERIODS
    ]
    return Card(text, keyboard(buttons))


def _span(words: Words, period: str) -> Period:
    """Today from the reader's midnight on; the others up to now."""
    if period not in PERIODS:
        raise InvalidInputError(field="period", value=period, allowed=PERIODS)
    if period == "today":
        return Period(since=min(midnight(words), words.now - SHORTEST), until=words.now)
    return Period.ending(timedelta(days=DAYS[period]), now=words.now)


def _line(words: Words, kpi: Kpi) -> Markup:
    assert kpi.value is not None
    return words.say(
        "kpi-line",
        trend=kpi.trend or "none",
        name=words.plain(f"kpi-{kpi.key}"),
        value=_value(words, kpi.unit, kpi.value),
        known="no" if kpi.previous is None else "yes",
        before="" if kpi.previous is None else _value(words, kpi.unit, kpi.previous),
    )


def _value(words: Words, unit: Unit, value: float) -> str:
    """With its unit; what takes longer than a few days is told in days."""
    if unit is Unit.HOURS and value >= IN_DAYS:
        return words.plain("kpi-value-days", value=value / 24)
    return words.plain(f"kpi-value-{unit}", value=value)
