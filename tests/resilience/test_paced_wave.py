"""A thousand messages through two workers, at a Telegram that enforces its limits: all arrive, the critical first.

Pace and limits are both Telegram's, `SPEED` times faster; the server's bursts are not scaled, so they are stricter. A
critical message waits for nothing but its own chat's limit and the messages that are in a worker's hands already.
"""

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import UUID

from sqlalchemy import text

from bots.app import build
from bots.local import SANDBOX_TOKEN, Limits, LocalTelegram, Rate, serving
from domain.notices import Notice, NoticeKind
from domain.people import Role
from guardrails.desk import Desk as OpenDesk
from store import outbox
from store.database import Database
from store.records import Outgoing
from tests.integration.desk import Desk
from tests.integration.tables import Member
from tests.resilience.conftest import ROOT, eventually, move_in

SPEED = 3
PEOPLE = 250
EACH = 4
LATE = 20
IN_FLIGHT = 2 * 8
LIMITS = Limits(
    overall=Rate(30 * SPEED, 1, burst=30),
    private_chat=Rate(SPEED, 1, burst=5),
    group_chat=Rate(20 * SPEED, 60, burst=20),
)
CRITICAL, ORDINARY = 0, 3


async def test_a_thousand_messages_arrive_within_the_limits_the_critical_first(db: Database, database_url: str) -> None:
    desk = await Desk.open(db)
    decision = await a_decision(desk)
    readers = [await desk.hire(f"Менеджер {number}", Role.MANAGER) for number in range(PEOPLE)]
    latecomers = [await desk.hire(f"Дежурный {number}", Role.MANAGER) for number in range(LATE)]
    telegram = LocalTelegram(limits=LIMITS)
    async with serving(telegram) as url, two_workers(database_url, url):
        await move_in(desk, telegram)
        door = build(OpenDesk.of(db, desk.policy, desk.timeline), SANDBOX_TOKEN, url, speed=SPEED)
        ordinary = [(each, ORDINARY, f"о{number}") for number in range(1, EACH) for each in readers]
        await send(desk, decision, [*ordinary, *((each, CRITICAL, "к0") for each in readers)])
        await arrived(telegram, 400)
        await send(desk, decision, [(each, CRITICAL, "к1") for each in latecomers])
        await door.bot.send_message(desk.head.telegram_id, "ответ")
        await arrived(telegram, PEOPLE * EACH + LATE + 1)
        await door.close()
    said = [message.text for message in telegram.sent]
    assert telegram.too_fast == 0
    assert len(said) == len({(each.chat_id, each.text) for each in telegram.sent}) == PEOPLE * EACH + LATE + 1
    assert sum("к0" in words for words in said[: PEOPLE + IN_FLIGHT]) >= PEOPLE - IN_FLIGHT, (
        "but for those on their way"
    )


async def a_decision(desk: Desk) -> UUID:
    """A row of the journal that messages can point at; its own messages are out of the way."""
    await desk.order()
    decision: UUID = await desk.value("SELECT decision FROM notifications LIMIT 1")
    async with desk.db.transaction() as tx:
        await tx.execute(text("UPDATE notifications SET state = 'merged'"))
    return decision


async def send(desk: Desk, decision: UUID, messages: list[tuple[Member, int, str]]) -> None:
    """These messages in one commit."""
    outgoing = [
        Outgoing(
            notice=Notice(
                person_id=reader.id, kind=NoticeKind.SIGNAL, params={"code": "channel_outage", "approval": words}
            ),
            priority=priority,
            deliver_at=None,
            created_at=desk.now,
            decision=decision,
        )
        for reader, priority, words in messages
    ]
    async with desk.db.transaction() as tx:
        await outbox.put(tx, outgoing)


async def arrived(telegram: LocalTelegram, count: int) -> None:
    async def enough() -> bool:
        return len(telegram.sent) >= count

    await eventually(enough, f"{count} messages arrived, not only {len(telegram.sent)}")


@asynccontextmanager
async def two_workers(database_url: str, telegram_url: str) -> AsyncGenerator[None]:
    """Two processes that deliver; killed at the end."""
    command = [sys.executable, "-m", "tests.resilience.paced_worker", database_url, telegram_url, str(SPEED)]
    running = [
        await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.DEVNULL) for _ in range(2)
    ]
    try:
        yield
    finally:
        for process in running:
            process.kill()
            await process.wait()
