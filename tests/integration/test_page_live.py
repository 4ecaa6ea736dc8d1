"""What open pages hear of: topics once, a bounded number of them, and nothing after their session has ended."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable

import pytest

from api.pages import live
from api.pages.live import MOST_TOPICS, Listener
from domain.commands import AddNote, EndSessions
from store.database import Database
from tests.integration.desk import Desk, Member
from tests.integration.door import Door, open_door
from tests.integration.walk import stream

SOON = 10.0


@pytest.fixture
async def door(db: Database) -> AsyncGenerator[Door]:
    async with open_door(await Desk.open(db)) as door:
        yield door


async def test_what_nobody_has_heard_yet_is_told_once_and_does_not_grow() -> None:
    listener = Listener(None)
    for _ in range(1_000):
        listener.tell({"orders", "decisions"})
    assert await listener.heard(SOON) == {"orders", "decisions"}
    for number in range(MOST_TOPICS + 1):
        listener.tell({f"order-{number}"})
    assert await listener.heard(SOON) == {"all"}
    assert await listener.heard(0) == set()


async def by_hand(door: Door, member: Member) -> None:
    await door.company.do(EndSessions(person_id=member.id, at=door.wall()), door.company.owner.actor)


async def by_another_role(door: Door, member: Member) -> None:
    await door.company.alter(member, role="manager")


@pytest.mark.parametrize("ended", [by_hand, by_another_role])
async def test_a_session_that_has_ended_hears_nothing_more_although_there_is_always_something_to_tell(
    door: Door, monkeypatch: pytest.MonkeyPatch, ended: Callable[[Door, Member], Awaitable[None]]
) -> None:
    desk = door.company
    order = await desk.order()
    monkeypatch.setattr(live, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(live, "QUIET_SECONDS", 0.2)
    async with stream(door.served, "/live", await door.cookie(desk.head)) as events, asyncio.timeout(SOON):
        assert await anext(events) == "hello"
        await ended(door, desk.head)
        heard: list[str] = []
        async for event in events:
            heard.append(event)
            await desk.do(AddNote(order=order.code, text=f"Звонок {len(heard)}"), desk.by(order))
        assert heard[-1] == "gone"
