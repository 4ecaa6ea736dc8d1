"""A lane: who comes while others are being served goes with the next batch."""

import asyncio
from collections.abc import Sequence

import pytest

from guardrails.lane import Lane


class Counter:
    """Serves words: alone at once, together in upper case; `refused` ones are for alone, `poison` sinks a batch."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.in_batch = asyncio.Event()
        self.alone: list[str] = []
        self.batches: list[list[str]] = []
        self.lane = Lane(alone=self._alone, together=self._together)

    async def _alone(self, word: str) -> str:
        self.alone.append(word)
        await self.gate.wait()
        if word in {"poison", "refused"}:
            raise ValueError(word)
        return word

    async def _together(self, words: Sequence[str]) -> list[str | None]:
        self.batches.append([*words])
        self.in_batch.set()
        await asyncio.sleep(0)
        if "poison" in words:
            raise RuntimeError("the whole batch")
        return [None if word == "refused" else word.upper() for word in words]

    async def crowd(self, *words: str) -> list["asyncio.Task[str]"]:
        """These come in this order, the first of them finds the lane empty; nobody is served yet."""
        tasks = [asyncio.create_task(self.lane.serve(word)) for word in words]
        await asyncio.sleep(0)
        return tasks


async def _ends(tasks: "Sequence[asyncio.Task[str]]") -> list[str]:
    return [str(end) for end in await asyncio.gather(*tasks, return_exceptions=True)]


async def test_who_finds_the_lane_empty_is_served_alone_and_those_who_come_meanwhile_together() -> None:
    counter = Counter()
    crowd = await counter.crowd("a", "b", "c")
    counter.gate.set()
    assert await _ends(crowd) == ["a", "B", "C"]
    assert (counter.alone, counter.batches) == (["a"], [["b", "c"]])


async def test_the_lane_is_empty_again_when_all_are_served() -> None:
    counter = Counter()
    counter.gate.set()
    await _ends(await counter.crowd("a", "b"))
    assert await counter.lane.serve("c") == "c"


async def test_a_refused_one_leaves_its_neighbours_in_their_batch() -> None:
    counter = Counter()
    crowd = await counter.crowd("a", "b", "refused", "c")
    counter.gate.set()
    assert await _ends(crowd) == ["a", "B", "refused", "C"]
    assert counter.alone == ["a", "refused"]


async def test_a_batch_that_fails_is_served_one_by_one() -> None:
    counter = Counter()
    crowd = await counter.crowd("a", "b", "poison", "c")
    counter.gate.set()
    assert await _ends(crowd) == ["a", "b", "poison", "c"]
    assert counter.alone == ["a", "b", "poison", "c"]


async def test_who_goes_away_while_waiting_is_left_out_and_the_others_are_served() -> None:
    counter = Counter()
    crowd = await counter.crowd("a", "b", "c")
    crowd[1].cancel()
    counter.gate.set()
    assert (await _ends(crowd))[::2] == ["a", "C"]
    assert counter.batches == [["c"]]


async def test_who_goes_away_in_the_middle_of_a_batch_does_not_undo_it() -> None:
    counter = Counter()
    crowd = await counter.crowd("a", "b", "c")
    counter.gate.set()
    await counter.in_batch.wait()
    crowd[1].cancel()
    assert (await _ends(crowd))[::2] == ["a", "C"]


@pytest.mark.parametrize("first", ["a", "poison"])
async def test_the_first_one_going_away_or_failing_hands_the_lane_over(first: str) -> None:
    counter = Counter()
    crowd = await counter.crowd(first, "b")
    if first == "a":
        crowd[0].cancel()
    counter.gate.set()
    assert (await _ends(crowd))[1] == "B"
