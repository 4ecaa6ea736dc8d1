"""A topic per crisis: opened once, told of each change, closed with it, whoever dies in between."""

import asyncio

from bots.crises import tend
from bots.local.faults import FaultKind
from domain.commands import RaiseSignal, ResolveSignal
from domain.people import WATCHDOG
from domain.policy import SignalCode
from store.database import Database
from tests.integration.desk import Desk
from tests.integration.phone import Line, line
from tests.integration.rooms import Forum

TITLE = "Очередь новых заявок резко выросла"


async def ready(phone: Line, company: Desk) -> Forum:
    forum = await Forum.of(phone, company.admin, company.head)
    await forum.write(company.admin, "/setup")
    return forum


async def crisis(company: Desk, code: SignalCode = SignalCode.PENDING_SPIKE) -> int:
    await company.do(RaiseSignal(code=code, evidence={"pending": 23, "median": 7}), WATCHDOG)
    return int(await company.value("SELECT max(id) FROM ai_signals"))


def topics(forum: Forum) -> list[str]:
    return [name for name in forum.topics() if name.startswith("🚨")]


async def test_a_crisis_has_one_topic_that_tells_of_it_and_closes_with_it(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        forum = await ready(phone, company)
        number = await crisis(company)
        for _ in range(3):
            await tend(phone.door)
            await phone.deliver()
        name = f"🚨 {number}: {TITLE}"
        assert topics(forum) == [name]
        thread = forum.topic(name)
        (said,) = forum.says(thread)
        assert f"Кризис №{number}: {TITLE}" in said
        assert "в очереди: 23" in said
        assert "Ответственные: " in said
        async with company.db.transaction() as tx:
            await tx.exec_driver_sql(f"UPDATE ai_signals SET status = 'acknowledged' WHERE id = {number}")
        await tend(phone.door)
        await phone.deliver()
        assert forum.says(thread)[-1] == f"👀 {TITLE}: взято в работу."
        await company.do(ResolveSignal(signal_id=number, resolution="Вышли ещё двое"), company.admin.actor)
        await tend(phone.door)
        assert not forum.room.topics[thread].closed, "its last word comes first"
        await phone.deliver()
        for _ in range(2):
            await tend(phone.door)
        assert "Вышли ещё двое" in forum.says(thread)[-1]
        assert forum.room.topics[thread].closed
        assert len(forum.says(thread)) == 3


async def test_without_a_forum_nothing_is_written(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        await crisis(company)
        assert await tend(phone.door) == 0
        assert await company.value("SELECT count(*) FROM notifications WHERE kind = 'room_post'") == 0


async def test_a_signal_that_is_no_crisis_has_no_topic(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        forum = await ready(phone, company)
        await crisis(company, SignalCode.OVERLOAD)
        await tend(phone.door)
        assert topics(forum) == []


async def test_several_workers_make_one_topic_and_one_post(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        forum = await ready(phone, company)
        await crisis(company)
        await asyncio.gather(*(tend(phone.door) for _ in range(3)))
        await tend(phone.door)
        await phone.deliver()
        assert len(topics(forum)) == 1
        assert len(forum.says(forum.topic(topics(forum)[0]))) == 1


async def test_what_breaks_off_in_between_is_done_by_the_next_worker_once(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        forum = await ready(phone, company)
        await crisis(company)
        phone.telegram.faults.plan(FaultKind.INTERNAL, calls=2, method="createForumTopic")
        await tend(phone.door)
        assert topics(forum) == []
        await tend(phone.door)
        phone.telegram.faults.plan(FaultKind.INTERNAL, calls=1, method="sendMessage")
        await phone.deliver()
        await tend(phone.door)
        await phone.deliver()
        assert len(topics(forum)) == 1
        assert len(forum.says(forum.topic(topics(forum)[0]))) == 1


async def test_a_crisis_that_was_over_before_its_topic_was_told_has_both_words_in_order(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        forum = await ready(phone, company)
        number = await crisis(company)
        await tend(phone.door)
        await company.do(ResolveSignal(signal_id=number, resolution="Ложная", rejected=True), company.admin.actor)
        await tend(phone.door)
        await phone.deliver()
        await tend(phone.door)
        thread = next(number for number, each in forum.room.topics.items() if each.topic.name.startswith("🚨"))
        assert [words.split()[0] for words in forum.says(thread)] == ["🚨", "Очередь"]
        assert forum.room.topics[thread].closed
