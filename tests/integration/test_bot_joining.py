"""Joining by invitation, on real phones: who gets in, who does not, and what each of them reads."""

import asyncio
from datetime import timedelta

import pytest

from bots.home import MENUS
from bots.local import FaultKind
from bots.menus import EVERYBODY, ask_for_all, set_menu
from domain.commands import LinkTelegram
from domain.errors import ConflictError
from domain.people import DOORMAN, Role
from guardrails.gate import Done
from jobs.queue import DELIVERY, open_queue, register
from jobs.worker import WorkerWorks
from store.access import auth, invitations
from store.database import Database
from store.timeline import SystemTimeline
from tests.integration.desk import Desk
from tests.integration.phone import Line, line
from tests.integration.tables import Member

WALL = SystemTimeline()
ASK_ADMIN = "попросите у администратора приглашение"


async def newcomer(company: Desk, name: str = "Глеб", role: Role = Role.MANAGER) -> Member:
    """Somebody of the staff whose Telegram nobody knows yet."""
    return await company.hire(name, role, linked=False)


async def invite(company: Desk, member: Member, *, age: timedelta = timedelta(), by: Member | None = None) -> str:
    """An invitation made so long ago."""
    async with company.db.transaction() as tx:
        code = await auth.add_code(tx, purpose="invite", person_id=member.id, now=WALL.now() - age)
        if by is not None:
            await invitations.note_inviter(tx, auth.digest(code).hex(), by.id)
    return code


async def account(phone: Line, number: int, name: str = "Чужой") -> Member:
    """A Telegram account that belongs to nobody."""
    await phone.telegram.people.add_user(number, name)
    return Member(0, name, Role.MANAGER, number)


async def menus(phone: Line) -> None:
    """Do what the worker does with the jobs that set menus."""
    waiting = "task_name = 'menu' AND status = 'todo'"
    async with phone.company.db.transaction() as tx:
        jobs = list(await tx.exec_driver_sql(f"SELECT args FROM procrastinate_jobs WHERE {waiting} ORDER BY id"))
        await tx.exec_driver_sql(f"UPDATE procrastinate_jobs SET status = 'succeeded' WHERE {waiting}")
    for job in jobs:
        assert await set_menu(phone.door, job.args["chat_id"], farewell=job.args["farewell"]) is None


def menu_of(phone: Line, who: Member) -> list[str]:
    found = phone.telegram.memory.commands.get(f"chat_id={who.telegram_id}/type=chat/", [])
    return [command.command for command in found]


async def test_an_invitation_links_the_account_greets_and_tells_the_admin(db: Database) -> None:
    company = await Desk.open(db)
    gleb = await newcomer(company)
    async with line(company) as phone:
        said = await phone.write(gleb, f"/start {await invite(company, gleb)}")
        assert "Здравствуйте, Глеб!" in said
        assert "ваша роль: менеджер" in said
        assert await company.value("SELECT telegram_id FROM people WHERE id = :id", id=gleb.id) == gleb.telegram_id
        await phone.deliver()
        assert "Глеб (менеджер) теперь на связи" in (await phone.says(company.admin))[-1]
        (row,) = await company.decisions("link_telegram")
        assert (row["actor"], row["outcome"], row["subject_id"]) == ("doorman", "done", gleb.id)
        assert (await company.verify()).ok


async def test_whoever_invited_hears_of_it_instead_of_the_admins(db: Database) -> None:
    company = await Desk.open(db)
    gleb = await newcomer(company)
    async with line(company) as phone:
        await phone.write(gleb, f"/start {await invite(company, gleb, by=company.head)}")
        assert [row["person_id"] for row in await company.messages(kind="joined")] == [company.head.id]


async def test_a_bare_code_is_understood_too(db: Database) -> None:
    company = await Desk.open(db)
    gleb = await newcomer(company)
    async with line(company) as phone:
        assert "Здравствуйте, Глеб!" in await phone.write(gleb, await invite(company, gleb))


