"""Whole paths of an order over the gate, as the role's blueprint lists them (seed AI-ROP, sections 3 and 11.3)."""

from collections.abc import AsyncGenerator
from datetime import date, timedelta

import pytest

from domain.commands import (
    AcceptOrder,
    AddNote,
    AdvanceOrder,
    AnswerChecklist,
    CloseBlocker,
    OpenBlocker,
    RecordClientDecision,
    RecordCompliance,
    RecordContact,
    RecordDelivery,
    RecordPayment,
    SetLogistics,
)
from domain.errors import EvidenceMissingError
from domain.orders import ClientDecision, Compliance, Status
from domain.people import CRM_FEED
from store.database import Database
from store.invariants import broken
from tests.integration.desk import NOON, Desk


@pytest.fixture
async def desk(db: Database) -> AsyncGenerator[Desk]:
    """The company at work; whatever the story, afterwards the journal holds and nothing is broken."""
    desk = await Desk.open(db)
    yield desk
    await desk.seal()
    verified = await desk.verify()
    assert verified.ok, verified
    async with db.reading() as tx:
        assert await broken(tx) == {}


async def test_happy_path_request_check_payment_shipment_delivery(desk: Desk) -> None:
    order = await desk.order()
    code, manager = order.code, desk.by(order)
    assert [message["kind"] for message in await desk.messages(order.owner_id)] == ["new_order"]

    desk.forward(minutes=5)
    await desk.do(AcceptOrder(order=code, version=order.version), manager)
    assert (await desk.see(order)).next_step == "contact_seller"
    await desk.do(RecordContact(order=code, party="seller", text="Продавец согласен на осмотр"), manager)

    desk.forward(hours=3)
    assert (await desk.see(order)).next_step == "fill_checklist"
    points = [point.number for point in desk.policy.checklist.points]
    await desk.do(AnswerChecklist(order=code, answers=tuple(desk.answer(n) for n in points[:20])), manager)
    with pytest.raises(EvidenceMissingError) as refused:
        await desk.do(AdvanceOrder(order=code, to=Status.AWAITING_PAYMENT), manager)
    assert refused.value.missing[:2] == ("checklist:21", "checklist:22")
    await desk.do(AnswerChecklist(order=code, answers=tuple(desk.answer(n) for n in points[20:])), manager)
    assert (await desk.see(order)).next_step == "write_note"
    await desk.do(AddNote(order=code, text="Байк в порядке, вилка обслужена"), manager)
    await desk.do(AdvanceOrder(order=code, to=Status.AWAITING_PAYMENT), manager)

    assert (await desk.see(order)).next_step == "ask_client_decision"
    desk.forward(hours=2)
    await desk.do(RecordClientDecision(order=code, decision=ClientDecision.CONFIRMED), manager)
    assert (await desk.see(order)).next_step == "clear_compliance"
    await desk.do(RecordCompliance(order=code, state=Compliance.CLEAR), CRM_FEED)
    await desk.do(RecordPayment(order=code, amount_eur=desk.total(order), reference="P-1"), CRM_FEED)
    (approval,) = await desk.pending()
    assert (await desk.see(order)).next_step == "await_approval"
    await desk.approve(approval.id)

    assert (await desk.see(order)).next_step == "arrange_dispatch"
    logistics = SetLogistics(order=code, carrier="СДЭК", tracking_number="RU1", dispatch_date=date(2026, 11, 20))
    await desk.do(logistics, manager)
    await desk.do(AdvanceOrder(order=code, to=Status.IN_TRANSIT), manager)
    await desk.pass_time(days=20)
    assert (await desk.see(order)).next_step == "confirm_delivery"
    await desk.do(RecordDelivery(order=code), CRM_FEED)
    await desk.do(AdvanceOrder(order=code, to=Status.DELIVERED), manager)
    await desk.do(AdvanceOrder(order=code, to=Status.CLOSED), manager)

    closed = await desk.see(order)
    assert (closed.status, closed.next_step, closed.due_at) == (Status.CLOSED, None, None)
    path = await desk.column("SELECT to_status FROM order_status_events WHERE order_id = :id ORDER BY id", id=order.id)
    assert path == [status.value for status in Status if status is not Status.CANCELLED]
    assert await desk.violations(order, only_open=False) == []
    assert await desk.value("SELECT count(*) FROM clocks WHERE state <> 'done'") == 0


