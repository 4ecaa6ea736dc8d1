"""What a person reads when an address is wrong, when a page is not theirs, and when the fault is ours."""

from collections.abc import AsyncGenerator

import pytest

from api.pages import doors
from store.database import Database
from tests.integration.desk import Desk
from tests.integration.door import SAME_SITE, Door, open_door, problem

BROWSER = {"Accept": "text/html,application/xhtml+xml", **SAME_SITE}
PANEL = {"HX-Request": "true", **SAME_SITE}


@pytest.fixture
async def door(db: Database) -> AsyncGenerator[Door]:
    async with open_door(await Desk.open(db)) as door:
        yield door


@pytest.mark.parametrize(
    ("method", "path", "status", "words"),
    [("GET", "/nothing/here", 404, "Такой страницы нет"), ("POST", "/pulse", 405, "страница не открывается")],
)
async def test_a_browser_that_lost_its_way_gets_a_page_and_a_way_home(
    door: Door, method: str, path: str, status: int, words: str
) -> None:
    answer = await door.client.request(method, path, headers=BROWSER)
    assert answer.status_code == status
    assert words in answer.text
    assert 'href="/"' in answer.text
    assert "default-src 'none'; script-src 'self'" in answer.headers["content-security-policy"]


async def test_a_wrong_method_still_names_the_right_ones_to_programs(door: Door) -> None:
    assert (await door.client.post("/pulse", headers=BROWSER)).headers["allow"] == "GET"
    problem(await door.client.get("/api/nothing", headers=BROWSER), 404, "http-404")


async def test_a_page_of_other_roles_says_whose_it_is(door: Door) -> None:
    await door.sign_in(door.company.anna)
    answer = await door.client.get("/system", headers=BROWSER)
    assert answer.status_code == 403
    assert "Её видят: администратор, руководитель, владелец." in answer.text


async def test_a_fault_of_ours_is_said_in_words_with_the_number_of_its_log_line(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(doors, "session_of", broken)
    for headers in (BROWSER, PANEL):
        answer = await door.client.get("/", headers=headers)
        assert answer.status_code == 500
        assert answer.headers["x-request-id"] in answer.text
        assert answer.headers.get("hx-retarget") == ("#notes" if headers is PANEL else None)


async def test_too_much_at_once_is_said_in_words(door: Door) -> None:
    await door.sign_in(door.company.head)
    data = {"reason": "x" * 1_100_000}
    answer = await door.client.post("/do/set_ai_mode", data=data, headers=BROWSER)
    assert answer.status_code == 413
    assert "Слишком много" in answer.text
