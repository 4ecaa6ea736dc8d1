"""Somebody has joined the bot, or works from another account now."""

from sqlalchemy.ext.asyncio import AsyncConnection

from bots.card import Card
from bots.door import TelegramDoor
from bots.words import Words
from store.talk.outbox import Notification


async def joined_notice(
    _tx: AsyncConnection, _door: TelegramDoor, words: Words, notification: Notification
) -> Card | None:
    """For whoever invited them, and for admins."""
    facts = notification.params
    role = words.plain(f"role-{facts['role']}")
    how = "moved" if facts["moved"] else "new"
    return Card(words.say("card-joined", name=str(facts["person"]), role=role, how=how))
