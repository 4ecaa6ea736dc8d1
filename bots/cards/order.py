"""An order's card for whoever works on it, and what its owner hears about it."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bots.app import TelegramDoor
from bots.card import Button, Card, columns, keyboard
from bots.cards.subject import order_of
from bots.taps import Check, CheckTap, Do, OrderTap
from bots.words import Words, clip, lines
from domain.checklist import Progress
from domain.notices import NoticeKind
from domain.orders import Order, Status
from guardrails.order_card import OrderCard, order_card
from store.outbox import Notification

DECLINE_REASONS = ("busy", "away", "language", "bike")


def new_order(words: Words, order: Order) -> Card:
    """A request for its owner: take it or give it back."""
    text = lines(
        words.say("card-new-order", code=order.code),
        _facts(words, order),
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


def _facts(words: Words, order: Order) -> Any:
    return words.say(
        "card-facts",
        bike=order.bike,
        price=words.money(order.price_eur),
        city=order.city or "—",
        client=order.client_name or "—",
        delivery=words.plain(f"delivery-{order.delivery_method}"),
    )


def order_view(words: Words, card: OrderCard) -> Card:
    """The order for whoever works on it: status, next step, deadline, progress, and every legal lever."""
    order = card.order
    if order.status is Status.PENDING_MANAGER:
        return new_order(words, order)
    text = lines(
        words.say("card-order", code=order.code, status=words.plain(f"status-{order.status}")),
        words.say("card-urgent", reason=clip(order.urgent_because or "")) if order.urgent else None,
        _facts(words, order),
        progress_line(words, card.check) if order.status is Status.UNDER_INSPECTION else None,
        words.say("card-verdict", verdict=words.plain(f"verdict-{order.verdict}")) if order.verdict else None,
        words.say("card-decision", decision=words.plain(f"decision-{order.client_decision}"))
        if order.client_decision
        else None,
        words.say("card-compliance", compliance=words.plain(f"compliance-{order.compliance}"))
        if order.status is Status.AWAITING_PAYMENT
        else None,
        _shipping(words, order),
        *(words.say("card-blocker", text=clip(each.text), due=words.due(each.due_at)) for each in card.blockers),
        words.say("card-next", step=words.step(order, card.particulars.next_step_params) or "—")
        if order.is_open
        else None,
        words.say("card-due", due=words.due(order.due_at)) if order.due_at else None,
    )
    return Card(text, keyboard(*_levers(words, card)))


def progress_line(words: Words, check: Progress) -> Any:
    """How many of the points are answered."""
    return words.say("card-progress", answered=check.answered, total=check.total)


def _shipping(words: Words, order: Order) -> Any:
    if not (order.carrier or order.tracking_number or order.dispatch_date):
        return None
    return words.say(
        "card-shipping",
        carrier=order.carrier or "—",
        tracking=order.tracking_number or "—",
        date=words.day(order.dispatch_date) if order.dispatch_date else "—",
    )


def _levers(words: Words, card: OrderCard) -> list[list[Button]]:
    order = card.order

    def tap(label: str, do: Do, arg: str = "") -> Button:
        return words.plain(label), OrderTap(do=do, order=order.id, version=order.version, arg=arg)

    rows: list[list[Button]] = []
    match order.status:
        case Status.UNDER_INSPECTION:
            rows.append([(words.plain("button-check"), CheckTap(do=Check.SECTIONS, order=order.id))])
            if 0 < card.check.answered < card.check.total:
                rows.append([(words.plain("button-check-on"), CheckTap(do=Check.GO_ON, order=order.id))])
            rows.append([tap("button-seller", Do.SELLER), tap("button-client", Do.CLIENT)])
        case Status.AWAITING_PAYMENT:
            rows.append([tap("button-decision", Do.DECISION), tap("button-client", Do.CLIENT)])
        case Status.READY_FOR_SHIPMENT:
            rows.append([tap("button-logistics", Do.LOGISTICS), tap("button-seller", Do.SELLER)])
        case Status.IN_TRANSIT:
            rows.append([tap("button-delivered", Do.DELIVERED), tap("button-client", Do.CLIENT)])
        case _:
            pass
    if not order.is_open:
        return rows
    rows.insert(0, [tap("button-next", Do.NEXT)])
    moves = [
        (
            words.plain("button-move", status=words.plain(f"status-{target.to}")),
            OrderTap(do=Do.MOVE, order=order.id, version=order.version, arg=target.to.value),
        )
        for target in card.targets
        if target.to is not Status.CANCELLED
    ]
    rows.extend(columns(moves, 1))
    rows.append([tap("button-note", Do.NOTE), tap("button-blocker", Do.BLOCKER)])
    rows.extend([[tap("button-unblock", Do.UNBLOCK, str(each.id))] for each in card.blockers])
    if any(target.to is Status.CANCELLED for target in card.targets):
        rows.append([tap("button-cancel", Do.CANCEL)])
    return rows


async def owners_new_order(
    tx: AsyncConnection, _door: TelegramDoor, words: Words, notification: Notification
) -> Card | None:
    """A new request; pointless once it is taken up or given to somebody else."""
    order = await order_of(tx, notification)
    if order is None or order.status is not Status.PENDING_MANAGER or order.owner_id != notification.person_id:
        return None
    return new_order(words, order)


async def owners_order(
    tx: AsyncConnection, door: TelegramDoor, words: Words, notification: Notification
) -> Card | None:
    """Reassigned orders and next steps: the order's card as it stands."""
    order = await order_of(tx, notification)
    if order is None or order.owner_id != notification.person_id or not order.is_open:
        return None
    card = order_view(words, await order_card(tx, order.code, door.desk.policy))
    head = "card-reassigned" if notification.kind == NoticeKind.REASSIGNED else "card-next_step"
    return card.under(lines(words.say(head), _because(words, notification)))


async def nudge(tx: AsyncConnection, door: TelegramDoor, words: Words, notification: Notification) -> Card | None:
    """Somebody reminds the owner of the order; pointless once it is somebody else's."""
    order = await order_of(tx, notification)
    if order is None or order.owner_id != notification.person_id or not order.is_open:
        return None
    said, by = clip(str(notification.params.get("text", ""))), str(notification.params["by"])
    card = order_view(words, await order_card(tx, order.code, door.desk.policy))
    return card.under(words.say("card-nudge", by=by, text=said, said="yes" if said else "no"))


async def taken_away(tx: AsyncConnection, _door: TelegramDoor, words: Words, notification: Notification) -> Card | None:
    """The order went to somebody else, and why."""
    order = await order_of(tx, notification)
    if order is None:
        return None
    return Card(lines(words.say("card-taken-away", code=order.code, bike=order.bike), _because(words, notification)))


def _because(words: Words, notification: Notification) -> Any:
    reason = str(notification.params.get("reason", ""))
    return words.say("card-because", reason=words.reason(reason)) if reason else None
