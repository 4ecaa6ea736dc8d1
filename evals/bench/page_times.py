"""The pages over few and many orders, each found anew, and how soon a page hears of a change in another process.

Pages are found in the application's router, so that one which is added later is measured by itself.
"""

import asyncio
import logging
import re
import statistics
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import httpx
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from sqlalchemy import text

from api.app import create_app
from api.pages import ROUTERS
from api.pages.shared import Shared
from domain.commands import IntakeOrders
from domain.people import CRM_FEED
from domain.timeline import ManualTimeline
from evals.bench.ground import NOON, Ground
from evals.bench.history import CRISIS, lay_down
from evals.bench.intake import request
from evals.bench.live import percentile
from evals.bench.pages import serving
from guardrails.desk import Desk
from guardrails.gate import Gate
from policy import load_policy
from store.access import auth
from store.database import Database
from store.timeline import SystemTimeline

SPAN: Final = timedelta(days=365)
ROUNDS: Final = 7
CHANGES: Final = 20
_PARAMETER: Final = re.compile(r"\{(\w+)\}")
_NAMED: Final[Mapping[str, str]] = {
    "code": "SELECT code FROM orders WHERE status = 'in_transit' ORDER BY id LIMIT 1",
    "person_id": "SELECT min(id) FROM people",
    "signal_id": f"SELECT max(id) FROM ai_signals WHERE code = '{CRISIS.value}'",
    "approvals/id": "SELECT max(id) FROM approvals",
    "decisions/id": "SELECT max(id) FROM ai_decisions",
    "kpi": "SELECT 'share_over_72h'",
    "role": "SELECT 'ai-rop'",
}
"""What the names in addresses stand for: an order with most of its life behind it, the newest of everything else."""


@dataclass(frozen=True, slots=True)
class _House:
    """The application over one ground, and somebody who is signed in there."""

    app: FastAPI
    client: httpx.AsyncClient
    db: Database


async def growth(ground: Ground, *, few: int, many: int) -> tuple[float, dict[str, float]]:
    """The worst ratio of a page's time over many orders of a year to that over few, and the milliseconds of each."""
    took: dict[str, dict[int, float]] = {}
    async with AsyncExitStack() as stack:
        houses = {count: await stack.enter_async_context(_house(ground, count)) for count in (few, many)}
        for path in _pages():
            found = {count: await _address(house.db, path) for count, house in houses.items()}
            times: dict[int, list[float]] = {count: [] for count in houses}
            # In turns, so that whatever else the machine does falls on both alike.
            for _ in range(ROUNDS):
                for count, house in houses.items():
                    times[count].append(await _timed(house, found[count]))
            took[path] = {count: statistics.median(each) for count, each in times.items()}
    ratios = {path: each[many] / each[few] for path, each in took.items()}
    absolute = {f"page{path}_{count}_ms": ms * 1e3 for path, each in took.items() for count, ms in each.items()}
    return max(ratios.values()), absolute | {f"page{path}_growth": ratio for path, ratio in ratios.items()}


def _pages() -> list[str]:
    """The pages that have panels: whatever leads to a panel leads to its page without it."""
    paths = {str(context.path) for router in ROUTERS for context in iter_route_contexts(router.routes)}
    return sorted({path.partition("/panel/")[0] for path in paths if "/panel/" in path})


async def _address(db: Database, path: str) -> str:
    for name in _PARAMETER.findall(path):
        query = _NAMED.get(f"{path.split('/')[1]}/{name}") or _NAMED[name]
        async with db.reading() as tx:
            value = (await tx.execute(text(query))).scalar_one_or_none()
        assert value is not None, f"the ground has nothing to show on {path}"
        path = path.replace(f"{{{name}}}", str(value))
    return path


async def _timed(house: _House, address: str) -> float:
    house.app.state.shared = Shared()  # nobody has just found it
    began = time.monotonic()
    answer = await house.client.get(address)
    took = time.monotonic() - began
    answer.raise_for_status()
    return took


@asynccontextmanager
async def _house(ground: Ground, count: int) -> AsyncGenerator[_House]:
    logging.getLogger("api.doorman").setLevel(logging.WARNING)
    async with ground.database() as url:
        await lay_down(url, count=count, span=SPAN, now=NOON)
        db = Database(url)
        app = create_app(Desk.of(db, load_policy(), ManualTimeline(NOON)))
        transport = httpx.ASGITransport(app=app)
        try:
            async with httpx.AsyncClient(transport=transport, base_url="http://bench") as client:
                await _sign_in(client, db)
                yield _House(app, client, db)
        finally:
            await db.close()


async def _sign_in(client: httpx.AsyncClient, db: Database) -> None:
    """Let the client be a browser in which the admin is signed in."""
    async with db.transaction() as tx:
        leader = (await tx.execute(text("SELECT id FROM people WHERE role = 'admin'"))).scalar_one()
        code = await auth.add_code(tx, purpose="login", person_id=leader, now=SystemTimeline().now())
    answer = await client.post(f"/login/{code}", headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 303, answer.text


async def latency(ground: Ground) -> dict[str, float]:
    """Milliseconds from a commit in this process until a page of a server in another one hears of it."""
    lags: list[float] = []
    async with ground.database() as url, serving(url) as (address, _):
        db = Database(url)
        try:
            gate = Desk.of(db, load_policy(), ManualTimeline(NOON)).gate
            async with httpx.AsyncClient(base_url=address, timeout=30) as client:
                await _sign_in(client, db)
                lags += await _lags(client, gate)
        finally:
            await db.close()
    return {"live_p50_ms": percentile(lags, 0.5), "live_p95_ms": percentile(lags, 0.95)}


async def _lags(client: httpx.AsyncClient, gate: Gate) -> list[float]:
    lags: list[float] = []
    async with client.stream("GET", "/live") as stream:
        stream.raise_for_status()
        lines = stream.aiter_lines()
        await _heard(lines, "data: Admin")
        for number in range(CHANGES):
            await gate.perform(IntakeOrders(orders=(request(),)), CRM_FEED)
            began = time.monotonic()
            await _heard(lines, "data: orders", "data: all")
            lags.append((time.monotonic() - began) * 1e3)
            await asyncio.sleep(0.05 * number % 0.3)  # at every phase of the server's looking
    return lags


async def _heard(lines: Any, *wanted: str) -> None:
    async for line in lines:
        if line in wanted:
            return
    raise ConnectionError("the stream has ended")
