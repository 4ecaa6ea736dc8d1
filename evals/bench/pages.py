"""Intake over HTTP, by a token, through the service in a process of its own."""

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

from evals.bench.ground import NOON, Ground
from evals.bench.intake import ROUNDS, WARM_UP, plain, rate, request
from store.access import auth
from store.database import Database
from store.timeline import SystemTimeline, set_timeline

ROOT = Path(__file__).resolve().parents[2]
PORT = 8791
CLIENTS = 4


@asynccontextmanager
async def serving(url: str) -> AsyncGenerator[tuple[str, str]]:
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
        async with httpx.AsyncClient() as client, asyncio.timeout(120):
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
        async with ground.database() as url, serving(url) as (address, token), _feed(token) as client:
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
