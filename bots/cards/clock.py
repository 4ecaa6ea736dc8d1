"""Reminders and breaches for the owner."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bots.card import Card
from bots.cards.clock_levers import short
from bots.cards.escalation import escalation_notice
from bots.cards.subject import order_of
from bots.door import TelegramDoor
from bots.words import Words, lines
from domain.notices import NoticeKind
from domain.policy import ClockKind
from guardrails.order_card import order_card
from store.desk import violations
from store.talk.outbox import Notification


async def clock_notice(
    tx: AsyncConnection, door: TelegramDoor, words: Words, notification: Notification
) -> Card | None:
    """A reminder or a breach for the owner; pointless once the clock has stopped or begun anew."""
    params = notification.params
    if not await violations.clock_runs(tx, params["clock_id"], params["epoch"]):
        return None
    order = await order_of(tx, notification)
    if notification.kind == NoticeKind.STUCK and order is not None and order.owner_id != notification.person_id:
        return await escalation_notice(tx, door, words, notification)  # for who answers for the owner's work
    clock, kind = str(params["clock"]), notification.kind
    early = kind == NoticeKind.REMINDER
    what = words.plain(f"reminder-{clock}" if early else f"breach-{clock}")
    head = words.say("card-clock", mark="reminder" if early else "breach", what=what)
    due = words.say("card-due", due=words.due(datetime.fromisoformat(str(params["due_at"]))))
    if order is None or not order.is_open:
        return Card(lines(head, due))
    card = await order_card(tx, order.code, door.desk.policy)
    return short(words, card, ClockKind(clock), params.get("subject", ("order", order.id)), head=head, due=due)
