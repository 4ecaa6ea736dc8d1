"""What each message shows: the card of a notification from the present facts, by its kind."""

from collections.abc import Awaitable, Callable, Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from bots.card import Card
from bots.cards.answer import agent_answer
from bots.cards.approval import approval_request
from bots.cards.clock import clock_notice
from bots.cards.crisis import room_post
from bots.cards.digest import digest
from bots.cards.escalation import escalation_notice
from bots.cards.follow_up import follow_up
from bots.cards.joined import joined_notice
from bots.cards.news import task_notice
from bots.cards.order import nudge, owners_new_order, owners_order, taken_away
from bots.cards.outcome import escalation_outcome, request_outcome
from bots.cards.report import report
from bots.cards.ruling import ruling_notice
from bots.cards.signal import signal_notice
from bots.door import TelegramDoor
from bots.words import Words
from domain.notices import NoticeKind
from store import people
from store.talk.outbox import Notification

Render = Callable[[AsyncConnection, TelegramDoor, Words, Notification], Awaitable[Card | None]]


async def render(tx: AsyncConnection, door: TelegramDoor, notification: Notification) -> Card | None:
    """The card of a notification for its reader; None when it has become pointless."""
    reader = await people.get(tx, notification.person_id)
    card = await _RENDER[NoticeKind(notification.kind)](tx, door, door.words(reader), notification)
    if card is None or not notification.may_repeat:
        return card
    return card.under(door.words(reader).say("card-repeat"))


_RENDER: Mapping[NoticeKind, Render] = {
    NoticeKind.NEW_ORDER: owners_new_order,
    NoticeKind.REMINDER: clock_notice,
    NoticeKind.BREACH: clock_notice,
    NoticeKind.STUCK: clock_notice,
    NoticeKind.ESCALATION: escalation_notice,
    NoticeKind.ALARM: escalation_notice,
    NoticeKind.ESCALATION_OUTCOME: escalation_outcome,
    NoticeKind.REASSIGNED: owners_order,
    NoticeKind.NEXT_STEP: owners_order,
    NoticeKind.NUDGE: nudge,
    NoticeKind.TAKEN_AWAY: taken_away,
    NoticeKind.APPROVAL_REQUEST: approval_request,
    NoticeKind.APPROVAL_OUTCOME: request_outcome,
    NoticeKind.TASK: task_notice,
    NoticeKind.BLOCKER: task_notice,
    NoticeKind.FOLLOW_UP: follow_up,
    NoticeKind.SIGNAL: signal_notice,
    NoticeKind.RULING: ruling_notice,
    NoticeKind.REPORT: report,
    NoticeKind.ROOM_POST: room_post,
    NoticeKind.JOINED: joined_notice,
    NoticeKind.DIGEST: digest,
    NoticeKind.AGENT_ANSWER: agent_answer,
}
