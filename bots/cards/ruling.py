"""What the arbiter ruled between circles, for the leaders who may set it aside."""

from sqlalchemy.ext.asyncio import AsyncConnection

from bots.card import Card, keyboard
from bots.door import TelegramDoor
from bots.taps import Do, OrderTap
from bots.words import Words, clip, lines
from store.agents import rulings
from store.talk.outbox import Notification


async def ruling_notice(
    tx: AsyncConnection, door: TelegramDoor, words: Words, notification: Notification
) -> Card | None:
    """Who prevailed and against whom, by which rule, and the reason; pointless once it is set aside."""
    ruling = await rulings.get(tx, int(notification.params["ruling"]))
    if ruling.overruled_at is not None:
        return None
    roles = door.desk.policy.roles.roles

    def name(role: str) -> str:
        return roles[role].name if role in roles else role

    winner = ruling.positions[0]
    lost = [name(str(each["role"])) for each in ruling.positions if not each["prevails"]]
    text = lines(
        words.say("card-ruling", id=ruling.id, code=ruling.order, stance=str(winner["stance"])),
        words.say("card-ruling-sides", winner=name(str(winner["role"])), losers=", ".join(lost), rule=ruling.rule),
        words.say("card-ruling-reason", reason=clip(ruling.reason)),
        words.say("card-ruling-human"),
    )
    return Card(text, keyboard([(words.plain("button-open"), OrderTap(do=Do.OPEN, order=ruling.order_id))]))
