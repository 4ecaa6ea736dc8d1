"""/queue and /hot: open orders by urgency with their ageing, by status and manager; a bare number opens a card."""

from collections.abc import Sequence
from typing import Final

from aiogram import F, Router
from aiogram.filters import Command as Slash
from aiogram.filters import StateFilter
from aiogram.types import CallbackQuery, Message
from markupsafe import Markup

from bots.belonging import replied_to
from bots.card import Button, Card, columns, keyboard
from bots.cards.pages import turning
from bots.handlers.orders import card_of
from bots.questions import Asked
from bots.reader import Introduce, Reader, show
from bots.taps import HOT, Do, OrderTap, QueueTap
from bots.words import Words, clip, lines
from domain.errors import InvalidInputError
from domain.orders import OPEN_STATUSES
from locales import times
from store.views import listings, queue_counts
from store.views.listings import (
    OrderFilter,
    OrderLine,
)
from store.views.queue_counts import StatusCount

PAGE: Final = 8
OPEN: Final = tuple(status.value for status in OPEN_STATUSES)
NUMBER: Final = r"^\s*[№#]?\s*\d{3,8}\s*$"


def router() -> Router:
    """The router of this purpose."""
    made = Router(name="queue")
    made.callback_query.middleware(Introduce())
    made.message.middleware(Introduce())
    made.message(Slash("queue"))(on_queue)
    made.message(Slash("hot"))(on_hot)
    made.message(StateFilter(None, Asked.photos), F.text.regexp(NUMBER), _replies_to_nothing)(on_number)
    made.callback_query(QueueTap.filter())(on_tap)
    return made


async def _replies_to_nothing(message: Message) -> bool:
    return replied_to(message) is None


async def on_queue(message: Message, reader: Reader) -> None:
    """`/queue`: open orders by urgency; a manager's own."""
    await _answer(message, await listed(reader, QueueTap()))


async def on_hot(message: Message, reader: Reader) -> None:
    """`/hot`: those on the hot list."""
    await _answer(message, await listed(reader, QueueTap(status=HOT)))


async def on_number(message: Message, reader: Reader) -> None:
    """«1042», «#1042»: the order's card."""
    await _answer(message, await card_of(reader, (message.text or "").strip().lstrip("№# ")))


async def on_tap(query: CallbackQuery, callback_data: QueueTap, reader: Reader) -> None:
    """Another page, a filter chosen, or the choice of one."""
    match callback_data.pick:
        case "status":
            card = await _statuses(reader, callback_data)
        case "owner":
            card = await _owners(reader, callback_data)
        case _:
            card = await listed(reader, callback_data)
    await show(query, card)


async def _answer(message: Message, card: Card) -> None:
    await message.answer(card.text, reply_markup=card.keyboard)


def _filter(reader: Reader, tap: QueueTap) -> OrderFilter:
    """What the buttons say, and for managers their own orders whatever they say."""
    if tap.status not in ("", HOT, *OPEN):
        raise InvalidInputError(field="button", value=tap.status, allowed=OPEN)
    return OrderFilter(
        statuses=(tap.status,) if tap.status in OPEN else OPEN,
        owner_id=(tap.owner or None) if reader.sees_all else reader.person.id,
        hot=True if tap.status == HOT else None,
    )


async def listed(reader: Reader, tap: QueueTap) -> Card:
    words, which = reader.words, _filter(reader, tap)
    async with reader.door.desk.db.reading() as tx:
        found = await listings.urgent(tx, which, limit=PAGE, offset=max(tap.page, 0) * PAGE)
        counts = await queue_counts.by_status(tx, which, now=words.now)
    total, late = sum(each.count for each in counts), sum(each.late for each in counts)
    if not total:
        key = "list-hot-empty" if tap.status == HOT else "list-queue-empty"
        return Card(words.say(key), keyboard(_filters(reader, tap)))
    buttons: list[Button] = [
        (words.plain("order-code", code=line.code), OrderTap(do=Do.SHOW, order=line.id)) for line in found
    ]
    text = lines(
        words.say("queue-title", hot="yes" if tap.status == HOT else "no", count=total, late=late),
        *([*_ageing(words, counts)] if not tap.status and not tap.page else []),
        "",
        *(_line(words, line) for line in found),
    )
    turn = turning(max(tap.page, 0), PAGE, total, lambda page: tap.model_copy(update={"page": page, "pick": ""}))
    return Card(text, keyboard(*columns(buttons, 4), turn, _filters(reader, tap)))


def _ageing(words: Words, counts: Sequence[StatusCount]) -> list[Markup]:
    """Status by status on the order's way: how many, how late, how long the oldest stands."""
    by_status = {each.status: each for each in counts}
    return [
        words.say(
            "queue-status",
            status=words.plain(f"status-{status}"),
            count=by_status[status].count,
            late=by_status[status].late,
            oldest=times.span(words.now - by_status[status].oldest_since, texts=words.texts),
        )
        for status in OPEN
        if status in by_status
    ]


def _line(words: Words, line: OrderLine) -> Markup:
    return words.say(
        "list-line",
        mark="first" if line.urgent else "none",
        code=line.code,
        bike=clip(line.bike, 60),
        status=words.plain(f"status-{line.status}"),
        left=words.left(line.due_at) if line.due_at else "—",
        owner=line.owner or "—",
    )


def _filters(reader: Reader, tap: QueueTap) -> list[Button]:
    by_status: Button = (reader.words.plain("button-by-status"), tap.model_copy(update={"page": 0, "pick": "status"}))
    by_owner: Button = (reader.words.plain("button-by-owner"), tap.model_copy(update={"page": 0, "pick": "owner"}))
    return [by_status, by_owner] if reader.sees_all else [by_status]


async def _statuses(reader: Reader, tap: QueueTap) -> Card:
    words = reader.words
    which = _filter(reader, tap.model_copy(update={"status": ""}))
    async with reader.door.desk.db.reading() as tx:
        counts = await queue_counts.by_status(tx, which, now=words.now)
    found = {each.status: each.count for each in counts}
    buttons: list[Button] = [
        (
            words.plain("button-status", status=words.plain(f"status-{status}"), count=found[status]),
            tap.model_copy(update={"status": status, "page": 0, "pick": ""}),
        )
        for status in OPEN
        if status in found
    ]
    hot: Button = (words.plain("button-hot"), tap.model_copy(update={"status": HOT, "page": 0, "pick": ""}))
    every: Button = (words.plain("button-every-status"), tap.model_copy(update={"status": "", "page": 0, "pick": ""}))
    return Card(words.say("ask-status"), keyboard(*columns(buttons, 1), [hot, every]))


async def _owners(reader: Reader, tap: QueueTap) -> Card:
    reader.require_sees_all("view_queue")
    words = reader.words
    async with reader.door.desk.db.reading() as tx:
        managers = await listings.managers(tx)
    buttons: list[Button] = [
        (
            words.plain("button-owner", name=manager.name, count=sum(manager.counts.values())),
            tap.model_copy(update={"owner": manager.id, "page": 0, "pick": ""}),
        )
        for manager in managers[:80]
    ]
    every: Button = (words.plain("button-every-owner"), tap.model_copy(update={"owner": 0, "page": 0, "pick": ""}))
    return Card(words.say("ask-owner"), keyboard(*columns(buttons, 2), [every]))
