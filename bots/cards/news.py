"""Tasks, blockers and signals that somebody should know of."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bots.card import Card, keyboard
from bots.cards.subject import order_of
from bots.door import TelegramDoor
from bots.taps import Do, OrderTap
from bots.words import Words, clip
from domain.notices import NoticeKind
from store.talk.outbox import Notification


async def task_notice(
    tx: AsyncConnection, _door: TelegramDoor, words: Words, notification: Notification
) -> Card | None:
    """A task or a blocker that is now yours."""
    order = await order_of(tx, notification)
    due = words.due(datetime.fromisoformat(str(notification.params["due_at"])))
    if order is None:
        return Card(words.say("card-errand", text=clip(_what(words, notification.params)), due=due))
    return Card(
        words.say(
            "card-task" if notification.kind == NoticeKind.TASK else "card-blocker-notice",
            code=order.code,
            text=clip(_what(words, notification.params)),
            due=due,
        ),
        keyboard([(words.plain("button-open"), OrderTap(do=Do.OPEN, order=order.id))]),
    )


def _what(words: Words, params: Mapping[str, Any]) -> str:
    """What somebody typed, or the catalogue's sentence for an errand that a decision set."""
    if "errand" not in params:
        return str(params["text"])
    said = {name: value for name, value in params.items() if name not in ("errand", "due_at")}
    return words.plain(f"errand-{params['errand']}", **said)
