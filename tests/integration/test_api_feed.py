"""The CRM feed over HTTP: who may send, in which forms, how much, and what the answers look like."""

import base64
import json
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from standardwebhooks.webhooks import Webhook

from api.throttle import Rates
from store.access import auth
from store.database import Database
from tests.integration.crm import Crm
from tests.integration.desk import Desk
from tests.integration.door import Door, open_door, problem

SECRET = f"whsec_{base64.b64encode(b'a secret of thirty-two bytes, yes').decode()}"


@pytest.fixture
async def door(db: Database) -> AsyncGenerator[Door]:
    async with open_door(await Desk.open(db)) as door:
        yield door


@pytest.fixture
def crm(door: Door) -> Crm:
    return Crm(door.company)


def request(crm_id: str = "k-1", **fields: Any) -> dict[str, Any]:
    return {"crm_id": crm_id, "client_name": "Иван", "bike": "Trek", "price_eur": 1500, **fields}


# ── orders ───────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("form", ["alone", "list", "named"])
async def test_orders_come_alone_in_a_list_or_under_their_name(door: Door, form: str) -> None:
    body = {"alone": request(), "list": [request()], "named": {"orders": [request()]}}[form]
    answer = await door.feed("orders", body)
    assert answer.status_code == 201
    (result,) = answer.json()["results"]
    order = await door.company.see(result["order"])
    assert (result["crm_id"], result["outcome"], result["owner_id"]) == ("k-1", "created", order.owner_id)


