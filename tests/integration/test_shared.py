"""Facts that many watch are found once, and never stay behind what has happened."""

import asyncio

import pytest

from api.pages.shared import SECONDS, Shared
from store.database import Database
from tests.integration.desk import Desk


class Finder:
    """Counts how often it was asked; fails the first `failing` times."""

    def __init__(self, failing: int = 0) -> None:
        self.asked = 0
        self.failing = failing
        self.begun = asyncio.Event()
        self.go = asyncio.Event()

    async def __call__(self) -> int:
        self.asked += 1
        number = self.asked
        self.begun.set()
        await self.go.wait()
        if number <= self.failing:
            raise ValueError("not this time")
        return number


async def ask(desk: Desk, shared: Shared, find: Finder) -> int:
    async with desk.db.reading() as tx:
        return await shared.of(tx, "facts", find)


async def test_whoever_asks_together_waits_for_one_finding(db: Database) -> None:
    desk, shared, find = await Desk.open(db), Shared(), Finder()
    asking = [asyncio.create_task(ask(desk, shared, find)) for _ in range(4)]
    await find.begun.wait()
    find.go.set()
    assert await asyncio.gather(*asking) == [1, 1, 1, 1]


async def test_what_was_found_holds_until_something_happens_or_a_second_is_over(db: Database) -> None:
    desk, find, wall = await Desk.open(db), Finder(), [0.0]
    shared = Shared(lambda: wall[0])
    find.go.set()
    assert [await ask(desk, shared, find) for _ in range(2)] == [1, 1]
    await desk.order()
    assert [await ask(desk, shared, find) for _ in range(2)] == [2, 2]
    wall[0] += SECONDS
    assert await ask(desk, shared, find) == 3


async def test_a_failure_is_the_finders_alone_and_the_next_finds_it_again(db: Database) -> None:
    desk, shared, find = await Desk.open(db), Shared(), Finder(failing=1)
    first = asyncio.create_task(ask(desk, shared, find))
    await find.begun.wait()
    second = asyncio.create_task(ask(desk, shared, find))
    find.go.set()
    with pytest.raises(ValueError, match="not this time"):
        await first
    assert await second == 2
