"""One's own shift on the phone: working time, going away, coming back, and what becomes of orders meanwhile."""

from datetime import datetime, timedelta

from bots.taps import Do, My, MyTap, OrderTap
from domain.shifts import AwayFor
from store.database import Database
from tests.integration.desk import NOON, Desk
from tests.integration.phone import Line, line
from tests.integration.tables import Member


async def leave(phone: Line, who: Member, option: AwayFor) -> str:
    """Open the shift's card and go away."""
    await phone.write(who, "/shift")
    return await phone.press(who, MyTap(do=My.AWAY, arg=option.value))


async def away_until(company: Desk, who: Member) -> datetime | None:
    """When the database expects the person back."""
    found = await company.value("SELECT away_until FROM people WHERE id = :id", id=who.id)
    return found if found is None else found.astimezone(NOON.tzinfo)


async def test_the_card_tells_todays_time_and_that_orders_come(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        said = await phone.write(company.anna, "/shift")
        assert "Моя смена, 18 ноября" in said
        assert "Рабочее время сегодня: 10:00–19:00 (UTC+3)" in said
        assert "Вы на смене, она закончится сегодня в 19:00. Новые заказы приходят." in said
        assert "Новые заказы" not in await phone.write(company.admin, "/shift")
        assert "нет прав" in await phone.write(company.viewer, "/shift")


async def test_each_absence_ends_when_its_button_says(db: Database) -> None:
    company = await Desk.open(db)
    ends = {
        AwayFor.HALF_HOUR: NOON + timedelta(minutes=30),
        AwayFor.TWO_HOURS: NOON + timedelta(hours=2),
        AwayFor.TODAY: NOON + timedelta(hours=7),
        AwayFor.TOMORROW: NOON + timedelta(hours=22),
    }
    async with line(company) as phone:
        for option, end in ends.items():
            assert "Новые заказы пока получают коллеги" in await leave(phone, company.anna, option)
            assert await away_until(company, company.anna) == end
            assert "С возвращением!" in await phone.press(company.anna, MyTap(do=My.BACK))
            assert await away_until(company, company.anna) is None


async def test_a_day_is_asked_for_and_the_first_working_hour_of_it_counts(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        await phone.write(company.anna, "/shift")
        await phone.press(company.anna, MyTap(do=My.DATE, arg=AwayFor.DATE.value))
        assert "В какой день" in (await phone.says(company.anna))[-1]
        assert "Не понимаю дату" in await phone.write(company.anna, "потом")
        assert "начиная с завтрашнего" in await phone.write(company.anna, "сегодня")
        assert "вы вернётесь 25 ноября в 10:00" in await phone.write(company.anna, "25.11")
        assert await away_until(company, company.anna) == NOON + timedelta(days=6, hours=22)
        (row,) = await company.decisions("set_availability")
        assert (row["actor"], row["outcome"]) == (f"person:{company.anna.id}", "done")


async def test_orders_that_would_wait_too_long_go_to_a_colleague_and_the_others_stay(db: Database) -> None:
    company = await Desk.open(db)
    (order,) = await company.give(company.anna, 1)
    async with line(company) as phone:
        assert f"Ждёт вашего ответа: №{order.code}" in await phone.write(company.anna, "/shift")
        said = await phone.press(company.anna, MyTap(do=My.AWAY, arg=AwayFor.HALF_HOUR.value))
        assert f"передали коллегам: №{order.code}" in said
        taken = await company.see(order)
        assert taken.owner_id in (company.boris.id, company.vera.id)
        assert [row["kind"] for row in await company.messages(taken.owner_id)] == ["new_order"]
        late = await company.clock(taken, "accept")
        assert late is not None
        assert late["due_at"] == NOON + timedelta(minutes=15)
        assert (await company.verify()).ok


async def test_a_forged_button_changes_nothing_and_a_viewer_has_no_shift(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        assert "Выберите день" in await phone.forge(company.admin, MyTap(do=My.AWAY, arg="1y"))
        assert "нет прав" in await phone.write(company.viewer, "/shift")
        assert await away_until(company, company.admin) is None
        assert await company.value("SELECT count(*) FROM inbox_updates WHERE handled_at IS NULL") == 0


async def test_an_order_accepted_before_leaving_stays_with_its_owner(db: Database) -> None:
    company = await Desk.open(db)
    (order,) = await company.give(company.anna, 1)
    async with line(company) as phone:
        await phone.deliver()
        await phone.press(company.anna, OrderTap(do=Do.ACCEPT, order=order.id, version=order.version))
        assert "передали" not in await leave(phone, company.anna, AwayFor.TWO_HOURS)
        assert (await company.see(order)).owner_id == company.anna.id


async def test_where_nobody_else_is_there_the_admin_gets_what_was_left(db: Database) -> None:
    company = await Desk.open(db)
    (order,) = await company.give(company.anna, 1)
    for other in (company.boris, company.vera):
        await company.alter(other, active=False)
    async with line(company) as phone:
        assert f"№{order.code}" in await leave(phone, company.anna, AwayFor.TWO_HOURS)
        assert (await company.see(order)).owner_id == company.admin.id


async def test_after_hours_only_longer_absences_are_offered(db: Database) -> None:
    company = await Desk.open(db)
    company.forward(hours=8)
    async with line(company) as phone:
        said = await phone.write(company.anna, "/shift")
        assert "Сейчас вы не на смене, она начнётся завтра в 10:00" in said
        offered = [MyTap.unpack(data).arg for data in await phone.buttons(company.anna)]
        assert offered == [AwayFor.TOMORROW, AwayFor.DATE]


async def test_a_personal_calendar_decides_the_card_and_when_reminders_come(db: Database) -> None:
    company = await Desk.open(db)
    evening = {day: ["14:00-22:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
    await company.alter(company.anna, calendar={"tz": "Asia/Yekaterinburg", "week": evening})
    company.forward(hours=-1)
    (order,) = await company.give(company.anna, 1)
    async with line(company) as phone:
        said = await phone.write(company.anna, "/shift")
        assert "Рабочее время сегодня: 14:00–22:00 (UTC+5)" in said
        assert "она начнётся сегодня в 14:00" in said
        await company.pass_time(minutes=58)
        assert await company.messages(company.anna, kind="reminder") == []
        await company.pass_time(minutes=16)
        (reminder,) = await company.messages(company.anna, kind="reminder")
        assert reminder["order_id"] == order.id
        assert (await company.see(order)).owner_id == company.anna.id
