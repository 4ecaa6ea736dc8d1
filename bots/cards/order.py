"""An order's card for whoever works on it, and what its owner hears about it."""

from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncConnection

from bots.card import Card, keyboard
from bots.cards import order_facts as facts
from bots.cards.order_facts import progress_line
from bots.cards.order_levers import levers
from bots.cards.signal import signal_card
from bots.cards.subject import order_of
from bots.door import TelegramDoor
from bots.taps import Do, OrderTap
from bots.words import Words, clip, lines
from domain.notices import NoticeKind
from domain.orders import Order, Status
from domain.policy import Policy, SignalCode
from guardrails.order_card import OrderCard, order_card
from store.desk import signals
from store.talk.outbox import Notification

DECIDING = (Status.UNDER_INSPECTION, Status.AWAITING_PAYMENT)
"""While the deal is being decided: afterwards verdict and decision are past."""
DECLINE_REASONS = ("busy", "away", "language", "bike")


def new_order(words: Words, order: Order, policy: Policy) -> Card:
    """A request for its owner: take it or give it back."""
    text = lines(
        words.say("card-new-order", code=order.code),
        words.say("card-urgent", reason=clip(order.urgent_because or "")) if order.urgent else None,
        facts.new_facts(words, order, policy),
        words.say("card-accept-until", due=words.due(order.due_at)) if order.due_at else None,
    )
    return Card(
        text,
        keyboard(
            [
                (words.plain("button-accept"), OrderTap(do=Do.ACCEPT, order=order.id, version=order.version)),
                (words.plain("button-decline"), OrderTap(do=Do.DECLINE, order=order.id, version=order.version)),
            ]
        ),
    )


def order_view(words: Words, card: OrderCard, policy: Policy, *, leads: bool = False, ahead: bool = True) -> Card:
    """The order for whoever works on it: status, next step, deadline, progress, and every legal lever.

    `leads`: the reader runs the desk, and has the levers that are a leader's alone. Without `ahead` what comes next is
    left out, where it is told above the card.
    """
    order = card.order
    if order.status is Status.PENDING_MANAGER:
        return new_order(words, order, policy)
    text = lines(
        words.say("card-order", code=order.code, status=words.plain(f"status-{order.status}")),
        words.say("card-urgent", reason=clip(order.urgent_because or "")) if order.urgent else None,
        facts.facts(words, card),
        progress_line(words, card.check) if order.status is Status.UNDER_INSPECTION else None,
        words.say("card-verdict", verdict=words.plain(f"verdict-{order.verdict}"))
        if order.verdict and order.status in DECIDING
        else None,
        words.say("card-decision", decision=words.plain(f"decision-{order.client_decision}"))
        if order.client_decision and order.status in DECIDING
        else None,
        facts.money_line(words, card),
        words.say("card-compliance", compliance=words.plain(f"compliance-{order.compliance}"))
        if order.status is Status.AWAITING_PAYMENT
        else None,
        facts.shipping(words, order),
        words.say("order-arrived", at=words.moment(order.delivery_confirmed_at))
        if order.delivery_confirmed_at and order.status is Status.IN_TRANSIT
        else None,
        words.say("order-claim") if order.claim_open else None,
        facts.contacts(words, card.notes),
        *facts.blockers(words, card),
        *facts.approvals(words, card),
        *(_ahead(words, card) if ahead else []),
    )
    return Card(text, keyboard(*levers(words, card, leads=leads)))


def _ahead(words: Words, card: OrderCard) -> list[Markup]:
    order = card.order
    if not order.is_open:
        return []
    step = words.say("card-next", step=words.step(order, card.particulars.next_step_params) or "—")
    due = [words.say("card-due", due=words.due(order.due_at))] if order.due_at else []
    return [Markup(), *facts.ways(words, card), step, *due]


async def owners_new_order(
    tx: AsyncConnection, door: TelegramDoor, words: Words, notification: Notification
) -> Card | None:
    """A new request; pointless once it is taken up or given to somebody else."""
    order = await order_of(tx, notification)
    if order is None or order.status is not Status.PENDING_MANAGER or order.owner_id != notification.person_id:
        return None
    unowned = await _nobody_takes(tx, door, words, order)
    return unowned or new_order(words, order, door.desk.policy)


async def _nobody_takes(tx: AsyncConnection, door: TelegramDoor, words: Words, order: Order) -> Card | None:
    """For the duty admin, who has an order because no manager was eligible: the signal's card, with its levers."""
    signal = await signals.open_with_key(tx, f"{SignalCode.NO_ELIGIBLE_MANAGER}:order:{order.id}")
    return None if signal is None else await signal_card(tx, door, words, await signals.get(tx, signal))


async def owners_order(
    tx: AsyncConnection, door: TelegramDoor, words: Words, notification: Notification
) -> Card | None:
    """Reassigned orders and next steps: the order's card as it stands."""
    order = await order_of(tx, notification)
    if order is None or order.owner_id != notification.person_id or not order.is_open:
        return None
    unowned = await _nobody_takes(tx, door, words, order)
    if unowned is not None:
        return unowned
    card = await _view(tx, door, words, order)
    head = "card-reassigned" if notification.kind == NoticeKind.REASSIGNED else "card-next_step"
    return card.under(lines(words.say(head), _because(words, notification)))


async def nudge(tx: AsyncConnection, door: TelegramDoor, words: Words, notification: Notification) -> Card | None:
    """Somebody reminds the owner of the order; pointless once it is somebody else's."""
    order = await order_of(tx, notification)
    if order is None or order.owner_id != notification.person_id or not order.is_open:
        return None
    said, by = clip(str(notification.params.get("text", ""))), str(notification.params["by"])
    card = await _view(tx, door, words, order)
    return card.under(words.say("card-nudge", by=by, text=said, said="yes" if said else "no"))


async def _view(tx: AsyncConnection, door: TelegramDoor, words: Words, order: Order) -> Card:
    policy = door.desk.policy
    return order_view(words, await order_card(tx, order.code, policy), policy)


async def taken_away(tx: AsyncConnection, _door: TelegramDoor, words: Words, notification: Notification) -> Card | None:
    """The order went to somebody else, and why."""
    order = await order_of(tx, notification)
    if order is None:
        return None
    return Card(lines(words.say("card-taken-away", code=order.code, bike=order.bike), _because(words, notification)))


def _because(words: Words, notification: Notification) -> Markup | None:
    reason, by = str(notification.params.get("reason", "")), str(notification.params.get("by", ""))
    if not (reason or by):
        return None
    return lines(
        words.say("card-because", reason=words.reason(reason)) if reason else None,
        words.say("order-decided-by", by=by) if by else None,
    )
