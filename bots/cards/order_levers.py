"""The buttons under an order's card: what its status lets be done, the main thing first."""

from bots.card import Button
from bots.cards.order_facts import lacks, onwards
from bots.taps import Check, CheckTap, Do, OrderTap
from bots.words import Words
from domain.followups import is_undecided
from domain.lifecycle import Target
from domain.orders import ClientDecision, Order, Status
from guardrails.order_card import OrderCard


def levers(words: Words, card: OrderCard, *, leads: bool) -> list[list[Button]]:
    """Rows of buttons; none for an order that is over."""
    order = card.order
    if not order.is_open:
        return []
    cancel = any(target.to is Status.CANCELLED for target in card.targets)
    return [
        [_tap(words, order, "button-next", Do.NEXT)],
        *_of_status(words, card, leads=leads),
        *(_move(words, card, target) for target in card.targets if target.to is not Status.CANCELLED),
        [
            _tap(words, order, "button-seller", Do.SELLER),
            _tap(words, order, "button-client", Do.CLIENT),
        ],
        [_tap(words, order, "button-note", Do.NOTE), _tap(words, order, "button-blocker", Do.BLOCKER)],
        *(_unblock(words, card, number) for number in range(len(card.blockers))),
        *([[_tap(words, order, "button-cancel", Do.CANCEL)]] if cancel else []),
    ]


def _tap(words: Words, order: Order, label: str, do: Do, arg: str = "") -> Button:
    return words.plain(label), OrderTap(do=do, order=order.id, version=order.version, arg=arg)


def _of_status(words: Words, card: OrderCard, *, leads: bool) -> list[list[Button]]:
    """What is done in this status and in no other."""
    order = card.order
    match order.status:
        case Status.UNDER_INSPECTION:
            rows: list[list[Button]] = [[(words.plain("button-check"), CheckTap(do=Check.SECTIONS, order=order.id))]]
            if 0 < card.check.answered < card.check.total:
                rows.append([(words.plain("button-check-on"), CheckTap(do=Check.GO_ON, order=order.id))])
            return rows
        case Status.AWAITING_PAYMENT:
            rows = [[_tap(words, order, "button-decision", Do.DECISION)]]
            if is_undecided(order):
                rows.append([_tap(words, order, "button-plan", Do.PLAN)])
            if order.client_decision is ClientDecision.CONFIRMED:
                rows.append([_tap(words, order, "button-paid", Do.PAID)])
            return rows
        case Status.READY_FOR_SHIPMENT:
            return [[_tap(words, order, "button-logistics", Do.LOGISTICS)]]
        case Status.IN_TRANSIT:
            return [[_tap(words, order, "button-delivered", Do.DELIVERED)]]
        case Status.DELIVERED if not order.claim_open:
            return [[_tap(words, order, "button-claim", Do.CLAIM)]]
        case Status.DELIVERED if leads:  # settling a claim is not for those whose work it is about
            return [[_tap(words, order, "button-claim-end", Do.CLAIM_END)]]
        case _:
            return []


def _move(words: Words, card: OrderCard, target: Target) -> list[Button]:
    label = words.plain(
        "button-way",
        status=words.plain(f"status-{target.to}"),
        state="back" if not onwards(target) else "lacking" if lacks(words, target) else "ready",
    )
    order = card.order
    return [(label, OrderTap(do=Do.MOVE, order=order.id, version=order.version, arg=target.to.value))]


def _unblock(words: Words, card: OrderCard, number: int) -> list[Button]:
    label = words.plain("button-unblock-of", text=_short(card.blockers[number].text))
    arg = str(card.blockers[number].id)
    return [(label, OrderTap(do=Do.UNBLOCK, order=card.order.id, version=card.order.version, arg=arg))]


def _short(words: str, limit: int = 30) -> str:
    return words if len(words) <= limit else words[: limit - 1].rstrip() + "…"
