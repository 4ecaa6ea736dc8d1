"""Orders and control data as people read them over HTTP, each by their role."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest

from domain.commands import RecordCompliance
from domain.orders import Compliance, Order, Status
from domain.people import Role
from store.database import Database
from tests.integration.crm import Crm
from tests.integration.desk import Desk, Member
from tests.integration.door import Door, open_door, problem


@pytest.fixture
async def door(db: Database) -> AsyncGenerator[Door]:
    async with open_door(await Desk.open(db)) as door:
        yield door


def keeper(door: Door, order: Order) -> Member:
    """The order's owner."""
    return next(member for member in door.company.people.values() if member.id == order.owner_id)


def stranger(door: Door, order: Order) -> Member:
    """A manager who does not own the order."""
    return next(member for member in door.company.managers if member.id != order.owner_id)


def codes(answer: dict[str, Any]) -> list[str]:
    return [line["code"] for line in answer["items"]]


# ── lists ────────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_orders_are_listed_the_newest_first_page_by_page(door: Door) -> None:
    orders = await door.company.orders(7)
    seen: list[str] = []
    cursor = None
    for expected in (3, 3, 1):
        page = (
            await door.get("/api/orders", by=door.company.head, limit=3, **({"cursor": cursor} if cursor else {}))
        ).json()
        assert len(page["items"]) == expected
        seen += codes(page)
        cursor = page["next"]
    assert cursor is None
    assert seen == [order.code for order in reversed(orders)]


async def test_orders_are_found_by_status_owner_hot_list_and_words(door: Door) -> None:
    company = door.company
    first, second, third = await company.orders(3)
    special = await company.order(bike="Santa Cruz 50% off", client_name="Мария Ким")
    await company.to_status(first, Status.UNDER_INSPECTION)
    async with company.db.transaction() as tx:
        await tx.exec_driver_sql("UPDATE orders SET hot = true WHERE id = %s", (second.id,))

    async def found(**asked: object) -> set[str]:
        return set(codes((await door.get("/api/orders", by=company.owner, **asked)).json()))

    assert await found(status="under_inspection") == {first.code}
    assert await found(status=["under_inspection", "pending_manager"]) >= {first.code, second.code}
    assert third.code in await found(owner=third.owner_id)
    assert await found(hot=True) == {second.code}
    assert await found(q="ким") == {special.code}
    assert await found(q="50%") == {special.code}
    assert await found(q="_") == set()
    assert await found(q=third.code) == {third.code}


async def test_a_line_names_owner_deadline_and_next_step(door: Door) -> None:
    order = await door.company.order()
    (line,) = (await door.get("/api/orders", by=door.company.viewer)).json()["items"]
    assert (line["owner"], line["next_step"], line["price_eur"]) == (
        keeper(door, order).name,
        "accept_order",
        "2000.00",
    )
    assert line["due_at"] == "2026-11-18T09:15:00Z"


@pytest.mark.parametrize(
    ("asked", "field", "allowed"),
    [
        ({"status": "flying"}, "status", "in_transit"),
        ({"limit": 201}, "limit", "at most 200"),
        ({"limit": 0}, "limit", "at least 1"),
        ({"cursor": "nonsense"}, "cursor", "`next` of the page before"),
        ({"cursor": "\x00"}, "cursor", "`next` of the page before"),
        ({"owner": "me"}, "owner", "a whole number"),
        ({"q": "\x00"}, "q", None),
    ],
)
async def test_a_wrong_question_is_told_which_part_is_wrong_and_what_would_do(
    door: Door, asked: dict[str, str], field: str, allowed: str | None
) -> None:
    body = problem(await door.get("/api/orders", by=door.company.head, **asked), 422, "invalid-input")
    assert body["field"].startswith(field)
    assert allowed is None or allowed in body["allowed"]


