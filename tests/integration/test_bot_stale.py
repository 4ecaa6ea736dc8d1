"""Old cards, double taps and two people on one order: one effect, and everybody sees how things stand."""

from bots.taps import Do, OrderTap
from domain.commands import AcceptOrder, AddNote
from domain.orders import Order, Status
from store.database import Database
from tests.integration.desk import Desk, Member
from tests.integration.order_phone import Hand
from tests.integration.phone import Line, line

STALE = "Пока карточка была открыта, всё изменилось."


async def twice(phone: Line, who: Member, tap: OrderTap) -> None:
    """The person presses the same button of their newest card two times, faster than the bot answers."""
    message = await phone.card(who)
    for _ in range(2):
        await phone.telegram.people.press(who.telegram_id, who.telegram_id, message, tap.pack())
    await phone.listen()


async def in_status(company: Desk, status: Status) -> Order:
    """An order that has come so far."""
    return await company.to_status(await company.order(), status)


async def test_a_stale_tap_is_refused_and_the_card_shows_the_present_state_in_place(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        order = await company.order()
        hand = Hand.of(phone, order)
        await phone.deliver()
        shown = len(await phone.says(hand.who))
        await company.do(AcceptOrder(order=order.code), company.by(order))
        assert STALE in await phone.press(hand.who, OrderTap(do=Do.ACCEPT, order=order.id, version=order.version))
        now = await phone.says(hand.who)
        assert len(now) == shown
        assert f"Заказ №{order.code} · Проверка" in now[-1]


async def test_a_double_tap_has_one_effect(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        order = await in_status(company, Status.UNDER_INSPECTION)
        hand = Hand.of(phone, order)
        await hand.open()
        await twice(phone, hand.who, OrderTap(do=Do.CLIENT, order=order.id, version=order.version))
        assert await company.value("SELECT count(*) FROM order_notes WHERE kind = 'contact_client'") == 1


async def test_a_move_confirmed_twice_is_made_once(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        order = await in_status(company, Status.DELIVERED)
        hand = Hand.of(phone, order)
        await hand.tap(Do.MOVE, Status.CLOSED)
        await twice(phone, hand.who, next(tap for tap in await hand.taps() if tap.do is Do.MOVE_NOW))
        moves = "SELECT count(*) FROM order_status_events WHERE order_id = :id AND to_status = 'closed'"
        assert await company.value(moves, id=order.id) == 1


async def test_of_two_people_on_one_order_the_second_sees_what_the_first_did(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        order = await in_status(company, Status.READY_FOR_SHIPMENT)
        manager, leader = Hand.of(phone, order), Hand(phone, order, company.admin)
        await manager.tap(Do.LOGISTICS)
        await leader.tap(Do.LOGISTICS)
        await leader.press(Do.SHIP, "c1")
        assert STALE in await phone.press(manager.who, next(t for t in await manager.taps() if t.arg == "c0"))
        assert "EMS" in (await phone.says(manager.who))[-1]
        assert (await manager.see()).carrier == "EMS"


async def test_words_that_come_after_a_change_are_refused_with_the_card_as_it_stands(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        order = await company.order()
        hand = Hand.of(phone, order)
        await hand.tap(Do.DECLINE)
        await hand.press(Do.DECLINE_OTHER)
        await company.do(AddNote(order=order.code, text="Клиент торопится"), company.admin.actor)
        told = await hand.write("Не мой регион")
        assert told.startswith(STALE)
        assert f"аказ №{order.code}" in told
        assert (await company.see(order)).owner_id == order.owner_id
        assert Do.DECLINE in [tap.do for tap in await hand.taps()]
