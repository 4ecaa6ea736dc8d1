"""Signing in by a one-time link: used once, by a person's own click, for a session that ends."""

import re
from collections.abc import AsyncGenerator

import httpx
import pytest

from api.throttle import Rates
from store.access import auth, sessions
from store.database import Database
from tests.integration.desk import Desk
from tests.integration.door import SAME_SITE, Door, open_door, problem


@pytest.fixture
async def door(db: Database) -> AsyncGenerator[Door]:
    async with open_door(await Desk.open(db)) as door:
        yield door


async def test_the_link_shows_a_button_and_the_button_signs_in(door: Door) -> None:
    link = await door.link(door.company.head)
    for _ in range(3):  # messengers look at links before people do
        preview = await door.client.get(link)
        assert preview.status_code == 200
        assert f'action="{link}"' in preview.text
    answer = await door.client.post(link, headers=SAME_SITE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    home = await door.client.get("/", follow_redirects=True)
    assert home.status_code == 200
    assert "Павел" in home.text
    assert "руководитель" in home.text


async def test_a_session_reads_and_acts_as_its_person(door: Door) -> None:
    order = await door.company.order()
    await door.sign_in(door.company.head)
    assert len((await door.client.get("/api/orders")).json()["items"]) == 1
    path = f"/api/orders/{order.code}/notes"
    assert (await door.client.post(path, json={"text": "Вижу"}, headers=SAME_SITE)).status_code == 200
    (row,) = await door.company.decisions("add_note")
    assert (row["actor"], row["channel"]) == (f"person:{door.company.head.id}", "web")


async def test_a_link_works_once(door: Door) -> None:
    link = await door.link(door.company.head)
    await door.client.post(link, headers=SAME_SITE)
    for answer in (await door.client.get(link), await door.client.post(link, headers=SAME_SITE)):
        assert answer.status_code == 410
        assert "не действует" in answer.text
    assert await door.company.value("SELECT count(*) FROM sessions") == 1


async def test_a_link_ends_after_ten_minutes(door: Door) -> None:
    link = await door.link(door.company.head)
    door.wall.forward(minutes=10)
    assert (await door.client.post(link, headers=SAME_SITE)).status_code == 410


async def test_an_invitation_to_the_bot_does_not_open_the_pages(door: Door) -> None:
    async with door.company.db.transaction() as tx:
        code = await auth.add_code(tx, purpose="invite", person_id=door.company.head.id, now=door.wall())
    assert (await door.client.post(f"/login/{code}", headers=SAME_SITE)).status_code == 410


async def test_a_person_who_has_left_does_not_come_in_nor_stay_in(door: Door) -> None:
    link = await door.link(door.company.head)
    await door.sign_in(door.company.head)
    async with door.company.db.transaction() as tx:
        await tx.exec_driver_sql("UPDATE people SET active = false WHERE id = %s", (door.company.head.id,))
    problem(await door.client.get("/api/orders"), 401, "unauthenticated")
    assert (await door.client.post(link, headers=SAME_SITE)).status_code == 410


async def test_a_session_ends_a_week_after_its_last_use(door: Door) -> None:
    await door.sign_in(door.company.head)
    for _ in range(3):
        door.wall.forward(days=6)
        assert (await door.client.get("/api/orders")).status_code == 200
    door.wall.forward(days=7)
    problem(await door.client.get("/api/orders"), 401, "unauthenticated")


async def test_signing_out_ends_the_session_itself_not_only_the_cookie(door: Door) -> None:
    await door.sign_in(door.company.head)
    kept = dict(door.client.cookies)
    answer = await door.client.post("/logout", headers=SAME_SITE)
    assert answer.status_code == 303
    assert list(door.client.cookies) == ["desk-known"]
    door.client.cookies.update(kept)
    problem(await door.client.get("/api/orders"), 401, "unauthenticated")
    assert (await door.client.get("/")).headers["location"] == "/login"


async def test_all_sessions_of_a_person_can_be_ended(door: Door) -> None:
    await door.sign_in(door.company.head)
    async with door.company.db.transaction() as tx:
        assert await sessions.end(tx, door.company.head.id, now=door.wall()) == 1
    problem(await door.client.get("/api/orders"), 401, "unauthenticated")


async def test_neither_code_nor_session_is_stored_in_clear(door: Door) -> None:
    link = await door.link(door.company.head)
    await door.sign_in(door.company.head)
    rows = [await door.company.rows(f"SELECT * FROM {table}") for table in ("sessions", "one_time_codes")]
    assert link.rpartition("/")[2] not in str(rows)
    assert next(iter(door.client.cookies.values())) not in str(rows)


# ── other sites ──────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Origin": "http://desk.test"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://desk.test"}, 403),
        ({"Origin": "http://evil.test"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 403),
    ],
)
async def test_a_request_that_rides_on_the_cookie_from_elsewhere_changes_nothing(
    door: Door, headers: dict[str, str], status: int
) -> None:
    order = await door.company.order()
    await door.sign_in(door.company.head)
    answer = await door.client.post(f"/api/orders/{order.code}/notes", json={"text": "?"}, headers=headers)
    assert answer.status_code == status
    assert await door.company.value("SELECT count(*) FROM order_notes") == (1 if status == 200 else 0)


