"""What stands in the topic of a crisis: what has happened, by which trigger, who is responsible, what has changed."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bots.card import Card
from bots.cards.recorded import name_of, value_of
from bots.door import TelegramDoor
from bots.words import Words, lines
from store.talk.outbox import Notification


async def room_post(_tx: AsyncConnection, _door: TelegramDoor, words: Words, notification: Notification) -> Card | None:
    """One message of a crisis's topic, by what has become of the crisis."""
    facts: dict[str, Any] = dict(notification.params["crisis"])
    metric = [
        words.say("crisis-metric", name=name_of(words, str(name)), value=value_of(words, str(name), value))
        for name, value in sorted(facts["metric"].items())
    ]
    status = str(facts["status"])
    if status != "open":
        return Card(
            lines(
                words.say(f"crisis-{status}", code=words.plain(f"signal-{facts['trigger']}")),
                words.say("crisis-because", reason=words.reason(str(facts["reason"]))) if facts.get("reason") else None,
            )
        )
    return Card(
        lines(
            words.say(
                "crisis-open",
                number=str(facts["number"]),
                code=words.plain(f"signal-{facts['trigger']}"),
                severity=words.plain(f"severity-{facts['severity']}"),
            ),
            *metric,
            words.say("crisis-owner", owner=str(facts["owner"])),
            words.say("crisis-due", due=words.moment(datetime.fromisoformat(facts["due_at"]))),
        )
    )
