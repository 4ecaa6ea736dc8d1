"""What is true of every page, whoever looks and whichever it is: markup, addresses, headers, both languages."""

import re
from collections.abc import AsyncGenerator, Iterator

import pytest

from api.app import create_app
from api.pages.frame import STATIC, asset
from store.database import Database
from tests.integration.desk import Desk
from tests.integration.door import SAME_SITE, Door, open_door
from tests.integration.lived_in import SECRET, LivedIn, live_in
from tests.integration.markup import SENDS, faults, tree
from tests.integration.walk import Answer, Way, ask, ways

QUERY = {"/menu": "?place=queue"}
LEAVES_PAGES = frozenset({"/", "/live"})
"""One only leads on, the other is no page."""


@pytest.fixture
async def door(db: Database) -> AsyncGenerator[Door]:
    async with open_door(await Desk.open(db)) as door:
        yield door


@pytest.fixture
async def lived(door: Door) -> LivedIn:
    return await live_in(door.company, door.desk)


def pages(door: Door) -> Iterator[Way]:
    for way in ways(create_app(door.desk)):
        if way.method == "GET" and way.is_page and way.path not in LEAVES_PAGES:
            yield way


async def seen(door: Door, lived: LivedIn, *, locale: str = "ru") -> AsyncGenerator[tuple[str, str, Answer]]:
    """Every page that anybody of the company may open, as the leader, the manager and the viewer see it."""
    for member in (lived.company.owner, lived.manager, lived.company.viewer):
        cookie = await door.cookie(member)
        cookie["Cookie"] += f"; locale={locale}"
        for way in pages(door):
            for address in lived.mine.addresses(way):
                full = address + QUERY.get(way.path, "")
                answer = await ask(door.served, "GET", full, cookie)
                if answer.headers.get("content-type", "").startswith("text/html"):
                    yield f"{member.role} {full}", way.path, answer


def is_whole(answer: Answer) -> bool:
    return answer.text.lstrip().startswith("<!doctype")


async def test_no_page_breaks_the_content_policy_or_leaves_anybody_without_words(door: Door, lived: LivedIn) -> None:
    found: list[str] = []
    counted = 0
    async for name, _, answer in seen(door, lived):
        counted += 1
        found += [f"{name}: {fault}" for fault in faults(answer.text, whole=is_whole(answer))]
    assert found == [], "\n".join(found[:40])
    assert counted > 20


async def test_no_page_shows_the_name_of_a_text_or_a_value_nobody_worded(door: Door, lived: LivedIn) -> None:
    """A key without a text comes out as the key itself; a value without words as Python writes it."""
    raw = re.compile(r"\b(None|True|False|Decimal\(|datetime\.|Status\.|\{\{|\}\}|<Undefined|web-[a-z]+-[a-z-]+)")
    found: list[str] = []
    for locale in ("ru", "en"):
        async for name, path, answer in seen(door, lived, locale=locale):
            if path == "/docs":  # the API's description names such values
                continue
            words = tree(answer.text)[0].said
            found += [f"{locale} {name}: {match.group()}" for match in raw.finditer(words)]
    assert found == [], "\n".join(found[:40])


async def test_an_english_reader_meets_no_russian_but_in_what_people_wrote(door: Door, lived: LivedIn) -> None:
    written = {"Русский", SECRET.partition("-")[0]}
    for role in door.desk.policy.roles.roles.values():  # proper names: the policy has one for all languages
        written.update(re.findall(r"[А-Яа-яЁё]+", role.name))
    names = {row["name"] for row in await door.company.rows("SELECT name FROM people")}
    found: list[str] = []
    async for name, path, answer in seen(door, lived, locale="en"):
        if path.startswith(("/docs", "/menu")) or not is_whole(answer):
            continue
        head = next(each for each in tree(answer.text)[0].within() if each.tag == "head")
        main = [
            each for each in tree(answer.text)[0].within() if each.tag in {"h1", "h2", "h3", "th", "button", "label"}
        ]
        for element in [head, *main]:
            words = re.findall(r"[А-Яа-яЁё]{3,}", element.said)
            found += [f"{name}: {word} in {element}" for word in words if word not in names | written]
    assert found == [], "\n".join(found[:40])


