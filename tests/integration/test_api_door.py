"""The door itself: traces, headers, problems, health, numbers, its own description."""

import json
from collections.abc import AsyncGenerator
from typing import Any

import httpx
import pytest
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from api.actions import ON_NUMBERS, ON_ORDERS
from guardrails.gate import Gate
from store import heartbeats
from store.database import Database
from tests.integration.crm import Crm
from tests.integration.desk import Desk
from tests.integration.door import Door, open_door, problem


@pytest.fixture
async def door(db: Database) -> AsyncGenerator[Door]:
    async with open_door(await Desk.open(db)) as door:
        yield door


# ── traces, headers, problems ────────────────────────────────────────────────────────────────────────────────────────
async def test_a_trace_id_of_the_caller_is_kept_and_nonsense_is_replaced(door: Door) -> None:
    given = await door.client.get("/healthz", headers={"X-Request-Id": "abc-12345"})
    assert given.headers["x-request-id"] == "abc-12345"
    for nonsense in ("short", "with space in", "x" * 65, "inj<script>ected"):
        answer = await door.client.get("/healthz", headers={"X-Request-Id": nonsense})
        assert answer.headers["x-request-id"] != nonsense


async def test_every_answer_carries_the_headers_that_keep_browsers_safe(door: Door) -> None:
    for path in ("/healthz", "/api/orders", "/nowhere", "/static/app.css"):
        headers = (await door.client.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/nowhere", 404), ("DELETE", "/api/orders", 405), ("PUT", "/", 405)]
)
async def test_what_the_framework_refuses_is_a_problem_too(door: Door, method: str, path: str, status: int) -> None:
    problem(await door.client.request(method, path), status, f"http-{status}")


@pytest.mark.parametrize("content", ["{", "[NaN", "\x00"])
async def test_a_body_that_is_no_json_is_a_problem(door: Door, content: str) -> None:
    order = await door.company.order()
    headers = {"Content-Type": "application/json"}
    path = f"/api/orders/{order.code}/notes"
    answer = await door.send("POST", path, by=door.company.head, content=content, headers=headers)
    problem(answer, 400, "not-json")


async def test_a_body_beyond_a_megabyte_is_refused(door: Door) -> None:
    order = await door.company.order()
    path = f"/api/orders/{order.code}/notes"
    answer = await door.send("POST", path, by=door.company.head, json={"text": "x" * 1024**2})
    assert problem(answer, 413, "too-large")["allowed"] == [f"at most {1024**2} bytes"]


@pytest.mark.parametrize("path", ["/api/orders/%00", "/api/orders/%ED%A0%80", "/api/orders/" + "x" * 41])
async def test_an_address_that_can_name_nothing_is_a_problem(door: Door, path: str) -> None:
    answer = await door.send("GET", path, by=door.company.head)
    assert answer.status_code in {404, 422}
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_number_beyond_all_numbers_is_a_problem(door: Door) -> None:
    for path in (f"/api/violations/{10**30}/ack", f"/api/approvals/{10**30}/votes"):
        answer = await door.post(path, {"vote": "approve", "hash": "ab" * 16}, by=door.company.head)
        assert answer.status_code == 422


