"""The inbox under kill -9: five hundred words from twenty chats, each with one effect, in the order they were said."""

import random
from collections.abc import Sequence

from bots.local import FaultKind, LocalTelegram
from domain.people import Role
from store import invariants
from store.database import Database
from tests.integration.desk import Desk
from tests.integration.saying import say
from tests.integration.tables import Member
from tests.resilience.conftest import at_work, eventually, move_in, services
from tests.resilience.service import Service

CHATS = 20
NOTES_A_CHAT = 25
KILLS = 4
HANDLED = "SELECT count(*) FROM inbox_updates WHERE handled_at IS NOT NULL"
WAITING = "SELECT count(*) FROM inbox_updates WHERE handled_at IS NULL"
NOTES = (
    "SELECT n.text FROM order_notes AS n JOIN orders AS o ON o.id = n.order_id"
    " WHERE o.owner_id = :owner AND n.kind = 'note' ORDER BY n.id"
)


async def test_five_hundred_words_take_effect_once_and_in_order_although_everything_is_killed_among_them(
    db: Database, telegram: tuple[LocalTelegram, str], environment: dict[str, str]
) -> None:
    chance = random.Random(20261121)
    state = telegram[0]
    desk, writers = await _company(db, CHATS)
    await move_in(desk, state)
    async with services(["worker", "worker", "bot"], environment) as running:
        first, second, bot = running
        cards = await _cards(desk, state, writers)
        for number in range(NOTES_A_CHAT):
            for writer in writers:
                await say(state, writer, cards[writer.id], str(number))
        for kill in range(KILLS):
            await eventually(lambda: at_work(desk, 1), "a worker at work")
            await _handled_beyond(desk, await _count(desk, HANDLED) + chance.randrange(1, 60))
            victims: Sequence[Service] = ((first,), (bot,), (second, bot), (first, second))[kill % 4]
            for victim in victims:
                await victim.kill()
            for victim in victims:
                await victim.start()
        await _handled_beyond(desk, CHATS * NOTES_A_CHAT + CHATS - 1)
        assert [await service.stop() for service in running] == [0, 0, 0]
    assert await _count(desk, WAITING) == 0
    said = [str(number) for number in range(NOTES_A_CHAT)]
    for writer in writers:
        assert await desk.column(NOTES, owner=writer.id) == said, writer.name
    async with db.reading() as tx:
        assert await invariants.broken(tx) == {}
    assert (await desk.verify()).ok


async def test_a_chat_whose_answers_hang_holds_no_other_and_goes_on_where_its_worker_was_killed(
    db: Database, telegram: tuple[LocalTelegram, str], environment: dict[str, str]
) -> None:
    state = telegram[0]
    desk, (anna, boris) = await _company(db, 2)
    await move_in(desk, state)
    async with services(["worker", "bot"], environment) as (worker, bot):
        cards = await _cards(desk, state, [anna, boris])
        state.faults.plan(FaultKind.HANG, chat_id=anna.telegram_id, calls=None, seconds=3600)
        await say(state, anna, cards[anna.id], "1", "2")
        await say(state, boris, cards[boris.id], "1", "2")
        await _handled_beyond(desk, 3)
        assert await desk.column(NOTES, owner=boris.id) == ["1", "2"]
        assert "2" not in await desk.column(NOTES, owner=anna.id), "the second waits for the first"
        state.faults.clear()
        await worker.kill()
        await worker.start()
        await _handled_beyond(desk, 5)
        assert await desk.column(NOTES, owner=anna.id) == ["1", "2"]
        assert [await service.stop() for service in (worker, bot)] == [0, 0]


async def _company(db: Database, writers: int) -> tuple[Desk, list[Member]]:
    """Managers with one order each."""
    desk = await Desk.open(db, capacity=1)
    for number in range(writers - len(desk.managers)):
        await desk.hire(f"Менеджер {number}", Role.MANAGER, capacity=1)
    for _ in desk.managers:
        await desk.order()
    owners = await desk.column("SELECT owner_id FROM orders")
    assert len(set(owners)) == len(desk.managers)
    return desk, list(desk.managers)[:writers]


async def _cards(desk: Desk, telegram: LocalTelegram, writers: Sequence[Member]) -> dict[int, int]:
    """A card of their own order in each writer's chat."""
    cards: dict[int, int] = {}
    for writer in writers:
        code = await desk.value("SELECT code FROM orders WHERE owner_id = :id", id=writer.id)
        await telegram.people.write(writer.telegram_id, writer.telegram_id, f"/order {code}")
    await _handled_beyond(desk, len(writers) - 1)
    for writer in writers:
        messages = await telegram.people.messages(writer.telegram_id)
        cards[writer.id] = next(each.message_id for each in reversed(messages) if each.reply_markup is not None)
    return cards


async def _count(desk: Desk, statement: str) -> int:
    return int(await desk.value(statement))


async def _handled_beyond(desk: Desk, count: int) -> None:
    async def more() -> bool:
        return await _count(desk, HANDLED) > count

    await eventually(more, f"more than {count} updates handled")
