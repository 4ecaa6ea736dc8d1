"""Intake: the gate against a plain psycopg loop of the same eight statements, one and four clients; a wave.

A client asks, waits for its answer and asks again. Ours are tasks of one desk, as its doors have them, and so share its
intake lane; `intake_4_processes_per_s` tells what as many desks in processes of their own do. The reference's clients
are connections in processes of their own: no batch, but no shared interpreter either.
"""

import asyncio
import multiprocessing
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from decimal import Decimal
from functools import partial
from threading import Barrier
from typing import Any
from uuid import uuid4

import psycopg

from domain.commands import IntakeOrders, NewOrder
from domain.people import CRM_FEED
from evals.bench.ground import NOON, Ground, desk
from evals.bench.reference import take_in
from guardrails.gate import Gate
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


def ours(url: str, count: int, start: Barrier, *, clients: int = 1) -> tuple[float, float]:
    """So many clients of one desk, in a process of its own: when they began and ended."""
    return asyncio.run(_ours(url, count, start, clients))


async def _ours(url: str, count: int, start: Barrier, clients: int) -> tuple[float, float]:
    async with desk(url) as (_, gate, _timeline):
        await _ask(gate, clients, WARM_UP)
        await asyncio.to_thread(start.wait)
        began = time.monotonic()
        await _ask(gate, clients, count)
        return began, time.monotonic()


async def _ask(gate: Gate, clients: int, count: int) -> None:
    async def client() -> None:
        for _ in range(count):
            await gate.perform(IntakeOrders(orders=(request(),)), CRM_FEED)

    await asyncio.gather(*(client() for _ in range(clients)))


def plain(url: str, count: int, start: Barrier) -> tuple[float, float]:
    """One client of the plain loop, in a process of its own."""
    with psycopg.connect(libpq_url(url)) as connection:
        take_in(connection, [uuid4().hex for _ in range(WARM_UP)], NOON)
        start.wait()
        began = time.monotonic()
        take_in(connection, [uuid4().hex for _ in range(count)], NOON)
        return began, time.monotonic()


def rate(client: Client, url: str, *, processes: int, count: int) -> float:
    """Rounds of `count` a second of so many processes at once, from the first start to the last end."""
    context = multiprocessing.get_context("spawn")
    with context.Manager() as manager, ProcessPoolExecutor(processes, mp_context=context) as pool:
        start = manager.Barrier(processes)
        spans = [future.result() for future in [pool.submit(client, url, count, start) for _ in range(processes)]]
    return processes * count / (max(end for _, end in spans) - min(began for began, _ in spans))


async def single(ground: Ground, *, clients: int, count: int) -> tuple[float, dict[str, float]]:
    """Ours over the reference, interleaved, medians of three rounds."""
    mine: list[float] = []
    theirs: list[float] = []
    apart: list[float] = []
    for _ in range(ROUNDS):
        theirs.append(await _fresh(ground, plain, processes=clients, count=count))
        mine.append(clients * await _fresh(ground, partial(ours, clients=clients), processes=1, count=count))
        if clients > 1:
            apart.append(await _fresh(ground, ours, processes=clients, count=count))
    here, there = statistics.median(mine), statistics.median(theirs)
    absolute = {f"intake_{clients}_per_s": here, f"reference_{clients}_per_s": there}
    if apart:
        absolute[f"intake_{clients}_processes_per_s"] = statistics.median(apart)
    return here / there, absolute


async def _fresh(ground: Ground, client: Client, *, processes: int, count: int) -> float:
    async with ground.database() as url:
        return await asyncio.to_thread(rate, client, url, processes=processes, count=count)


async def wave(ground: Ground, *, size: int, singles: int) -> tuple[float, float, dict[str, float]]:
    """A wave as one decision over single orders, orders a second; and its spread between equal managers, in orders."""
    async with ground.database() as url:
        one = await asyncio.to_thread(rate, ours, url, processes=1, count=singles)
    async with ground.database() as url, desk(url) as (db, gate, _):
        began = time.monotonic()
        await gate.perform(IntakeOrders(orders=tuple(request() for _ in range(size))), CRM_FEED)
        many = size / (time.monotonic() - began)
        async with db.reading() as tx:
            counts = (await tx.exec_driver_sql("SELECT max(n) - min(n) FROM manager_stage_counts")).scalar_one()
    return many / one, float(counts), {"wave_per_s": many}
