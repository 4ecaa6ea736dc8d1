"""One's own scorecard on the phone: only own numbers, said as nothing where there are none."""

from bots.taps import My, MyTap
from domain.commands import AcceptOrder
from domain.orders import Status
from store.database import Database
from tests.integration.desk import Desk
from tests.integration.phone import line


async def test_where_there_is_nothing_the_card_says_so(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        said = await phone.write(company.anna, "/me")
        assert "Мои показатели за 7 дней" in said
        assert "Открытых заказов сейчас нет" in said
        assert "показывать пока нечего" in said
        assert "💡" not in said
        assert "нет прав" in await phone.write(company.viewer, "/me")


async def test_a_period_is_told_with_the_one_before_a_praise_and_a_tip(db: Database) -> None:
    company = await Desk.open(db)
    (first,) = await company.give(company.anna, 1)
    await company.to_status(first, Status.CLOSED)
    await company.pass_time(days=8)
    orders = await company.give(company.anna, 4)
    for order in orders[:3]:
        await company.do(AcceptOrder(order=order.code), company.anna.actor)
    await company.pass_time(minutes=40)
    async with line(company) as phone:
        said = await phone.write(company.anna, "/me")
        assert "Открыто сейчас: 4" in said
        assert "Получено заказов: 4 (1)" in said
        assert "Закрыто заказов: 0 (1)" in said
        assert "Принято вовремя: 3 из 4 (1 из 1)" in said
        assert "Сорванные сроки: первый контакт с продавцом – 3, приём заказа – 1 (0)" in said
        assert "💡 Больше всего поможет звонок продавцу" in said
        longer = await phone.press(company.anna, MyTap(do=My.NUMBERS, arg="30"))
        assert "Мои показатели за 30 дней" in longer
        assert "Получено заказов: 5\n" in longer
        assert "Закрыто заказов: 1\n" in longer


async def test_nobody_sees_anothers_numbers(db: Database) -> None:
    company = await Desk.open(db)
    await company.give(company.anna, 2)
    async with line(company) as phone:
        said = await phone.write(company.boris, "/me")
        assert "Открытых заказов сейчас нет" in said
        assert "Анна" not in said


async def test_complete_papers_are_counted_when_the_order_goes_on(db: Database) -> None:
    company = await Desk.open(db)
    orders = await company.give(company.anna, 2)
    for order in orders:
        await company.to_status(order, Status.AWAITING_PAYMENT)
    async with line(company) as phone:
        assert "Оформлено полностью: 0 из 2" in await phone.write(company.anna, "/me")
