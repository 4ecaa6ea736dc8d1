"""Lists: my orders, the queue, hot orders, dead letters."""

from collections.abc import Sequence

from aiogram import Router
from aiogram.filters import Command as Slash
from aiogram.types import CallbackQuery, Message

from bots.card import Card, columns, keyboard
from bots.reader import Introduce, Reader, show
from bots.taps import Do, OrderTap, Show, ShowTap
from bots.words import Words, lines
from domain.commands import ResendNotification
from domain.orders import OPEN_STATUSES
from store import listings, outbox
from store.listings import OrderFilter, OrderLine

SHOWN = 12
OPEN = tuple(status.value for status in OPEN_STATUSES)


def router() -> Router:
    """The router of this purpose."""
    made = Router(name="lists")
    made.callback_query.middleware(Introduce())
    made.message.middleware(Introduce())
    made.message(Slash("orders"))(on_orders)
    made.message(Slash("queue"))(on_queue)
    made.message(Slash("hot"))(on_hot)
    made.message(Slash("dead"))(on_dead)
    made.callback_query(ShowTap.filter())(on_tap)
    return made


async def on_orders(message: Message, reader: Reader) -> None:
    """`/orders`: my open orders by urgency."""
    await _send(message, await _listed(reader, Show.MINE))


async def on_queue(message: Message, reader: Reader) -> None:
    """`/queue`: all open orders by urgency."""
    await _send(message, await _listed(reader, Show.QUEUE))


async def on_hot(message: Message, reader: Reader) -> None:
    """`/hot`: the hot list."""
    await _send(message, await _listed(reader, Show.HOT))


async def on_dead(message: Message, reader: Reader) -> None:
    """`/dead`: messages that did not get through."""
    await _send(message, await _dead(reader))


async def on_tap(query: CallbackQuery, callback_data: ShowTap, reader: Reader) -> None:
    """A button of a list."""
    if callback_data.show is Show.RESEND:
        await reader.perform(ResendNotification(notification_id=callback_data.arg))
        await show(query, (await _dead(reader)).under(reader.words.say("note-resent", id=callback_data.arg)))
        return
    card = await _dead(reader) if callback_data.show is Show.DEAD else await _listed(reader, callback_data.show)
    await show(query, card)


async def _send(message: Message, card: Card) -> None:
    await message.answer(card.text, reply_markup=card.keyboard)


async def _listed(reader: Reader, which: Show) -> Card:
    if which is not Show.MINE:
        reader.require_leads("view_queue")
    wanted = OrderFilter(
        statuses=OPEN,
        owner_id=reader.person.id if which is Show.MINE else None,
        hot=True if which is Show.HOT else None,
    )
    async with reader.door.desk.db.reading() as tx:
        found = await listings.urgent(tx, wanted, limit=SHOWN)
        total = await listings.count(tx, wanted)
    return _card(reader.words, found, total, which)


def _card(words: Words, found: Sequence[OrderLine], total: int, which: Show) -> Card:
    if not found:
        return Card(words.say(f"list-{which}-empty"))
    said = [
        words.say(
            "list-line",
            code=line.code,
            bike=line.bike,
            status=words.plain(f"status-{line.status}"),
            left=words.left(line.due_at) if line.due_at else "—",
            owner=line.owner or "—",
        )
        for line in found
    ]
    more = words.say("list-more", count=total - len(found)) if total > len(found) else None
    buttons = [(f"№{line.code}", OrderTap(do=Do.OPEN, order=line.id)) for line in found]
    return Card(lines(words.say(f"list-{which}", count=total), "", *said, more), keyboard(*columns(buttons, 4)))


async def _dead(reader: Reader) -> Card:
    reader.require_leads("view_queue")
    async with reader.door.desk.db.reading() as tx:
        letters = await outbox.troubled(tx, limit=SHOWN)
    words = reader.words
    if not letters:
        return Card(words.say("list-dead-empty"))
    said = [
        words.say(
            "dead-line", id=letter.id, kind=words.plain(f"notice-{letter.kind}"), reason=letter.error or letter.state
        )
        for letter in letters
    ]
    buttons = [
        (words.plain("button-resend", id=letter.id), ShowTap(show=Show.RESEND, arg=letter.id)) for letter in letters
    ]
    return Card(lines(words.say("list-dead", count=len(letters)), "", *said), keyboard(*columns(buttons, 2)))
