"""What people do over HTTP: every action through the gate, done (200), waiting (202), or refused with what would do."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

import pytest

from domain.orders import Order, Status
from store.database import Database
from tests.integration.desk import Desk, Member
from tests.integration.door import Door, open_door, problem


@pytest.fixture
async def door(db: Database) -> AsyncGenerator[Door]:
    async with open_door(await Desk.open(db)) as door:
        yield door


def keeper(door: Door, order: Order) -> Member:
    return next(member for member in door.company.people.values() if member.id == order.owner_id)


async def move(door: Door, order: Order, by: Member | None = None, /, **body: Any) -> Any:
    return await door.post(f"/api/orders/{order.code}/transitions", body, by=by or keeper(door, order))


# ── transitions ──────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_the_owner_moves_an_order_and_is_told_its_new_version(door: Door) -> None:
    order = await door.company.order()
    answer = await move(door, order, to="under_inspection", version=order.version)
    assert answer.status_code == 200
    body = answer.json()
    moved = await door.company.see(order)
    assert (body["outcome"], body["status"], body["version"]) == ("done", "under_inspection", moved.version)
    (row,) = await door.company.decisions("advance_order")
    assert (str(row["uid"]), row["channel"]) == (body["decision"], "api")


async def test_a_move_that_a_human_has_to_approve_is_accepted_and_waits(door: Door) -> None:
    order = await door.company.confirmed(
        await door.company.to_status(await door.company.order(), Status.AWAITING_PAYMENT)
    )
    answer = await move(door, order, to="ready_for_shipment")
    assert answer.status_code == 202
    body = answer.json()
    assert (body["outcome"], body["status"]) == ("waiting", "awaiting_payment")
    assert (body["approval"]["voters"], body["approval"]["quorum"]) == (["head", "owner"], 2)
    again = await move(door, order, to="ready_for_shipment")
    assert again.json()["approval"] == body["approval"] | {"known": True}


async def test_an_illegal_move_names_the_legal_ones(door: Door) -> None:
    order = await door.company.order()
    body = problem(await move(door, order, to="delivered"), 409, "transition-refused")
    assert body["allowed"] == ["under_inspection", "cancelled"]
    assert body["params"] == {"order": order.code, "source": "pending_manager", "target": "delivered"}


async def test_a_move_without_its_evidence_names_each_missing_piece(door: Door) -> None:
    order = await door.company.to_status(await door.company.order(), Status.READY_FOR_SHIPMENT)
    body = problem(await move(door, order, to="in_transit"), 409, "evidence-missing")
    assert body["missing"] == ["carrier", "tracking_number", "dispatch_date"]


async def test_dispatch_facts_given_with_the_move_and_the_move_are_one_commit(door: Door) -> None:
    order = await door.company.to_status(await door.company.order(), Status.READY_FOR_SHIPMENT)
    facts: dict[str, Any] = {"carrier": "СДЭК", "tracking": "RU1", "version": order.version}
    body = problem(await move(door, order, to="in_transit", **facts), 409, "evidence-missing")
    assert body["missing"] == ["dispatch_date"]
    assert (await door.company.see(order)).carrier is None
    answer = await move(door, order, to="in_transit", dispatch_date="2026-11-20", **facts)
    assert answer.status_code == 200
    assert (await door.company.see(order)).tracking_number == "RU1"


async def test_who_saw_an_older_state_is_refused(door: Door) -> None:
    order = await door.company.order()
    await door.post(f"/api/orders/{order.code}/notes", {"text": "Новость"}, by=keeper(door, order))
    body = problem(await move(door, order, to="under_inspection", version=order.version), 409, "stale")
    assert (body["params"]["seen"], body["params"]["present"]) == (1, (await door.company.see(order)).version)


async def test_another_managers_order_is_none_of_ones_business(door: Door) -> None:
    order = await door.company.order()
    other = next(member for member in door.company.managers if member.id != order.owner_id)
    problem(await move(door, order, other, to="under_inspection"), 403, "forbidden")
    problem(await move(door, order, door.company.viewer, to="under_inspection"), 403, "forbidden")
    assert [row["verdict"] for row in await door.company.decisions("advance_order")] == ["refuse", "refuse"]


@pytest.mark.parametrize("body", [{"reason_code": "bike_unavailable"}, {"reason": "bike_unavailable"}])
async def test_an_order_is_cancelled_with_a_reason_code(door: Door, body: dict[str, Any]) -> None:
    order = await door.company.order()
    assert (await move(door, order, to="cancelled", **body)).status_code == 200
    assert (await door.company.see(order)).cancel_reason == "bike_unavailable"


async def test_a_cancellation_without_a_code_names_them_all(door: Door) -> None:
    order = await door.company.order()
    body = problem(await move(door, order, to="cancelled", reason="передумал"), 422, "invalid-input")
    assert body["field"] == "reason_code"
    assert {"client_changed_mind", "other"} <= set(body["allowed"])


async def test_an_unknown_target_or_field_is_named_with_what_is_allowed(door: Door) -> None:
    order = await door.company.order()
    body = problem(await move(door, order, to="moon"), 422, "invalid-input")
    assert (body["field"], "in_transit" in body["allowed"]) == ("to", True)
    body = problem(await move(door, order, to="in_transit", speed="fast"), 422, "invalid-input")
    assert (body["field"], "carrier" in body["allowed"]) == ("speed", True)


# ── the check ────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_point_of_the_check_is_answered(door: Door) -> None:
    order = await door.company.to_status(await door.company.order(), Status.UNDER_INSPECTION)
    body = {"answer": "problem", "comment": "трещина", "photos": ["f-1"], "version": order.version}
    answer = await door.send("PUT", f"/api/orders/{order.code}/checklist/6", by=keeper(door, order), json=body)
    assert answer.status_code == 200
    assert answer.json()["result"]["answered"] == 1


@pytest.mark.parametrize(
    ("point", "answer", "field", "allowed"),
    [
        ("29", {"answer": "ok"}, "point", "at most 28"),
        ("0", {"answer": "ok"}, "point", "at least 1"),
        ("one", {"answer": "ok"}, "point", "a whole number"),
        ("6", {"answer": "fine"}, "answer", "problem"),
        ("6", {"answer": "problem"}, "comment", "text"),
        ("28", {"answer": "ok"}, "verdict", "green"),
        ("6", {"answer": "ok", "verdict": "red"}, "verdict", "null"),
        ("6", {}, "answer", None),
    ],
)
async def test_an_answer_that_will_not_do_is_told_why(
    door: Door, point: str, answer: dict[str, str], field: str, allowed: str | None
) -> None:
    order = await door.company.to_status(await door.company.order(), Status.UNDER_INSPECTION)
    path = f"/api/orders/{order.code}/checklist/{point}"
    body = problem(await door.send("PUT", path, by=keeper(door, order), json=answer), 422, "invalid-input")
    assert body["field"] == field
    assert allowed is None or allowed in body["allowed"]


# ── everything else on an order ──────────────────────────────────────────────────────────────────────────────────────
ACTIONS: list[tuple[Status, str, dict[str, Any] | None, str]] = [
    (Status.PENDING_MANAGER, "accept", None, "accept_order"),
    (Status.PENDING_MANAGER, "decline", {"reason": "болею"}, "decline_order"),
    (Status.PENDING_MANAGER, "cancel", {"reason_code": "duplicate_order"}, "cancel_order"),
    (Status.PENDING_MANAGER, "notes", {"text": "Перезвонить"}, "add_note"),
    (Status.UNDER_INSPECTION, "contacts", {"party": "seller"}, "record_contact"),
    (Status.UNDER_INSPECTION, "checklist", {"answers": [{"point": 1, "answer": "ok"}]}, "answer_checklist"),
    (Status.AWAITING_PAYMENT, "client-decision", {"decision": "thinking"}, "record_client_decision"),
    (Status.AWAITING_PAYMENT, "payments", {"amount_eur": "10", "reference": "p"}, "record_payment"),
    (Status.READY_FOR_SHIPMENT, "logistics", {"carrier": "EMS"}, "set_logistics"),
    (Status.IN_TRANSIT, "delivery", None, "record_delivery"),
    (Status.DELIVERED, "claim", {"text": "Скрипит"}, "open_claim"),
    (Status.UNDER_INSPECTION, "tasks", {"text": "Фото", "due_at": "2026-11-18T15:00:00Z"}, "create_task"),
    (Status.UNDER_INSPECTION, "blockers", {"text": "Молчит", "due_at": "2026-11-18T15:00:00Z"}, "open_blocker"),
]


@pytest.mark.parametrize(("status", "path", "body", "action"), ACTIONS, ids=[one[1] for one in ACTIONS])
async def test_a_manager_works_on_an_own_order_over_http(
    door: Door, status: Status, path: str, body: dict[str, Any] | None, action: str
) -> None:
    order = await door.company.to_status(await door.company.order(), status)
    before = len(await door.company.decisions(action))
    answer = await door.post(f"/api/orders/{order.code}/{path}", body, by=keeper(door, order))
    assert (answer.status_code, answer.json()["outcome"]) == (200, "done"), answer.text
    assert len(await door.company.decisions(action)) == before + 1


async def test_leaders_reassign_block_and_give_more_time(door: Door) -> None:
    company = door.company
    order = await company.to_status(await company.order(), Status.UNDER_INSPECTION)
    target = next(member for member in company.managers if member.id != order.owner_id)
    for path, body in (
        ("reassign", {"manager_id": target.id, "reason": "отпуск"}),
        ("compliance", {"state": "clear"}),
        ("clocks/extend", {"clock": "stage", "minutes": 60, "reason": "праздник"}),
        ("clocks/pause", {"clock": "stage", "minutes": 60, "reason": "ждём продавца"}),
        ("clocks/resume", {"clock": "stage"}),
    ):
        answer = await door.post(f"/api/orders/{order.code}/{path}", body, by=company.head)
        assert answer.status_code == 200, answer.text
    assert (await company.see(order)).owner_id == target.id
    body = {"clock": "lunch", "minutes": 60, "reason": "обед"}
    refused = problem(
        await door.post(f"/api/orders/{order.code}/clocks/extend", body, by=company.head), 422, "invalid-input"
    )
    assert "stage" in refused["allowed"]


async def test_a_body_that_lacks_something_names_it(door: Door) -> None:
    order = await door.company.order()
    body = problem(
        await door.post(f"/api/orders/{order.code}/decline", {"why": "?"}, by=keeper(door, order)), 422, "invalid-input"
    )
    assert [(one["field"], one["problem"]) for one in body["errors"]] == [
        ("reason", "is missing"),
        ("why", "is not known"),
    ]
    assert body["errors"][1]["allowed"] == ["version", "reason"]


# ── by number ────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_violation_is_acknowledged_snoozed_and_resolved(door: Door) -> None:
    company = door.company
    order = await company.to_status(await company.order(), Status.UNDER_INSPECTION)
    await company.pass_time(minutes=30)
    (broken,) = await company.violations(order)
    by = keeper(door, order)
    path = f"/api/violations/{broken['id']}"
    assert (await door.post(f"{path}/ack", by=by)).status_code == 200
    problem(await door.post(f"{path}/ack", by=by), 409, "conflict")
    problem(await door.post(f"{path}/snooze", {"option": "2h"}, by=by), 403, "forbidden")
    problem(await door.post(f"{path}/resolve", {"resolution": "дозвонились"}, by=by), 403, "forbidden")
    by = company.admin
    assert (await door.post(f"{path}/snooze", {"option": "2h"}, by=by)).status_code == 200
    body = problem(await door.post(f"{path}/snooze", {"option": "year"}, by=by), 422, "invalid-input")
    assert body["allowed"] == ["30m", "2h", "tomorrow"]
    assert (await door.post(f"{path}/resolve", {"resolution": "дозвонились"}, by=by)).status_code == 200
    again = problem(await door.post(f"{path}/resolve", {"resolution": "ещё раз"}, by=by), 409, "conflict")
    assert again["allowed"] == ["open"]
    problem(await door.post("/api/violations/999/ack", by=by), 404, "not-found")


async def test_tasks_and_blockers_are_closed_by_number(door: Door) -> None:
    company = door.company
    order = await company.to_status(await company.order(), Status.UNDER_INSPECTION)
    by = keeper(door, order)
    due = {"text": "Позвонить", "due_at": "2026-11-18T15:00:00Z"}
    await door.post(f"/api/orders/{order.code}/tasks", due, by=by)
    await door.post(f"/api/orders/{order.code}/blockers", due, by=by)
    card = (await door.get(f"/api/orders/{order.code}", by=by)).json()
    task = next(one for one in card["tasks"] if one["kind"] == "manual")
    (blocker,) = card["blockers"]
    assert (await door.post(f"/api/tasks/{task['id']}/complete", by=by)).status_code == 200
    closed = await door.post(f"/api/blockers/{blocker['id']}/close", {"resolution": "ответил"}, by=by)
    assert closed.status_code == 200
    card = (await door.get(f"/api/orders/{order.code}", by=by)).json()
    assert (card["blockers"], [one["kind"] for one in card["tasks"]]) == ([], ["step"])


async def test_a_manager_goes_away_and_comes_back(door: Door) -> None:
    anna, boris = door.company.anna, door.company.boris
    path = f"/api/people/{anna.id}/availability"
    assert (await door.post(path, {"away_until": "2026-11-20T09:00:00Z"}, by=anna)).status_code == 200
    assert await door.company.value("SELECT away_until IS NOT NULL FROM people WHERE id = :id", id=anna.id)
    assert (await door.post(path, by=anna)).status_code == 200
    problem(await door.post(path, by=boris), 403, "forbidden")
    naive = problem(await door.post(path, {"away_until": "2026-11-20T09:00:00"}, by=anna), 422, "invalid-input")
    assert naive["field"] == "away_until"


async def test_what_a_person_does_carries_the_trace_of_the_request(door: Door) -> None:
    order = await door.company.order()
    answer = await door.send(
        "POST",
        f"/api/orders/{order.code}/accept",
        by=keeper(door, order),
        headers={"X-Request-Id": "my-own-trace-7"},
    )
    assert answer.headers["x-request-id"] == "my-own-trace-7"
    assert await door.company.column("SELECT action FROM ai_decisions WHERE trace_id = 'my-own-trace-7'") == [
        "accept_order"
    ]


# ── steering ─────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_leaders_steer_orders_over_http_and_managers_do_not(door: Door) -> None:
    order = await door.company.order()
    due_at = (door.company.now + timedelta(hours=2)).isoformat()
    step = {"text": "Обзвонить продавцов", "owner_id": door.company.vera.id, "due_at": due_at}
    asked: list[tuple[str, dict[str, Any]]] = [
        (f"orders/{order.code}/remind", {}),
        (f"orders/{order.code}/escalate", {"reason": "Клиент ждёт"}),
        (f"orders/{order.code}/priority", {"urgency": "high", "reason": "Клиент ждёт"}),
        ("plans", {"order": order.code, "goal": "Ответить клиенту", "steps": [step]}),
    ]
    for path, body in asked:
        problem(await door.post(f"/api/{path}", body, by=keeper(door, order)), 403, "forbidden")
        answer = await door.post(f"/api/{path}", body, by=door.company.admin)
        assert (answer.status_code, answer.json()["outcome"]) == (200, "done"), path
    (line,) = (await door.get("/api/orders", by=door.company.admin)).json()["items"]
    assert (line["urgent"], line["urgent_because"]) == (True, "Клиент ждёт")
    body = problem(await door.post(f"/api/orders/{order.code}/assign", by=door.company.admin), 409, "conflict")
    assert body["allowed"] == ["reassign_order"]
