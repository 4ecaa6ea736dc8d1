"""Intake: a client's request becomes an order with owner, deadline and next step, in one commit (docs/DOMAIN.md 2)."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from pydantic import ValidationError

from domain.commands import CancelOrder, IntakeOrders, NewOrder, RecordCompliance, RecordPayment
from domain.errors import InvalidInputError
from domain.journal import Outcome
from domain.orders import OLDEST, CancelReason, Compliance, Status
from domain.people import CRM_FEED
from store.database import Database
from tests.integration.desk import NOON, Desk

EVENING = datetime(2026, 11, 18, 19, 30, tzinfo=UTC)
"""Wednesday, 22:30 in Moscow."""
MORNING = datetime(2026, 11, 19, 7, 0, tzinfo=UTC)
"""Thursday, 10:00 in Moscow."""


@pytest.fixture
async def desk(db: Database) -> Desk:
    """The company at work."""
    return await Desk.open(db)


async def test_a_request_becomes_an_order_with_owner_deadline_and_next_step(desk: Desk) -> None:
    order = await desk.order(bike="Trek Slash 8", price_eur=Decimal(1800))
    assert order.status is Status.PENDING_MANAGER
    assert order.owner_id in {manager.id for manager in desk.managers}
    assert (order.next_step, order.due_at) == ("accept_order", NOON + timedelta(minutes=15))
    assert order.next_step_due == order.due_at


async def test_everything_that_belongs_to_an_order_is_written_in_one_commit(desk: Desk) -> None:
    order = await desk.order()
    commits = {
        await desk.value(f"SELECT xmin::text FROM {table} WHERE {column} = :id", id=order.id)
        for table, column in [
            ("orders", "id"),
            ("order_status_events", "order_id"),
            ("ai_assignments", "order_id"),
            ("tasks", "order_id"),
            ("notifications", "order_id"),
            ("ai_decisions", "order_id"),
        ]
    }
    commits |= set(await desk.column("SELECT xmin::text FROM clocks WHERE order_id = :id", id=order.id))
    commits |= set(await desk.column("SELECT xmin::text FROM procrastinate_jobs"))
    assert len(commits) == 1


async def test_the_new_owner_is_told_by_a_message_that_has_its_delivery_job(desk: Desk) -> None:
    order = await desk.order()
    (message,) = await desk.messages(order.owner_id)
    assert (message["kind"], message["order_id"], message["state"]) == ("new_order", order.id, "queued")
    (job,) = await desk.rows("SELECT * FROM procrastinate_jobs")
    assert (job["task_name"], job["args"]) == ("deliver", {"notification_id": message["id"]})


async def test_a_new_order_runs_its_accept_stage_and_movement_clocks(desk: Desk) -> None:
    order = await desk.order()
    clocks = await desk.rows("SELECT kind, due_at FROM clocks WHERE order_id = :id ORDER BY kind", id=order.id)
    assert [clock["kind"] for clock in clocks] == ["accept", "movement", "stage"]


async def test_an_order_of_the_night_starts_its_clocks_when_the_shift_opens(db: Database) -> None:
    desk = await Desk.open(db, at=EVENING)
    order = await desk.order()
    assert order.due_at == MORNING + timedelta(minutes=15)
    (message,) = await desk.messages(order.owner_id)
    assert message["deliver_at"] == MORNING
    assert await desk.value("SELECT starts_at FROM ai_assignments") == MORNING


# ── duplicates ───────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_request_known_by_its_crm_id_has_no_effect(desk: Desk) -> None:
    request = desk.request()
    first = await desk.do(IntakeOrders(orders=(request,)), CRM_FEED)
    again = await desk.do(IntakeOrders(orders=(request,)), CRM_FEED)
    assert (first.outcome, again.outcome) == (Outcome.DONE, Outcome.UNCHANGED)
    assert await _everything(desk) == (1, 1, 1, 1)


async def test_a_request_that_stands_twice_in_a_wave_becomes_one_order(desk: Desk) -> None:
    request = desk.request()
    done = await desk.do(IntakeOrders(orders=(request, desk.request(), request)), CRM_FEED)
    assert len(done.value) == 2
    assert await _everything(desk) == (2, 2, 2, 2)


async def test_known_requests_in_a_wave_do_not_sink_or_skew_the_new_ones(desk: Desk) -> None:
    known = tuple(desk.request() for _ in range(9))
    await desk.do(IntakeOrders(orders=known), CRM_FEED)
    done = await desk.do(IntakeOrders(orders=(*known, *(desk.request() for _ in range(9)))), CRM_FEED)
    assert len(done.value) == 9
    assert set((await desk.loads()).values()) == {6}


async def test_the_same_request_from_eight_senders_at_once_becomes_one_order(desk: Desk) -> None:
    request = desk.request()
    done = await asyncio.gather(*(desk.do(IntakeOrders(orders=(request,)), CRM_FEED) for _ in range(8)))
    assert sorted(result.outcome for result in done) == [Outcome.DONE] + [Outcome.UNCHANGED] * 7
    assert await _everything(desk) == (1, 1, 1, 1)


async def _everything(desk: Desk) -> tuple[int, ...]:
    counted = ("orders", "order_status_events", "ai_assignments", "notifications")
    return tuple([await desk.value(f"SELECT count(*) FROM {table}") for table in counted])


# ── the price window ─────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("price", ["499.99", "0", "-1"])
async def test_a_bike_below_the_price_window_is_refused(desk: Desk, price: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        await desk.order(price_eur=Decimal(price))
    assert (refused.value.params["field"], refused.value.allowed) == ("price_eur", ("500 to 5000 EUR",))
    assert await desk.value("SELECT count(*) FROM orders") == 0


@pytest.mark.parametrize(
    ("price", "compliance"),
    [("500", Compliance.UNKNOWN), ("5000", Compliance.UNKNOWN), ("5000.01", Compliance.BLOCKED)],
)
async def test_a_bike_above_the_price_window_is_taken_in_but_blocked_by_compliance(
    desk: Desk, price: str, compliance: Compliance
) -> None:
    assert (await desk.order(price_eur=Decimal(price))).compliance is compliance


async def test_a_blocked_order_can_be_worked_on_and_cancelled_but_never_cleared(desk: Desk) -> None:
    order = await desk.to_status(await desk.order(price_eur=Decimal(6000)), Status.AWAITING_PAYMENT)
    await desk.do(RecordCompliance(order=order.code, state=Compliance.BLOCKED), desk.admin.actor)
    with pytest.raises(InvalidInputError, match="above 5000 EUR"):
        await desk.do(RecordCompliance(order=order.code, state=Compliance.CLEAR), desk.admin.actor)
    cancel = CancelOrder(order=order.code, reason_code=CancelReason.PRICE_OUT_OF_COMPLIANCE)
    await desk.do(cancel, desk.by(order))
    assert (await desk.see(order)).status is Status.CANCELLED


async def test_a_blocked_order_that_is_paid_is_cancelled_only_through_a_human(desk: Desk) -> None:
    paid = await desk.to_status(await desk.order(price_eur=Decimal(6000)), Status.AWAITING_PAYMENT)
    await desk.do(RecordPayment(order=paid.code, amount_eur=Decimal(100), reference="P-7"), CRM_FEED)
    cancel = CancelOrder(order=paid.code, reason_code=CancelReason.PRICE_OUT_OF_COMPLIANCE)
    assert (await desk.ask(cancel, desk.by(paid))).quorum == 1


# ── waves ────────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_wave_is_one_decision_with_a_journal_row_for_each_order(desk: Desk) -> None:
    orders = await desk.orders(12)
    rows = await desk.decisions("intake_order")
    assert [row["order_id"] for row in rows] == [order.id for order in orders]
    assert len({row["trace_id"] for row in rows}) == 1


async def test_a_wave_tells_each_manager_by_one_digest_card(db: Database) -> None:
    desk = await Desk.open(db, capacity=200)
    await desk.orders(60)
    for manager in desk.managers:
        (card,) = await desk.messages(manager)
        assert (card["kind"], card["params"]["counts"]) == ("digest", {"new_order": 20})


async def test_a_wave_with_one_bad_request_takes_in_nothing(desk: Desk) -> None:
    requests: tuple[NewOrder, ...] = (desk.request(), desk.request(price_eur=Decimal(100)))
    with pytest.raises(InvalidInputError):
        await desk.do(IntakeOrders(orders=requests), CRM_FEED)
    assert await desk.value("SELECT count(*) FROM orders") == 0


async def test_a_request_that_arrived_earlier_keeps_its_arrival_but_never_a_future_one(desk: Desk) -> None:
    earlier = await desk.order(created_at=NOON - timedelta(hours=3))
    later = await desk.order(created_at=NOON + timedelta(hours=3))
    assert (earlier.created_at, later.created_at) == (NOON - timedelta(hours=3), NOON)
    assert earlier.due_at == NOON + timedelta(minutes=15)


async def test_a_request_of_long_ago_is_refused(desk: Desk) -> None:
    with pytest.raises(InvalidInputError, match="created_at"):
        await desk.order(created_at=NOON - OLDEST - timedelta(seconds=1))
    with pytest.raises(ValidationError, match="created_at"):
        await desk.order(created_at=datetime(1, 1, 1, tzinfo=UTC))
    assert (await desk.order(created_at=NOON - OLDEST)).created_at == NOON - OLDEST
