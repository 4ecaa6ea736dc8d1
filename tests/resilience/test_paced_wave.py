"""A thousand messages through two workers, at a Telegram that enforces its limits: all arrive, the critical first.

Pace and limits are both Telegram's, `SPEED` times faster; the server's bursts are not scaled, so they are stricter. A
critical message waits for nothing but its own chat's limit and the messages that are in a worker's hands already: that
bound holds however slow the machine is, and is what is asserted of the queue's own record and of what arrived.
"""

import asyncio
from uuid import UUID

import pytest
from sqlalchemy import text

from bots.app import build
from bots.delivery import PostOffice
from bots.door import TelegramDoor
from bots.local import SANDBOX_TOKEN, Limits, LocalTelegram, Rate, serving
from bots.local.state import Sent
from bots.local.testing import hang_up
from bots.pace import CHAT_BURST, PATIENCE
from bots.places import Place, as_params
from domain.notices import Notice, NoticeKind
from domain.people import Role
from guardrails.desk import Desk as OpenDesk
from guardrails.desk import open_desk
from jobs.worker import CONCURRENCY, run_worker
from store.database import Database
from store.records import Outgoing
from store.talk import outbox, rooms
from tests.integration.desk import Desk
from tests.integration.tables import Member
from tests.resilience.conftest import eventually, move_in
from tests.resilience.service import Service, running

SPEED = 3
PEOPLE = 200
EACH = 5
LATE = 60
POSTS = 10
WORKERS = 2
IN_HANDS = WORKERS * CONCURRENCY
LIMITS = Limits(
    overall=Rate(30 * SPEED, 1, burst=30),
    private_chat=Rate(SPEED, 1, burst=EACH - 1),
    group_chat=Rate(20 * SPEED, 60, burst=POSTS - 2),
)
CRITICAL, ORDINARY = 0, 3

# The order in which workers take messages up: the queue's own rows are gone when their jobs are done.
NOTE = (
    "CREATE FUNCTION note_taken() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS"
    " $$ BEGIN INSERT INTO taken (critical) VALUES (NEW.priority = 0); RETURN NEW; END $$"
)
WHEN = (
    "CREATE TRIGGER note_taken AFTER UPDATE OF status ON procrastinate_jobs FOR EACH ROW"
    " WHEN (NEW.status = 'doing' AND NEW.task_name = 'deliver') EXECUTE FUNCTION note_taken()"
)
TAKEN = (
    "CREATE TABLE taken (n bigserial PRIMARY KEY, critical boolean)",
    NOTE,
    WHEN,
    "GRANT SELECT ON taken TO holacracy_app",
)
SINCE = "SELECT critical FROM taken WHERE n > :since ORDER BY n"


def work(url: str, telegram_url: str) -> None:
    """A worker whose Telegram is faster, until it is killed."""

    async def deliver() -> None:
        desk = await open_desk(url)
        door = build(desk, SANDBOX_TOKEN, telegram_url, speed=SPEED)
        await run_worker(desk, door, PostOffice.of(door), stop=asyncio.Event())

    asyncio.run(deliver())


@pytest.fixture
async def desk(db: Database, owner_db: Database) -> Desk:
    """A company whose queue notes who is taken up when."""
    async with owner_db.transaction() as tx:
        for statement in TAKEN:
            await tx.exec_driver_sql(statement)
    return await Desk.open(db)


