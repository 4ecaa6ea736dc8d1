"""What a role has answered: its name, and one part of its checked text."""

from markupsafe import escape
from sqlalchemy.ext.asyncio import AsyncConnection

from bots.app import TelegramDoor
from bots.card import Card, keyboard
from bots.taps import Do, OrderTap
from bots.words import Words, lines
from domain.splitting import parts
from store import turns
from store.outbox import Notification
from store.turns import TurnKind


async def agent_answer(
    tx: AsyncConnection, door: TelegramDoor, words: Words, notification: Notification
) -> Card | None:
    """One message of the answer; its text is shown as it was checked, without any marks of its own."""
    turn = await turns.get(tx, int(notification.params["turn"]))
    told, part = parts(turn.answer or ""), int(notification.params.get("part", 1))
    roles = door.desk.policy.roles.roles
    name = roles[turn.role].name if turn.role in roles else turn.role
    head = (
        words.say("card-answer", role=name)
        if len(told) == 1
        else words.say("card-answer-part", role=name, part=part, parts=len(told))
    )
    text = lines(head, escape(told[part - 1]))
    if turn.kind is not TurnKind.NEXT_STEPS:
        return Card(text)
    button = (words.plain("button-open"), OrderTap(do=Do.OPEN, order=int(turn.about["order_id"])))
    return Card(text, keyboard([button]))
