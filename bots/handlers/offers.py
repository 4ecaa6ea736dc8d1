"""Buttons under a role's answer: an order, a request that waits, a choice that the role asked for."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery, Message
from sqlalchemy.ext.asyncio import AsyncConnection

from bots import cards, standing
from bots.card import Card
from bots.handlers import digests, queue
from bots.handlers.orders import card_of
from bots.places import as_params, place_of_message
from bots.reader import Introduce, Reader
from bots.taps import HOT, QueueTap, Talk, TalkTap
from bots.toasts import toast
from domain.choices import choices
from domain.errors import ForbiddenError, NotFoundError
from domain.people import Channel
from guardrails.conversation import ask
from store.agents import turns
from store.desk import approvals, orders
from store.desk.approvals import Approval

REQUESTS_SHOWN: Final = 3


def router() -> Router:
    """The router of this purpose."""
    made = Router(name="offers")
    made.callback_query.middleware(Introduce())
    made.callback_query(TalkTap.filter())(on_tap)
    return made


async def on_tap(query: CallbackQuery, callback_data: TalkTap, reader: Reader) -> None:
    """One tap under an answer."""
    if callback_data.do is Talk.CHOOSE:
        await _choose(query, callback_data, reader)
        return
    if callback_data.do in (Talk.DIGEST, Talk.DIGEST_NOW):
        await digests.on_tap(query, callback_data, reader)
        return
    told = await _OPENED[callback_data.do](reader, callback_data)
    await toast(query)
    for card in told:
        if card.about is not None and isinstance(query.message, Message):
            await standing.put_up(query.message, reader, card.about)
        else:
            await _below(query, card)


async def _order(reader: Reader, tap: TalkTap) -> tuple[Card, ...]:
    async with reader.door.desk.db.reading() as tx:
        order = await orders.get_by_id(tx, tap.subject)
    reader.require_sees(order.owner_id)
    return (await card_of(reader, order.code),)


async def _approval(reader: Reader, tap: TalkTap) -> tuple[Card, ...]:
    reader.require_leads("read_approvals")
    async with reader.door.desk.db.reading() as tx:
        return (await _request(tx, reader, await approvals.get(tx, tap.subject)),)


async def _request(tx: AsyncConnection, reader: Reader, approval: Approval) -> Card:
    return await cards.approval_card(tx, reader.door, reader.words, approval, reader=reader.person)


async def _requests(reader: Reader, _tap: TalkTap) -> tuple[Card, ...]:
    reader.require_leads("read_approvals")
    async with reader.door.desk.db.reading() as tx:
        waiting = await approvals.listed(tx, status="pending", limit=REQUESTS_SHOWN)
        told = [await _request(tx, reader, each) for each in waiting]
    return tuple(told) or (Card(reader.words.say("talk-no-requests")),)


async def _queue(reader: Reader, _tap: TalkTap) -> tuple[Card, ...]:
    return (await queue.listed(reader, QueueTap()),)


async def _hot(reader: Reader, _tap: TalkTap) -> tuple[Card, ...]:
    return (await queue.listed(reader, QueueTap(status=HOT)),)


_OPENED: Final[Mapping[Talk, Callable[[Reader, TalkTap], Awaitable[tuple[Card, ...]]]]] = MappingProxyType(
    {
        Talk.ORDER: _order,
        Talk.APPROVAL: _approval,
        Talk.REQUESTS: _requests,
        Talk.QUEUE: _queue,
        Talk.HOT: _hot,
    }
)


async def _choose(query: CallbackQuery, tap: TalkTap, reader: Reader) -> None:
    """The choice becomes the person's next words to the role; whose question it was not, may not answer it."""
    async with reader.door.desk.db.reading() as tx:
        turn = await turns.get(tx, tap.subject)
    if turn.person_id != reader.person.id:
        raise ForbiddenError(action="chat", rule="only-who-asked", role=reader.person.role)
    offered = choices(turn.answer or "")
    if not 0 <= tap.arg < len(offered):
        raise NotFoundError(kind="turn", name=str(turn.id), allowed=offered)
    said = offered[tap.arg]
    place = place_of_message(query.message) if isinstance(query.message, Message) else None
    asked = await ask(
        reader.door.desk,
        reader.person,
        turn.role,
        said,
        channel=Channel.TELEGRAM,
        locale=reader.door.locale,
        dedup_key=f"choice:{turn.id}",
        place=None if place is None else as_params(place),
    )
    words = reader.words
    await toast(query, words.plain("talk-chosen", choice=said) if asked.fresh else words.plain("talk-chosen-already"))


async def _below(query: CallbackQuery, card: Card) -> None:
    if isinstance(query.message, Message):
        await query.message.answer(card.text, reply_markup=card.keyboard)
