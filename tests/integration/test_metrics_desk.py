"""The present of the desk: hot orders, load, signals, approvals, messages; and both doors to the numbers."""

import json
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

import pytest

from domain.commands import AcceptOrder, AdvanceOrder, DeclineOrder
from domain.measures import Period
from domain.orders import Status
from store.database import Database
from store.timeline import set_timeline
from store.views.workspace import (
    Workspace,
    workspace,
)
from tests.integration.desk import Desk
from tests.integration.door import Door, open_door, problem
from tests.integration.test_api_access import run, told


@pytest.fixture
async def desk(db: Database) -> Desk:
    return await Desk.open(db)


@pytest.fixture
async def door(desk: Desk) -> AsyncGenerator[Door]:
    async with open_door(desk) as door:
        yield door


async def seen(desk: Desk, *, days: int = 7) -> Workspace:
    period = Period(since=desk.now - timedelta(days=days), until=desk.now)
    async with desk.db.reading() as tx:
        return await workspace(tx, period, desk.policy, now=desk.now)


# ── hot orders ───────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_the_order_highest_on_the_ladder_burns_most_and_shows_owner_due_and_next_step(desk: Desk) -> None:
    first, second = await desk.orders(2)
    await desk.do(AcceptOrder(order=second.code), desk.by(second))
    await desk.pass_time(minutes=16)
    page = await seen(desk)
    assert [(order.code, order.step, order.clock) for order in page.hot_orders] == [
        (first.code, 1, "accept"),
        (second.code, 1, "first_contact"),
    ]
    await desk.pass_time(minutes=9)
    hottest = (await seen(desk)).hot_orders[0]
    assert (hottest.code, hottest.step, hottest.clock) == (second.code, 2, "first_contact")
    order = await desk.see(second)
    assert (hottest.owner_id, hottest.due_at, hottest.next_step) == (order.owner_id, order.due_at, order.next_step)
    assert hottest.owner in {member.name for member in desk.managers}


async def test_a_resolved_order_leaves_the_hot_list_and_the_heatmap_shows_what_is_broken_now(desk: Desk) -> None:
    order = await desk.order()
    await desk.pass_time(minutes=16)
    pending = (await seen(desk)).sla[0]
    assert (pending.stage, pending.critical, pending.broken_now) == (Status.PENDING_MANAGER, True, 1)
    assert pending.by_clock["accept"].broken == 1
    await desk.do(AcceptOrder(order=order.code), desk.by(order))
    page = await seen(desk)
    assert page.hot_orders == []
    assert page.sla[0].broken_now == 0
    assert page.sla[0].total.rate == pytest.approx(1 / 3)  # one attempt missed, the next and the stage kept


async def test_at_most_twenty_orders_are_called_hot(desk: Desk) -> None:
    await desk.orders(23)
    await desk.pass_time(minutes=16)
    assert len((await seen(desk)).hot_orders) == 20


# ── load ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_load_shows_stages_weights_capacity_and_how_the_period_went(desk: Desk) -> None:
    orders = await desk.orders(3)
    mine = {order.owner_id: order for order in orders}
    anna = mine[desk.anna.id]
    await desk.do(AcceptOrder(order=anna.code), desk.by(anna))
    anna = await desk.full_check(anna)
    await desk.do(AdvanceOrder(order=anna.code, to=Status.AWAITING_PAYMENT), desk.by(anna))
    boris = mine[desk.boris.id]
    await desk.do(DeclineOrder(order=boris.code, reason="занят"), desk.by(boris))
    await desk.pass_time(minutes=16)
    loads = {load.name: load for load in (await seen(desk)).managers}
    assert set(loads) == {"Анна", "Борис", "Вера"}
    assert loads["Анна"].by_stage["awaiting_payment"] == 1
    assert (loads["Анна"].accepted, loads["Борис"].declined, loads["Борис"].by_stage) == (1, 1, {})
    assert loads["Вера"].breaches >= 1
    for load in loads.values():
        weights = {"pending_manager": 1.0, "awaiting_payment": 0.5}
        assert load.load == sum(weights[stage] * count for stage, count in load.by_stage.items())
        assert load.utilisation == pytest.approx(load.load / 20)


async def test_an_order_let_lie_twice_counts_as_not_accepted_for_whom_it_was_taken_from(desk: Desk) -> None:
    order = await desk.order()
    await desk.pass_time(minutes=16)
    await desk.pass_time(minutes=16)
    loads = {load.person_id: load for load in (await seen(desk)).managers}
    assert loads[order.owner_id or 0].not_accepted == 1
    assert (await desk.see(order)).owner_id != order.owner_id


