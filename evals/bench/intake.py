"""Intake: the gate against a plain psycopg loop of the same eight statements, one and four clients; a wave."""

import asyncio
import multiprocessing
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any
from uuid import uuid4

import psycopg

from domain.commands import IntakeOrders, NewOrder
from domain.people import CRM_FEED
from evals.bench.ground import NOON, Ground, desk
from evals.bench.reference import take_in
from store.database import libpq_url

Client = Callable[[str, int, Any], tuple[float, float]]
ROUNDS = 3
WARM_UP = 30


def request() -> NewOrder:
    """One request with the contents of the reference's."""
    return NewOrder(
        crm_id=uuid4().hex,
        client_name="Иван Петров",
        seller_name="Hans Meier",
        city="Москва",
        bike="Trek Domane SL5 2021",
        listing_url="https://example.com/listing/1234567",
        price_eur=Decimal(1500),
    )


def ours(url: str, count: int, start: Barrier) -> tuple[float, float]:
    """One client of the gate, in a process of its own: when it began and ended."""
    return asyncio.run(_ours(url, count, start))


async def _ours(url: str, count: int, start: Barrier) -> tuple[float, float]:
    async with desk(url) as (_, gate, _timeline):
        for _ in range(WARM_UP):
            await gate.perform(IntakeOrders(orders=(request(),)), CRM_FEED)
        await asyncio.to_thread(start.wait)
        began = time.monotonic()
        for _ in range(count):
            await gate.perform(IntakeOrders(orders=(request(),)), CRM_FEED)
        return began, time.monotonic()


def plain(url: str, count: int, start: Barrier) -> tuple[float, float]:
    """One client of the plain loop, in a process of its own."""
    with psycopg.connect(libpq_url(url)) as connection:
        take_in(connection, [uuid4().hex for _ in range(WARM_UP)], NOON)
        start.wait()
        began = time.monotonic()
        take_in(connection, [uuid4().hex for _ in range(count)], NOON)
        return began, time.monotonic()


def rate(client: Client, url: str, *, clients: int, count: int) -> float:
    """Orders a second of so many client processes at once, from the first start to the last end."""
    context = multiprocessing.get_context("spawn")
    with context.Manager() as manager, ProcessPoolExecutor(clients, mp_context=context) as pool:
        start = manager.Barrier(clients)
        spans = [future.result() for future in [pool.submit(client, url, count, start) for _ in range(clients)]]
    return clients * count / (max(end for _, end in spans) - min(began for began, _ in spans))


async def single(ground: Ground, *, clients: int, count: int) -> tuple[float, dict[str, float]]:
    """Ours over the reference, interleaved, medians of three rounds."""
    mine: list[float] = []
    theirs: list[float] = []
    for _ in range(ROUNDS):
        for client, rates in ((plain, theirs), (ours, mine)):
            async with ground.database() as url:
                rates.append(await asyncio.to_thread(rate, client, url, clients=clients, count=count))
    here, there = statistics.median(mine), statistics.median(theirs)
    return here / there, {f"intake_{clients}_per_s": here, f"reference_{clients}_per_s": there}


async def wave(ground: Ground, *, size: int, singles: int) -> tuple[float, float, dict[str, float]]:
    """A wave as one decision over single orders, orders a second; and its spread between equal managers, in orders."""
    async with ground.database() as url:
        one = await asyncio.to_thread(rate, ours, url, clients=1, count=singles)
    async with ground.database() as url, desk(url) as (db, gate, _):
        began = time.monotonic()
        await gate.perform(IntakeOrders(orders=tuple(request() for _ in range(size))), CRM_FEED)
        many = size / (time.monotonic() - began)
        async with db.reading() as tx:
            counts = (await tx.exec_driver_sql("SELECT max(n) - min(n) FROM manager_stage_counts")).scalar_one()
    return many / one, float(counts), {"wave_per_s": many}
