"""What happens outside the company: clients decide and pay, the compliance service screens, carriers deliver."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from domain.calendars import WorkCalendar
from domain.commands import Command, RecordClientDecision, RecordCompliance, RecordDelivery, RecordPayment
from domain.orders import CancelReason, ClientDecision, Compliance, Status
from evals.company_fate import Fate
from evals.company_intents import Reports, Task
from evals.company_people import OFFICES, WAKING
from evals.company_view import OrderView

CENT = Decimal("0.01")


def world_tasks(order: OrderView, fate: Fate) -> list[Task]:
    """Everything that the world has in mind for the order in its present state."""
    tasks = [_screening(order, fate)] if order.compliance is Compliance.UNKNOWN else []
    happens = BY_STATUS.get(order.status)
    return tasks if happens is None else [*tasks, *happens(order, fate)]


def _screening(order: OrderView, fate: Fate) -> Task:
    command = RecordCompliance(order=order.code, state=fate.compliance)
    since = order.status_since if order.status is Status.PENDING_MANAGER else order.last_moved_at
    return _task("screened", command, since=since, delay=fate.screened, calendar=OFFICES)


def _client(order: OrderView, fate: Fate) -> list[Task]:
    ends = fate.ends(Status.AWAITING_PAYMENT)
    if order.compliance is Compliance.BLOCKED or ends is CancelReason.CLIENT_UNREACHABLE:
        return []
    if order.client_decision is None:
        first = ClientDecision.THINKING if fate.thinks else _final(ends)
        return [_decision(order, first, since=order.status_since, delay=fate.decides)]
    if order.client_decision is ClientDecision.THINKING:
        return [_decision(order, _final(ends), since=order.status_since + fate.decides, delay=fate.decides_finally)]
    if order.client_decision is ClientDecision.DECLINED or ends is CancelReason.PAYMENT_NOT_RECEIVED:
        return []
    return _payment(order, fate)


def _final(ends: CancelReason | None) -> ClientDecision:
    return ClientDecision.DECLINED if ends is CancelReason.CLIENT_CHANGED_MIND else ClientDecision.CONFIRMED


def _decision(order: OrderView, decision: ClientDecision, *, since: datetime, delay: timedelta) -> Task:
    return _task(
        f"decides:{decision}", RecordClientDecision(order=order.code, decision=decision), since=since, delay=delay
    )


def _payment(order: OrderView, fate: Fate) -> list[Task]:
    left = order.total_eur - order.paid_eur
    if left <= 0:
        return []
    part = (left * Decimal("0.3")).quantize(CENT) if fate.in_parts and not order.paid_eur else left
    reference = f"{order.key}-{2 if order.paid_eur else 1}"
    command = RecordPayment(order=order.code, amount_eur=part, reference=reference)
    return [_task(f"pays:{reference}", command, since=order.last_moved_at, delay=fate.pays)]


def _delivery(order: OrderView, fate: Fate) -> list[Task]:
    if order.delivery_confirmed_at is not None or order.blockers:
        return []
    arrives = order.status_since + fate.transit
    return [_task("delivered", RecordDelivery(order=order.code), since=arrives, delay=timedelta())]


def _task(name: str, command: Command, *, since: datetime, delay: timedelta, calendar: WorkCalendar = WAKING) -> Task:
    """A task of nobody in the company: its delay is worked out here, in the hours of whoever it is."""
    due = calendar.add_working(calendar.opening_at_or_after(since), delay)
    return Task(name=name, since=due, delay=timedelta(), wish=lambda _now: Reports(command=command))


BY_STATUS: Mapping[Status, Callable[[OrderView, Fate], list[Task]]] = {
    Status.AWAITING_PAYMENT: _client,
    Status.IN_TRANSIT: _delivery,
}
