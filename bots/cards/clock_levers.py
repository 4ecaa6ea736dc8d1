"""A deadline that nears or has passed, in short: which order, what is to be done, and one main button for it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from markupsafe import Markup

from bots.card import Button, Card, keyboard
from bots.taps import Do, OrderTap
from bots.words import Words, clip, lines
from domain.orders import Order, Status
from domain.policy import ClockKind
from guardrails.order_card import OrderCard
from store.desk.follow_ups import PREFIX

MAIN: Final[Mapping[ClockKind, tuple[str, Do]]] = {
    ClockKind.ACCEPT: ("button-accept", Do.ACCEPT),
    ClockKind.FIRST_CONTACT: ("button-seller", Do.SELLER),
    ClockKind.CLIENT_REPLY: ("button-client", Do.CLIENT),
    ClockKind.CLIENT_DECISION: ("button-decision", Do.DECISION),
    ClockKind.PAYMENT: ("button-paid", Do.PAID),
    ClockKind.FOLLOW_UP: ("button-plan", Do.PLAN),
}
"""What stops the clock; where nothing does it in one tap, what is to be done next is told."""
NEXT: Final = ("button-next", Do.NEXT)


def short(
    words: Words, card: OrderCard, clock: ClockKind, subject: Sequence[Any], *, head: Markup, due: Markup
) -> Card:
    """The order in a line, the trouble, the step and its button; everything else opens."""
    order = card.order
    text = lines(
        head,
        words.say("clock-order", code=order.code, bike=order.bike, status=words.plain(f"status-{order.status}")),
        _about(words, card, subject),
        due,
        words.say("card-next", step=words.step(order, card.particulars.next_step_params) or "—"),
    )
    opening: Button = (words.plain("button-open"), OrderTap(do=Do.OPEN, order=order.id))
    return Card(text, keyboard([_main(words, order, clock, subject)], [opening]))


def _main(words: Words, order: Order, clock: ClockKind, subject: Sequence[Any]) -> Button:
    if clock is ClockKind.BLOCKER:
        tap = OrderTap(do=Do.UNBLOCK, order=order.id, version=order.version, arg=str(subject[1]))
        return words.plain("button-unblock"), tap
    waits = order.status is Status.PENDING_MANAGER
    label, do = MAIN[ClockKind.ACCEPT] if waits else MAIN.get(clock, NEXT)
    return words.plain(label), OrderTap(do=do, order=order.id, version=order.version)


def _about(words: Words, card: OrderCard, subject: Sequence[Any]) -> Markup | None:
    """The task's or the blocker's own words."""
    kind, number = subject
    if kind == "blocker":
        said = next((each.text for each in card.blockers if each.id == number), None)
        return None if said is None else words.say("clock-about", text=clip(said))
    task = next((each for each in card.tasks if each.id == number), None) if kind == "task" else None
    if task is None:
        return None
    said = words.plain(task.key) if task.key.startswith(PREFIX) else str(task.params.get("text", ""))
    return words.say("clock-about", text=clip(said)) if said else None
