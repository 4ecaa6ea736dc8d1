"""Every route of the application as every role, as nobody, with tokens, and from another site.

What is declared here and in `api/pages/places.py` is compared with what the server does. A route that nobody has
declared fails the walk: whoever adds one says here who may use it.
"""

from collections.abc import AsyncGenerator, Mapping
from enum import StrEnum
from typing import Final

import pytest

from api.actions import ON_NUMBERS, ON_ORDERS
from api.app import create_app
from api.pages.places import EVERYBODY, PLACES, Place
from domain.people import Role
from domain.viewers import LEADS, SEES_ALL
from store.database import Database
from tests.integration.desk import Desk, Member
from tests.integration.door import SAME_SITE, Door, open_door
from tests.integration.lived_in import SECRET, LivedIn, live_in
from tests.integration.walk import Answer, Way, ask, boards, ways

Key = tuple[str, str]


class Gateway(StrEnum):
    """Who is let in where it is not a matter of roles."""

    OPEN = "anybody"
    CRM = "the CRM's token"
    SHUT = "Telegram's secret, and none is agreed on here"


# ── what is declared ─────────────────────────────────────────────────────────────────────────────────────────────────
PAGES: Final[Mapping[Key, frozenset[Role] | Gateway]] = {
    ("GET", "/"): Gateway.OPEN,
    ("POST", "/logout"): Gateway.OPEN,
    ("POST", "/look"): Gateway.OPEN,
    ("GET", "/docs"): Gateway.OPEN,
    ("GET", "/menu"): EVERYBODY,
    ("GET", "/live"): EVERYBODY,
    ("POST", "/do/{name}"): EVERYBODY,
    ("GET", "/queue/levers/{code}"): LEADS,
    ("POST", "/queue/reassign"): LEADS,
}
"""Pages whose rule is not their place's in `places.py`. What the gate decides is open to everybody here."""

PREFIXES: Final[Mapping[str, frozenset[Role] | Gateway]] = {
    "login": Gateway.OPEN,
    "orders": EVERYBODY,
    "account": EVERYBODY,
}
"""Pages without an entry in the menu, by the first word of their address; a manager gets to their own orders only."""

API: Final[Mapping[Key, frozenset[Role] | Gateway]] = {
    ("GET", "/openapi.json"): Gateway.OPEN,
    ("GET", "/healthz"): Gateway.OPEN,
    ("GET", "/readyz"): Gateway.OPEN,
    ("GET", "/metrics"): Gateway.OPEN,
    ("POST", "/telegram/webhook"): Gateway.SHUT,
    ("POST", "/api/crm/orders"): Gateway.CRM,
    ("POST", "/api/crm/events"): Gateway.CRM,
    ("GET", "/api/orders"): EVERYBODY,
    ("GET", "/api/orders/{code}"): EVERYBODY,
    ("GET", "/api/orders/{code}/next-steps"): EVERYBODY,
    ("GET", "/api/signals"): EVERYBODY,
    ("GET", "/api/managers"): EVERYBODY,
    ("GET", "/api/rulings"): EVERYBODY,
    ("GET", "/api/decisions"): LEADS,
    ("GET", "/api/approvals"): LEADS,
    ("GET", "/api/approvals/{approval_id}"): LEADS | {Role.MANAGER},
    ("GET", "/api/admin/workspace"): SEES_ALL,
    ("GET", "/api/kpi"): SEES_ALL,
    ("GET", "/api/kpi/before-after"): SEES_ALL,
    ("GET", "/api/ai"): LEADS,
    ("GET", "/api/chat/{role}"): EVERYBODY,
    ("POST", "/api/chat/{role}"): EVERYBODY,
}
BY_THE_GATE: Final[frozenset[Key]] = frozenset(
    {
        ("POST", "/api/ai/mode"),
        ("POST", "/api/signals"),
        ("POST", "/api/policy/changes"),
        ("POST", "/api/plans"),
        ("POST", "/api/orders/{code}/transitions"),
        ("PUT", "/api/orders/{code}/checklist/{point}"),
        ("POST", "/api/approvals/{approval_id}/votes"),
        ("PUT", "/api/approvals/{approval_id}"),
    }
    | {("POST", f"/api/orders/{{code}}/{path}") for path in ON_ORDERS}
    | {("POST", f"/api/{entry.path}") for entry in ON_NUMBERS}
)
"""Whoever is known gets as far as the gate, which knows every action and role (tests/unit/test_authority.py)."""

