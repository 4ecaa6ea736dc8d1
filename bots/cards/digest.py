"""Many messages as one."""

from sqlalchemy.ext.asyncio import AsyncConnection

from bots.card import Button, Card, columns, keyboard
from bots.door import TelegramDoor
from bots.taps import Do, MineTap, OrderTap
from bots.words import Words, lines
from store.desk import orders
from store.talk.outbox import Notification


async def digest(tx: AsyncConnection, _door: TelegramDoor, words: Words, notification: Notification) -> Card | None:
    """How many messages of each kind, and the orders they are about."""
    counts = [
        words.say(f"digest-{kind}", count=int(count)) for kind, count in notification.params.get("counts", {}).items()
    ]
    listed = [await orders.get_by_id(tx, order_id) for order_id in notification.params.get("orders", ())]
    buttons: list[Button] = [
        (words.plain("button-order", code=order.code, bike=order.bike), OrderTap(do=Do.OPEN, order=order.id))
        for order in listed
    ]
    mine: Button = (words.plain("button-mine"), MineTap())
    return Card(lines(words.say("digest-title"), *counts), keyboard(*columns(buttons, 1), [mine]))
