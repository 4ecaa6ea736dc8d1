"""What a manager does next on an order, and when: one function a status, as a table."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from domain.commands import AcceptOrder, CloseBlocker, DeclineOrder, OpenClaim, SetLogistics
from domain.orders import CancelReason, ClientDecision, Compliance, Status
from evals import catalogue
from evals.company_case import Case, advance, block, blocked, cancel, contact
from evals.company_inspection import inspection
from evals.company_intents import Task
from evals.company_people import OFFICES

NUDGES = 3  # talks with a silent client before the request is given up


def manager_task(case: Case) -> Task | None:
    """The one thing the owner would do next on the order; None while they wait for somebody else."""
    if case.order.approval_pending:
        return None
    if case.order.blockers:
        return _unblock(case)
    return BY_STATUS[case.order.status](case)


def _unblock(case: Case) -> Task:
    order, blocker = case.order, case.order.blockers[0]
    over = OFFICES.add_working(order.last_moved_at, case.fate.trouble_lasts)
    resolution = case.say(f"over {blocker}", catalogue.TROUBLES_OVER)
    return case.task(
        f"unblock:{blocker}",
        lambda _now: CloseBlocker(blocker_id=blocker, resolution=resolution),
        since=over,
        minutes=40,
    )


def _pending(case: Case) -> Task:
    order, temper = case.order, case.me.temper
    reason = case.fate.ends(Status.PENDING_MANAGER)
    if reason is not None:
        return cancel(case, reason, since=order.since, minutes=temper.accept / temper.pace + 4)
    minutes = temper.accept / temper.pace  # already the person's own: the pace must not count twice
    if case.forgets("declines", temper.declines):
        words = case.say("decline", catalogue.DECLINES)
        return case.task(
            "decline", lambda _now: DeclineOrder(order=order.code, reason=words), since=order.since, minutes=minutes
        )
    return case.task(
        "accept",
        lambda _now: AcceptOrder(order=order.code, version=order.version),
        since=order.since,
        minutes=minutes,
        effort=1,
        quick=True,
        urgent=True,
    )


def _awaiting(case: Case) -> Task | None:
    order, fate = case.order, case.fate
    if order.compliance is Compliance.BLOCKED:
        return blocked(case)
    if order.client_decision is ClientDecision.DECLINED:
        return cancel(case, CancelReason.CLIENT_CHANGED_MIND, since=order.last_moved_at)
    if order.client_decision is ClientDecision.CONFIRMED and order.paid_eur >= order.total_eur:
        if order.compliance is not Compliance.CLEAR:
            return None
        return advance(case, Status.READY_FOR_SHIPMENT, "клиент оплатил полностью", minutes=35, again=order.asked)
    silent = fate.ends(Status.AWAITING_PAYMENT)
    gives_up = silent in (CancelReason.CLIENT_UNREACHABLE, CancelReason.PAYMENT_NOT_RECEIVED)
    if gives_up and silent is not None and order.client_contacts >= NUDGES and not order.paid_eur:
        return cancel(case, silent, since=order.last_moved_at, minutes=300)
    return contact(
        case,
        "client",
        name=f"nudge:{order.client_contacts}",
        since=order.last_moved_at,
        minutes=600,
        words=catalogue.CLIENT_TALKS,
    )


def _ready(case: Case) -> Task:
    order = case.order
    if case.fate.dispatch_trouble is not None and not order.troubles:
        return block(case, case.fate.dispatch_trouble, since=order.status_since, minutes=150)
    if not order.carrier:
        carrier = case.say("carrier", catalogue.CARRIERS[order.delivery_method])
        days = case.dice.named("dispatch").randint(1, 3)
        return case.task(
            "carrier",
            lambda now: SetLogistics(
                order=order.code, carrier=carrier, dispatch_date=(now + timedelta(days=days)).date()
            ),
            since=order.last_moved_at,
            minutes=200,
            effort=8,
        )
    if not order.tracking_number:
        number = f"{case.dice.pick('track', ('RB', 'CX', 'EE'))}{case.dice.named('number').randrange(10**8, 10**9)}DE"
        return case.task(
            "tracking",
            lambda _now: SetLogistics(order=order.code, tracking_number=number),
            since=order.last_moved_at,
            minutes=420,
            effort=3,
        )
    return advance(case, Status.IN_TRANSIT, "продавец отправил", minutes=45)


def _transit(case: Case) -> Task | None:
    order, fate = case.order, case.fate
    if order.delivery_confirmed_at is not None:
        return advance(case, Status.DELIVERED, "клиент получил", minutes=60)
    if fate.transit_trouble is None or order.troubles:
        return None
    stuck_at = order.status_since + fate.transit * fate.trouble_from
    return block(case, fate.transit_trouble, since=stuck_at, minutes=90)


def _delivered(case: Case) -> Task | None:
    order = case.order
    if order.claim_open:
        return None
    claim = case.fate.claim
    if claim is not None and not order.claimed:
        return case.task(
            "claim", lambda _now: OpenClaim(order=order.code, text=claim), since=order.status_since, minutes=240
        )
    return advance(case, Status.CLOSED, "клиент доволен", minutes=500)


BY_STATUS: Mapping[Status, Callable[[Case], Task | None]] = {
    Status.PENDING_MANAGER: _pending,
    Status.UNDER_INSPECTION: inspection,
    Status.AWAITING_PAYMENT: _awaiting,
    Status.READY_FOR_SHIPMENT: _ready,
    Status.IN_TRANSIT: _transit,
    Status.DELIVERED: _delivered,
}
