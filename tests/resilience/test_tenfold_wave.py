"""Ten times the usual day comes within minutes: it is shared out evenly, told calmly, and done within bounds."""

import asyncio
from collections import Counter

from bots.local import LocalTelegram
from domain.people import Role
from store import invariants
from store.database import Database
from tests.integration.desk import Desk
from tests.resilience.conftest import at_work, eventually, move_in, services, settled

USUAL_DAY = 30
WAVE = 10 * USUAL_DAY
AT_ONCE = 10
MANAGERS = 12
BOUND_SECONDS = 120.0
CARDS_A_PERSON = 10  # a wave told order by order would be 25 for each of them


async def test_a_tenfold_wave_is_taken_in_shared_out_and_told_within_bounds(
    db: Database, telegram: tuple[LocalTelegram, str], environment: dict[str, str]
) -> None:
    desk = await Desk.open(db, capacity=1_000)
    for number in range(MANAGERS - len(desk.managers)):
        await desk.hire(f"Менеджер {number}", Role.MANAGER, capacity=1_000)
    await move_in(desk, telegram[0])
    async with services(["worker", "worker"], environment) as workers:
        await eventually(lambda: at_work(desk, 2), "two workers at work")
        began = asyncio.get_running_loop().time()
        async with asyncio.timeout(BOUND_SECONDS):
            await asyncio.gather(*(_sender(desk, WAVE // AT_ONCE) for _ in range(AT_ONCE)))
            await eventually(lambda: settled(desk), "everybody has been told")
        took = asyncio.get_running_loop().time() - began
        assert [await worker.stop() for worker in workers] == [0, 0]
    owners = Counter(await desk.column("SELECT owner_id FROM orders"))
    assert sum(owners.values()) == WAVE
    assert None not in owners, "nobody's order"
    assert max(owners.values()) - min(owners.values()) <= 1
    assert len(owners) == MANAGERS
    async with db.reading() as tx:
        assert await invariants.broken(tx) == {}
    cards = Counter(message.chat_id for message in telegram[0].sent)
    assert set(cards) >= {manager.telegram_id for manager in desk.managers}, "somebody was told nothing"
    one_a_second = int(took) + 1  # what comes so slowly on a slow machine is no storm to anybody
    assert max(cards.values()) <= max(CARDS_A_PERSON, one_a_second), cards
    assert (await desk.verify()).ok


async def _sender(desk: Desk, count: int) -> None:
    """One of the CRM's connections: request after request, as they come in."""
    for _ in range(count):
        await desk.order()
