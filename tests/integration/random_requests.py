"""What may be asked of the desk, each with random arguments, whether or not it makes sense."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from domain.commands import (
    AcceptOrder,
    Acknowledge,
    AddNote,
    AdvanceOrder,
    AnswerChecklist,
    AssignOrder,
    CancelOrder,
    CloseBlocker,
    CloseClaim,
    Command,
    CompleteTask,
    CreateTask,
    DeclineOrder,
    DraftFollowUp,
    EscalateOrder,
    ExtendClock,
    IntakeOrders,
    MakePlan,
    MassReassign,
    OpenBlocker,
    OpenClaim,
    PauseClock,
    PlanStep,
    ReassignOrder,
    RecordClientDecision,
    RecordCompliance,
    RecordContact,
    RecordDelivery,
    RecordPayment,
    RemindOwner,
    Reprioritise,
    Resolve,
    ResumeClock,
    SetLogistics,
    Snooze,
)
from domain.orders import CancelReason, ClientDecision, Compliance, Order, Status
from domain.policy import ClockKind, FollowUpKey
from tests.integration.desk import Desk

CLOCKS = st.sampled_from([kind.value for kind in ClockKind])
MINUTES = st.integers(1, 3000)
WORDS = st.sampled_from(["Так надо", "Клиент просит", "Продавец пропал"])

OrderDo = Callable[[Desk, Order, st.DataObject], Command]

ON_ORDER: Sequence[OrderDo] = (
    lambda _, order, data: AcceptOrder(order=order.code, version=data.draw(st.sampled_from([None, order.version]))),
    lambda _, order, data: DeclineOrder(order=order.code, reason=data.draw(WORDS)),
    lambda _, order, data: AdvanceOrder(
        order=order.code,
        to=data.draw(st.sampled_from(Status)),
        reason=data.draw(st.sampled_from(["", "Проверить ещё"])),
    ),
    lambda _, order, data: CancelOrder(
        order=order.code, reason_code=data.draw(st.sampled_from(CancelReason)), note=data.draw(WORDS)
    ),
    lambda desk, order, data: AnswerChecklist(
        order=order.code, answers=tuple(desk.answer(n) for n in data.draw(st.sets(st.integers(1, 28), min_size=1)))
    ),
    lambda _, order, data: AddNote(order=order.code, text=data.draw(WORDS)),
    lambda _, order, data: RecordContact.model_validate(
        {
            "order": order.code,
            "party": data.draw(st.sampled_from(["client", "seller"])),
            "direction": data.draw(st.sampled_from(["in", "out"])),
        }
    ),
    lambda _, order, data: RecordClientDecision(order=order.code, decision=data.draw(st.sampled_from(ClientDecision))),
    lambda _, order, data: RecordPayment(
        order=order.code,
        amount_eur=data.draw(st.sampled_from([Decimal(100), Decimal(3000)])),
        reference=data.draw(WORDS),
    ),
    lambda _, order, data: RecordCompliance(order=order.code, state=data.draw(st.sampled_from(Compliance))),
    lambda _, order, data: RecordDelivery(order=order.code),
    lambda desk, order, _: SetLogistics(
        order=order.code, carrier="СДЭК", tracking_number="RU1", dispatch_date=desk.now.date()
    ),
    lambda _, order, data: OpenClaim(order=order.code, text=data.draw(WORDS)),
    lambda _, order, data: CloseClaim(order=order.code, resolution=data.draw(WORDS)),
    lambda desk, order, data: ReassignOrder(
        order=order.code, reason=data.draw(WORDS), manager_id=data.draw(st.sampled_from([None, *manager_ids(desk)]))
    ),
    lambda _, order, data: ReassignOrder(order=order.code, because="not_accepted", reason=data.draw(WORDS)),
    lambda desk, order, data: CreateTask(order=order.code, text=data.draw(WORDS), due_at=_later(desk, data)),
    lambda desk, order, data: OpenBlocker(order=order.code, text=data.draw(WORDS), due_at=_later(desk, data)),
    lambda desk, order, data: AssignOrder(
        order=order.code, manager_id=data.draw(st.sampled_from([None, *manager_ids(desk)]))
    ),
    lambda _, order, data: EscalateOrder(order=order.code, reason=data.draw(WORDS)),
    lambda _, order, data: RemindOwner(order=order.code, text=data.draw(WORDS)),
    lambda _, order, data: Reprioritise.model_validate(
        {"order": order.code, "urgency": data.draw(st.sampled_from(["high", "normal"])), "reason": data.draw(WORDS)}
    ),
    lambda _, order, data: DraftFollowUp(order=order.code, step=data.draw(st.none() | st.sampled_from(FollowUpKey))),
    lambda desk, order, data: MakePlan(
        order=order.code,
        goal=data.draw(WORDS),
        steps=(
            PlanStep(
                text="Позвонить",
                owner_id=data.draw(st.sampled_from(manager_ids(desk))),
                due_at=_later(desk, data),
            ),
        ),
    ),
    lambda _, order, data: ExtendClock(
        order=order.code, clock=data.draw(CLOCKS), minutes=data.draw(MINUTES), reason=data.draw(WORDS)
    ),
    lambda _, order, data: PauseClock(
        order=order.code, clock=data.draw(CLOCKS), minutes=data.draw(MINUTES), reason=data.draw(WORDS)
    ),
    lambda _, order, data: ResumeClock(order=order.code, clock=data.draw(CLOCKS)),
)
"""What may be asked about one order, with random arguments."""

ON_ROW: Mapping[str, Sequence[Callable[[int], Command]]] = {
    "SELECT id FROM tasks WHERE kind = 'manual' ORDER BY id": (lambda id_: CompleteTask(task_id=id_),),
    "SELECT id FROM blockers ORDER BY id": (lambda id_: CloseBlocker(blocker_id=id_, resolution="Убрали"),),
    "SELECT id FROM ai_sla_violations ORDER BY id": (
        lambda id_: Acknowledge(violation_id=id_),
        lambda id_: Snooze(violation_id=id_, option="30m"),
        lambda id_: Snooze(violation_id=id_, option="tomorrow"),
        lambda id_: Resolve(violation_id=id_, resolution="Разобрались"),
    ),
}
"""What may be asked about a task, a blocker or a violation."""


def manager_ids(desk: Desk) -> list[int]:
    """The managers, by id."""
    return [manager.id for manager in desk.managers]


def _later(desk: Desk, data: st.DataObject) -> datetime:
    return desk.now + timedelta(minutes=data.draw(st.integers(-10, 3000)))


AT_ONCE: Sequence[Callable[[Desk, Order], Command]] = (
    lambda _, order: AcceptOrder(order=order.code),
    lambda _, order: DeclineOrder(order=order.code, reason="Не моё"),
    lambda _, order: AddNote(order=order.code, text="Пишу"),
    lambda desk, order: AnswerChecklist(order=order.code, answers=(desk.answer(5),)),
    lambda _, order: CancelOrder(order=order.code, reason_code=CancelReason.BIKE_UNAVAILABLE),
    lambda _, order: ReassignOrder(order=order.code, reason="Перегружен"),
    lambda desk, order: CreateTask(order=order.code, text="Позвонить", due_at=desk.now + timedelta(minutes=30)),
    lambda _, order: EscalateOrder(order=order.code, reason="Клиент ждёт"),
    lambda _, order: RemindOwner(order=order.code),
    lambda desk, order: IntakeOrders(orders=(desk.request(), desk.request())),
    lambda desk, order: MassReassign(from_manager=order.owner_id or 1, orders=(order.code,), reason="Отпуск"),
    lambda _, order: RecordContact(order=order.code, party="seller"),
)
"""What people do at the same time."""