async def test_another_site_cannot_sign_a_visitor_in_or_out(door: Door) -> None:
    link = await door.link(door.company.viewer)
    answer = await door.client.post(link, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert "Так не получится" in answer.text
    await door.sign_in(door.company.head)
    assert (await door.client.post("/logout", headers={"Sec-Fetch-Site": "cross-site"})).status_code == 403
    assert (await door.client.get("/", follow_redirects=True)).status_code == 200


async def test_a_token_needs_no_page_of_ours(door: Door) -> None:
    order = await door.company.order()
    headers = {"Sec-Fetch-Site": "cross-site"}
    answer = await door.send(
        "POST", f"/api/orders/{order.code}/notes", by=door.company.head, json={"text": "!"}, headers=headers
    )
    assert answer.status_code == 200


# ── the form of things ───────────────────────────────────────────────────────────────────────────────────────────────
def cookie(answer: httpx.Response) -> str:
    return answer.headers["set-cookie"].lower()


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(door: Door) -> None:
    answer = await door.client.post(await door.link(door.company.head), headers=SAME_SITE)
    assert {"httponly", "samesite=lax", "path=/", "max-age=604800"} <= set(re.split("; ", cookie(answer)))
    assert "secure" not in cookie(answer)


@pytest.mark.parametrize(
    ("spoken", "public"), [("https://desk.test", ""), ("http://desk.test", "https://desk.example")]
)
async def test_over_https_the_cookie_never_leaves_it(db: Database, spoken: str, public: str) -> None:
    async with open_door(await Desk.open(db), base_url=spoken, public_url=public) as door:
        answer = await door.client.post(await door.link(door.company.head), headers=SAME_SITE)
        assert cookie(answer).startswith("__host-desk=")
        assert "secure" in cookie(answer)


async def test_pages_allow_nothing_from_elsewhere_and_are_not_kept(door: Door) -> None:
    for path in ("/login", "/docs", await door.link(door.company.head)):
        page = await door.client.get(path)
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert (page.headers["cache-control"], page.headers["referrer-policy"]) == ("no-store", "same-origin")
        assert "<script" not in page.text
        assert not re.search(r'(src|href)="(https?:)?//', page.text)
        assert " style=" not in page.text


async def test_a_visitor_without_session_is_told_how_to_come_in(door: Door) -> None:
    page = await door.client.get("/", follow_redirects=True)
    assert page.status_code == 200
    assert "./run user login" in page.text


async def test_trying_codes_is_slowed_down(db: Database) -> None:
    async with open_door(await Desk.open(db), rates=Rates(sign_in=3)) as door:
        answers = [await door.client.get(f"/login/guess-{number}") for number in range(4)]
        assert [answer.status_code for answer in answers] == [410, 410, 410, 429]