async def test_manager_delay_reminded_escalated_taken_to_somebody_else(desk: Desk) -> None:
    order = await desk.order()
    late = order.owner_id
    await desk.pass_time(minutes=12)
    await desk.pass_time(minutes=3)
    await desk.pass_time(minutes=12)
    await desk.pass_time(minutes=3)
    heard = [message["kind"] for message in await desk.messages(late)]
    assert heard == ["new_order", "reminder", "breach", "reminder", "taken_away"]

    order = await desk.see(order)
    assert order.owner_id != late
    assert [message["kind"] for message in await desk.messages(order.owner_id)] == ["new_order"]
    assert await desk.signals(order) == ["not_accepted"]

    desk.forward(minutes=2)
    await desk.do(AcceptOrder(order=order.code), desk.by(order))
    for minutes in (12, 3, 7.5, 7.5):
        await desk.pass_time(minutes=minutes)
    heard = [message["kind"] for message in await desk.messages(order.owner_id)]
    assert heard == ["new_order", "reminder", "breach"]
    assert [message["kind"] for message in await desk.messages(desk.admin)] == ["escalation", "alarm"]
    assert (await desk.see(order)).hot
    escalations = await desk.rows("SELECT owner_id, deadline, resolution FROM escalations")
    assert all(row["owner_id"] == desk.admin.id and row["deadline"] for row in escalations)

    await desk.do(RecordContact(order=order.code, party="seller"), desk.by(order))
    assert not (await desk.see(order)).hot
    assert await desk.value("SELECT count(*) FROM escalations WHERE resolution IS NULL") == 0


async def test_client_undecided_followed_up_until_there_is_a_decision(desk: Desk) -> None:
    order = await desk.to_status(await desk.order(), Status.AWAITING_PAYMENT)
    manager = desk.by(order)
    await desk.do(RecordClientDecision(order=order.code, decision=ClientDecision.THINKING), manager)
    assert (await desk.see(order)).next_step == "follow_up_client"

    follow_up = await desk.clock(order, "follow_up")
    assert follow_up is not None
    desk.timeline.move_to(follow_up["due_at"])
    await desk.sweep()
    assert [row["clock_kind"] for row in await desk.violations(order)] == ["follow_up"]
    await desk.do(RecordContact(order=order.code, party="client", text="Ждёт зарплату"), manager)
    assert await desk.violations(order) == []

    decision = await desk.clock(order, "client_decision")
    assert decision is not None
    desk.timeline.move_to(decision["due_at"])
    await desk.sweep()
    assert "client_undecided" in await desk.signals(order)

    await desk.do(RecordClientDecision(order=order.code, decision=ClientDecision.CONFIRMED), manager)
    assert await desk.signals(order) == []
    assert await desk.violations(order) == []
    assert (await desk.see(order)).next_step == "clear_compliance"


async def test_shipment_blocked_escalates_until_somebody_takes_the_blocker_away(desk: Desk) -> None:
    order = await desk.to_status(await desk.order(), Status.READY_FOR_SHIPMENT)
    manager = desk.by(order)
    blocker = OpenBlocker(order=order.code, text="Перевозчик отказался", due_at=NOON + timedelta(hours=2))
    opened = await desk.do(blocker, manager)
    assert (await desk.see(order)).next_step == "resolve_blocker"

    await desk.pass_time(hours=2)
    assert set(await desk.signals(order)) == {"blocker_overdue", "shipment_blocked"}
    assert [message["kind"] for message in await desk.messages(order.owner_id)][-1] == "breach"
    await desk.pass_time(hours=1)
    (card,) = await desk.messages(desk.admin, kind="escalation")
    assert (card["params"]["clock"], card["params"]["proposal"]) == ("blocker", "task")
    await desk.pass_time(hours=1)
    assert len(await desk.messages(desk.admin, kind="alarm")) == 1
    assert (await desk.see(order)).hot

    await desk.do(CloseBlocker(blocker_id=opened.value, resolution="Нашли другого перевозчика"), desk.admin.actor)
    calm = await desk.see(order)
    assert (calm.hot, calm.next_step) == (False, "arrange_dispatch")
    assert await desk.signals(order) == []
    resolutions = await desk.column("SELECT resolution FROM escalations")
    assert resolutions == ["Нашли другого перевозчика"] * 2


async def test_a_returned_bike_is_sent_again_only_after_people_decided(desk: Desk) -> None:
    order = await desk.to_status(await desk.order(), Status.IN_TRANSIT)
    back = AdvanceOrder(order=order.code, to=Status.READY_FOR_SHIPMENT, reason="Перевозчик вернул")
    waiting = await desk.ask(back, desk.by(order))
    await desk.vote(waiting.approval_id, desk.head)
    order = await desk.see(order)
    assert (order.status, order.tracking_number, order.next_step) == (
        Status.READY_FOR_SHIPMENT,
        None,
        "arrange_dispatch",
    )
    await desk.to_status(order, Status.CLOSED)
