"""Talk with the role agents on the phone, over real HTTP: commands, replies, free words, long answers."""

from domain.orders import Status
from domain.people import Channel
from domain.splitting import units
from guardrails.conversation import ask
from store import people
from store.agents.turns import TurnState
from store.database import Database
from tests.integration.desk import Desk, Member
from tests.integration.phone import Line, line
from tests.integration.talking import at_work, work


async def asked_roles(company: Desk) -> list[str]:
    return [str(role) for role in await company.column("SELECT role FROM ai_turns ORDER BY id")]


async def alter(company: Desk, statement: str) -> None:
    async with company.db.transaction() as tx:
        await tx.exec_driver_sql(statement)


async def tell(phone: Line, who: Member, text: str) -> None:
    await phone.telegram.people.write(who.telegram_id, who.telegram_id, text)
    await phone.listen()


async def reply(phone: Line, who: Member, to: int, text: str) -> None:
    await phone.telegram.people.write(who.telegram_id, who.telegram_id, text, reply_to=to)
    await phone.listen()


async def newest(phone: Line, who: Member) -> int:
    return (await phone.telegram.people.messages(who.telegram_id))[-1].message_id


async def test_a_question_to_a_role_is_answered_in_a_message_of_its_own(db: Database) -> None:
    company = await Desk.open(db)
    order = await company.order()
    async with line(company) as phone, at_work(phone.door.desk) as runner:
        said = await phone.says(company.admin)
        await tell(phone, company.admin, f"/rop что с {order.code}?")
        assert await phone.says(company.admin) == said, "nobody waits in the handler"
        (turn,) = await work(runner, company)
        assert turn.role == "ai-rop"
        await phone.deliver()
        answer = (await phone.says(company.admin))[-1]
        assert answer.startswith(company.policy.roles.roles["ai-rop"].name)
        assert order.code in answer


async def test_a_role_that_is_refused_says_how_things_stand_in_the_askers_language(db: Database) -> None:
    company = await Desk.open(db)
    order = await company.order()
    async with line(company) as phone, at_work(phone.door.desk) as runner:
        await tell(phone, company.head, f"/ask cfo верни деньги по {order.code}, 250 €")
        await work(runner, company)
        await phone.deliver()
        answer = (await phone.says(company.head))[-1]
        assert "По этому заказу клиент ещё ничего не оплатил, возвращать нечего." in answer
        assert "what was paid" not in answer


async def test_the_bot_shows_that_a_role_is_typing(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        await tell(phone, company.admin, "что горит?")
        rooms = {room.chat.id: room for room in await phone.telegram.people.chats()}
        shown = rooms[company.admin.telegram_id].action
        assert shown is not None
        assert shown.text == "typing"


async def test_each_command_goes_to_its_role(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        for said in ("/rop очередь", "/ceo очередь", "/rom очередь", "/ask ai-cfo маржа?", "/ask cfo маржа?"):
            await tell(phone, company.head, said)
        assert await asked_roles(company) == ["ai-rop", "ai-ceo", "ai-rom", "ai-cfo", "ai-cfo"]


async def test_an_unknown_role_and_an_empty_question_are_explained(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        assert "ai-chef" in await phone.write(company.head, "/ask chef суп?")
        assert "/rop что горит?" in await phone.write(company.head, "/rop")
        assert "ai-cfo – AI-CFO" in await phone.write(company.head, "/ask")
        assert await asked_roles(company) == []


async def test_free_words_go_to_ai_rop_and_a_viewers_do_not(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        for who in (company.admin, company.head, company.owner, company.anna):
            await tell(phone, who, "что горит?")
        assert "Вот что здесь есть" in await phone.write(company.people["Виктор"], "что горит?")
        assert await asked_roles(company) == ["ai-rop"] * 4
        assert "Вот что здесь есть" in await phone.write(company.admin, "/nonsense")


async def test_free_words_go_on_with_the_role_spoken_with_last_for_an_hour(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        await tell(phone, company.head, "/ceo что горит?")
        await tell(phone, company.head, "а завтра?")
        await tell(phone, company.admin, "а у нас?")
        await company.pass_time(hours=2)
        await tell(phone, company.head, "что в очереди?")
        assert await asked_roles(company) == ["ai-ceo", "ai-ceo", "ai-rop", "ai-rop"]


async def test_a_reply_to_a_roles_answer_goes_on_with_that_role_even_under_an_open_question(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone, at_work(phone.door.desk) as runner:
        await tell(phone, company.admin, "/ceo что горит?")
        await work(runner, company)
        await phone.deliver()
        answer = await newest(phone, company.admin)
        await tell(phone, company.admin, "/rop привет")
        await reply(phone, company.admin, answer, "а завтра?")
        assert await asked_roles(company) == ["ai-ceo", "ai-rop", "ai-ceo"]
        assert await company.value("SELECT words FROM ai_turns ORDER BY id DESC LIMIT 1") == "а завтра?"


async def test_a_reply_to_an_orders_card_is_a_note_on_it(db: Database) -> None:
    company = await Desk.open(db)
    order = await company.to_status(await company.order(), Status.UNDER_INSPECTION)
    who = next(member for member in company.people.values() if member.id == order.owner_id)
    async with line(company) as phone:
        await phone.write(who, f"/order {order.code}")
        await reply(phone, who, await newest(phone, who), "Продавец просит неделю")
        assert "сохранена" in (await phone.says(who))[-1]
        notes = await company.column("SELECT text FROM order_notes")
        assert notes == ["Продавец просит неделю"]
        assert await asked_roles(company) == []


async def test_the_same_update_handled_twice_is_one_question(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        await tell(phone, company.admin, "что горит?")
        await alter(company, "UPDATE inbox_updates SET handled_at = NULL")
        await phone.listen()
        assert await asked_roles(company) == ["ai-rop"]


async def test_a_long_answer_comes_in_parts_and_its_marks_are_text(db: Database) -> None:
    company = await Desk.open(db)
    paragraph = "Очередь спокойна, <b>никто</b> не просрочил & все при деле. " * 19
    long = "\n\n".join([paragraph] * 7)
    async with line(company) as phone, at_work(phone.door.desk, long) as runner:
        await tell(phone, company.admin, "как дела?")
        (turn,) = await work(runner, company)
        assert turn.answer == long.strip()
        for part in range(1, 4):
            await phone.deliver()
            assert len(await phone.says(company.admin)) == part, "the next part is queued when this one has left"
        assert await phone.deliver() == []
        told = await phone.says(company.admin)
        assert len(told) == 3
        assert [f"{number} из 3" in part for number, part in enumerate(told, 1)] == [True] * 3
        assert all(units(part) <= 4096 for part in told)
        assert sum(part.count("<b>никто</b> не просрочил & все") for part in told) == 133


async def test_a_turn_that_is_given_up_says_so(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone, at_work(phone.door.desk) as runner:
        async with company.db.reading() as tx:
            asker = await people.get(tx, company.admin.id)
        await ask(phone.door.desk, asker, "ai-rop", "что горит?", channel=Channel.TELEGRAM, locale="ru")
        await alter(company, "UPDATE ai_turns SET attempt = 3")
        (turn,) = await work(runner, company)
        assert turn.state is TurnState.FAILED
        await phone.deliver()
        assert "не смог ответить" in (await phone.says(company.admin))[-1]
