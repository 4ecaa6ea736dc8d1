"""/crisis: what burns now, what else is known of today, and each thing's card by a button."""

from typing import Final

from aiogram import Router
from aiogram.filters import Command as Slash
from aiogram.types import CallbackQuery, Message
from markupsafe import Markup

from bots.card import Button, Card, columns, keyboard
from bots.cards.pages import turning
from bots.reader import Introduce, Reader, show
from bots.taps import Climb, CrisisTap, SignalDo, SignalTap, ViolationTap
from bots.words import Words, lines
from store.measures import metrics_desk
from store.views import burning
from store.views.burning import Burning

PAGE: Final = 8


def router() -> Router:
    """The router of this purpose."""
    made = Router(name="crisis")
    made.callback_query.middleware(Introduce())
    made.message.middleware(Introduce())
    made.message(Slash("crisis"))(on_crisis)
    made.callback_query(CrisisTap.filter())(on_page)
    return made


async def on_crisis(message: Message, reader: Reader) -> None:
    """`/crisis`: the most severe first."""
    card = await _listed(reader, 0)
    await message.answer(card.text, reply_markup=card.keyboard)


async def on_page(query: CallbackQuery, callback_data: CrisisTap, reader: Reader) -> None:
    """Another page."""
    await show(query, await _listed(reader, max(callback_data.page, 0)))


async def _listed(reader: Reader, page: int) -> Card:
    reader.require_sees_all("view_crisis")
    words = reader.words
    async with reader.door.desk.db.reading() as tx:
        counts = await burning.count(tx, now=words.now)
        found = await burning.listed(tx, now=words.now, offset=page * PAGE, limit=PAGE)
        waiting = await metrics_desk.waiting_approvals(tx, now=words.now)
        outbox = await metrics_desk.outbox_counts(tx)
    total = sum(counts.values())
    undelivered = outbox["dead"] + outbox["unknown"]
    text = lines(
        words.say("crisis-title", count=total, critical=counts.get("critical", 0))
        if total
        else words.say("crisis-empty"),
        words.say("crisis-approvals", count=waiting.count) if waiting.count else None,
        words.say("crisis-undelivered", count=undelivered) if undelivered else None,
        *(["", *(_line(words, place + 1, each) for place, each in enumerate(found, page * PAGE))]),
    )
    buttons = [_button(place + 1, each) for place, each in enumerate(found, page * PAGE)] if reader.leads else []
    return Card(text, keyboard(*columns(buttons, 4), turning(page, PAGE, total, lambda to: CrisisTap(page=to))))


def _line(words: Words, number: int, each: Burning) -> Markup:
    what = words.plain(f"breach-{each.what}" if each.kind == "violation" else f"signal-{each.what}")
    return words.say(
        "crisis-line",
        number=number,
        severity=each.severity,
        about="order" if each.order else "none",
        order=each.order or "",
        what=what,
        left=words.left(each.due_at),
        taken="yes" if each.held_by else "no",
        name=each.held_by or "",
    )


def _button(number: int, each: Burning) -> Button:
    if each.kind == "violation":
        return str(number), ViolationTap(do=Climb.CARD, violation=each.id)
    return str(number), SignalTap(do=SignalDo.OPEN, signal=each.id)