async def test_a_thousand_messages_arrive_within_the_limits_the_critical_first(desk: Desk, database_url: str) -> None:
    decision = await a_decision(desk)
    readers = [await desk.hire(f"Менеджер {number}", Role.MANAGER) for number in range(PEOPLE)]
    latecomers = [await desk.hire(f"Дежурный {number}", Role.MANAGER) for number in range(LATE)]
    telegram = LocalTelegram(limits=LIMITS)
    async with serving(telegram) as url, running(*(Service(work, database_url, url) for _ in range(WORKERS))):
        await move_in(desk, telegram)
        room = await telegram.people.create_forum("Смена", [desk.head.telegram_id])
        async with desk.db.transaction() as tx:
            await rooms.set_up(tx, room.id, title="Смена", person_id=desk.head.id, now=desk.now)
        door = build(OpenDesk.of(desk.db, desk.policy, desk.timeline), SANDBOX_TOKEN, url, speed=SPEED)
        ordinary = [(each, ORDINARY, f"о{number}") for number in range(1, EACH) for each in readers]
        await send(desk, decision, [*ordinary, *((each, CRITICAL, "к0") for each in readers)])
        await send(desk, decision, [(each, ORDINARY, "о0") for each in latecomers[:POSTS]], to=Place(chat_id=room.id))
        await arrived(telegram, PEOPLE * EACH // 2)

        accepted = len(telegram.sent)
        since = await send(desk, decision, [(each, CRITICAL, "к1") for each in latecomers])
        await an_answer_goes_first(door, desk.admin)
        await door.bot.send_message(desk.head.telegram_id, "ответ")

        await arrived(telegram, PEOPLE * EACH + POSTS + LATE + 1)
        await hang_up(door.bot)
    sent = list(telegram.sent)
    private = [(each.chat_id, each.text) for each in sent if each.chat_id != room.id]
    assert telegram.too_fast == 0, "no limit was met"
    assert len(private) == len(set(private)) == PEOPLE * EACH + LATE + 1, "each once"
    assert len(sent) - len(private) == POSTS
    the_critical_were_taken_up_first(await desk.column(SINCE, since=0), PEOPLE)
    the_critical_were_taken_up_first(await desk.column(SINCE, since=since), LATE)
    the_critical_arrived_first(sent, "к0", PEOPLE)
    the_critical_arrived_first(sent[accepted:], "к1", LATE)
    first = {each.chat_id: each.text for each in reversed(sent)}
    assert sum("к0" in first[each.telegram_id] for each in readers) >= PEOPLE - IN_HANDS, "first in their own chats"


def the_critical_were_taken_up_first(taken: list[bool], count: int) -> None:
    """While a critical message waits no worker takes up another, but for what it has just reached for."""
    last = [number for number, critical in enumerate(taken) if critical][count - 1]
    assert last < count + IN_HANDS
    assert len(taken) > last + IN_HANDS, "there was something to overtake"


def the_critical_arrived_first(sent: list[Sent], words: str, count: int) -> None:
    """Before them came only what was in a worker's hands; at the end as many may still be on their way."""
    early = sent[: count + IN_HANDS]
    assert sum(words in each.text for each in early) >= count - IN_HANDS


async def an_answer_goes_first(door: TelegramDoor, to: Member) -> None:
    """Whoever asks now waits for what is in a worker's hands, not for the hundreds in the queue."""
    async with door.desk.db.transaction() as tx:
        slot = await door.pace.book(tx, to.telegram_id, within=PATIENCE, burst=CHAT_BURST)
    assert slot.taken
    assert slot.wait <= door.pace.everywhere * IN_HANDS


async def a_decision(desk: Desk) -> UUID:
    """A row of the journal that messages can point at; its own messages are out of the way."""
    await desk.order()
    decision: UUID = await desk.value("SELECT decision FROM notifications LIMIT 1")
    async with desk.db.transaction() as tx:
        await tx.execute(text("UPDATE notifications SET state = 'merged'"))
        await tx.execute(text("DELETE FROM procrastinate_jobs WHERE task_name = 'deliver'"))
    return decision


async def send(desk: Desk, decision: UUID, messages: list[tuple[Member, int, str]], *, to: Place | None = None) -> int:
    """These messages in one commit, each to its reader, or all to one place; how many had been taken up before it."""
    place = {} if to is None else {"place": as_params(to)}
    outgoing = [
        Outgoing(
            notice=Notice(
                person_id=reader.id,
                kind=NoticeKind.SIGNAL,
                params={"code": "channel_outage", "approval": words, **place},
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
        return int((await tx.execute(text("SELECT coalesce(max(n), 0) FROM taken"))).scalar_one())


async def arrived(telegram: LocalTelegram, count: int) -> None:
    """However long the machine takes for all of them, it goes on."""
    while (so_far := len(telegram.sent)) < count:

        async def more(than: int = so_far) -> bool:
            return len(telegram.sent) > than

        await eventually(more, f"{count} messages arrived, not only {so_far}")
