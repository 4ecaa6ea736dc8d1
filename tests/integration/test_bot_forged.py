"""What a changed client can send to the bot: taps that no button of theirs carries show and do nothing."""

from bots.taps import Check, CheckTap, Climb, ViolationTap
from domain.commands import AcceptOrder, ReassignOrder
from domain.orders import Order
from store.database import Database
from tests.integration.desk import Desk, Member
from tests.integration.phone import line

CLIENT = "Секретный Клиент"
OTHERS = "Это может сделать только тот, кто ведёт заказ, или руководитель."
LEADERS_ONLY = "На это у вас нет прав."


def stranger(company: Desk, order: Order) -> Member:
    """A manager who does not have the order."""
    return next(member for member in company.managers if member.id != order.owner_id)


async def silence(company: Desk) -> int:
    """How many votes, acknowledgements and answers there are."""
    return int(
        await company.value(
            "SELECT (SELECT count(*) FROM approval_votes) + (SELECT count(*) FROM checklist_answers)"
            " + (SELECT count(*) FROM ai_sla_violations WHERE ack_at IS NOT NULL)"
        )
    )


async def breach(company: Desk, order: Order) -> int:
    """The order's broken clock."""
    await company.pass_time(minutes=16)
    return (await company.violations(order))[0]["id"]


async def test_a_manager_sees_no_check_of_somebody_elses_order(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        order = await company.order(client_name=CLIENT)
        for do in Check:
            tap = CheckTap(do=do, order=order.id, point=5, arg="identification")
            assert await phone.forge(stranger(company, order), tap) == OTHERS
        assert await silence(company) == 0


async def test_a_photo_for_an_order_that_has_gone_to_somebody_else_shows_nothing_of_it(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        order = await company.order()
        owner = next(member for member in company.managers if member.id == order.owner_id)
        await company.do(AcceptOrder(order=order.code), owner.actor)
        await phone.forge(owner, CheckTap(do=Check.POINT, order=order.id, point=5))
        await company.do(ReassignOrder(order=order.code, reason="Отпуск"), company.admin.actor)
        assert await phone.photo(owner) == OTHERS


async def test_a_manager_sees_no_breach_of_somebody_elses_order(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        order = await company.order(client_name=CLIENT)
        number = await breach(company, order)
        for do in (Climb.OPEN, Climb.ACKNOWLEDGE):
            assert await phone.forge(stranger(company, order), ViolationTap(do=do, violation=number)) == OTHERS
        assert await silence(company) == 0


async def test_menus_of_leaders_open_to_nobody_else(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        order = await company.order()
        owner = next(member for member in company.managers if member.id == order.owner_id)
        number = await breach(company, order)
        for do in set(Climb) - {Climb.OPEN, Climb.ACKNOWLEDGE}:
            tap = ViolationTap(do=do, violation=number, arg="30m")
            assert await phone.forge(owner, tap) == OTHERS
            assert await phone.forge(company.viewer, tap) == LEADERS_ONLY
        assert await silence(company) == 0


async def test_the_owner_opens_and_acknowledges_their_own_breach(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        order = await company.order()
        owner = next(member for member in company.managers if member.id == order.owner_id)
        tap = ViolationTap(do=Climb.OPEN, violation=await breach(company, order))
        assert "Ступень 1" in await phone.forge(owner, tap)
        said = await phone.forge(owner, tap.model_copy(update={"do": Climb.ACKNOWLEDGE}))
        assert f"Занимается {owner.name}" in said
