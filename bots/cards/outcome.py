"""What people decided, for the manager who waits for it: the outcome in a line, and the order as it stands."""

from datetime import datetime

from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncConnection

from bots.card import Card
from bots.cards.approval import approval_outcome
from bots.cards.order import order_view
from bots.cards.subject import order_of
from bots.door import TelegramDoor
from bots.words import Words, lines
from domain.orders import Order
from domain.people import LEADERS
from guardrails.order_card import order_card
from locales import sentences
from store import people
from store.desk import approvals
from store.desk.approvals import Approval
from store.talk.outbox import Notification


async def request_outcome(
    tx: AsyncConnection, door: TelegramDoor, words: Words, notification: Notification
) -> Card | None:
    """Approved, rejected and why, or expired; below it the order for whoever may see it."""
    order = await order_of(tx, notification)
    if order is None:
        return await approval_outcome(tx, door, words, notification)
    approval = await approvals.get(tx, int(notification.params["approval"]))
    said = lines(
        words.say(
            "outcome-request",
            id=str(approval.id),
            what=words.plain(f"action-{approval.action}"),
            status=approval.status,
            said=words.plain(f"approval-{approval.status}"),
        ),
        *await _votes(tx, words, approval),
        _lacks(words, approval),
    )
    return (await _view(tx, door, words, notification, order)).under(said)


async def _votes(tx: AsyncConnection, words: Words, approval: Approval) -> list[Markup]:
    return [
        words.say("outcome-vote", vote=vote.vote, name=vote.name, reason=words.reason(vote.reason) or "none")
        for vote in await approvals.votes(tx, approval.id)
    ]


def _lacks(words: Words, approval: Approval) -> Markup | None:
    lacking = sentences.missing([str(each) for each in approval.outcome.get("missing", ())], words.texts)
    return words.say("move-lacks", lacks="; ".join(lacking)) if lacking else None


async def _view(
    tx: AsyncConnection, door: TelegramDoor, words: Words, notification: Notification, order: Order
) -> Card:
    """The order's card; a manager whose it is no more reads its number only."""
    reader, policy = await people.get(tx, notification.person_id), door.desk.policy
    leads = reader.role in LEADERS
    if not leads and order.owner_id != reader.id:
        return Card(words.say("outcome-order", code=order.code))
    return order_view(words, await order_card(tx, order.code, policy), policy, leads=leads)


async def escalation_outcome(
    tx: AsyncConnection, door: TelegramDoor, words: Words, notification: Notification
) -> Card | None:
    """Who took the breach upon themselves, settled it or gave more time; pointless once the order is another's."""
    order, params = await order_of(tx, notification), notification.params
    if order is None or order.owner_id != notification.person_id or not order.is_open:
        return None
    until = words.due(datetime.fromisoformat(str(params["until"]))) if "until" in params else "none"
    said = lines(
        words.say(
            f"outcome-{params['became']}",
            by=str(params["by"]) or words.plain("outcome-desk"),
            clock=words.plain(f"clock-{params['clock']}"),
            until=until,
        ),
        words.say("card-because", reason=words.reason(str(params["reason"]))) if params.get("reason") else None,
    )
    return (await _view(tx, door, words, notification, order)).under(said)
