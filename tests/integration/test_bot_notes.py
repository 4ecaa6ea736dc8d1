"""Words in reply to a card: notes and comments, their corrections; talk with a role stays talk."""

import pytest

from bots.taps import Check, CheckTap, Do, OrderTap
from domain.commands import ReassignOrder
from domain.orders import Order, Status
from store.database import Database
from store.desk import check
from tests.integration.desk import Desk, Member
from tests.integration.phone import Line, line
from tests.integration.talking import at_work, work


async def inspected(company: Desk) -> tuple[Member, Order]:
    order = await company.to_status(await company.order(), Status.UNDER_INSPECTION)
    return next(member for member in company.people.values() if member.id == order.owner_id), order


async def reply(phone: Line, who: Member, to: int, text: str) -> str:
    await phone.telegram.people.write(who.telegram_id, who.telegram_id, text, reply_to=to)
    await phone.listen()
    return (await phone.says(who))[-1]


async def edit(phone: Line, who: Member, text: str) -> None:
    """The person's newest own message, changed."""
    messages = await phone.telegram.people.messages(who.telegram_id)
    own = next(message.message_id for message in reversed(messages) if message.sender.id == who.telegram_id)
    await phone.telegram.people.edit(who.telegram_id, who.telegram_id, own, text)
    await phone.listen()


async def newest(phone: Line, who: Member) -> int:
    return (await phone.telegram.people.messages(who.telegram_id))[-1].message_id


async def notes(company: Desk) -> list[str]:
    return [str(each) for each in await company.column("SELECT text FROM order_notes WHERE kind = 'note' ORDER BY id")]


async def comment(company: Desk, order: Order, number: int) -> str:
    async with company.db.reading() as tx:
        return (await check.points(tx, order.id))[number].comment


async def to_point(phone: Line, who: Member, order: Order, number: int) -> int:
    await phone.write(who, f"/order {order.code}")
    await phone.press(who, CheckTap(do=Check.SECTIONS, order=order.id))
    section = next(p.section.value for p in phone.company.policy.checklist.points if p.number == number)
    await phone.press(who, CheckTap(do=Check.SECTION, order=order.id, arg=section))
    await phone.press(who, CheckTap(do=Check.POINT, order=order.id, point=number))
    return await phone.card(who)


# ── which card ───────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_reply_to_a_new_orders_card_is_a_note(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        order = await company.order()
        who = next(member for member in company.people.values() if member.id == order.owner_id)
        await phone.deliver()
        assert f"Заметка к заказу №{order.code} сохранена" in await reply(phone, who, await newest(phone, who), "Звоню")
        assert await notes(company) == ["Звоню"]


