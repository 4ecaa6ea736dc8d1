"""What admins, the head and the owner do: escalations, approvals, orders without a manager, claims."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from domain.clocks import ClockKind, Level
from domain.commands import (
    Acknowledge,
    CloseClaim,
    CloseCrisis,
    Command,
    ExtendClock,
    ReassignOrder,
    Resolve,
    ResolveSignal,
    Snooze,
)
from domain.orders import Status
from domain.people import Role
from domain.severity import Severity
from evals import catalogue
from evals.company_fate import Dice
from evals.company_intents import Does, Intent, Task, Votes
from evals.company_people import Colleague
from evals.company_view import ApprovalView, CardView, OrderView, SignalView

LYING = 12.0
REJECTED_PAYMENTS = 0.04
REJECTED_DISPUTES = 0.5
HAND_OVER = (ClockKind.ACCEPT, ClockKind.FIRST_CONTACT, ClockKind.MOVEMENT)
EXTENDABLE = (ClockKind.STAGE, ClockKind.CLIENT_DECISION, ClockKind.PAYMENT, ClockKind.FOLLOW_UP)


def card_task(card: CardView, me: Colleague, dice: Dice) -> Task:
    """What an admin does about a card: acknowledge, snooze, hand the order over, give it more time, resolve it."""
    own = f"card:{card.violation_id}:{card.level}:{'held' if card.held_until else 'new'}:{me.id}"
    lies = dice.chance(f"lies:{own}", me.temper.lets_lie)
    minutes = me.temper.cards * (0.4 if card.level >= Level.L3 else 1.0) * (LYING if lies else 1.0)
    return Task(
        name=own,
        since=card.held_until or card.at,
        delay=dice.minutes(own, minutes),
        effort=timedelta(minutes=6),
        quick=True,
        wish=_does(me, _deal_with(card, dice, own), order=card.order, card=card.violation_id),
    )


def _deal_with(card: CardView, dice: Dice, own: str) -> Callable[[datetime], Command]:
    chance = dice.named(f"deal {own}").random()
    if card.held_until is None and chance < 0.3:
        return lambda _now: Acknowledge(violation_id=card.violation_id)
    if card.held_until is None and chance < 0.4:
        return lambda _now: Snooze(violation_id=card.violation_id, option="2h")
    if card.clock == ClockKind.SIGNAL:
        words = dice.pick(f"settle {own}", catalogue.SIGNALS_SETTLED)
        return lambda _now: _settling(card.subject_id, words, is_crisis=card.is_crisis)
    order = card.order
    if order is not None and card.clock in HAND_OVER and card.status is Status.PENDING_MANAGER:
        words = dice.pick(f"hand over {own}", catalogue.HANDOVERS)
        return lambda _now: ReassignOrder(order=order, reason=words)
    if order is not None and card.clock in EXTENDABLE and chance < 0.7:
        words = dice.pick(f"extend {own}", catalogue.EXTENSIONS)
        return lambda _now: ExtendClock(order=order, clock=card.clock, minutes=480, reason=words)
    words = dice.pick(f"resolve {own}", catalogue.RESOLUTIONS)
    return lambda _now: Resolve(violation_id=card.violation_id, resolution=words)


def signal_task(signal: SignalView, me: Colleague, dice: Dice) -> Task:
    """A signal is looked into and settled, without haste unless it is critical."""
    own = f"signal:{signal.id}:{me.id}"
    lies = dice.chance(f"lies:{own}", me.temper.lets_lie)
    haste = 0.5 if signal.severity == Severity.CRITICAL else 3.0
    words = dice.pick(f"settle {own}", catalogue.SIGNALS_SETTLED)
    command = _settling(signal.id, words, is_crisis=signal.is_crisis)
    return Task(
        name=own,
        since=signal.created_at,
        delay=dice.minutes(own, me.temper.cards * haste * (LYING if lies else 1.0)),
        effort=timedelta(minutes=8),
        wish=_does(me, lambda _now: command, order=signal.order),
    )


def _settling(signal_id: int, words: str, *, is_crisis: bool) -> Command:
    """A crisis ends on the leader's word, any other signal by being dealt with."""
    if is_crisis:
        return CloseCrisis(signal_id=signal_id, resolution=words, insist=True)
    return ResolveSignal(signal_id=signal_id, resolution=words)


def vote_task(approval: ApprovalView, me: Colleague, dice: Dice, *, disputed: bool) -> Task:
    """An answer to a request for approval; rejections say why."""
    own = f"vote:{approval.id}:{me.id}"
    lies = dice.chance(f"lies:{own}", me.temper.lets_lie)
    rejects = dice.chance(f"rejects:{approval.id}", REJECTED_DISPUTES if disputed else REJECTED_PAYMENTS)
    vote = Votes(
        person_id=me.id,
        approval_id=approval.id,
        ballot="reject" if rejects else "approve",
        seen_hash=approval.hash,
        reason=dice.pick(f"why {approval.id}", catalogue.REJECTED_VOTES) if rejects else "",
    )
    return Task(
        name=own,
        since=approval.created_at,
        delay=dice.minutes(own, me.temper.votes * (LYING if lies else 1.0)),
        effort=timedelta(minutes=3),
        quick=True,
        wish=lambda _now: vote,
    )


def order_tasks(order: OrderView, admins: Sequence[Colleague], dice: Dice) -> list[tuple[Colleague, Task]]:
    """What admins have to do on an order itself: find a manager for one of their own, settle a claim."""
    tasks: list[tuple[Colleague, Task]] = []
    for me in admins:
        if order.owner_id == me.id and me.role is not Role.MANAGER:
            tasks.append((me, _place(order, me, dice)))
        if order.claim_open and me is admins[0]:
            tasks.append((me, _settle_claim(order, me, dice)))
    return tasks


def _place(order: OrderView, me: Colleague, dice: Dice) -> Task:
    command = ReassignOrder(order=order.code, reason="нужен менеджер")
    name = f"place:{order.since:%Y%m%d%H%M}:{me.id}"
    return Task(
        name=name,
        since=order.since,
        delay=dice.minutes(name, 45),
        wish=_does(me, lambda _now: command, order=order.code),
    )


def _settle_claim(order: OrderView, me: Colleague, dice: Dice) -> Task:
    command = CloseClaim(order=order.code, resolution=dice.pick("claim settled", catalogue.CLAIMS_SETTLED))
    name = f"settle claim:{me.id}"
    return Task(
        name=name,
        since=order.last_moved_at,
        delay=dice.hours(name, 7),
        effort=timedelta(minutes=15),
        wish=_does(me, lambda _now: command, order=order.code),
    )


def _does(
    me: Colleague, command: Callable[[datetime], Command], *, order: str | None, card: int | None = None
) -> Callable[[datetime], Intent]:
    return lambda now: Does(person_id=me.id, command=command(now), order=order, card=card)
