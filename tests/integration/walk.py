"""Every way into the application, found in its router, with addresses that lead somewhere in a company at work.

A page or a route that is added later is found here by itself: the tests of access, markup, accessibility and secrecy
walk whatever there is. A new parameter of an address needs an example (`Examples`), or the walk says so.
"""

import asyncio
import inspect
import re
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import Mount
from starlette.types import ASGIApp, Message, Scope

from api.pages import ROUTERS
from api.pages.board import Board

_EVENT = re.compile(r"^event: (\w+)$", re.MULTILINE)
_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")


@dataclass(frozen=True, slots=True)
class Way:
    """One method of one route."""

    method: str
    path: str
    query: frozenset[str] = frozenset()

    @property
    def is_page(self) -> bool:
        """Whether it is for people's browsers and not for programs."""
        return not self.path.startswith("/api/") and self.path not in MACHINES

    @property
    def place(self) -> str:
        """The first word of the address."""
        return self.path.split("/")[1]

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names in its address."""
        return tuple(_PARAMETER.findall(self.path))


MACHINES = frozenset({"/healthz", "/readyz", "/metrics", "/openapi.json", "/telegram/webhook"})


def ways(app: FastAPI) -> list[Way]:
    """All of them but the static files, in the order of the router."""
    found: list[Way] = []
    for context in iter_route_contexts(app.routes):
        route: Any = context.original_route
        if isinstance(route, Mount):
            assert route.path == "/static", f"nobody walks into {route.path}"
            continue
        query = _query_of(route.dependant) if isinstance(route, APIRoute) else frozenset[str]()
        methods = set(context.methods or ()) - {"HEAD"}
        found += [Way(method, str(context.path), query) for method in sorted(methods)]
    assert found
    return [_with_filters(way) for way in found]


def _query_of(asked: Dependant) -> frozenset[str]:
    deeper = (_query_of(each) for each in asked.dependencies)
    return frozenset(field.alias for field in asked.query_params).union(*deeper)


def boards() -> dict[str, Board[Any]]:
    """The pages made of panels, by the path of their addresses: their routes close over them."""
    found: dict[str, Board[Any]] = {}
    for router in ROUTERS:
        for context in iter_route_contexts(router.routes):
            held = inspect.getclosurevars(cast("APIRoute", context.original_route).endpoint).nonlocals.get("self")
            if isinstance(held, Board):
                found[str(context.path).partition("/panel/")[0]] = cast("Board[Any]", held)
    assert found
    return found


def _with_filters(way: Way) -> Way:
    """Boards read their filters from the address themselves; each has a field for each."""
    board = boards().get(way.path.partition("/panel/")[0])
    if board is None:
        return way
    return Way(way.method, way.path, way.query | (set(board.asks.model_fields) - set(way.parameters)))


# ── where they lead ──────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Examples:
    """What the names in addresses stand for; a key is a name, or `place/name` where one place has its own."""

    values: Mapping[str, str]

    def addresses(self, way: Way) -> Iterator[str]:
        """The addresses of a way: one, or one for each of a board's panels."""
        filled = [way.path]
        for name in way.parameters:
            filled = [_PARAMETER.sub(value, path, count=1) for path in filled for value in self._of(way, name)]
        yield from filled

    def _of(self, way: Way, name: str) -> Sequence[str]:
        if name == "name" and "/panel/" in way.path:
            return [panel.name for panel in boards()[way.path.partition("/panel/")[0]].panels]
        for key in (f"{way.place}/{name}", name):
            if key in self.values:
                return [self.values[key]]
        raise AssertionError(f"{way.method} {way.path}: give an example of {name!r} in tests/integration/lived_in.py")


# ── asking ───────────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; of a stream that does not end, only its head."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def sends_to(self) -> str:
        """Where the browser is sent."""
        return self.headers.get("location", "")


PATIENCE = 15.0
"""Seconds after which an answer counts as hanging."""


async def ask(app: ASGIApp, method: str, address: str, headers: Mapping[str, str], *, body: bytes = b"") -> Answer:
    """One request to the application as the server hands it over; a stream of events is left at its head."""
    scope = _scope(method, address, headers, body)
    heard: list[Message] = []
    streams = asyncio.Event()
    gone = asyncio.Event()
    sent = False

    async def receive() -> Message:
        nonlocal sent
        if not sent:
            sent = True
            return {"type": "http.request", "body": body, "more_body": False}
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        heard.append(message)
        kind = dict(message.get("headers", ())).get(b"content-type", b"")
        if kind.startswith(b"text/event-stream"):
            streams.set()

    serving = asyncio.create_task(_served(app, scope, receive, send))
    streaming = asyncio.create_task(streams.wait())
    done, _ = await asyncio.wait({serving, streaming}, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
    assert done, f"{method} {address} hangs"
    gone.set()
    for task in (serving, streaming):
        if not task.done():
            task.cancel()
    _, stuck = await asyncio.wait({serving, streaming}, timeout=PATIENCE)
    assert not stuck, f"{method} {address} does not end when its reader goes"
    if not streams.is_set():
        serving.result()
    start = heard[0]
    content = b"".join(bytes(message.get("body", b"")) for message in heard[1:])
    named = {name.decode().lower(): value.decode() for name, value in start["headers"]}
    return Answer(int(start["status"]), named, content.decode(errors="replace"))


async def _served(app: ASGIApp, scope: Scope, receive: Any, send: Any) -> None:
    await app(scope, receive, send)


def _scope(method: str, address: str, headers: Mapping[str, str], body: bytes) -> Scope:
    path, _, query = address.partition("?")
    given = {"host": "desk.test", "content-length": str(len(body)), **{k.lower(): v for k, v in headers.items()}}
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        "client": ("127.0.0.1", 40_000),
        "server": ("desk.test", 80),
        "state": {},
    }


@asynccontextmanager
async def stream(app: ASGIApp, address: str, headers: Mapping[str, str]) -> AsyncGenerator[AsyncIterator[str]]:
    """The names of a stream's events, until it ends or is left."""
    heard: asyncio.Queue[bytes | None] = asyncio.Queue()
    gone = asyncio.Event()

    async def receive() -> Message:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        heard.put_nowait(bytes(message.get("body", b"")))

    async def serve() -> None:
        await app(_scope("GET", address, headers, b""), receive, send)
        heard.put_nowait(None)

    async def events() -> AsyncIterator[str]:
        while (chunk := await heard.get()) is not None:
            for name in _EVENT.findall(chunk.decode()):
                yield name

    serving = asyncio.create_task(serve())
    try:
        yield events()
    finally:
        gone.set()
        await asyncio.wait_for(serving, PATIENCE)
