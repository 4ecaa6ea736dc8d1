"""A move before it is made: where to, on which evidence, what lacks, who decides; and the button that makes it."""

from typing import Final

from markupsafe import Markup

from bots.card import Button, Card, keyboard
from bots.cards.order_facts import lacks, progress_line, shipping
from bots.taps import Check, CheckTap, Do, OrderTap
from bots.words import Words, clip, lines
from domain.lifecycle import Target
from domain.orders import Order, Status
from domain.policy import Evidence
from guardrails.order_card import OrderCard

LOGISTICS: Final = (Evidence.CARRIER, Evidence.DISPATCH_DATE, Evidence.TRACKING_NUMBER)
"""In the order in which they are asked for."""
SUPPLIED_BY: Final = {
    "checklist": Do.OPEN,
    "photo": Do.OPEN,
    "verdict": Do.OPEN,
    Evidence.NOTE: Do.NOTE,
    Evidence.CLIENT_DECISION: Do.DECISION,
    Evidence.DELIVERY_CONFIRMATION: Do.DELIVERED,
    **dict.fromkeys(LOGISTICS, Do.LOGISTICS),
}
"""Which button leads to what lacks; what is not here is not the manager's to bring."""


def move_sheet(words: Words, card: OrderCard, target: Target, *, reason: str = "") -> Card:
    """The summary before a move: confirm it, mend the evidence, or go back."""
    order = card.order
    lacking = lacks(words, target)
    text = lines(
        words.say(
            "move-title",
            code=order.code,
            source=words.plain(f"status-{order.status}"),
            target=words.plain(f"status-{target.to}"),
        ),
        *_evidence(words, card, target),
        words.say("card-because", reason=clip(reason)) if reason else None,
        words.say("move-lacks", lacks="; ".join(lacking)) if lacking else None,
        words.say("move-human", risks=", ".join(words.plain(f"risk-{kind}") for kind in _risks(target)))
        if target.needs_approval
        else None,
    )
    return Card(text, keyboard(*_buttons(words, card, target, lacking=bool(lacking))))


def _risks(target: Target) -> list[str]:
    return [kind for kind in target.kinds if kind not in ("normal", "rework")]


def _evidence(words: Words, card: OrderCard, target: Target) -> list[Markup | None]:
    order = card.order
    match order.status:
        case Status.UNDER_INSPECTION:
            said = words.plain(f"verdict-{order.verdict}") if order.verdict else "—"
            return [progress_line(words, card.check), words.say("card-verdict", verdict=said)]
        case Status.AWAITING_PAYMENT if target.to is Status.READY_FOR_SHIPMENT:
            total, decided = card.client_total_eur, order.client_decision
            return [
                words.say("card-decision", decision=words.plain(f"decision-{decided}")) if decided else None,
                words.say("order-money", total=words.money(total), paid=words.money(order.paid_eur)) if total else None,
            ]
        case Status.READY_FOR_SHIPMENT:
            return [shipping(words, order)]
        case Status.IN_TRANSIT if order.delivery_confirmed_at is not None:
            return [words.say("order-arrived", at=words.moment(order.delivery_confirmed_at))]
        case _:
            return []


def _buttons(words: Words, card: OrderCard, target: Target, *, lacking: bool) -> list[list[Button]]:
    order = card.order
    leave: list[Button] = [(words.plain("button-leave"), OrderTap(do=Do.OPEN, order=order.id))]
    if lacking:
        return [*_supply(words, order, target), leave]
    confirm = OrderTap(do=Do.MOVE_NOW, order=order.id, version=order.version, arg=target.to.value)
    return [[(words.plain("button-confirm"), confirm)], *_mend(words, order, target), leave]


def _supply(words: Words, order: Order, target: Target) -> list[list[Button]]:
    """One button for each thing that lacks and that the reader can bring."""
    wanted = dict.fromkeys(SUPPLIED_BY.get(item.partition(":")[0]) for item in target.missing)
    rows: list[list[Button]] = []
    for do in wanted:
        if do is Do.OPEN:
            rows.append([(words.plain("button-check"), CheckTap(do=Check.SECTIONS, order=order.id))])
        elif do is not None:
            label = words.plain(f"button-supply-{do.name.lower()}")
            rows.append([(label, OrderTap(do=do, order=order.id, version=order.version))])
    return rows


def _mend(words: Words, order: Order, target: Target) -> list[list[Button]]:
    if target.to is not Status.IN_TRANSIT:
        return []
    return [
        [
            (
                words.plain(f"button-mend-{field}"),
                OrderTap(do=Do.LOGISTICS, order=order.id, version=order.version, arg=field),
            )
            for field in LOGISTICS
        ]
    ]


def cancel_sheet(words: Words, card: OrderCard, target: Target, *, reason: str, note: str) -> Card:
    """The summary before a cancellation."""
    order = card.order
    text = lines(
        words.say("cancel-title", code=order.code, bike=order.bike),
        words.say("card-because", reason=words.plain(f"reason-{reason}")),
        words.say("cancel-note", note=clip(note)) if note else None,
        words.say("move-human", risks=", ".join(words.plain(f"risk-{kind}") for kind in _risks(target)))
        if target.needs_approval
        else None,
    )
    return Card(
        text,
        keyboard(
            [(words.plain("button-cancel-now"), OrderTap(do=Do.CANCEL_NOW, order=order.id, version=order.version))],
            [
                (words.plain("button-back"), OrderTap(do=Do.CANCEL, order=order.id, version=order.version)),
                (words.plain("button-leave"), OrderTap(do=Do.OPEN, order=order.id)),
            ],
        ),
    )