async def test_a_fault_of_ours_says_nothing_but_the_trace_and_is_logged(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = await door.company.order()

    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(Gate, "perform_all", broken)
    with capture_logs(processors=[merge_contextvars]) as logged:
        answer = await door.post(f"/api/orders/{order.code}/accept", by=door.company.head)
    body = problem(answer, 500, "internal-error")
    assert "secret" not in json.dumps(body)
    (fault,) = [line for line in logged if line["log_level"] == "error"]
    assert (fault["event"], fault["trace_id"]) == ("a request failed", body["trace_id"])
    assert fault["exc_info"]


async def test_one_time_codes_and_tokens_never_reach_the_log(door: Door) -> None:
    link = await door.link(door.company.head)
    with capture_logs() as lines:
        await door.client.get(link)
        await door.get("/api/orders", by=door.company.head)
    logged = str(lines)
    assert "/login/{code}" in logged
    assert link.rpartition("/")[2] not in logged
    assert await door.token(door.company.head) not in logged


# ── health and numbers ───────────────────────────────────────────────────────────────────────────────────────────────
async def test_ready_means_database_and_migrations_and_names_silent_workers(door: Door) -> None:
    body = (await door.client.get("/readyz")).json()
    assert (body["ok"], body["database"], body["migrated"]) == (True, True, True)
    assert body["degraded"] == ["no worker has run yet"]
    async with door.company.db.transaction() as tx:
        await heartbeats.beat(tx, "worker", {})
        await heartbeats.beat(tx, "auditor", {})
        await tx.exec_driver_sql("UPDATE heartbeats SET at = at - interval '1 hour' WHERE name = 'auditor'")
    body = (await door.client.get("/readyz")).json()
    assert body["ok"]
    assert [(beat["name"], beat["stale"]) for beat in body["heartbeats"]] == [("auditor", True), ("worker", False)]
    assert body["degraded"][0].startswith("auditor silent for")


async def test_a_database_that_is_not_migrated_is_not_ready(door: Door, owner_db: Database) -> None:
    async with owner_db.transaction() as tx:
        await tx.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    answer = await door.client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["degraded"][0] == "run ./run migrate"


async def test_without_database_the_door_is_alive_but_not_ready(db: Database) -> None:
    company = await Desk.open(db)
    nowhere = Database("postgresql://nobody@127.0.0.1:1/nothing", patience=0.1)
    company.db = nowhere
    try:
        async with open_door(company) as door:
            assert (await door.client.get("/healthz")).status_code == 200
            answer = await door.client.get("/readyz")
            assert (answer.status_code, answer.json()["database"]) == (503, False)
            assert "desk_database_up 0.0" in (await door.client.get("/metrics")).text
            refused = await door.client.get("/api/orders", headers={"Authorization": "Bearer x"})
            problem(refused, 503, "database-unavailable")
            assert int(refused.headers["retry-after"]) > 0
    finally:
        await nowhere.close()


def number(metrics: httpx.Response, line: str) -> float:
    """The value of one metric."""
    return next(float(row.rpartition(" ")[2]) for row in metrics.text.splitlines() if row.startswith(line + " "))


async def test_prometheus_learns_of_requests_queue_outbox_clocks_journal_and_quarantine(door: Door) -> None:
    company = door.company
    await company.orders(2)
    await Crm(company).one("note_added", "k-404", text="рано")
    company.forward(hours=1)
    await door.client.get("/api/orders")
    metrics = await door.client.get("/metrics")
    assert metrics.headers["content-type"].startswith("text/plain")
    assert number(metrics, 'desk_http_requests_total{method="GET",route="/api/orders",status="401"}') == 1
    assert number(metrics, 'desk_http_request_seconds_count{method="GET",route="/api/orders"}') == 1
    assert number(metrics, "desk_database_up") == 1
    assert number(metrics, 'desk_jobs_waiting{queue="delivery"}') == 2
    assert number(metrics, 'desk_outbox{state="queued"}') == 2
    assert number(metrics, "desk_clocks_due") == 2
    assert number(metrics, "desk_journal_unsealed") == 3
    assert number(metrics, 'desk_quarantine{state="waiting"}') == 1


async def test_routes_in_the_numbers_are_templates_so_that_they_stay_few(door: Door) -> None:
    for code in ("1", "2", "3"):
        await door.client.get(f"/api/orders/{code}")
        await door.client.get(f"/nowhere/{code}")
    metrics = (await door.client.get("/metrics")).text
    assert 'route="/api/orders/{code}"' in metrics
    assert 'route="none"' in metrics
    assert "/nowhere" not in metrics


# ── its own description ──────────────────────────────────────────────────────────────────────────────────────────────
CONTRACT = {
    ("post", "/api/crm/orders"),
    ("post", "/api/crm/events"),
    ("get", "/api/orders"),
    ("get", "/api/orders/{code}"),
    ("post", "/api/orders/{code}/transitions"),
    ("put", "/api/orders/{code}/checklist/{point}"),
    ("get", "/api/signals"),
    ("get", "/api/decisions"),
    ("get", "/api/approvals"),
    ("post", "/api/approvals/{approval_id}/votes"),
    ("get", "/api/managers"),
    ("get", "/healthz"),
    ("get", "/readyz"),
    ("get", "/metrics"),
}


async def described(door: Door) -> dict[str, Any]:
    return (await door.client.get("/openapi.json")).json()


async def test_the_description_has_every_promised_route(door: Door) -> None:
    paths = (await described(door))["paths"]
    routes = {(method, path) for path, operations in paths.items() for method in operations}
    assert routes >= CONTRACT
    assert routes >= {("post", f"/api/orders/{{code}}/{path}") for path in ON_ORDERS}
    assert routes >= {("post", f"/api/{entry.path}") for entry in ON_NUMBERS}


async def test_every_reference_of_the_description_leads_somewhere(door: Door) -> None:
    text = json.dumps(await described(door))
    schemas = (await described(door))["components"]["schemas"]
    named = {part.partition('"')[0] for part in text.split('"#/components/schemas/')[1:]}
    assert named - set(schemas) == set()
    assert {"CrmEvent", "NewOrder", "EventBatch", "OrderBatch"} <= set(schemas)


async def test_the_body_of_an_action_is_described_by_the_commands_own_fields(door: Door) -> None:
    schemas = (await described(door))["components"]["schemas"]
    assert set(schemas["DeclineOrderBody"]["properties"]) == {"version", "reason"}
    assert schemas["DeclineOrderBody"]["required"] == ["reason"]
    assert schemas["DeclineOrderBody"]["properties"]["reason"]["maxLength"] == 500


async def test_the_description_is_a_page_without_anything_from_elsewhere(door: Door) -> None:
    page = await door.client.get("/docs")
    assert page.status_code == 200
    assert "/api/orders/{code}/transitions" in page.text
    assert "cdn" not in page.text
