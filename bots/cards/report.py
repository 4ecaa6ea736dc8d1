"""A digest that a role has written for its readers."""

from sqlalchemy.ext.asyncio import AsyncConnection

from bots.app import TelegramDoor
from bots.card import Card
from bots.words import Words, clip, lines
from store import digests
from store.outbox import Notification

LONGEST = 4000
"""Telegram takes 4096 characters, its marks included."""


async def report(tx: AsyncConnection, door: TelegramDoor, words: Words, notification: Notification) -> Card | None:
    """Who wrote it, and its text."""
    digest = await digests.get(tx, int(notification.params["digest"]))
    roles = door.desk.policy.roles.roles
    name = roles[digest.role].name if digest.role in roles else digest.role
    return Card(
        lines(words.say("card-report", role=name), words.say("card-report-text", text=clip(digest.text, LONGEST)))
    )
