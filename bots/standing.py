"""Cards that stand in chats: as they are now, whose message holds them, and how one is put up or changed in place."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from aiogram.types import CallbackQuery, Message
from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncConnection

from bots.card import About, Card
from bots.cards.approval import approval_card
from bots.cards.escalation import escalation
from bots.cards.rendering import render
from bots.cards.signal import signal_card
from bots.door import TelegramDoor
from bots.reader import Reader, put_in_place, say, show
from bots.toasts import toast
from domain.errors import ConflictError, StaleError
from domain.people import LEADERS, Role
from store import people
from store.desk import approvals, orders, signals, violations
from store.people import Person
from store.talk import rooms, shown_cards
from store.talk.outbox import Notification
from store.talk.shown_cards import ShownCard


async def standing(tx: AsyncConnection, door: TelegramDoor, reader: Person, about: About) -> Card:
    """The card as it stands, for this reader; one that can change no more is about nothing."""
    words = door.words(reader)
    match about.kind:
        case "violation":
            return await escalation(tx, door, words, await violations.get(tx, about.id))
        case "signal":
            return await signal_card(tx, door, words, await signals.get(tx, about.id))
        case _:
            return await approval_card(tx, door, words, await approvals.get(tx, about.id), reader=reader)


async def hangs(
    tx: AsyncConnection, door: TelegramDoor, notification: Notification, message_id: int, card: Card
) -> None:
    """A message with this card is in the chat; what has changed since it was made is shown soon."""
    if card.about is None or notification.telegram_id is None:
        return
    await shown_cards.put(tx, _shown(notification.telegram_id, message_id, notification.person_id, card.about))
    if await render(tx, door, notification) != card:
        await shown_cards.has_changed(tx, card.about.kind, card.about.id)


async def put_up(message: Message, reader: Reader, about: About, note: str | None = None) -> None:
    """Send the card as a message of its own."""
    async with reader.door.desk.db.reading() as tx:
        card = await standing(tx, reader.door, reader.person, about)
    sent = await message.answer(card.under(note).text, reply_markup=card.keyboard)
    if card.about is not None:
        async with reader.door.desk.db.transaction() as tx:
            await shown_cards.put(tx, _shown(sent.chat.id, sent.message_id, reader.person.id, about))
            if await standing(tx, reader.door, reader.person, about) != card:
                await shown_cards.has_changed(tx, about.kind, about.id)


async def change(query: CallbackQuery, reader: Reader, about: About, note: Markup | None = None) -> None:
    """Put the card as it stands in the place of the tapped one, or below where that is gone; the tap is answered."""
    if query.message is None:
        return
    chat_id, message_id = query.message.chat.id, query.message.message_id
    async with reader.door.desk.db.transaction() as tx:
        shown = await shown_cards.put(tx, _shown(chat_id, message_id, reader.person.id, about))
        card = await standing(tx, reader.door, reader.person, about)
    holder = await put_in_place(query, card.under(note))
    async with reader.door.desk.db.transaction() as tx:
        if holder != message_id and holder is not None:
            await shown_cards.move(tx, shown, holder)
            shown = replace(shown, message_id=holder)
        await settle(tx, shown, card)


async def step(
    query: CallbackQuery, reader: Reader, about: About, take: Callable[[], Awaitable[Card | Markup | None]]
) -> None:
    """Take one step on a standing card; a tap that came too late is told so, and sees the card as it stands.

    The step returns a card to show in its place, a note (empty: none) over the fresh card, or None when it has answered
    by itself.
    """
    try:
        shown = await take()
    except (ConflictError, StaleError) as error:
        await say(query, reader.words.refusal(error))
        await change(query, reader, about)
        return
    if isinstance(shown, Card):
        await show(query, shown)
    elif shown is not None:
        await toast(query)
        await change(query, reader, about, shown or None)


async def settle(tx: AsyncConnection, shown: ShownCard, card: Card) -> bool:
    """The message shows the card now; False where more has happened meanwhile."""
    if card.about is None:
        await shown_cards.forget(tx, shown.chat_id, shown.message_id)
        return True
    return await shown_cards.is_shown(tx, shown)


def _shown(chat_id: int, message_id: int, person_id: int, about: About) -> ShownCard:
    return ShownCard(
        chat_id=chat_id,
        message_id=message_id,
        person_id=person_id,
        subject_kind=about.kind,
        subject_id=about.id,
        changes=0,
        shown=0,
    )


async def is_theirs(tx: AsyncConnection, shown: ShownCard) -> bool:
    """Whether the person of this chat may still read what the card tells: people leave, move, and change their role."""
    reader = await people.get(tx, shown.person_id)
    if not reader.active or (shown.chat_id > 0 and reader.telegram_id != shown.chat_id):
        return False
    if shown.chat_id < 0 and not await rooms.is_active(tx, shown.chat_id):
        return False
    match shown.subject_kind:
        case "violation":
            violation = await violations.get(tx, shown.subject_id)
            owner_id = violation.owner_id
            if violation.order_id is not None:
                owner_id = (await orders.get_by_id(tx, violation.order_id)).owner_id
            return reader.role is not Role.MANAGER or owner_id == reader.id
        case "signal":
            return reader.role in LEADERS
        case _:
            approval = await approvals.get(tx, shown.subject_id)
            return reader.role in LEADERS or reader.role.value in approval.voters


async def as_it_stands(tx: AsyncConnection, door: TelegramDoor, shown: ShownCard) -> Card:
    """The card that a message should hold now, for whoever reads it."""
    reader = await people.get(tx, shown.person_id)
    return await standing(tx, door, reader, About(shown.subject_kind, shown.subject_id))
