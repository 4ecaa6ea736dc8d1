"""A manager's working day on the phone: every step by buttons and words, over real HTTP."""

from decimal import Decimal

from bots.taps import Check, CheckTap, Do, OrderTap
from domain.commands import CancelOrder, RecordPayment
from domain.orders import CancelReason, Order, Status
from domain.people import CRM_FEED
from store.database import Database
from tests.integration.desk import Desk, Member
from tests.integration.phone import Line, line


def owner_of(company: Desk, order: Order) -> Member:
    return next(member for member in company.people.values() if member.id == order.owner_id)


async def tap(company: Desk, phone: Line, order: Order, do: Do, arg: str = "") -> str:
    """Press a button of the order's present card, opened anew."""
    who = owner_of(company, order)
    await phone.write(who, f"/order {order.code}")
    version = (await company.see(order)).version
    return await phone.press(who, OrderTap(do=do, order=order.id, version=version, arg=arg))


async def test_a_manager_takes_an_order_from_the_card_to_the_closed_deal(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        order = await company.order()
        who = owner_of(company, order)
        await phone.deliver()
        assert "Новый заказ №1001" in (await phone.says(who))[-1]
        assert "Заказ принят" in await phone.press(who, OrderTap(do=Do.ACCEPT, order=order.id, version=order.version))
        assert "Контакт с продавцом записан" in await tap(company, phone, order, Do.SELLER)
        await fill_the_check(company, phone, order)
        assert "Напишите заметку" in await _asked(company, phone, order, Do.NOTE)
        assert "Заметка сохранена" in await phone.write(who, "Велосипед в отличном состоянии")
        assert "зелёный" in await tap(company, phone, order, Do.MOVE, Status.AWAITING_PAYMENT)
        assert "Новый статус: Решение и оплата клиента" in await confirm(company, phone, order)
        await tap(company, phone, order, Do.DECISION)
        assert "подтвердил покупку" in await phone.press(
            who, OrderTap(do=Do.DECIDED, order=order.id, version=(await company.see(order)).version, arg="confirmed")
        )
        await company.confirmed(await company.see(order))
        assert "Понадобится решение людей" in await tap(company, phone, order, Do.MOVE, Status.READY_FOR_SHIPMENT)
        assert "голосовать могут: Павел (руководитель), Ольга (владелец)" in await confirm(company, phone, order)
        await company.approve((await company.pending())[0].id)
        assert "Кто повезёт" in await _asked(company, phone, order, Do.LOGISTICS)
        assert "Когда отправка" in await phone.write(who, "СДЭК")
        assert "Не понимаю дату" in await phone.write(who, "после дождика")
        assert "Какой трек-номер" in await phone.write(who, "20.11")
        assert "Не похоже на трек-номер" in await phone.write(who, "узнаю завтра")
        assert "СДЭК, трек RU777, дата 20 ноября" in await phone.write(who, "ru 777")
        assert "Новый статус: В пути" in await confirm(company, phone, order)
        assert "Когда клиент получил" in await _asked(company, phone, order, Do.DELIVERED)
        assert "В пути → Доставлен" in await phone.press(who, await present(company, order, Do.ARRIVED, "2026-11-18"))
        assert "Новый статус: Доставлен" in await confirm(company, phone, order)
        await tap(company, phone, order, Do.MOVE, Status.CLOSED)
        await confirm(company, phone, order)
        assert (await company.see(order)).status is Status.CLOSED
        assert (await company.verify()).ok


async def present(company: Desk, order: Order, do: Do, arg: str = "") -> OrderTap:
    """A button of the order as it is now."""
    return OrderTap(do=do, order=order.id, version=(await company.see(order)).version, arg=arg)


async def confirm(company: Desk, phone: Line, order: Order) -> str:
    """Press the button under the summary of a move, wherever it leads."""
    who = owner_of(company, order)
    made = [OrderTap.unpack(each) for each in await phone.buttons(who) if each.startswith("o:movn:")]
    return await phone.press(who, made[0])


async def _asked(company: Desk, phone: Line, order: Order, do: Do) -> str:
    await tap(company, phone, order, do)
    return (await phone.says(owner_of(company, order)))[-1]


async def fill_the_check(company: Desk, phone: Line, order: Order) -> None:
    """Everything fine by section, photos where they are needed, the verdict at the end."""
    who = owner_of(company, order)
    await phone.write(who, f"/order {order.code}")
    await phone.press(who, CheckTap(do=Check.SECTIONS, order=order.id))
    checklist, said = company.policy.checklist, ""
    for section in dict.fromkeys(point.section.value for point in checklist.points):
        await phone.press(who, CheckTap(do=Check.SECTION, order=order.id, arg=section))
        await phone.press(who, CheckTap(do=Check.SECTION_OK, order=order.id, arg=section))
        for point in checklist.points:
            if point.section.value != section or not point.artefact:
                continue
            await phone.press(who, CheckTap(do=Check.POINT, order=order.id, point=point.number))
            if point.number == checklist.verdict_point:
                await phone.press(who, CheckTap(do=Check.VERDICT, order=order.id, point=point.number, arg="green"))
            assert f"Фото к пункту {point.number} сохранено" in await phone.photo(who)
            await phone.press(who, CheckTap(do=Check.SECTION, order=order.id, arg=section))
        said = await phone.press(who, CheckTap(do=Check.SECTIONS, order=order.id))
    assert "28 из 28" in said


async def test_a_refused_move_says_in_russian_exactly_what_is_missing(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        order = await company.to_status(await company.order(), Status.UNDER_INSPECTION)
        said = await tap(company, phone, order, Do.MOVE, Status.AWAITING_PAYMENT)
        assert "не хватает" in said
        assert "ответов по пунктам 1-28" in said
        assert (await company.see(order)).status is Status.UNDER_INSPECTION


async def test_a_declined_order_goes_to_somebody_else_who_hears_of_it(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        order = await company.order()
        first = owner_of(company, order)
        await phone.deliver()
        await phone.press(first, OrderTap(do=Do.DECLINE, order=order.id, version=order.version))
        said = await phone.press(first, OrderTap(do=Do.DECLINE_FOR, order=order.id, version=order.version, arg="busy"))
        assert "Передаём его другому менеджеру" in said
        order = await company.see(order)
        assert order.owner_id != first.id
        await phone.deliver()
        assert "Новый заказ" in (await phone.says(owner_of(company, order)))[-1]


async def test_a_stale_tap_is_refused_and_changes_nothing(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        order = await company.order()
        who = owner_of(company, order)
        await phone.deliver()
        button = OrderTap(do=Do.ACCEPT, order=order.id, version=order.version)
        await company.to_status(order, Status.UNDER_INSPECTION)
        assert "всё изменилось" in await phone.press(who, button)


async def test_somebody_elses_order_cannot_be_touched_by_a_forged_button(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        order = await company.order()
        stranger = next(member for member in company.managers if member.id != order.owner_id)
        forged = OrderTap(do=Do.ACCEPT, order=order.id, version=order.version).pack()
        await phone.write(stranger, "/help")
        message = (await phone.telegram.people.messages(stranger.telegram_id))[-1]
        await phone.telegram.people.press(stranger.telegram_id, stranger.telegram_id, message.message_id, forged)
        await phone.listen()
        assert (await company.see(order)).status is Status.PENDING_MANAGER


async def test_a_stranger_is_turned_away_politely(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        stranger = Member(0, "Чужой", company.anna.role, 999)
        await phone.telegram.people.add_user(999, "Чужой")
        assert "попросите у администратора приглашение" in await phone.write(stranger, "/orders")


async def test_a_bike_above_the_price_window_has_its_card_too_and_its_refund_one_without_a_total(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        order = await company.order(price_eur=6000)
        who = owner_of(company, order)
        await phone.deliver()
        assert "Новый заказ №1001" in (await phone.says(who))[-1]
        assert "Canyon Spectral" in await phone.write(who, f"/order {order.code}")
        order = await company.to_status(order, Status.AWAITING_PAYMENT)
        await company.do(RecordPayment(order=order.code, amount_eur=Decimal(300), reference="P-1"), CRM_FEED)
        cancel = CancelOrder(order=order.code, reason_code=CancelReason.COMPLIANCE_BLOCK)
        await company.ask(cancel, company.by(order))
        await phone.deliver()
        request = (await phone.says(company.head))[-1]
        assert "300" in request
        assert "None" not in request
