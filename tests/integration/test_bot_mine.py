"""My orders on the phone: by urgency in pages, an order opens in the list's place and leads back to the same page."""

from bots.taps import Do, Mine, MineTap, OrderTap
from domain.commands import RecordContact
from domain.orders import Status
from store.database import Database
from tests.integration.desk import Desk
from tests.integration.phone import line


async def test_orders_come_in_pages_and_an_order_opens_in_place_with_the_way_back(db: Database) -> None:
    company = await Desk.open(db, capacity=50)
    async with line(company) as phone:
        orders = await company.give(company.anna, 10)
        assert "Мои заказы: 10" in await phone.write(company.anna, "/mine")
        before = len(await phone.says(company.anna))
        second = await phone.press(company.anna, MineTap(page=1))
        assert "Страница 2 из 2" in second
        assert f"№{orders[-1].code}" in second
        opened = await phone.press(company.anna, OrderTap(do=Do.OPEN, order=orders[-1].id, arg="all.1"))
        assert f"Новый заказ №{orders[-1].code}" in opened
        tap = OrderTap(do=Do.ACCEPT, order=orders[-1].id, version=orders[-1].version)
        assert "Заказ принят" in await phone.press(company.anna, tap)
        assert "Страница 2 из 2" in await phone.press(company.anna, MineTap(page=1))
        assert len(await phone.says(company.anna)) == before


async def test_pressing_orders_and_those_that_wait_for_me_are_lists_of_their_own(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        first, second = await company.give(company.anna, 2)
        await company.to_status(first, Status.IN_TRANSIT)
        await company.to_status(second, Status.UNDER_INSPECTION)
        await company.do(RecordContact(order=second.code, party="seller"), company.anna.actor)
        await phone.write(company.anna, "/mine")
        mine = await phone.press(company.anna, MineTap(which=Mine.MY_TURN))
        assert "Ждут меня: 1" in mine
        assert second.code in mine
        assert "Срочных заказов у вас нет" in await phone.press(company.anna, MineTap(which=Mine.PRESSING))
        company.forward(days=9)
        assert "Мои заказы: 2" in await phone.press(company.anna, MineTap(which=Mine.ALL))
        pressing = await phone.press(company.anna, MineTap(which=Mine.PRESSING))
        assert second.code in pressing
        assert first.code not in pressing


async def test_a_page_that_is_gone_is_the_last_one(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        await company.give(company.anna, 1)
        assert "Мои заказы: 1" in await phone.forge(company.anna, MineTap(page=7))
