"""Buttons under a role's answer: orders that it names, requests that wait, choices that it asks for."""

from decimal import Decimal

from bots.taps import Do, OrderTap, Talk, TalkTap
from domain.commands import RecordPayment
from domain.orders import Status
from domain.people import CRM_FEED
from store.database import Database
from tests.integration.desk import Desk
from tests.integration.phone import line
from tests.integration.talking import at_work, work
from tests.integration.test_bot_talk import tell


async def test_orders_that_the_answer_names_open_below_it(db: Database) -> None:
    company = await Desk.open(db)
    first, second = await company.orders(2)
    async with line(company) as phone, at_work(phone.door.desk) as runner:
        await tell(phone, company.admin, "очередь")
        await work(runner, company)
        await phone.deliver()
        taps = [TalkTap(do=Talk.ORDER, subject=each.id) for each in (first, second)]
        assert sorted(await phone.buttons(company.admin)) == sorted(tap.pack() for tap in taps)
        said = await phone.says(company.admin)
        await phone.press(company.admin, taps[0])
        told = await phone.says(company.admin)
        assert told[:-1] == said, "the answer stays readable"
        assert f"№{first.code}" in told[-1]
        assert OrderTap(do=Do.ACCEPT, order=first.id, version=1).pack() in await phone.buttons(company.admin)


async def test_somebody_elses_order_is_no_button_of_a_manager(db: Database) -> None:
    company = await Desk.open(db)
    order = await company.order()
    stranger = next(each for each in (company.anna, company.people["Борис"]) if each.id != order.owner_id)
    async with line(company) as phone, at_work(phone.door.desk, f"Заказ {order.code} в порядке.") as runner:
        await tell(phone, stranger, f"/rop что с {order.code}?")
        await work(runner, company)
        await phone.deliver()
        assert await phone.buttons(stranger) == []


async def test_a_choice_that_the_role_asks_for_is_tapped_once(db: Database) -> None:
    company = await Desk.open(db)
    first, second = await company.orders(2)
    question = f"Которого: {first.code} или {second.code}?"
    async with line(company) as phone, at_work(phone.door.desk, question) as runner:
        await tell(phone, company.admin, f"/ceo напомни по {first.code} или {second.code}")
        (turn,) = await work(runner, company)
        assert turn.answer == question
        await phone.deliver()
        tap = TalkTap(do=Talk.CHOOSE, subject=turn.id, arg=1)
        assert f"Ваш ответ: {second.code}" in await phone.press(company.admin, tap)
        assert "уже ответили" in await phone.press(company.admin, tap)
        rows = await company.rows("SELECT role, words, person_id FROM ai_turns ORDER BY id")
        assert [(row["role"], row["words"]) for row in rows][1:] == [("ai-ceo", second.code)]


async def test_a_choice_is_not_tapped_by_somebody_else(db: Database) -> None:
    company = await Desk.open(db)
    first, second = await company.orders(2)
    async with line(company) as phone, at_work(phone.door.desk, f"Какой: {first.code} или {second.code}?") as runner:
        await tell(phone, company.admin, f"{first.code} {second.code}")
        (turn,) = await work(runner, company)
        await phone.forge(company.head, TalkTap(do=Talk.CHOOSE, subject=turn.id, arg=0))
        assert await company.value("SELECT count(*) FROM ai_turns") == 1


async def test_a_request_that_waits_for_people_opens_as_its_card(db: Database) -> None:
    company = await Desk.open(db)
    order = await company.to_status(await company.order(), Status.AWAITING_PAYMENT)
    await company.do(RecordPayment(order=order.code, amount_eur=Decimal(400), reference="P-1"), CRM_FEED)
    async with line(company) as phone, at_work(phone.door.desk) as runner:
        await tell(phone, company.admin, f"/ask cfo верни деньги по {order.code}, 250 €")
        await work(runner, company)
        await phone.deliver()
        (approval,) = await company.column("SELECT id FROM approvals")
        tap = TalkTap(do=Talk.APPROVAL, subject=approval)
        await phone.press(company.admin, tap)
        told = await phone.says(company.admin)
        assert "250" in told[-1]
        assert "Вернуть деньги клиенту" in told[-1]