async def test_each_code_that_opens_nothing_is_refused_for_its_own_reason(db: Database) -> None:
    company = await Desk.open(db)
    gleb, zoya = await newcomer(company), await newcomer(company, "Зоя")
    async with line(company) as phone:
        other = await account(phone, 900)
        assert "Такого приглашения нет" in await phone.write(other, "/start неверный-код")
        old = await invite(company, gleb, age=timedelta(days=8))
        assert "Срок приглашения истёк" in await phone.write(other, f"/start {old}")
        code = await invite(company, gleb)
        await phone.write(gleb, f"/start {code}")
        assert "уже воспользовались" in await phone.write(other, f"/start {code}")
        assert "Вы уже подключены" in await phone.write(gleb, f"/start {code}")
        foreign = await phone.write(gleb, f"/start {await invite(company, zoya)}")
        assert "уже подключён другой сотрудник: Глеб" in foreign
        gone = await invite(company, zoya)
        await company.alter(zoya, active=False)
        assert "больше не действует" in await phone.write(other, f"/start {gone}")


async def test_of_two_accounts_with_one_code_one_wins(db: Database) -> None:
    company = await Desk.open(db)
    gleb = await newcomer(company)
    invitation, now = auth.digest(await invite(company, gleb)).hex(), WALL.now()
    both = [LinkTelegram(invitation=invitation, telegram_id=number, at=now) for number in (901, 902)]
    outcomes = await asyncio.gather(*(company.gate.perform(each, DOORMAN) for each in both), return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {Done, ConflictError}
    assert await company.value("SELECT telegram_id FROM people WHERE id = :id", id=gleb.id) in (901, 902)


async def test_one_account_with_two_codes_at_once_becomes_one_person(db: Database) -> None:
    company = await Desk.open(db)
    gleb, zoya = await newcomer(company), await newcomer(company, "Зоя")
    codes = [auth.digest(await invite(company, each)).hex() for each in (gleb, zoya)]
    both = [LinkTelegram(invitation=code, telegram_id=903, at=WALL.now()) for code in codes]
    outcomes = await asyncio.gather(*(company.gate.perform(each, DOORMAN) for each in both), return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {Done, ConflictError}
    assert await company.value("SELECT count(*) FROM people WHERE telegram_id = 903") == 1


async def test_an_update_handled_again_joins_once(db: Database) -> None:
    company = await Desk.open(db)
    gleb = await newcomer(company)
    async with line(company) as phone:
        await phone.write(gleb, f"/start {await invite(company, gleb)}")
        async with db.transaction() as tx:
            await tx.exec_driver_sql("UPDATE inbox_updates SET handled_at = NULL")
        await phone.listen()
        assert "Здравствуйте, Глеб!" in (await phone.says(gleb))[-1]
        assert len(await company.decisions("link_telegram")) == 1


async def test_a_new_invitation_moves_the_person_and_the_old_account_is_told_and_a_stranger(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        new = await account(phone, 904, "Анна, новый телефон")
        code = await invite(company, company.anna)
        assert "Здравствуйте, Анна!" in await phone.write(new, f"/start {code}")
        assert "прежний отключён" in (await phone.says(new))[-2]
        await menus(phone)
        assert "больше не подключён" in (await phone.says(company.anna))[-1]
        assert (menu_of(phone, company.anna), menu_of(phone, new)) == (["start"], list(MENUS[Role.MANAGER]))
        assert ASK_ADMIN in await phone.write(company.anna, "/orders")
        await phone.deliver()
        assert "с другого аккаунта" in (await phone.says(company.admin))[-1]


async def test_a_stranger_is_answered_once_an_hour_and_leaves_a_trace(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        other = await account(phone, 905, "Любопытный")
        for words in ("привет", "/orders", "есть кто?"):
            assert ASK_ADMIN in await phone.write(other, words)
        assert len(await phone.says(other)) == 1
        (seen,) = await company.rows("SELECT name, count, last_words, guesses FROM strangers")
        assert seen == {"name": "Любопытный", "count": 3, "last_words": "есть кто?", "guesses": 0}
        async with db.transaction() as tx:
            await tx.exec_driver_sql("UPDATE strangers SET answered_at = answered_at - interval '61 minutes'")
        await phone.write(other, "ау")
        assert len(await phone.says(other)) == 2
        told = await phone.write(company.admin, "/strangers")
        assert "Любопытный" in told
        assert "4 сообщения" in told
        assert "только для руководителей" in await phone.write(company.viewer, "/strangers")


async def test_who_guesses_at_codes_is_held_off_even_with_a_good_one(db: Database) -> None:
    company = await Desk.open(db)
    gleb = await newcomer(company)
    async with line(company) as phone:
        for number in range(5):
            assert "Такого приглашения нет" in await phone.write(gleb, f"/start guess{number}")
        code = await invite(company, gleb)
        assert "Слишком много неверных кодов" in await phone.write(gleb, f"/start {code}")
        await phone.write(gleb, f"/start {code}")
        assert len(await phone.says(gleb)) == 6
        assert await company.value("SELECT guesses FROM strangers") == 5
        assert code not in str(await company.rows("SELECT * FROM strangers"))
        async with db.transaction() as tx:
            await tx.exec_driver_sql("UPDATE strangers SET guessing_since = guessing_since - interval '1 hour'")
        assert "Здравствуйте, Глеб!" in await phone.write(gleb, f"/start {code}")
        assert await company.value("SELECT count(*) FROM strangers") == 0


async def test_the_menus_are_set_for_everybody_when_the_bot_starts(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        await ask_for_all(phone.door)
        await ask_for_all(phone.door)
        await menus(phone)
        assert menu_of(phone, company.anna) == list(MENUS[Role.MANAGER])
        assert menu_of(phone, company.head) == list(MENUS[Role.HEAD])
        default = phone.telegram.memory.commands["type=default/"]
        assert [command.command for command in default] == ["start"]
        async with db.reading() as tx:
            assert await invitations.bot_name(tx) == (await phone.door.bot.get_me()).username


async def test_a_menu_follows_the_role_and_leaves_with_the_person(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        await company.alter(company.anna, role="admin")
        await menus(phone)
        assert menu_of(phone, company.anna) == list(MENUS[Role.ADMIN])
        await company.alter(company.anna, active=False)
        await menus(phone)
        assert menu_of(phone, company.anna) == ["start"]


async def test_a_menu_that_telegram_did_not_take_is_tried_again_later(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        phone.telegram.faults.plan(FaultKind.BAD_GATEWAY, method="setMyCommands")
        again = await set_menu(phone.door, company.anna.telegram_id, farewell=False)
        assert again is not None
        assert await set_menu(phone.door, company.anna.telegram_id, farewell=False) is None
        assert await set_menu(phone.door, EVERYBODY, farewell=False) is None


async def test_the_queue_itself_sets_a_menu_and_comes_back_to_one_that_failed(db: Database, database_url: str) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        await company.alter(company.anna, role="admin")
        phone.telegram.faults.plan(FaultKind.FLOOD, method="setMyCommands", retry_after=1)
        queue = open_queue(database_url)
        register(queue, WorkerWorks(phone.door.desk, phone.post, phone.door, None), ())
        async with queue.open_async():
            await queue.run_worker_async(queues=[DELIVERY], wait=False, install_signal_handlers=False)
            assert menu_of(phone, company.anna) == []
            async with db.transaction() as tx:
                again = "UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE task_name = 'menu' AND status = 'todo'"
                assert (await tx.exec_driver_sql(again)).rowcount == 1
            await queue.run_worker_async(queues=[DELIVERY], wait=False, install_signal_handlers=False)
        assert menu_of(phone, company.anna) == list(MENUS[Role.ADMIN])


@pytest.mark.parametrize("role", Role)
async def test_everything_that_a_menu_offers_is_understood(db: Database, role: Role) -> None:
    company = await Desk.open(db)
    member = next(each for each in company.people.values() if each.role is role)
    async with line(company) as phone:
        helped = await phone.write(member, "/help")
        for command in MENUS[role]:
            assert f"/{command} –" in helped
            if command not in ("help", "rop", "ceo", "rom", "ask"):
                assert await phone.write(member, f"/{command}") != helped