QUERY: Final[Mapping[str, str]] = {"/menu": "?place=queue", "/api/kpi/before-after": "?at=2026-11-18T09:00:00Z"}


def declared(way: Way) -> frozenset[Role] | Gateway | None:
    """Who may use it; None where that is the gate's to say."""
    key = (way.method, way.path)
    if key in BY_THE_GATE:
        return None
    if key in PAGES or key in API:
        return PAGES.get(key) or API[key]
    if way.is_page and way.place in tuple(Place):
        return PLACES[Place(way.place)].roles
    if way.is_page and way.place in PREFIXES:
        return PREFIXES[way.place]
    pytest.fail(
        f"{way.method} {way.path}: nobody has said who may use it; say it in tests/integration/test_page_access.py"
    )


# ── the walk ─────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
async def door(db: Database) -> AsyncGenerator[Door]:
    async with open_door(await Desk.open(db)) as door:
        yield door


@pytest.fixture
async def lived(door: Door) -> LivedIn:
    return await live_in(door.company, door.desk)


def all_ways(door: Door) -> list[Way]:
    return ways(create_app(door.desk))


def people_of(lived: LivedIn) -> tuple[Member, ...]:
    company = lived.company
    return (company.owner, company.head, company.admin, lived.manager, company.viewer)


async def walked(door: Door, way: Way, address: str, headers: Mapping[str, str]) -> Answer:
    """One step, as a page of ours would take it."""
    body = b"" if way.method == "GET" else b"{}"
    kind = {} if way.method == "GET" else {"Content-Type": _kind(way)}
    query = QUERY.get(way.path, "") if "?" not in address else ""
    return await ask(door.served, way.method, address + query, {**SAME_SITE, **kind, **headers}, body=body)


def _kind(way: Way) -> str:
    return "application/x-www-form-urlencoded" if way.is_page else "application/json"


def let_in(answer: Answer) -> bool:
    """Whether whoever asked got further than the door."""
    return answer.status not in {401, 403} and not answer.sends_to.startswith("/login")


def shown(way: Way) -> frozenset[int]:
    """How a page answers those who may see it; nobody keeps the pictures here."""
    return frozenset({404}) if "/photos/" in way.path else frozenset({200, 303})


async def test_every_route_lets_in_the_roles_that_are_declared_and_nobody_else(door: Door, lived: LivedIn) -> None:
    wrong: list[str] = []
    for member in people_of(lived):
        for way in all_ways(door):
            allowed = declared(way)
            if isinstance(allowed, Gateway) or (allowed is None and member.role not in LEADS):
                continue
            expected = allowed is None or member.role in allowed
            for address in lived.mine.addresses(way):
                answer = await walked(door, way, address, await door.cookie(member))
                if let_in(answer) is not expected or answer.status >= 500:
                    wrong.append(f"{member.role} {way.method} {address}: {answer.status}, let in: {expected}")
                if way.method == "GET" and expected and way.is_page and answer.status not in shown(way):
                    wrong.append(f"{member.role} {address}: {answer.status}")
    assert wrong == [], "\n".join(wrong)


async def test_nobody_gets_past_the_door_of_anything_that_is_not_for_anybody(door: Door, lived: LivedIn) -> None:
    wrong: list[str] = []
    for way in all_ways(door):
        for address in lived.mine.addresses(way):
            answer = await walked(door, way, address, {})
            expected = declared(way) is Gateway.OPEN
            if declared(way) is Gateway.SHUT:
                assert answer.status == 404
                continue
            # Every door that is open to anybody leads at most to the sign-in.
            if (answer.status not in {401, 403} if expected else not let_in(answer)) is not True:
                wrong.append(f"{way.method} {address}: {answer.status} {answer.sends_to}")
            if not expected and (SECRET in answer.text or lived.company.head.name in answer.text):
                wrong.append(f"{way.method} {address} tells")
    assert wrong == [], "\n".join(wrong)


