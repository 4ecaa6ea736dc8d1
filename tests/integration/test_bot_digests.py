"""Digests on the phone: listed, shown, asked for now, with buttons to what they name."""

from bots.taps import Talk, TalkTap
from domain.policy import DigestKind
from guardrails.digests import ask_due
from store.database import Database
from tests.integration.desk import Desk
from tests.integration.phone import line
from tests.integration.talking import at_work, work
from tests.integration.test_bot_talk import tell

SHIFT = list(DigestKind).index(DigestKind.SHIFT)
BRIEF = list(DigestKind).index(DigestKind.BRIEF)


async def test_a_leader_sees_the_digests_of_the_role_and_asks_for_one_now(db: Database) -> None:
    company = await Desk.open(db)
    order = await company.order()
    async with line(company) as phone, at_work(phone.door.desk) as runner:
        assert "Сводка смены – ещё не выходила" in await phone.write(company.admin, "/digest")
        assert TalkTap(do=Talk.DIGEST_NOW, arg=BRIEF).pack() not in await phone.buttons(company.admin)
        now = TalkTap(do=Talk.DIGEST_NOW, arg=SHIFT)
        assert "уже пишется" in await phone.press(company.admin, now)
        (turn,) = await work(runner, company)
        assert (turn.about["send"], turn.person_id) == (False, company.admin.id)
        await phone.deliver()
        told = (await phone.says(company.admin))[-1]
        assert told.startswith("📊 AI-РОП\nСводка смены")
        assert "Открытых заказов: 1" in told
        assert await company.value("SELECT count(*) FROM ai_digests") == 0, "nobody else is sent it"
        buttons = await phone.buttons(company.admin)
        assert TalkTap(do=Talk.QUEUE).pack() in buttons
        assert TalkTap(do=Talk.ORDER, subject=order.id).pack() in buttons


async def test_the_buttons_of_a_digest_open_below_it(db: Database) -> None:
    company = await Desk.open(db)
    order = await company.order()
    async with line(company) as phone, at_work(phone.door.desk) as runner:
        await phone.write(company.admin, "/digest")
        await phone.press(company.admin, TalkTap(do=Talk.DIGEST_NOW, arg=SHIFT))
        await work(runner, company)
        await phone.deliver()
        digest = (await phone.says(company.admin))[-1]
        for do, said in ((Talk.QUEUE, order.code), (Talk.HOT, ""), (Talk.REQUESTS, "ничего не ждёт")):
            await phone.press(company.admin, TalkTap(do=do))
            told = await phone.says(company.admin)
            assert digest in told, "the digest stays readable"
            assert said in told[-1]


async def test_the_latest_digest_is_shown_to_those_it_is_for(db: Database) -> None:
    company = await Desk.open(db)
    await company.order()
    async with line(company) as phone, at_work(phone.door.desk) as runner:
        assert "ещё не было" in await phone.write(company.admin, "/digest shift")
        await company.pass_time(hours=8)
        assert await ask_due(phone.door.desk) > 0
        await work(runner, company)
        assert (await phone.write(company.admin, "/digest shift")).startswith("📊 AI-РОП\nСводка смены")
        assert "Сводка дня для руководства" not in await phone.write(company.admin, "/digest brief")
        assert "Сводка дня для руководства" not in await phone.write(company.admin, "/digest")
        assert "Сводка дня для руководства" in await phone.write(company.head, "/digest")


async def test_digests_are_leaders(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        await tell(phone, company.anna, "/digest shift")
        assert await company.value("SELECT count(*) FROM ai_turns") == 0
        assert "Сводка" not in (await phone.says(company.anna))[-1]


async def test_a_digest_asked_for_twice_by_one_update_is_written_once(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        await phone.write(company.admin, "/digest")
        await phone.press(company.admin, TalkTap(do=Talk.DIGEST_NOW, arg=SHIFT))
        async with company.db.transaction() as tx:
            await tx.exec_driver_sql("UPDATE inbox_updates SET handled_at = NULL")
        await phone.insist()
        assert await company.value("SELECT count(*) FROM ai_turns") == 1