# ── one order ────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_an_order_in_full_says_where_it_may_go_and_what_lacks_for_it(door: Door) -> None:
    company = door.company
    order = await company.to_status(await company.order(), Status.UNDER_INSPECTION)
    card = (await door.get(f"/api/orders/{order.code}", by=keeper(door, order))).json()
    targets = {target["to"]: target for target in card["targets"]}
    assert set(targets) == {"awaiting_payment", "cancelled"}
    assert {"checklist:1", "photo:5", "verdict", "note"} <= set(targets["awaiting_payment"]["missing"])
    assert targets["cancelled"]["missing"] == ["cancel_reason"]
    assert (card["check"]["answered"], card["check"]["total"]) == (0, 28)
    assert {clock["kind"] for clock in card["clocks"]} >= {"stage", "first_contact", "movement"}
    assert [event["to_status"] for event in card["status_events"]] == ["under_inspection", "pending_manager"]
    assert card["order"]["next_step"] == "contact_seller"
    assert {row["action"] for row in card["decisions"]} >= {"intake_order", "accept_order"}


async def test_an_order_in_full_shows_what_has_happened_to_it(door: Door) -> None:
    company = door.company
    crm = Crm(company)
    order = await company.to_status(await company.order(), Status.UNDER_INSPECTION)
    await crm.send(
        crm.event("note_added", order, text="Царапина на раме"),
        crm.event("checklist_answered", order, point=1, answer="problem", comment="не та марка"),
        crm.event("payment_received", order, amount_eur=50, reference="p-1"),
    )
    await company.pass_time(minutes=60)
    card = (await door.get(f"/api/orders/{order.code}", by=company.head)).json()
    assert [note["text"] for note in card["notes"]] == ["Царапина на раме"]
    assert [(one["point"], one["answer"], one["comment"]) for one in card["answers"]] == [(1, "problem", "не та марка")]
    assert [one["amount_eur"] for one in card["payments"]] == ["50.00"]
    assert card["check"]["problems"] == [1]
    assert "first_contact" in {one["clock_kind"] for one in card["violations"]}
    assert [one["kind"] for one in card["tasks"]] == ["step"]


async def test_a_money_move_is_marked_as_one_that_needs_approval(door: Door) -> None:
    order = await door.company.to_status(await door.company.order(), Status.AWAITING_PAYMENT)
    card = (await door.get(f"/api/orders/{order.code}", by=door.company.head)).json()
    targets = {target["to"]: target["needs_approval"] for target in card["targets"]}
    assert targets == {"ready_for_shipment": True, "under_inspection": False, "cancelled": False}


async def test_an_order_is_found_by_its_crm_id_and_an_unknown_one_is_not(door: Door) -> None:
    order = await door.company.order(crm_id="k-9")
    assert (await door.get("/api/orders/k-9", by=door.company.head)).json()["order"]["code"] == order.code
    problem(await door.get("/api/orders/k-404", by=door.company.head), 404, "not-found")


# ── by role ──────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_manager_sees_their_own_orders_only(door: Door) -> None:
    orders = await door.company.orders(3)
    for manager in door.company.managers:
        own = [order.code for order in orders if order.owner_id == manager.id]
        assert codes((await door.get("/api/orders", by=manager)).json()) == own
    other = stranger(door, orders[0])
    body = problem(await door.get(f"/api/orders/{orders[0].code}", by=other), 403, "forbidden")
    assert body["params"]["rule"] == "managers-see-their-own-orders"
    problem(await door.get("/api/orders", by=other, owner=orders[0].owner_id), 403, "forbidden")


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ADMIN, Role.HEAD, Role.OWNER])
async def test_everybody_else_sees_all_orders(door: Door, role: Role) -> None:
    orders = await door.company.orders(3)
    (reader,) = [member for member in door.company.people.values() if member.role is role]
    assert len((await door.get("/api/orders", by=reader)).json()["items"]) == 3
    assert (await door.get(f"/api/orders/{orders[0].code}", by=reader)).status_code == 200
    assert len((await door.get("/api/managers", by=reader)).json()) == 3


READ = {Role.ADMIN: 200, Role.HEAD: 200, Role.OWNER: 200, Role.MANAGER: 403, Role.VIEWER: 403}