async def test_a_token_opens_the_api_as_its_person_and_no_page(door: Door, lived: LivedIn) -> None:
    wrong: list[str] = []
    for member in people_of(lived):
        bearer = {"Authorization": f"Bearer {await door.token(member)}"}
        for way in all_ways(door):
            allowed = declared(way)
            if allowed in (Gateway.OPEN, Gateway.SHUT) or (allowed is None and member.role not in LEADS):
                continue
            expected = not way.is_page and (
                allowed is None or (not isinstance(allowed, Gateway) and member.role in allowed)
            )
            for address in lived.mine.addresses(way):
                answer = await walked(door, way, address, bearer)
                if let_in(answer) is not expected or answer.status >= 500:
                    wrong.append(f"{member.role} {way.method} {address}: {answer.status}, let in: {expected}")
    assert wrong == [], "\n".join(wrong)


async def test_the_token_of_the_crm_opens_its_feed_and_nothing_else(door: Door, lived: LivedIn) -> None:
    bearer = {"Authorization": f"Bearer {await door.token(None)}"}
    for way in all_ways(door):
        if (rule := declared(way)) in (Gateway.OPEN, Gateway.SHUT):
            continue
        for address in lived.mine.addresses(way):
            answer = await walked(door, way, address, bearer)
            assert let_in(answer) is (rule is Gateway.CRM), f"{way.method} {address}: {answer.status}"


async def test_no_route_that_changes_something_takes_it_from_another_site(door: Door, lived: LivedIn) -> None:
    before = await _state(door)
    for way in all_ways(door):
        if way.method == "GET" or declared(way) in (Gateway.CRM, Gateway.SHUT):
            continue
        for address in lived.mine.addresses(way):
            for site in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": ""}):
                headers = {**await door.cookie(lived.company.owner), **site, "Origin": "https://elsewhere.test"}
                answer = await walked(door, way, address, headers)
                assert answer.status == 403, f"{way.method} {address}: {answer.status} {answer.text[:200]}"
    assert await _state(door) == before


async def _state(door: Door) -> tuple[int, int]:
    """How many rows the journal and the turns have: whatever takes effect adds to them."""
    counted = "SELECT (SELECT count(*) FROM ai_decisions), (SELECT count(*) FROM ai_turns)"
    row = (await door.company.rows(counted))[0]
    return tuple(row.values())  # pyright: ignore[reportReturnType] - two numbers


async def test_no_get_changes_anything(door: Door, lived: LivedIn) -> None:
    before = await _state(door)
    for way in all_ways(door):
        if way.method == "GET" and declared(way) is not Gateway.OPEN and "next-steps" not in way.path:
            for address in lived.mine.addresses(way):
                await walked(door, way, address, await door.cookie(lived.company.owner))
    assert await _state(door) == before


# ── other people's orders ────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_manager_finds_nothing_of_another_managers_order_by_any_address(door: Door, lived: LivedIn) -> None:
    """By the address of the thing itself, and by every filter of every page and list with everything that names it."""
    code = lived.theirs.values["code"]
    owner = next(member for member in lived.company.managers if member != lived.manager and code)
    names = {code, *lived.theirs.values.values(), SECRET[:5], "Клиент", str(owner.id), owner.name}
    told: list[str] = []
    seen = 0
    for way in all_ways(door):
        if way.method != "GET" or way.path.startswith("/login"):
            continue
        plain = [*lived.mine.addresses(way), *lived.theirs.addresses(way)]
        asked = [f"{plain[0]}?{name}={value}" for name in sorted(way.query) for value in sorted(names)]
        for address in plain + asked:
            answer = await walked(door, way, address, await door.cookie(lived.manager))
            seen += 1
            if SECRET in answer.text or f'href="/orders/{code}' in answer.text:
                told.append(f"{address}: {answer.status}")
    assert told == []
    assert seen > 100


async def test_the_secret_word_is_there_for_those_who_may_see_it(door: Door, lived: LivedIn) -> None:
    page = await ask(door.served, "GET", "/queue", await door.cookie(lived.company.head))
    assert SECRET in page.text


# ── the table itself ─────────────────────────────────────────────────────────────────────────────────────────────────
def test_every_declared_route_is_there_and_every_page_of_panels_is_walked(door: Door) -> None:
    there = {(way.method, way.path) for way in all_ways(door)}
    assert {*PAGES, *API, *BY_THE_GATE} - there == set()
    assert {("GET", path) for path in boards()} - there == set()