# ── what waits ───────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_signals_approvals_messages_and_decisions_are_counted(desk: Desk) -> None:
    order = await desk.to_status(await desk.order(), Status.AWAITING_PAYMENT)
    order = await desk.confirmed(order)
    asked = await desk.ask(AdvanceOrder(order=order.code, to=Status.READY_FOR_SHIPMENT), desk.by(order))
    other = await desk.order()
    await desk.pass_time(hours=30)
    page = await seen(desk)
    signals = {row["severity"]: row["n"] for row in await desk.rows(OPEN_SIGNALS)}
    assert {row.severity.value: row.open for row in page.signals if row.open} == signals
    assert page.approvals.count == len(await desk.pending())
    assert page.outbox["queued"] == len(await desk.messages())
    assert page.decisions[0].id == max(row["id"] for row in await desk.decisions())
    assert len(page.decisions) == 10
    assert {decision.order for decision in page.decisions} <= {order.code, other.code, None}
    assert asked.approval_id > 0


OPEN_SIGNALS = """
SELECT severity, count(*) AS n FROM ai_signals WHERE status IN ('open', 'acknowledged', 'snoozed') GROUP BY severity
"""


# ── the doors ────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_the_workspace_is_for_those_who_see_all_and_not_for_managers(door: Door) -> None:
    for path in ("/api/admin/workspace", "/api/kpi", "/api/kpi/before-after"):
        query = {"at": "2026-11-18T08:00:00Z"} if path.endswith("after") else {}
        for member in (door.company.viewer, door.company.admin, door.company.owner):
            assert (await door.get(path, by=member, **query)).status_code == 200, path
        problem(await door.get(path, by=door.company.anna, **query), 403, "forbidden")
        problem(await door.client.get(path, params=query), 401, "unauthenticated")


async def test_the_workspace_tells_kpis_queue_load_and_the_rest_in_json(door: Door) -> None:
    company = door.company
    await company.orders(2)
    await company.pass_time(minutes=16)
    body: dict[str, Any] = (await door.get("/api/admin/workspace", by=company.head, period="30d")).json()
    assert {"kpis", "queue", "hot_orders", "sla", "managers", "signals", "approvals", "outbox", "decisions"} <= set(
        body
    )
    pending = next(kpi for kpi in body["kpis"] if kpi["key"] == "pending_manager_orders")
    assert (pending["value"], pending["previous"], pending["unit"], pending["trend"]) == (2, 0, "orders", "bad")
    assert body["queue"][0] | {"oldest_since": None} == {
        "status": "pending_manager",
        "orders": 2,
        "under_4h": 2,
        "from_4h_to_24h": 0,
        "from_24h_to_72h": 0,
        "over_72h": 0,
        "oldest_since": None,
    }
    assert len(body["hot_orders"]) == 2


@pytest.mark.parametrize(
    ("path", "field", "query"),
    [
        ("/api/kpi", "period", {"period": "week"}),
        ("/api/kpi", "period", {"period": "900d"}),
        ("/api/admin/workspace", "until", {"until": "2030-01-01T00:00:00Z"}),
        ("/api/kpi", "until", {"until": "2026-11-18"}),
        ("/api/kpi/before-after", "window", {"at": "2026-11-01T00:00:00Z", "window": "1s"}),
        ("/api/kpi/before-after", "at", {"at": "2030-11-01T00:00:00Z"}),
    ],
)
async def test_a_wrong_period_is_a_problem_that_names_the_field_and_what_is_allowed(
    door: Door, path: str, field: str, query: dict[str, str]
) -> None:
    body = problem(await door.get(path, by=door.company.admin, **query), 422, "invalid-input")
    assert field in str(body["field"])
    assert body["allowed"]


async def test_the_command_line_tells_the_kpis_as_a_table_and_as_json(
    database_url: str, desk: Desk, db: Database
) -> None:
    await desk.orders(3)
    async with db.transaction() as tx:
        await set_timeline(tx, company_at=desk.now + timedelta(hours=1), speed=0)
    found = {kpi["key"]: kpi for kpi in told(database_url, "kpi", "--period", "7d")["kpis"]}
    assert (found["pending_manager_orders"]["value"], found["pending_manager_orders"]["previous"]) == (3, 0)
    table = run(database_url, "kpi").stdout
    assert "Заказы, которые ждут менеджера" in table
    assert "Доля с ответственным и следующим шагом" in table
    at = (desk.now - timedelta(hours=2)).isoformat()
    report = told(database_url, "kpi", "before-after", "--at", at, "--window", "2d")
    assert report["complete"] is False
    assert {change["key"] for change in report["kpis"]} == set(found)
    text = run(database_url, "kpi", "before-after", "--at", at).stdout
    assert "снизить на 30" in text
    assert json.dumps(report)


def test_a_date_without_a_zone_is_told_in_one_line(database_url: str) -> None:
    done = run(database_url, "kpi", "before-after", "--at", "2026-03-01")
    assert (done.returncode, done.stdout) == (1, "")
    assert "2026-03-01T00:00:00+03:00" in done.stderr
