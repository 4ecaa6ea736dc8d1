"""Who turns to something else is not asked any more: commands and taps in the middle of a form, numbers, photos."""

from datetime import timedelta

from sqlalchemy import text

from bots.local.wire import Content
from bots.taps import Check, CheckTap, Climb, Do, OrderTap, PhotoTap, QueueTap
from domain.orders import Order, Status
from store.database import Database
from tests.integration.desk import Desk, Member
from tests.integration.order_phone import Hand
from tests.integration.phone import Line, line
from tests.integration.rooms import Forum
from tests.integration.test_bot_admin import escalated
from tests.integration.test_bot_notes import inspected, notes, to_point


async def asked_why(company: Desk, phone: Line) -> tuple[Order, Member]:
    """A new order whose owner was asked in words why they give it back."""
    order = await company.order()
    hand = Hand.of(phone, order)
    await hand.tap(Do.DECLINE)
    assert "причин" in (await hand.press(Do.DECLINE_OTHER)).lower()
    return order, hand.who


async def test_a_command_that_nobody_knows_is_no_reason_to_give_an_order_back(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        order, who = await asked_why(company, phone)
        assert "/orders" in await phone.write(who, "/cancel")
        assert (await company.see(order)).owner_id == who.id
        await phone.write(who, "Не тот язык")
        assert (await company.see(order)).owner_id == who.id


async def test_a_number_after_a_command_opens_the_order_instead_of_answering(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        order, who = await asked_why(company, phone)
        await phone.write(who, "/orders")
        assert f"№{order.code}" in await phone.write(who, order.code)
        assert (await company.see(order)).owner_id == who.id


async def test_words_after_a_tap_elsewhere_resolve_nothing(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        card = await escalated(company, phone)
        await phone.press(company.admin, card.model_copy(update={"do": Climb.RESOLVE}))
        await phone.forge(company.admin, QueueTap())
        await phone.write(company.admin, "Что сегодня горит?")
        query = "SELECT resolved_at FROM ai_sla_violations WHERE id = :id"
        assert await company.value(query, id=card.violation) is None


async def test_a_tap_on_another_card_of_the_same_kind_ends_the_question_too(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        card = await escalated(company, phone)
        await phone.press(company.admin, card.model_copy(update={"do": Climb.RESOLVE}))
        await phone.press(company.admin, card.model_copy(update={"do": Climb.SNOOZE}))
        await phone.write(company.admin, "Что сегодня горит?")
        query = "SELECT resolved_at FROM ai_sla_violations WHERE id = :id"
        assert await company.value(query, id=card.violation) is None


async def test_words_after_a_command_describe_no_problem_but_photos_still_find_the_open_point(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        who, order = await inspected(company)
        await to_point(phone, who, order, 6)
        await phone.press(who, CheckTap(do=Check.PROBLEM, order=order.id, point=6))
        await phone.write(who, "/shift")
        await phone.write(who, "Что мне делать дальше?")
        assert await company.value("SELECT count(*) FROM checklist_answers WHERE answer = 'problem'") == 0
        assert "к пункту 6" in await phone.photo(who)


async def test_a_number_opens_an_order_while_a_point_waits_for_photos(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        who, order = await inspected(company)
        await to_point(phone, who, order, 6)
        assert f"Заказ №{order.code}" in await phone.write(who, order.code)


async def test_a_photo_and_its_tap_in_the_middle_of_a_form_leave_the_question_open(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        who, order = await inspected(company)
        await phone.write(who, f"/order {order.code}")
        await phone.press(who, OrderTap(do=Do.NOTE, order=order.id, version=(await company.see(order)).version))
        await phone.photo(who)
        photo = next(tap for tap in await phone.buttons(who) if tap.startswith("p:pt:"))
        await phone.press(who, PhotoTap.unpack(photo))
        await phone.write(who, "Клиент ждёт до пятницы")
        assert await notes(company) == ["Клиент ждёт до пятницы"]
        assert (await company.see(order)).status is Status.UNDER_INSPECTION


# ── a question that nobody has answered for long ─────────────────────────────────────────────────────────────────────
async def hours_pass(company: Desk, hours: int) -> None:
    """What the bot has asked was asked so long ago."""
    async with company.db.transaction() as tx:
        await tx.execute(
            text("UPDATE chat_states SET updated_at = updated_at - make_interval(hours => :hours)"), {"hours": hours}
        )


async def test_words_written_days_later_answer_no_forgotten_question(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        order, who = await asked_why(company, phone)
        await hours_pass(company, 48)
        told = await phone.write(who, "Кто сегодня на смене?")
        assert "сообщение никуда не записано" in told
        assert f"/order {order.code}" in told
        assert (await company.see(order)).owner_id == who.id
        await phone.write(who, "Кто сегодня на смене?")
        assert await company.column("SELECT role FROM ai_turns") == ["ai-rop"], "said again, it is a new question"


async def test_words_written_within_the_hour_are_the_answer(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        order, who = await asked_why(company, phone)
        await hours_pass(company, 1)
        assert "Передаём его другому" in await phone.write(who, "Не тот язык")
        assert (await company.see(order)).owner_id != who.id


async def test_a_reply_to_a_card_says_what_it_is_about_however_old_the_question(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        order, who = await asked_why(company, phone)
        await hours_pass(company, 48)
        card = await phone.card(who)
        await phone.telegram.people.write(who.telegram_id, who.telegram_id, "Продавец ждёт звонка", reply_to=card)
        await phone.listen()
        assert "Продавец ждёт звонка" in await notes(company)
        assert (await company.see(order)).owner_id == who.id


async def test_a_point_that_is_open_for_days_takes_photos_but_no_forgotten_comment(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        who, order = await inspected(company)
        await to_point(phone, who, order, 5)
        await phone.press(who, CheckTap(do=Check.COMMENT, order=order.id, point=5))
        await hours_pass(company, 48)
        assert f"/order {order.code}" in await phone.write(who, "Кто сегодня на смене?")
        assert await company.column("SELECT comment FROM checklist_answers WHERE comment <> ''") == []
        assert "к пункту 5 сохранено" in await phone.photo(who)


async def test_a_reply_to_the_old_question_itself_comes_too_late_as_well(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        card, who = await escalated(company, phone), company.admin
        await phone.press(who, card.model_copy(update={"do": Climb.RESOLVE}))
        question = (await phone.telegram.people.messages(who.telegram_id))[-1].message_id
        await hours_pass(company, 48)
        await phone.telegram.people.write(
            who.telegram_id, who.telegram_id, "Договорились с клиентом", reply_to=question
        )
        await phone.listen()
        assert "сообщение никуда не записано" in (await phone.says(who))[-1]
        query = "SELECT resolved_at FROM ai_sla_violations WHERE id = :id"
        assert await company.value(query, id=card.violation) is None
        assert await company.column("SELECT role FROM ai_turns") == [], "it is no new question to a role either"


async def test_words_that_come_too_late_in_a_topic_are_told_so(db: Database) -> None:
    company = await Desk.open(db)
    order = await company.order()
    async with line(company) as phone:
        forum = await Forum.of(phone, company.admin)
        await forum.write(company.admin, "/setup")
        topic = forum.topic("AI-РОП")
        await forum.write(company.admin, f"/order {order.code}", topic=topic)
        note = OrderTap(do=Do.NOTE, order=order.id, version=order.version).pack()
        card = forum.messages(topic)[-1].message_id
        await phone.telegram.people.press(forum.chat_id, company.admin.telegram_id, card, note)
        await phone.listen()
        await hours_pass(company, 48)
        await forum.write(company.admin, "Клиент ждёт до пятницы", topic=topic)
        assert "сообщение никуда не записано" in forum.says(topic)[-1]
        assert await notes(company) == []
        assert await company.column("SELECT role FROM ai_turns") == []


async def test_an_answer_that_lay_at_telegram_while_the_desk_was_out_is_in_time(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        order, who = await asked_why(company, phone)
        await hours_pass(company, 48)
        state = phone.telegram
        room, author = state.memory.rooms[who.telegram_id], state.memory.people[who.telegram_id]
        written = int(state.wall() - timedelta(hours=47, minutes=50).total_seconds())
        said = state.post(room, author, Content(text="Не тот язык")).model_copy(update={"date": written})
        state.updates.push(message=said)
        await phone.listen()
        assert "Передаём его другому" in (await phone.says(who))[-1]
        assert (await company.see(order)).owner_id != who.id
