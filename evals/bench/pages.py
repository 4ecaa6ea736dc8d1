"""Over HTTP: intake by a token, and the workspace over ten thousand and a hundred thousand orders."""

import asyncio
import os
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from sqlalchemy import text
from uuid_utils.compat import uuid7

from domain.measures import Period, read_span
from evals.bench.ground import NOON, Ground, desk
from evals.bench.intake import ROUNDS, WARM_UP, plain, rate, request
from policy import load_policy
from store import auth
from store.database import Database
from store.timeline import SystemTimeline, set_timeline
from store.workspace import workspace

ROOT = Path(__file__).resolve().parents[2]
PORT = 8791
CLIENTS = 4


@asynccontextmanager
async def _api(url: str) -> AsyncGenerator[tuple[str, str]]:
    """`./run api` in a process of its own: its address and a token of the CRM feed."""
    db = Database(url)
    async with db.transaction() as tx:
        await set_timeline(tx, company_at=NOON, speed=1.0)
        _, token = await auth.add_token(tx, name="bench", scope="crm", person_id=None, now=SystemTimeline().now())
    await db.close()
    environment = os.environ | {"DATABASE_URL": url, "PORT": str(PORT)}  # noqa: TID251 - handed to the child
    process = subprocess.Popen(  # noqa: ASYNC220, S603 - our own program
        [sys.executable, str(ROOT / "main.py"), "api"], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{PORT}"
    try:
        async with httpx.AsyncClient() as client, asyncio.timeout(30):
            while True:
                try:
                    if (await client.get(f"{address}/readyz")).status_code == 200:
                        break
                except httpx.HTTPError:
                    await asyncio.sleep(0.1)
        yield address, token
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait)


async def intake(ground: Ground, *, count: int) -> tuple[float, dict[str, float]]:
    """Orders a second by as many HTTP clients at once as the plain loop has, each waiting for its own answers."""
    ours: list[float] = []
    theirs: list[float] = []
    alone: list[float] = []
    for _ in range(ROUNDS):
        async with ground.database() as url, _api(url) as (address, token), _feed(token) as client:
            await _crowd(client, address, WARM_UP)
            began = time.monotonic()
            await _crowd(client, address, count)
            ours.append(CLIENTS * count / (time.monotonic() - began))
            began = time.monotonic()
            await _post(client, address, count)
            alone.append(count / (time.monotonic() - began))
        async with ground.database() as url:
            theirs.append(await asyncio.to_thread(rate, plain, url, processes=CLIENTS, count=count))
    here, there = statistics.median(ours), statistics.median(theirs)
    absolute = {"intake_http_per_s": here, "reference_http_per_s": there}
    return here / there, absolute | {"intake_http_alone_per_s": statistics.median(alone)}


async def _crowd(client: httpx.AsyncClient, address: str, count: int) -> None:
    await asyncio.gather(*(_post(client, address, count) for _ in range(CLIENTS)))


def _feed(token: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(headers={"Authorization": f"Bearer {token}"}, timeout=30)


async def _post(client: httpx.AsyncClient, address: str, count: int) -> None:
    for _ in range(count):
        body = request().model_dump(mode="json", exclude_none=True)
        (await client.post(f"{address}/api/crm/orders", json=body)).raise_for_status()


_HISTORY = """
INSERT INTO orders (id, code, status, owner_id, bike, price_eur, next_step, next_step_due, due_at, status_since,
    last_moved_at, created_at, updated_at, closed_at)
SELECT x, x::text, CASE WHEN x % 50 = 0 THEN 'under_inspection' ELSE 'closed' END, 1 + x % 10, 'Trek', 1500,
    CASE WHEN x % 50 = 0 THEN 'fill_checklist' END, at, CASE WHEN x % 50 = 0 THEN at + interval '3 days' END,
    at, at, at, at, CASE WHEN x % 50 <> 0 THEN at + interval '5 days' END
FROM (SELECT x,
        CAST(:now AS timestamptz) - (CAST(:count AS int) - x) * (interval '365 days' / CAST(:count AS int)) AS at
      FROM generate_series(1, CAST(:count AS int)) AS x) AS spread
"""
_EVENTS = """
WITH d AS (
    INSERT INTO ai_decisions (uid, at, actor_kind, actor, channel, author, author_version, action, verdict, rule,
        outcome, trace_id, facts_digest, row_hash)
    VALUES (:decision, now(), 'timer', 'bench', 'cli', 'rules', '1', 'import_history', 'allow', 'bench', 'done', 't',
        'd', '')
)
INSERT INTO order_status_events (order_id, from_status, to_status, at, recorded_at, owner_id, actor, seconds_in_status,
    decision)
SELECT id, step.source, step.target, created_at + step.after, created_at + step.after, owner_id, 'bench',
    extract(epoch FROM step.after), :decision
FROM orders, (VALUES (NULL, 'pending_manager', interval '0'),
    ('pending_manager', 'under_inspection', interval '1 hour'),
    ('under_inspection', 'awaiting_payment', interval '2 days'), ('awaiting_payment', 'closed', interval '5 days'))
    AS step (source, target, after)
WHERE status = 'closed' OR step.after < interval '2 days'
"""
_CLOCKS = """
INSERT INTO clocks (subject_kind, subject_id, order_id, kind, stage, owner_id, policy_version, limit_seconds, opened_at,
    due_at, state, closed_at)
SELECT 'order', id, id, 'stage', 'under_inspection', owner_id, '1', 172800, created_at, created_at + interval '3 days',
    'done', created_at + interval '2 days' FROM orders
"""


async def workspace_growth(ground: Ground, *, few: int, many: int) -> tuple[float, dict[str, float]]:
    """Time of the workspace over many orders over that over few; a year of history, two in a hundred still open."""
    times: dict[int, float] = {}
    for count in (few, many):
        async with ground.database() as url, desk(url) as (db, _, timeline):
            async with db.transaction() as tx:
                await tx.execute(text(_HISTORY), {"count": count, "now": NOON})
                await tx.execute(text(_CLOCKS))
                await tx.execute(text(_EVENTS), {"decision": uuid7()})
            owner = Database(url, as_owner=True)
            async with owner.transaction() as tx:
                await tx.execute(text("ANALYZE"))
            await owner.close()
            policy = load_policy()
            period = Period.ending(read_span("7d", field="period"), now=timeline.now(), until=None)
            rounds: list[float] = []
            for _ in range(5):
                async with db.reading() as tx:
                    began = time.monotonic()
                    await workspace(tx, period, policy, now=timeline.now())
                    rounds.append(time.monotonic() - began)
            times[count] = statistics.median(rounds)
    return times[many] / times[few], {f"workspace_{n}_ms": seconds * 1e3 for n, seconds in times.items()}
