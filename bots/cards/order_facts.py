"""What an order's card says: one line a fact, each only where it matters."""

from collections.abc import Iterable
from typing import Final

from markupsafe import Markup

from bots.words import Words, clip, lines
from domain import money
from domain.checklist import Progress
from domain.lifecycle import Target
from domain.orders import Order, Status
from domain.policy import Policy, TransitionKind
from domain.viewers import masked
from guardrails.order_card import OrderCard
from locales import sentences
from store.views.order_history import Note

PARTIES: Final = ("seller", "client")
ASKED_LATER: Final = frozenset({"reason", "cancel_reason"})
"""What is asked for when the move is tapped: it does not lack before."""


def new_facts(words: Words, order: Order, policy: Policy) -> Markup:
    """What decides whether to take a request: bike, prices, city, and who asks, without their surname."""
    deal = money.quote_by_tariff(order.price_eur, order.delivery_method, policy)
    return lines(
        words.say("order-bike", bike=order.bike, price=words.money(order.price_eur)),
        words.say(
            "order-deal",
            method=words.plain(f"delivery-{order.delivery_method}"),
            delivery=words.money(deal.delivery),
            service=words.money(deal.service_fee),
            total=words.money(deal.client_total),
        )
        if deal
        else words.say("order-method", method=words.plain(f"delivery-{order.delivery_method}")),
        words.say("order-city", city=order.city or "—"),
        words.say("order-client", name=masked(order.client_name) or "—"),
    )


def facts(words: Words, card: OrderCard) -> Markup:
    """The bike, the client with their contacts, the way it goes."""
    order, told = card.order, card.particulars
    ways = [str(way) for way in told.client_contact.values() if way]
    return lines(
        words.say("order-bike", bike=order.bike, price=words.money(order.price_eur)),
        words.say("order-client", name=order.client_name or "—"),
        words.say("order-reach", ways=clip(", ".join(ways))) if ways else None,
        words.say("order-seller", name=told.seller_name) if told.seller_name else None,
        words.say("order-route", city=order.city or "—", method=words.plain(f"delivery-{order.delivery_method}")),
    )


def contacts(words: Words, notes: Iterable[Note]) -> Markup | None:
    """When the seller and the client were last talked to, and how; nothing before the first contact."""
    kept = list(notes)
    last = [next((note for note in kept if note.kind == f"contact_{party}"), None) for party in PARTIES]
    said = [
        words.plain(
            "order-contact",
            party=party,
            how=words.plain(f"medium-{note.medium}") if note.medium else "none",
            at=words.moment(note.at),
        )
        for party, note in zip(PARTIES, last, strict=True)
        if note is not None
    ]
    return words.say("order-contacts", said="; ".join(said)) if said else None


def money_line(words: Words, card: OrderCard) -> Markup | None:
    """What the client owes and has paid, while it is waited for."""
    total = card.client_total_eur
    if card.order.status is not Status.AWAITING_PAYMENT or total is None:
        return None
    return words.say("order-money", total=words.money(total), paid=words.money(card.order.paid_eur))


def shipping(words: Words, order: Order) -> Markup | None:
    """Carrier, number and day, once something of it is known."""
    if not (order.carrier or order.tracking_number or order.dispatch_date):
        return None
    return words.say(
        "card-shipping",
        carrier=order.carrier or "—",
        tracking=order.tracking_number or "—",
        date=words.day(order.dispatch_date) if order.dispatch_date else "—",
    )


def blockers(words: Words, card: OrderCard) -> list[Markup]:
    """What stands in the way, who removes it, and how long they have."""
    return [
        words.say("order-blocker", text=clip(each.text), owner=each.owner, due=words.due(each.due_at))
        for each in card.blockers
    ]


def approvals(words: Words, card: OrderCard) -> list[Markup]:
    """What waits for people's decision, and until when."""
    return [words.say("order-approval", id=str(each.id), until=words.due(each.expires_at)) for each in card.approvals]


def progress_line(words: Words, check: Progress) -> Markup:
    """How many of the points are answered."""
    return words.say("card-progress", answered=check.answered, total=check.total)


def ways(words: Words, card: OrderCard) -> list[Markup]:
    """Where the order may go on, and what lacks for that, before anybody taps."""
    return [way(words, target) for target in card.targets if onwards(target)]


def way(words: Words, target: Target) -> Markup:
    """One legal move: ready, or what lacks; whether a human decides."""
    lacking = lacks(words, target)
    return words.say(
        "order-way",
        status=words.plain(f"status-{target.to}"),
        lacks="; ".join(lacking) if lacking else "",
        ready="no" if lacking else "yes",
        human="yes" if target.needs_approval else "no",
    )


def lacks(words: Words, target: Target) -> list[str]:
    """What lacks for a move, one phrase a kind."""
    return sentences.missing([item for item in target.missing if item not in ASKED_LATER], words.texts)


def onwards(target: Target) -> bool:
    """A move along the order's way, neither back nor away."""
    back = TransitionKind.REWORK in target.kinds or (target.to is Status.READY_FOR_SHIPMENT and _returned(target))
    return target.to is not Status.CANCELLED and not back


def _returned(target: Target) -> bool:
    return tuple(target.kinds) == (TransitionKind.DISPUTED,)