async def test_every_form_and_every_panel_sends_to_a_route_that_there_is(door: Door, lived: LivedIn) -> None:
    there = [
        (way.method, re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(way.path)) + r"\Z"))
        for way in ways(create_app(door.desk))
    ]
    found: set[str] = set()
    async for name, _, answer in seen(door, lived):
        for element in tree(answer.text)[0].within():
            for sends in SENDS:
                if sends not in element.attributes:
                    continue
                method = "GET" if sends == "hx-get" else sends.removeprefix("hx-").upper()
                if sends in {"action", "formaction"}:
                    method = element.attributes.get("method", "get").upper()
                path = element.attributes[sends].partition("?")[0]
                if not any(verb == method and pattern.match(path) for verb, pattern in there):
                    found.add(f"{name}: {method} {path}")
            if element.tag == "a" and (href := element.attributes.get("href", "")).startswith("/"):
                path = href.partition("?")[0].partition("#")[0]
                if not path.startswith("/static/") and not any(v == "GET" and p.match(path) for v, p in there):
                    found.add(f"{name}: link to {path}")
    assert found == set(), "\n".join(sorted(found)[:40])


# ── headers ──────────────────────────────────────────────────────────────────────────────────────────────────────────
SAFE = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


async def test_every_answer_of_every_route_carries_the_headers_that_keep_browsers_safe(
    door: Door, lived: LivedIn
) -> None:
    headers = {**SAME_SITE, **await door.cookie(lived.company.owner)}
    addresses = [("GET", "/nowhere"), ("DELETE", "/queue"), ("GET", "/static/nothing.js"), ("GET", "/static/app.css")]
    for way in ways(create_app(door.desk)):
        addresses += [(way.method, address) for address in lived.mine.addresses(way)]
    for method, address in addresses:
        answer = await ask(door.served, method, address, headers)
        given = answer.headers
        assert {name: given.get(name) for name in SAFE} == SAFE, (method, address)
        policy = given["content-security-policy"]
        assert "default-src 'none'" in policy, address
        assert "frame-ancestors 'none'" in policy, address
        assert "unsafe" not in policy, address
        if not address.startswith("/static/"):
            assert given["cache-control"].startswith("no-"), address


async def test_static_files_are_kept_for_ever_under_their_hash_and_asked_again_without(door: Door) -> None:
    page = await ask(door.served, "GET", "/login", {})
    (sheet,) = set(re.findall(r'href="(/static/app\.css\?v=\w+)"', page.text))
    kept = await ask(door.served, "GET", sheet, {"Accept-Encoding": "gzip"})
    assert kept.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert kept.headers["content-encoding"] == "gzip"
    assert "accept-encoding" in kept.headers["vary"].lower()
    again = await ask(door.served, "GET", "/static/app.css", {"If-None-Match": kept.headers["etag"]})
    assert again.status == 304
    assert "immutable" not in again.headers["cache-control"]


def test_the_style_sheet_names_its_fonts_by_their_hashes_so_that_each_is_fetched_once() -> None:
    named = re.findall(r"url\(\"?(/static/([^?]+)\?v=\w+)\"?\)", (STATIC / "app.css").read_text())
    assert named
    assert [address for address, _ in named] == [asset(name) for _, name in named]


async def test_a_hash_that_is_not_the_files_own_is_not_kept_for_ever(door: Door) -> None:
    answer = await ask(door.served, "GET", "/static/app.css?v=0000000000", {})
    assert "immutable" not in answer.headers.get("cache-control", "")
    missing = await ask(door.served, "GET", "/static/nothing.css?v=0000000000", {})
    assert (missing.status, "immutable" in missing.headers["cache-control"]) == (404, False)


async def test_the_stream_of_what_happens_is_neither_compressed_nor_kept(door: Door, lived: LivedIn) -> None:
    headers = {**await door.cookie(lived.company.head), "Accept-Encoding": "gzip"}
    answer = await ask(door.served, "GET", "/live", headers)
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert "content-encoding" not in answer.headers
    assert answer.headers["cache-control"].startswith("no-")
