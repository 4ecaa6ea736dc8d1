"""CRM events: each has its effect once, in the order it occurred, and a bad one stands alone."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from domain.errors import InvalidInputError, TransitionRefusedError
from domain.orders import ClientDecision, Compliance, Status
from guardrails.crm.results import EventOutcome
from store.database import Database
from tests.integration.crm import Crm
from tests.integration.desk import Desk

APPLIED, APPROVAL, UNCHANGED, DUPLICATE, LATE, WAITING, REJECTED = EventOutcome


@pytest.fixture
async def crm(db: Database) -> Crm:
    return Crm(await Desk.open(db))


# ── new orders ───────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_new_order_is_taken_in_with_owner_deadline_and_next_step(crm: Crm) -> None:
    (result,) = await crm.send(crm.created("k-1"))
    assert result.outcome is APPLIED
    assert result.order is not None
    order = await crm.desk.see(result.order)
    assert None not in (order.owner_id, order.due_at, order.next_step)
    assert (await crm.desk.decisions("intake_order", uid=result.decision))[0]["outcome"] == "done"
    assert (await crm.desk.verify()).ok


async def test_a_new_order_is_as_old_as_the_crm_says(crm: Crm) -> None:
    at = crm.desk.now - timedelta(hours=3)
    (result,) = await crm.send(crm.created("k-1", at=at))
    assert (await crm.desk.see(str(result.order))).created_at == at


async def test_new_orders_that_stand_together_are_shared_out_as_one_decision(crm: Crm) -> None:
    results = await crm.send(*(crm.created(f"k-{number}") for number in range(9)))
    assert [result.outcome for result in results] == [APPLIED] * 9
    assert sorted((await crm.desk.loads()).values()) == [3.0, 3.0, 3.0]


async def test_one_request_named_by_two_events_of_a_wave_is_one_order(crm: Crm) -> None:
    results = await crm.send(crm.created("k-1"), crm.created("k-1"))
    assert [result.outcome for result in results] == [APPLIED, UNCHANGED]
    assert results[0].order == results[1].order


async def test_a_request_known_already_is_unchanged_and_answers_its_code(crm: Crm) -> None:
    (first,) = await crm.send(crm.created("k-1"))
    (second,) = await crm.send(crm.created("k-1"))
    assert (second.outcome, second.order) == (UNCHANGED, first.order)


async def test_a_bike_below_the_price_window_does_not_sink_the_wave_it_came_in(crm: Crm) -> None:
    results = await crm.send(crm.created("k-1"), crm.created("k-2", price_eur=100), crm.created("k-3"))
    assert [result.outcome for result in results] == [APPLIED, REJECTED, APPLIED]
    error = results[1].error
    assert isinstance(error, InvalidInputError)
    assert (error.params["field"], error.allowed) == ("data.price_eur", ("500 to 5000 EUR",))


async def test_the_crm_id_may_stand_in_the_data_alone(crm: Crm) -> None:
    event = crm.created("k-1", crm_id="k-1")
    del event["order"]
    assert (await crm.send(event))[0].outcome is APPLIED


async def test_two_crm_ids_that_differ_are_refused(crm: Crm) -> None:
    (result,) = await crm.send(crm.created("k-1", crm_id="k-2"))
    assert result.error is not None
    assert (result.error.params["field"], result.error.allowed) == ("data.crm_id", ("k-1",))


# ── once each ────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_the_same_event_twice_has_one_effect(crm: Crm) -> None:
    order = await crm.desk.order()
    event = crm.event("note_added", order, text="Клиент просил чёрный цвет")
    assert [(await crm.send(event))[0].outcome for _ in range(2)] == [APPLIED, DUPLICATE]
    assert await crm.desk.value("SELECT count(*) FROM order_notes") == 1


async def test_an_event_id_that_stands_twice_in_a_batch_counts_once(crm: Crm) -> None:
    order = await crm.desk.order()
    event = crm.event("note_added", order, text="Один раз")
    assert [result.outcome for result in await crm.send(event, dict(event))] == [APPLIED, DUPLICATE]
    assert await crm.desk.value("SELECT count(*) FROM order_notes") == 1


async def test_a_payment_reported_by_two_events_with_one_reference_is_counted_once(crm: Crm) -> None:
    order = await crm.desk.order()
    first = await crm.one("payment_received", order, amount_eur="100.00", reference="p-1")
    second = await crm.one("payment_received", order, amount_eur="100.00", reference="p-1")
    assert (first.outcome, second.outcome) == (APPLIED, UNCHANGED)
    assert (await crm.desk.see(order)).paid_eur == 100


# ── every kind of fact ───────────────────────────────────────────────────────────────────────────────────────────────
FACTS: list[tuple[Status, str, Mapping[str, Any], str]] = [
    (Status.PENDING_MANAGER, "note_added", {"text": "Срочно"}, "add_note"),
    (Status.UNDER_INSPECTION, "contact_recorded", {"party": "seller", "text": "Дозвонились"}, "record_contact"),
    (Status.UNDER_INSPECTION, "checklist_answered", {"point": 1, "answer": "ok"}, "answer_checklist"),
    (Status.AWAITING_PAYMENT, "client_decided", {"decision": "confirmed"}, "record_client_decision"),
    (Status.AWAITING_PAYMENT, "compliance_checked", {"state": "clear"}, "record_compliance"),
    (Status.AWAITING_PAYMENT, "payment_received", {"amount_eur": 10}, "record_payment"),
    (Status.READY_FOR_SHIPMENT, "logistics_set", {"carrier": "СДЭК"}, "set_logistics"),
    (Status.IN_TRANSIT, "delivery_confirmed", {}, "record_delivery"),
    (Status.PENDING_MANAGER, "order_cancelled", {"reason_code": "client_changed_mind"}, "cancel_order"),
]


@pytest.mark.parametrize(("status", "kind", "data", "action"), FACTS, ids=[fact[1] for fact in FACTS])
async def test_every_kind_of_fact_reaches_its_order_and_the_journal(
    crm: Crm, status: Status, kind: str, data: Mapping[str, Any], action: str
) -> None:
    order = await crm.desk.to_status(await crm.desk.order(), status)
    result = await crm.one(kind, order, **data)
    assert (result.outcome, result.order, result.error) == (APPLIED, order.code, None)
    (row,) = await crm.desk.decisions(action, uid=result.decision)
    assert (row["actor"], row["channel"], row["outcome"]) == ("crm", "crm", "done")


async def test_an_order_may_be_named_by_the_id_the_crm_gave_it(crm: Crm) -> None:
    await crm.send(crm.created("k-77"))
    assert (await crm.one("note_added", "k-77", text="По номеру CRM")).outcome is APPLIED


async def test_a_payment_that_completes_the_sum_asks_a_human_to_confirm_it(crm: Crm) -> None:
    order = await crm.desk.to_status(await crm.desk.order(), Status.AWAITING_PAYMENT)
    decided = crm.event("client_decided", order, decision=ClientDecision.CONFIRMED)
    clear = crm.event("compliance_checked", order, state=Compliance.CLEAR)
    paid = crm.event("payment_received", order, amount_eur=str(crm.desk.total(order)))
    results = await crm.send(decided, clear, paid)
    assert [result.outcome for result in results] == [APPLIED] * 3
    (asked,) = await crm.desk.pending()
    assert (asked.action, asked.requested_by) == ("advance_order", "dispatcher")


async def test_the_crm_reporting_the_payment_by_status_joins_the_request_that_is_pending(crm: Crm) -> None:
    order = await crm.desk.to_status(await crm.desk.order(), Status.AWAITING_PAYMENT)
    order = await crm.desk.confirmed(order)
    await crm.one("payment_received", order, amount_eur=str(crm.desk.total(order)))
    result = await crm.one("status_changed", order, status="full_payment_received")
    (asked,) = await crm.desk.pending()
    assert result.outcome is APPROVAL
    assert result.approval is not None
    assert (result.approval.approval_id, result.approval.known) == (asked.id, True)


async def test_a_money_move_reported_by_the_crm_waits_for_a_human(crm: Crm) -> None:
    order = await crm.desk.confirmed(await crm.desk.to_status(await crm.desk.order(), Status.AWAITING_PAYMENT))
    result = await crm.one("status_changed", order, status="full_payment_received")
    assert result.outcome is APPROVAL
    assert result.approval is not None
    assert (await crm.desk.see(order)).status is Status.AWAITING_PAYMENT
    await crm.desk.approve(result.approval.approval_id)
    assert (await crm.desk.see(order)).status is Status.READY_FOR_SHIPMENT


# ── statuses ─────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_status_code_of_the_crm_moves_the_order_at_the_time_it_occurred(crm: Crm) -> None:
    order = await crm.desk.order()
    crm.desk.forward(minutes=5)
    occurred = crm.desk.now - timedelta(minutes=2)
    result = await crm.one("status_changed", order, status="seller_check_in_progress", at=occurred)
    assert result.outcome is APPLIED
    moved = await crm.desk.see(order)
    assert (moved.status, moved.status_since) == (Status.UNDER_INSPECTION, occurred)


@pytest.mark.parametrize("code", ["new", "booked", "reserve_payment_pending", "reserve_paid"])
async def test_a_finer_code_of_the_present_status_changes_nothing(crm: Crm, code: str) -> None:
    order = await crm.desk.order()
    assert (await crm.one("status_changed", order, status=code)).outcome is UNCHANGED
    assert await crm.desk.see(order) == order


async def test_an_unknown_code_is_refused_with_those_that_are_known(crm: Crm) -> None:
    order = await crm.desk.order()
    result = await crm.one("status_changed", order, status="teleported")
    assert (result.outcome, result.order) == (REJECTED, order.code)
    assert result.error is not None
    assert result.error.params["field"] == "data.status"
    assert set(result.error.allowed) == set(crm.desk.policy.lifecycle.crm_codes)


async def test_an_illegal_move_is_refused_with_the_legal_ones_and_raises_a_signal(crm: Crm) -> None:
    order = await crm.desk.order()
    result = await crm.one("status_changed", order, status="shipped")
    assert result.outcome is REJECTED
    assert isinstance(result.error, TransitionRefusedError)
    assert result.error.allowed == (Status.UNDER_INSPECTION, Status.CANCELLED)
    assert await crm.desk.signals(order) == ["illegal_transition"]
    assert (await crm.desk.verify()).ok


async def test_a_cancellation_by_status_needs_its_reason_code(crm: Crm) -> None:
    order = await crm.desk.order()
    refused = await crm.one("status_changed", order, status="refunded")
    assert refused.error is not None
    assert refused.error.params["field"] == "data.reason_code"
    assert "client_changed_mind" in refused.error.allowed
    done = await crm.one("status_changed", order, status="refunded", reason_code="bike_unavailable")
    assert done.outcome is APPLIED
    assert (await crm.desk.see(order)).status is Status.CANCELLED


# ── time ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_batch_is_taken_in_the_order_in_which_its_events_occurred(crm: Crm) -> None:
    crm.desk.forward(hours=1)
    ago = [crm.desk.now - timedelta(minutes=minutes) for minutes in (50, 40, 30, 20, 10)]
    batch = [
        crm.event("status_changed", "k-1", status="check_ready", at=ago[4]),
        crm.event("note_added", "k-1", text="Осмотр закончен", at=ago[3]),
        crm.full_check("k-1", at=ago[2]),
        crm.event("status_changed", "k-1", status="inspection", at=ago[1]),
        crm.created("k-1", at=ago[0]),
    ]
    results = await crm.send(*batch)
    assert [result.outcome for result in results] == [APPLIED] * 5
    order = await crm.desk.see("k-1")
    assert (order.status, order.status_since) == (Status.AWAITING_PAYMENT, ago[4])
    assert (await crm.desk.verify()).ok


async def test_a_status_older_than_the_present_one_is_late_and_has_no_effect(crm: Crm) -> None:
    order = await crm.desk.order(created_at=crm.desk.now - timedelta(hours=1))
    order = await crm.desk.to_status(order, Status.AWAITING_PAYMENT)
    result = await crm.one("status_changed", order, status="inspection", at=crm.desk.now - timedelta(minutes=5))
    assert result.outcome is LATE
    assert await crm.desk.see(order) == order
    assert (await crm.known())["e-1"] == "late"
    (row,) = await crm.desk.decisions(uid=result.decision)
    assert (row["rule"], row["outcome"]) == ("feed-late", "unchanged")


@pytest.mark.parametrize(("minutes", "outcome"), [(4, APPLIED), (60, LATE)])
async def test_a_first_move_may_be_a_little_older_than_the_order_itself_but_not_much(
    crm: Crm, minutes: int, outcome: EventOutcome
) -> None:
    order = await crm.desk.order()
    at = crm.desk.now - timedelta(minutes=minutes)
    assert (await crm.one("status_changed", order, status="inspection", at=at)).outcome is outcome
    assert (await crm.desk.see(order)).status_since == order.status_since


async def test_a_fact_is_never_late(crm: Crm) -> None:
    order = await crm.desk.to_status(await crm.desk.order(), Status.UNDER_INSPECTION)
    at = crm.desk.now - timedelta(days=1)
    assert (await crm.one("note_added", order, text="Вчера", at=at)).outcome is APPLIED
    assert await crm.desk.value("SELECT at FROM order_notes") == at


async def test_a_clients_no_holds_although_our_people_have_moved_the_order_since(crm: Crm) -> None:
    order = await crm.desk.order(created_at=crm.desk.now - timedelta(hours=1))
    order = await crm.desk.to_status(order, Status.UNDER_INSPECTION)
    result = await crm.one(
        "order_cancelled", order, reason_code="client_changed_mind", at=crm.desk.now - timedelta(minutes=5)
    )
    assert result.outcome is APPLIED
    assert (await crm.desk.see(order)).status is Status.CANCELLED


async def test_a_cancellation_is_late_when_the_crm_itself_has_moved_on(crm: Crm) -> None:
    at = crm.desk.now
    order = await crm.desk.order(created_at=at - timedelta(hours=1))
    await crm.one("status_changed", order, status="inspection", at=at)
    result = await crm.one("order_cancelled", order, reason_code="client_changed_mind", at=at - timedelta(minutes=5))
    assert result.outcome is LATE


@pytest.mark.parametrize(
    ("at", "allowed"),
    [("2026-11-18T09:00:00", "a time with its zone"), ("2027-01-01T00:00:00+00:00", "not after 2026-11-18")],
    ids=["naive", "future"],
)
async def test_a_time_without_zone_or_from_the_future_is_refused_clearly(crm: Crm, at: str, allowed: str) -> None:
    order = await crm.desk.order()
    (result,) = await crm.send({**crm.event("note_added", order, text="?"), "occurred_at": at})
    assert result.outcome is REJECTED
    assert result.error is not None
    assert result.error.params["field"] == "occurred_at"
    assert result.error.allowed[0].startswith(allowed)


async def test_a_clock_a_little_ahead_of_ours_is_tolerated(crm: Crm) -> None:
    order = await crm.desk.order()
    result = await crm.one("status_changed", order, status="inspection", at=crm.desk.now + timedelta(minutes=2))
    assert result.outcome is APPLIED
    assert (await crm.desk.see(order)).status_since == crm.desk.now


# ── neighbours ───────────────────────────────────────────────────────────────────────────────────────────────────────
BAD: dict[str, Any] = {
    "no object": "hello",
    "nothing": {},
    "no type": {"event_id": "b-1", "order": "k-1", "occurred_at": "2026-11-18T09:00:00Z"},
    "unknown type": {"event_id": "b-1", "type": "exploded", "order": "k-1", "occurred_at": "2026-11-18T09:00:00Z"},
    "wrong field": {
        "event_id": "b-1",
        "type": "note_added",
        "order": "k-1",
        "occurred_at": "2026-11-18T09:00:00Z",
        "data": {"txt": "?"},
    },
    "data no object": {
        "event_id": "b-1",
        "type": "note_added",
        "order": "k-1",
        "occurred_at": "2026-11-18T09:00:00Z",
        "data": 7,
    },
    "a second address": {
        "event_id": "b-1",
        "type": "note_added",
        "order": "k-1",
        "occurred_at": "2026-11-18T09:00:00Z",
        "data": {"text": "?", "order": "k-2"},
    },
    "NUL and half characters": {"event_id": "b\x00", "type": "note_added", "order": "\ud800", "data": {"text": "\x00"}},
    "a year long gone": {
        "event_id": "b-1",
        "type": "note_added",
        "order": "k-1",
        "occurred_at": "0001-01-01T00:00:00Z",
        "data": {"text": "?"},
    },
    "a request of another age": {
        "event_id": "b-1",
        "type": "order_created",
        "order": "k-9",
        "occurred_at": "2026-11-18T09:00:00Z",
        "data": {"client_name": "Иван", "bike": "Trek", "price_eur": 900, "created_at": "1970-01-01T00:00:00Z"},
    },
    "an endless number": {"event_id": "b-1", "type": "payment_received", "data": {"amount_eur": float("inf")}},
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
async def test_a_bad_event_never_sinks_its_neighbours(crm: Crm, bad: object) -> None:
    results = await crm.send(crm.created("k-1"), bad, crm.event("note_added", "k-1", text="Рядом"))
    assert [result.outcome for result in results] == [APPLIED, REJECTED, APPLIED]
    (kept,) = await crm.kept()
    assert (kept["state"], kept["error_code"]) == ("rejected", "invalid-input")
    assert kept["error"]["params"]["field"]


async def test_a_fault_of_ours_keeps_the_one_event_and_takes_the_others(crm: Crm, owner_db: Database) -> None:
    async with owner_db.transaction() as tx:
        await tx.exec_driver_sql("ALTER TABLE order_notes ADD CONSTRAINT fault CHECK (text <> 'сбой')")
    order = await crm.desk.order()
    with capture_logs() as logged:
        results = await crm.send(
            crm.event("note_added", order, text="до"),
            crm.event("note_added", order, text="сбой"),
            crm.event("note_added", order, text="после"),
        )
    assert [line["event"] for line in logged if line["log_level"] == "error"] == ["failed"]
    assert [result.outcome for result in results] == [APPLIED, REJECTED, APPLIED]
    assert [row["error_code"] for row in await crm.kept()] == ["internal-error"]
    assert await crm.desk.column("SELECT outcome FROM ai_decisions WHERE outcome = 'failed'") == ["failed"]


async def test_a_fault_of_ours_keeps_the_one_request_and_takes_the_others(crm: Crm, owner_db: Database) -> None:
    async with owner_db.transaction() as tx:
        await tx.exec_driver_sql("ALTER TABLE orders ADD CONSTRAINT fault CHECK (bike <> 'сбой')")
    raws = [
        {"crm_id": f"k-{number}", "client_name": "Иван", "bike": "сбой" if number == 3 else "Trek", "price_eur": 900}
        for number in range(7)
    ]
    with capture_logs() as logged:
        results = await crm.feed.take_orders([*raws, raws[0]])
    assert {line["event"] for line in logged if line["log_level"] == "error"} == {"failed"}
    outcomes = ["rejected" if number == 3 else "created" for number in range(7)]
    assert [result.outcome for result in results] == [*outcomes, "known"]
    assert results[0].order == results[-1].order
    (kept,) = await crm.kept()
    assert (kept["source"], kept["error_code"], kept["order_ref"], kept["raw"]) == (
        "orders",
        "internal-error",
        "k-3",
        raws[3],
    )
    assert await crm.desk.value("SELECT count(*) FROM orders") == 6
    assert await crm.desk.value("SELECT count(*) FROM ai_decisions WHERE outcome = 'failed'") == 4  # 7, 4, 2, 1 at once
