"""What leaders read at nine in the morning: queue, what burns, managers, KPIs, journal, requests; paged, in place."""

from bots.taps import ApprovalsTap, Climb, CrisisTap, JournalTap, KpiTap, QueueTap, StaffTap, ViolationTap
from domain.commands import ProposeDiscount, SetConstraint
from store.database import Database
from tests.integration.desk import Desk
from tests.integration.phone import Line, line
from tests.integration.test_bot_admin import escalated

LONGEST = 4096


async def test_nothing_to_do_is_said_in_words(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        assert "Открытых заказов нет" in await phone.write(company.head, "/queue")
        assert "Горящих заказов нет" in await phone.write(company.head, "/hot")
        assert "ничего не горит" in await phone.write(company.head, "/crisis")
        assert "Ничего не ждёт решения" in await phone.write(company.head, "/approvals")
        assert "Решений пока нет" in await phone.write(company.head, "/journal")


async def test_the_queue_says_first_what_matters_and_turns_its_pages_in_place(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        await company.orders(20)
        said = await phone.write(company.head, "/queue")
        assert said.splitlines()[0] == "Открытые заказы: 20, просрочено: 0"
        assert len(said) <= LONGEST
        second = await phone.press(company.head, QueueTap(page=1))
        assert "№1009" in second
        assert "№1001 " not in second
        before = len(await phone.says(company.head))
        await phone.press(company.head, QueueTap(page=2))
        assert len(await phone.says(company.head)) == before


async def test_the_queue_is_filtered_by_status_and_by_manager(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        await company.orders(6)
        await phone.write(company.head, "/queue")
        await phone.press(company.head, QueueTap(pick="owner"))
        said = await phone.press(company.head, QueueTap(owner=company.anna.id))
        assert said.splitlines()[0].startswith("Открытые заказы: 2")
        assert "Борис" not in said
        await phone.press(company.head, QueueTap(owner=company.anna.id, pick="status"))
        assert "Ждёт менеджера" in await phone.press(
            company.head, QueueTap(owner=company.anna.id, status="pending_manager")
        )


async def test_a_manager_sees_only_their_own_queue_whatever_the_button_says(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        await company.orders(6)
        assert "Открытые заказы: 2" in await phone.write(company.anna, "/queue")
        assert "Борис" not in await phone.forge(company.anna, QueueTap(owner=company.boris.id))


async def test_a_bare_number_opens_the_order_unless_a_question_is_open(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        card = await escalated(company, phone)
        assert "Заказ №1001" in await phone.write(company.head, "1001")
        assert "Заказ №1001" in await phone.write(company.head, "#1001")
        await phone.press(company.admin, card.model_copy(update={"do": Climb.RESOLVE}))
        assert "Закрыто" in await phone.write(company.admin, "1001")


async def test_what_burns_is_listed_and_opens_as_a_card_of_its_own(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        card = await escalated(company, phone)
        said = await phone.write(company.head, "/crisis")
        assert said.startswith("🚨 Горит: 3")
        await phone.press(company.head, ViolationTap(do=Climb.CARD, violation=card.violation))
        assert "Срок этапа вышел" in (await phone.says(company.head))[-1]
        assert "только для руководителей" in await phone.write(company.anna, "/crisis")
        await phone.write(company.viewer, "/crisis")
        assert "🚨" in (await phone.says(company.viewer))[-1]
        assert not [data for data in await phone.buttons(company.viewer) if data.startswith("v:")]


async def test_a_manager_opens_in_place_and_is_sent_away_and_back(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        await company.orders(3)
        said = await phone.write(company.head, "/managers")
        assert said.splitlines()[0] == "Менеджеры: 3, на смене: 3, нарушений сегодня: 0"
        person = company.anna.id
        assert "Загрузка 1 из 20" in await phone.press(company.head, StaffTap(do="open", person=person))
        away = await phone.press(company.head, StaffTap(do="away", person=person, arg="three"))
        assert "Отмечено отсутствие" in away
        assert "снова на месте" in await phone.press(company.head, StaffTap(do="away", person=person, arg="back"))
        assert "на смене: 3" in await phone.press(company.head, StaffTap(do="list"))


async def test_nobody_but_leaders_sends_somebody_else_away(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        away = StaffTap(do="away", person=company.boris.id, arg="week")
        assert "руководител" in await phone.forge(company.anna, away)
        assert "только для руководителей" in await phone.forge(company.viewer, away)


async def test_kpis_begin_with_what_has_become_worse(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        await company.orders(3)
        said = await phone.write(company.head, "/kpi")
        assert said.splitlines()[0].startswith("За 7 дней: хуже стало")
        assert said.splitlines()[2].startswith("🔴")
        assert (await phone.press(company.head, KpiTap(period="today"))).startswith("Сегодня")
        assert (await phone.press(company.head, KpiTap(period="month"))).startswith("За 30 дней")
        assert "только для руководителей" in await phone.write(company.anna, "/kpi")


async def test_the_journal_is_read_by_order_and_author_and_each_row_opens(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        await escalated(company, phone)
        assert "Принять заявку" in await phone.write(company.head, "/journal 1001")
        said = await phone.write(company.head, "/journal")
        row = JournalTap.unpack((await phone.buttons(company.head))[0])
        opened = await phone.press(company.head, row)
        assert "правило" in opened
        assert "Итог: выполнено" in opened
        assert "T09:" not in opened
        assert "ступень: " in opened
        assert await phone.press(company.head, row.model_copy(update={"row": 0})) == said
        owner_id = await company.value("SELECT owner_id FROM orders")
        author = next(each for each in company.managers if each.id == owner_id)
        assert "Принять заказ" in await phone.write(company.head, f"/journal {author.name}")
        other = next(each for each in company.managers if each != author)
        assert "Решений пока нет" in await phone.write(other, "/journal")


async def test_requests_are_listed_by_expiry_and_open_as_cards(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        await _ten_requests(company)
        said = await phone.write(company.head, "/approvals")
        assert said.splitlines()[0] == "⚖️ Ждут решения: 10"
        assert "осталось" in said
        assert "№10" in await phone.press(company.head, ApprovalsTap(page=1))
        opening = [data for data in await phone.buttons(company.head) if data.startswith("a:open")]
        assert len(opening) == 2


async def _ten_requests(company: Desk) -> None:
    for order in await company.orders(10):
        ask = ProposeDiscount(order=order.code, amount_eur="60", reason="Долго ждал ответа")  # pyright: ignore[reportArgumentType] - parsed
        await company.ask(ask, company.by(order))


async def test_every_list_of_a_busy_desk_fits_a_message(db: Database) -> None:
    company = await Desk.open(db, capacity=200)
    async with line(company) as phone:
        await company.orders(60, bike="Велосипед " + "Ж" * 190)
        await company.pass_time(hours=24 * 7)
        for asked in ("/queue", "/hot", "/crisis", "/managers", "/journal", "/kpi"):
            assert len(await phone.write(company.head, asked)) <= LONGEST
        await _next_page(company, phone)


async def _next_page(company: Desk, phone: Line) -> None:
    await phone.write(company.head, "/crisis")
    assert "9." in await phone.press(company.head, CrisisTap(page=1))


async def test_a_leader_limits_how_much_a_manager_carries_and_says_why(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        anna = company.anna.id
        await company.do(SetConstraint(manager_id=anna, no_ebikes=True, reason="Учится"), company.head.actor)
        limit = StaffTap(do="limit", person=anna, arg="5")
        await phone.write(company.head, "/managers")
        await phone.press(company.head, StaffTap(do="open", person=anna))
        assert "Общая норма: 20" in await phone.press(company.head, StaffTap(do="limit", person=anna))
        await phone.press(company.head, limit)
        assert "Напишите причину" in await phone.write(company.head, "х")
        assert "Анна, до 5" in await phone.write(company.head, "Первая неделя")
        constraints = "SELECT constraints FROM managers WHERE id = :id"
        assert await company.value(constraints, id=anna) == {"max_load": 5.0, "no_ebikes": True}
        await phone.write(company.head, "/managers")
        assert "Предел загрузки: 5" in await phone.press(company.head, StaffTap(do="open", person=anna))
        await phone.press(company.head, StaffTap(do="limit", person=anna))
        await phone.press(company.head, limit.model_copy(update={"arg": "none"}))
        assert "снят: Анна" in await phone.write(company.head, "Освоилась")
        assert await company.value(constraints, id=anna) == {"no_ebikes": True}
        assert "только для руководителей" in await phone.forge(company.anna, limit)