async def test_an_order_posted_twice_is_known_the_second_time(door: Door) -> None:
    answers = [await door.feed("orders", request()) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    first, second = (answer.json()["results"][0] for answer in answers)
    assert (second["outcome"], second["order"]) == ("known", first["order"])


@pytest.mark.parametrize(
    ("fields", "field", "allowed"),
    [
        ({"delivery_method": "teleport"}, "delivery_method", "cargo"),
        ({"price_eur": 499}, "price_eur", "500 to 5000 EUR"),
        ({"price_eur": "dear"}, "price_eur", "a number"),
        (
            {"created_at": "2026-11-18T09:00:00"},
            "created_at",
            "a time with its zone, such as 2026-11-18T12:00:00+03:00",
        ),
        ({"colour": "red"}, "colour", "delivery_method"),
        ({"crm_id": ""}, "crm_id", "length at least 1"),
        ({"bike": "\x00"}, "bike", None),
    ],
)
async def test_a_bad_order_alone_is_a_problem_that_names_field_and_allowed_values(
    door: Door, fields: dict[str, Any], field: str, allowed: str | None
) -> None:
    body = problem(await door.feed("orders", request() | fields), 422, "invalid-input")
    assert body["field"] == field
    assert allowed is None or allowed in body["allowed"]
    assert await door.company.value("SELECT count(*) FROM quarantine") == 1


async def test_a_bad_order_in_a_wave_does_not_sink_the_others(door: Door) -> None:
    answer = await door.feed("orders", [request("k-1"), request("k-2", price_eur=1), request("k-3")])
    assert answer.status_code == 201
    results = answer.json()["results"]
    assert [result["outcome"] for result in results] == ["created", "rejected", "created"]
    assert results[1]["error"]["allowed"] == ["500 to 5000 EUR"]


async def test_a_wave_is_shared_out_as_one_decision(door: Door) -> None:
    await door.feed("orders", {"orders": [request(f"k-{number}") for number in range(30)]})
    assert sorted((await door.company.loads()).values()) == [10.0, 10.0, 10.0]


# ── events ───────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_every_event_of_a_batch_has_its_own_result(door: Door, crm: Crm) -> None:
    order = await door.company.order()
    batch = [
        crm.event("note_added", order, text="Привет"),
        crm.event("status_changed", order, status="teleported"),
        crm.event("note_added", "k-404", text="рано"),
        {"event_id": 7},
    ]
    answer = await door.feed("events", {"events": batch})
    assert answer.status_code == 202
    results = answer.json()["results"]
    assert [result["outcome"] for result in results] == ["applied", "rejected", "waiting", "rejected"]
    assert [result["event_id"] for result in results] == ["e-1", "e-2", "e-3", None]
    assert (results[0]["order"], results[0]["error"]) == (order.code, None)
    assert "inspection" in results[1]["error"]["allowed"]
    assert results[2]["error"]["type"] == "urn:holacracy:problem:not-found"
    assert results[3]["error"]["field"]


async def test_a_batch_in_which_all_is_settled_is_answered_with_200(door: Door, crm: Crm) -> None:
    order = await door.company.order()
    assert (await door.feed("events", crm.event("note_added", order, text="один"))).status_code == 200


async def test_an_event_that_needs_approval_names_it(door: Door, crm: Crm) -> None:
    order = await door.company.order(price_eur=500)
    await door.feed("events", crm.event("payment_received", order, amount_eur=100))
    await door.feed("events", crm.event("status_changed", order, status="inspection"))
    await door.feed("events", [crm.full_check(order), crm.event("note_added", order, text="ок")])
    await door.feed("events", crm.event("status_changed", order, status="check_ready"))
    answer = await door.feed("events", crm.event("order_cancelled", order, reason_code="bike_unavailable"))
    assert answer.status_code == 202
    (result,) = answer.json()["results"]
    assert result["outcome"] == "approval"
    assert result["approval"]["voters"] == ["head", "owner"]


async def test_kept_events_that_follow_are_reported_with_what_freed_them(door: Door, crm: Crm) -> None:
    await door.feed("events", crm.event("note_added", "k-1", text="рано"))
    answer = await door.feed("events", crm.created("k-1"))
    assert [one["event_id"] for one in answer.json()["released"]] == ["e-1"]


# ── who may send ─────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("path", ["/api/crm/orders", "/api/crm/events"])
async def test_nobody_sends_without_token_or_signature(door: Door, path: str) -> None:
    answer = await door.client.post(path, json=request())
    assert "Authorization: Bearer" in problem(answer, 401, "unauthenticated")["allowed"]
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_wrong_or_revoked_token_is_refused(door: Door) -> None:
    wrong = await door.client.post("/api/crm/orders", json=request(), headers={"Authorization": "Bearer crm_wrong"})
    problem(wrong, 401, "unauthenticated")
    token = await door.token(None)
    async with door.company.db.transaction() as tx:
        await auth.revoke_token(tx, 1, now=door.wall())
    revoked = await door.client.post("/api/crm/orders", json=request(), headers={"Authorization": f"Bearer {token}"})
    problem(revoked, 401, "unauthenticated")
    assert await door.company.value("SELECT count(*) FROM orders") == 0


async def test_a_persons_token_does_not_open_the_feed_nor_the_feeds_the_api(door: Door) -> None:
    feed = await door.post("/api/crm/orders", request(), by=door.company.owner)
    assert problem(feed, 403, "forbidden")["allowed"] == ["a token of scope crm"]
    api = await door.send("GET", "/api/orders", by=None)
    assert problem(api, 403, "forbidden")["allowed"] == ["a token of scope person"]


async def test_a_tokens_last_use_is_noted_and_its_secret_stored_nowhere(door: Door) -> None:
    await door.feed("orders", request())
    (row,) = await door.company.rows("SELECT * FROM api_tokens")
    assert row["last_used_at"] == door.wall()
    assert (await door.token(None)) not in str(row)


# ── signatures ───────────────────────────────────────────────────────────────────────────────────────────────────────
async def signed(door: Door, body: object, *, message: str = "msg-1", **changes: Any) -> httpx.Response:
    """Send as a signer of Standard Webhooks; `changes` replace headers or the body after it was signed."""
    text = json.dumps(body)
    at = changes.pop("at", datetime.now(UTC))  # noqa: TID251 - the library compares with the machine's clock
    headers = {
        "webhook-id": message,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(changes.pop("secret", SECRET)).sign(message, at, text),
    }
    content = changes.pop("content", text)
    return await door.client.post("/api/crm/events", content=content, headers=headers | changes)


@pytest.fixture
async def signer(door: Door) -> None:
    async with door.company.db.transaction() as tx:
        await auth.add_webhook(tx, name="crm", secret=SECRET, now=door.wall())


@pytest.mark.usefixtures("signer")
async def test_a_signed_message_is_taken_in(door: Door, crm: Crm) -> None:
    order = await door.company.order()
    answer = await signed(door, crm.event("note_added", order, text="подписано"))
    assert [one["outcome"] for one in answer.json()["results"]] == ["applied"]
    assert await door.company.value("SELECT last_used_at FROM webhook_secrets") == door.wall()


@pytest.mark.usefixtures("signer")
async def test_a_signed_message_sent_again_is_a_duplicate_altogether(door: Door, crm: Crm) -> None:
    order = await door.company.order()
    batch = [crm.event("note_added", order, text="раз"), {"no": "event"}]
    await signed(door, batch)
    answer = await signed(door, batch)
    assert [one["outcome"] for one in answer.json()["results"]] == ["duplicate", "duplicate"]
    assert await door.company.value("SELECT count(*) FROM order_notes") == 1
    assert await door.company.value("SELECT attempts FROM quarantine") == 1


@pytest.mark.usefixtures("signer")
async def test_another_body_under_a_known_message_id_is_not_taken_for_a_repetition(door: Door, crm: Crm) -> None:
    order = await door.company.order()
    for words in ("раз", "два"):
        answer = await signed(door, crm.event("note_added", order, text=words))
        assert [one["outcome"] for one in answer.json()["results"]] == ["applied"]


@pytest.mark.usefixtures("signer")
async def test_message_ids_too_old_to_come_again_are_forgotten(door: Door, crm: Crm) -> None:
    order = await door.company.order()
    await signed(door, crm.event("note_added", order, text="раз"), message="old")
    door.wall.forward(hours=1)
    await signed(door, crm.event("note_added", order, text="два"), message="new")
    assert [name[:3] for name in await door.company.column("SELECT id FROM webhook_messages")] == ["new"]


@pytest.mark.usefixtures("signer")
@pytest.mark.parametrize(
    "changes",
    [
        {"content": '{"tampered": true}'},
        {"webhook-signature": "v1,bm9uZQ=="},
        {"webhook-signature": "nonsense"},
        {"webhook-timestamp": "yesterday"},
        {"at": datetime(2020, 1, 1, tzinfo=UTC)},
        {"at": datetime(2100, 1, 1, tzinfo=UTC)},
        {"secret": "whsec_b3RoZXI="},
        {"content": b"\xff\xfe"},
    ],
    ids=["body", "signature", "no signature", "no time", "too old", "too new", "another secret", "no text"],
)
async def test_what_is_not_signed_as_it_should_be_is_refused(door: Door, crm: Crm, changes: dict[str, Any]) -> None:
    order = await door.company.order()
    answer = await signed(door, crm.event("note_added", order, text="?"), **changes)
    problem(answer, 401, "unauthenticated")
    assert await door.company.value("SELECT count(*) FROM order_notes") == 0


@pytest.mark.usefixtures("signer")
async def test_two_secrets_are_in_force_while_they_are_exchanged_and_a_revoked_one_is_not(door: Door, crm: Crm) -> None:
    newer = f"whsec_{base64.b64encode(b'another secret of the same size!').decode()}"
    async with door.company.db.transaction() as tx:
        await auth.add_webhook(tx, name="newer", secret=newer, now=door.wall())
    order = await door.company.order()
    for number, secret in enumerate((SECRET, newer)):
        event = crm.event("note_added", order, text="раз")
        assert (await signed(door, event, message=f"m-{number}", secret=secret)).status_code == 200
    async with door.company.db.transaction() as tx:
        await auth.revoke_webhook(tx, 1, now=door.wall())
    problem(await signed(door, crm.event("note_added", order, text="два"), message="m-9"), 401, "unauthenticated")


# ── how much ─────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_more_than_a_thousand_events_at_once_are_too_many(door: Door) -> None:
    body = problem(await door.feed("events", [None] * 1001), 413, "too-large")
    assert body["allowed"] == ["at most 1000 events at once"]
    assert await door.company.value("SELECT count(*) FROM quarantine") == 0


async def test_a_body_beyond_the_limit_is_refused_whether_it_says_so_or_not(door: Door) -> None:
    huge = b" " * (16 * 1024**2 + 1)

    async def in_pieces() -> AsyncGenerator[bytes]:
        for start in range(0, len(huge), 1024**2):
            yield huge[start : start + 1024**2]

    for content in (huge, in_pieces()):
        answer = await door.send("POST", "/api/crm/events", by=None, content=content)
        assert problem(answer, 413, "too-large")["allowed"] == [f"at most {16 * 1024**2} bytes"]


@pytest.mark.parametrize("content", ["", "{", "[NaN]", "[" * 100_000, "\xff"], ids=["empty", "cut", "NaN", "deep", "?"])
async def test_what_is_no_json_is_said_to_be_none(door: Door, content: str) -> None:
    answer = await door.send("POST", "/api/crm/events", by=None, content=content.encode("latin-1"))
    problem(answer, 400, "not-json")


@pytest.mark.parametrize("content", ["7", '"text"', '{"events": 7}', "null"])
async def test_json_that_is_neither_object_nor_list_is_refused(door: Door, content: str) -> None:
    body = problem(await door.send("POST", "/api/crm/events", by=None, content=content), 422, "invalid-input")
    assert "a list" in body["allowed"]


async def test_a_sender_beyond_the_rate_is_told_when_to_come_again(db: Database) -> None:
    async with open_door(await Desk.open(db), rates=Rates(feed=3)) as door:
        for _ in range(3):
            assert (await door.feed("orders", request())).is_success
        late = await door.feed("orders", request())
        problem(late, 429, "too-many-requests")
        assert 1 <= int(late.headers["retry-after"]) <= 60


async def test_guessing_tokens_is_slowed_down(db: Database) -> None:
    async with open_door(await Desk.open(db), rates=Rates(failed=3)) as door:
        guesses = [
            await door.client.post("/api/crm/orders", json={}, headers={"Authorization": f"Bearer guess-{number}"})
            for number in range(4)
        ]
        assert [guess.status_code for guess in guesses] == [401, 401, 401, 429]