@pytest.mark.parametrize("path", ["/api/decisions", "/api/approvals"])
async def test_the_journal_and_the_approvals_are_for_those_who_run_the_desk(door: Door, path: str) -> None:
    for member in door.company.people.values():
        assert (await door.get(path, by=member)).status_code == READ[member.role], member


async def test_the_role_is_read_anew_with_every_request(door: Door) -> None:
    company = door.company
    assert (await door.get("/api/decisions", by=company.admin)).status_code == 200
    async with company.db.transaction() as tx:
        await tx.exec_driver_sql("UPDATE people SET role = 'viewer' WHERE id = %s", (company.admin.id,))
    problem(await door.get("/api/decisions", by=company.admin), 403, "forbidden")
    async with company.db.transaction() as tx:
        await tx.exec_driver_sql("UPDATE people SET active = false WHERE id = %s", (company.admin.id,))
    problem(await door.get("/api/orders", by=company.admin), 401, "unauthenticated")


# ── control ──────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_signals_are_listed_and_a_manager_sees_those_on_own_orders(door: Door) -> None:
    crm = Crm(door.company)
    order, other = await door.company.orders(2)
    for one in (order, other):
        await crm.one("status_changed", one, status="shipped")
    everything = (await door.get("/api/signals", by=door.company.viewer)).json()["items"]
    assert [(one["code"], one["order"]) for one in everything] == [
        ("illegal_transition", other.code),
        ("illegal_transition", order.code),
    ]
    own = (await door.get("/api/signals", by=keeper(door, order))).json()["items"]
    assert [one["order"] for one in own] == [order.code]
    assert (await door.get("/api/signals", by=door.company.head, code="stuck_24h")).json()["items"] == []
    body = problem(await door.get("/api/signals", by=door.company.head, code="bored"), 422, "invalid-input")
    assert "illegal_transition" in body["allowed"]


async def test_decisions_are_found_by_order_actor_action_outcome_trace_and_time(door: Door) -> None:
    company = door.company
    order, _ = await company.orders(2)
    await company.to_status(order, Status.UNDER_INSPECTION)

    async def found(**asked: object) -> list[dict[str, object]]:
        return (await door.get("/api/decisions", by=company.head, **asked)).json()["items"]

    by_order = await found(order=order.code)
    assert [row["action"] for row in by_order] == ["accept_order", "intake_order"]
    assert len(await found(action="intake_order")) == 2
    assert [row["actor"] for row in await found(actor=f"person:{order.owner_id}")] == [f"person:{order.owner_id}"]
    assert await found(outcome="refused") == []
    assert len(await found(trace_id=by_order[0]["trace_id"])) == 1
    assert await found(until="2026-11-18T00:00:00Z") == []
    assert len(await found(since="2026-11-18T00:00:00Z", limit=1)) == 1


async def test_managers_are_listed_with_load_capacity_and_shift(door: Door) -> None:
    company = door.company
    order = await company.to_status(await company.order(), Status.AWAITING_PAYMENT)
    line = next(one for one in (await door.get("/api/managers", by=company.head)).json() if one["id"] == order.owner_id)
    assert (line["load"], line["capacity"], line["open_orders"]) == (0.5, 20, {"awaiting_payment": 1})
    assert (line["on_shift"], line["telegram_linked"]) == (True, True)
    company.forward(hours=12)
    line = (await door.get("/api/managers", by=company.anna)).json()
    assert [one["name"] for one in line] == ["Анна"]
    assert (line[0]["on_shift"], line[0]["opens_at"]) == (False, "2026-11-19T07:00:00Z")


async def test_the_card_of_a_bike_above_the_price_window_is_shown_without_a_total(door: Door) -> None:
    order = await door.company.order(price_eur=6000)
    await door.company.do(RecordCompliance(order=order.code, state=Compliance.BLOCKED), door.company.admin.actor)
    answer = await door.get(f"/api/orders/{order.code}", by=keeper(door, order))
    card = answer.json()
    assert (answer.status_code, card["client_total_eur"], card["order"]["compliance"]) == (200, None, "blocked")