async def test_a_reply_to_a_reminder_a_task_and_a_list_with_one_order_is_a_note(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        order = await company.order()
        who = next(member for member in company.people.values() if member.id == order.owner_id)
        await company.pass_time(minutes=13)
        await phone.deliver()
        cards = [m for m in await phone.telegram.people.messages(who.telegram_id) if "⏰" in m.words]
        await reply(phone, who, cards[0].message_id, "Уже звоню")
        await phone.write(who, "/orders")
        await reply(phone, who, await newest(phone, who), "Второй звонок")
        assert await notes(company) == ["Уже звоню", "Второй звонок"]


async def test_a_reply_to_an_escalation_card_is_the_admins_note(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        await company.to_status(await company.order(), Status.UNDER_INSPECTION)
        for _ in range(2):
            await company.pass_time(hours=24 * 7)
        await phone.deliver()
        messages = await phone.telegram.people.messages(company.admin.telegram_id)
        card = next(message for message in messages if "🚨" in message.words)
        await reply(phone, company.admin, card.message_id, "Беру под контроль")
        assert "Беру под контроль" in await notes(company)


async def test_a_reply_to_a_message_without_buttons_finds_its_order_by_the_message(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        who, order = await inspected(company)
        other = next(member for member in company.managers if member != who)
        for to in (other, who):
            await company.do(ReassignOrder(order=order.code, manager_id=to.id, reason="Отпуск"), company.admin.actor)
            await phone.deliver()
        messages = await phone.telegram.people.messages(who.telegram_id)
        bare = next(message for message in messages if "больше не у вас" in message.words)
        assert bare.reply_markup is None
        await reply(phone, who, bare.message_id, "Коробку нашли")
        assert await notes(company) == ["Коробку нашли"]


async def test_a_reply_to_a_list_of_several_orders_is_no_note_of_any(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        await company.give(company.anna, 2)
        await phone.write(company.anna, "/orders")
        await reply(phone, company.anna, await newest(phone, company.anna), "что горит?")
        assert await notes(company) == []
        assert await company.value("SELECT count(*) FROM ai_turns") == 1


async def test_a_reply_to_a_points_card_is_its_comment(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        who, order = await inspected(company)
        card = await to_point(phone, who, order, 6)
        await to_point(phone, who, order, 7)
        assert "комментарий записан" in await reply(phone, who, card, "Скол 2 мм")
        assert await comment(company, order, 6) == "Скол 2 мм"
        assert await notes(company) == []


async def test_a_reply_to_the_photos_card_and_to_the_photo_itself_is_the_points_comment(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        who, order = await inspected(company)
        await to_point(phone, who, order, 6)
        await phone.photo(who)
        card = await newest(phone, who)
        await reply(phone, who, card, "У каретки")
        await reply(phone, who, card - 1, "Краска родная")
        assert await comment(company, order, 6) == "У каретки\nКраска родная"


async def test_a_reply_to_another_orders_card_is_a_note_even_under_an_open_question(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        who = company.anna
        one, two = [await company.to_status(each, Status.UNDER_INSPECTION) for each in await company.give(who, 2)]
        await phone.write(who, f"/order {one.code}")
        card = await phone.card(who)
        await to_point(phone, who, two, 6)
        await phone.press(who, CheckTap(do=Check.PROBLEM, order=two.id, point=6))
        await reply(phone, who, card, "Продавец просит неделю")
        assert await notes(company) == ["Продавец просит неделю"]
        assert "проблема записана" in await phone.write(who, "Трещина")
        assert await comment(company, two, 6) == "Трещина"


async def test_a_reply_to_the_very_card_that_asks_is_the_answer(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        who, order = await inspected(company)
        await phone.write(who, f"/order {order.code}")
        card = await phone.card(who)
        version = (await company.see(order)).version
        await phone.press(who, OrderTap(do=Do.BLOCKER, order=order.id, version=version))
        assert "Нет коробки. От кого это зависит?" in await reply(phone, who, card, "Нет коробки")
        assert await notes(company) == []


async def test_a_reply_to_a_roles_answer_stays_talk(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone, at_work(phone.door.desk) as runner:
        who, order = await inspected(company)
        await phone.telegram.people.write(who.telegram_id, who.telegram_id, f"/rop что делать по {order.code}?")
        await phone.listen()
        await work(runner, company)
        await phone.deliver()
        await reply(phone, who, await newest(phone, who), "а потом?")
        assert await notes(company) == []
        assert await company.value("SELECT count(*) FROM ai_turns") == 2


async def test_somebody_elses_order_takes_no_note(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        who, order = await inspected(company)
        await phone.write(who, f"/order {order.code}")
        card = await phone.card(who)
        other = next(member for member in company.managers if member != who)
        async with company.db.transaction() as tx:
            await tx.exec_driver_sql(f"UPDATE orders SET owner_id = {other.id} WHERE id = {order.id}")
        assert "ведёт другой менеджер" in await reply(phone, who, card, "Моё")
        assert await notes(company) == []


# ── corrections ──────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("asked", [True, False])
async def test_an_edited_note_is_a_new_note_marked_as_correction(db: Database, *, asked: bool) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        who, order = await inspected(company)
        await phone.write(who, f"/order {order.code}")
        if asked:
            version = (await company.see(order)).version
            await phone.press(who, OrderTap(do=Do.NOTE, order=order.id, version=version))
            await phone.write(who, "Пробег 1000 км")
        else:
            await reply(phone, who, await phone.card(who), "Пробег 1000 км")
        await edit(phone, who, "Пробег 10000 км")
        assert await notes(company) == ["Пробег 1000 км", "Исправление: Пробег 10000 км"]
        assert "Исправление записано" in (await phone.says(who))[-1]
        async with company.db.transaction() as tx:
            await tx.exec_driver_sql("UPDATE inbox_updates SET handled_at = NULL WHERE body ? 'edited_message'")
        await phone.listen()
        assert len(await notes(company)) == 2


async def test_an_edited_comment_is_corrected_in_its_place(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        who, order = await inspected(company)
        card = await to_point(phone, who, order, 6)
        await reply(phone, who, card, "Скол 2 мм")
        await edit(phone, who, "Скол 3 мм")
        assert await comment(company, order, 6) == "Скол 3 мм"


async def test_an_edited_caption_corrects_the_comment_that_came_of_it(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        who, order = await inspected(company)
        card = await to_point(phone, who, order, 6)
        photo = (await phone.telegram.people.messages(who.telegram_id))[0]
        assert photo is not None
        await phone.photo(who)
        await reply(phone, who, card, "Краска родная")
        messages = await phone.telegram.people.messages(who.telegram_id)
        own = next(message.message_id for message in messages if message.photo)
        for words in ("Скол", "Скол у каретки"):
            await phone.telegram.people.edit(who.telegram_id, who.telegram_id, own, words)
            await phone.listen()
        assert await comment(company, order, 6) == "Краска родная\nСкол у каретки"


async def test_an_edited_message_that_was_no_note_says_nothing(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        who, _ = await inspected(company)
        await phone.write(who, "/orders")
        said = await phone.says(who)
        await edit(phone, who, "/order")
        assert await phone.says(who) == said
