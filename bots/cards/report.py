"""A digest that a role has written for its readers, as many messages as it needs."""

from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bots.card import Button, Card, columns, keyboard
from bots.door import TelegramDoor
from bots.rich import pages
from bots.taps import Talk, TalkTap
from bots.words import Words, lines
from domain.choices import codes
from domain.errors import NotFoundError
from store.agents import digests
from store.desk import orders
from store.talk.outbox import Notification

ORDERS_SHOWN: Final = 3
CODES_TRIED: Final = 12


async def report(tx: AsyncConnection, door: TelegramDoor, words: Words, notification: Notification) -> Card | None:
    """Who wrote it, and its text; buttons stand under the last of its messages."""
    digest = await digests.get(tx, int(notification.params["digest"]))
    told = await report_cards(tx, door, words, role=digest.role, text=digest.text)
    return told[int(notification.params.get("part", 1)) - 1]


async def report_cards(
    tx: AsyncConnection, door: TelegramDoor, words: Words, *, role: str, text: str
) -> tuple[Card, ...]:
    """The messages of a digest, one after the other."""
    roles = door.desk.policy.roles.roles
    head = words.say("card-report", role=roles[role].name if role in roles else role)
    written = pages(text, urgent=(words.plain("severity-critical"),))
    last = Card(lines(*([head] if len(written) == 1 else []), written[-1]), keyboard(*await _buttons(tx, words, text)))
    cards = [Card(lines(*([head] if not number else []), page), more=True) for number, page in enumerate(written[:-1])]
    return (*cards, last)


async def _buttons(tx: AsyncConnection, words: Words, text: str) -> list[list[Button]]:
    named: list[Button] = []
    for code in codes(text, CODES_TRIED):
        try:
            order = await orders.get(tx, code)
        except NotFoundError:
            continue
        named.append((words.plain("order-code", code=order.code), TalkTap(do=Talk.ORDER, subject=order.id)))
    lists: list[Button] = [(words.plain(f"talk-{do}"), TalkTap(do=do)) for do in (Talk.QUEUE, Talk.HOT, Talk.REQUESTS)]
    return [lists, *columns(named[:ORDERS_SHOWN], 3)]
