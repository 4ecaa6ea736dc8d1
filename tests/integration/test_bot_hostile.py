"""People, cards and texts that are not what they were a moment ago, or never were what the bot expects."""

from aiogram.filters.callback_data import CallbackData

from bots.local.files import Upload
from bots.taps import Check, CheckTap, Climb, Do, OrderTap
from domain.commands import ReassignOrder
from domain.orders import Status
from store.database import Database
from tests.integration.desk import Desk, Member
from tests.integration.order_phone import Hand
from tests.integration.phone import Line, line
from tests.integration.test_bot_admin import escalated
from tests.integration.test_bot_notes import inspected, to_point

HUGE = 30 * 1024 * 1024


async def tapped(phone: Line, who: Member, tap: CallbackData) -> str:
    """The person presses a button of their newest card; the bot has not heard of it yet."""
    return await phone.telegram.people.press(who.telegram_id, who.telegram_id, await phone.card(who), tap.pack())


async def alert(phone: Line, query: str) -> str:
    await phone.listen()
    answer = await phone.telegram.people.answer(query, wait=0)
    assert answer is not None
    return str(answer.text)


async def test_who_has_left_the_company_moves_nothing_by_an_old_button(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        order = await company.order()
        hand = Hand.of(phone, order)
        await phone.deliver()
        query = await tapped(phone, hand.who, OrderTap(do=Do.ACCEPT, order=order.id, version=order.version))
        await company.alter(hand.who, active=False)
        assert "только сотрудникам" in await alert(phone, query)
        assert (await company.see(order)).status == order.status


async def test_a_leader_who_is_a_manager_by_now_leads_no_more_with_an_old_card(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        card = await escalated(company, phone)
        query = await tapped(phone, company.admin, card.model_copy(update={"do": Climb.SNOOZE_FOR, "arg": "2h"}))
        await company.alter(company.admin, role="manager")
        assert "только для руководителей" in await alert(phone, query)
        held = "SELECT ack_until FROM ai_sla_violations WHERE id = :id"
        assert await company.value(held, id=card.violation) is None


async def test_an_order_that_has_gone_to_somebody_else_since_the_tap_stays_theirs(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        order = await company.order()
        hand = Hand.of(phone, order)
        await phone.deliver()
        query = await tapped(phone, hand.who, OrderTap(do=Do.ACCEPT, order=order.id, version=order.version))
        other = next(each for each in company.managers if each.id != order.owner_id)
        away = ReassignOrder(order=order.code, manager_id=other.id, reason="Отпуск")
        await company.do(away, company.admin.actor)
        assert "ведёт другой менеджер" in await alert(phone, query)
        assert (await company.see(order)).owner_id == other.id


async def test_markup_and_endless_words_of_people_are_shown_as_they_are_and_cut(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        who, order = await inspected(company)
        await to_point(phone, who, order, 5)
        await phone.press(who, CheckTap(do=Check.COMMENT, order=order.id, point=5))
        assert "не длиннее 2000 знаков" in await phone.write(who, "я" * 4000)
        told = await phone.write(who, "<b>Рама</b> & <script>вилка</script> " * 50)
        assert "<b>Рама</b> & <script>вилка</script>" in told
        assert len(told) <= 4096


async def test_words_that_are_too_long_for_a_field_are_told_its_length(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        hand = Hand.of(phone, await company.order())
        await hand.tap(Do.ACCEPT)
        await hand.tap(Do.BLOCKER)
        assert "поместится 400 знаков, а здесь 401" in await hand.write("я" * 401)
        assert "От кого это зависит" in await hand.write("я" * 400)


async def test_a_file_of_thirty_megabytes_and_a_film_are_refused_in_words(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        who, order = await inspected(company)
        await to_point(phone, who, order, 5)
        for name, size, told in (("bike.png", HUGE, "20 МБ"), ("report.pdf", 10, "фото")):
            upload = Upload(name, b"0" * size)
            await phone.telegram.people.send_document(who.telegram_id, who.telegram_id, upload)
            await phone.listen()
            assert told in (await phone.says(who))[-1]
        assert await company.column("SELECT photos FROM checklist_answers WHERE photos <> '[]'") == []


async def test_a_manager_is_told_whose_order_it_is(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        order = await company.order()
        other = next(each for each in company.managers if each.id != order.owner_id)
        assert "ведёт другой менеджер" in await phone.write(other, f"/order {order.code}")


async def test_a_dispatch_that_is_years_off_is_a_slip_of_the_pen(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        order = await company.to_status(await company.order(), Status.READY_FOR_SHIPMENT)
        hand = Hand.of(phone, order)
        await hand.tap(Do.LOGISTICS)
        await hand.write("DHL")
        for wrong in ("25.11.2020", "25.11.2206"):
            assert "не раньше самого заказа" in await hand.write(wrong)
        assert "трек-номер" in await hand.write("25.11.2026")
