"""What a changed client can send to the bot: taps that no button of theirs carries show and do nothing."""

from bots.taps import SEEN_CHARS, Check, CheckTap, Climb, ViolationTap, VoteTap
from domain.commands import AcceptOrder, ReassignOrder
from domain.orders import Order
from store.database import Database
from tests.integration.asking import payable, payment
from tests.integration.desk import Desk, Member
from tests.integration.phone import line

CLIENT = "Секретный Клиент"
OTHERS = "Этот заказ ведёт другой менеджер: его карточку видят он и руководители."
STALE = "Пока карточка была открыта, всё изменилось. Вот как обстоят дела сейчас."
LEADERS_ONLY = "Это только для руководителей. Что доступно вам: /help"


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
        said = await phone.photo(owner)
        assert said.startswith(OTHERS)
        assert order.code not in said


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
            assert await phone.forge(owner, tap) == LEADERS_ONLY
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


async def test_a_vote_that_names_no_hash_or_a_piece_of_it_is_stale(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        waiting = await payment(company, await payable(company))
        seen = (await company.approval(waiting.approval_id)).arguments_hash
        for length in (0, 1, SEEN_CHARS - 1, SEEN_CHARS + 1):
            said = await phone.forge(
                company.head, VoteTap(ballot="approve", approval=waiting.approval_id, seen=seen[:length])
            )
            assert said == STALE
        assert await company.value("SELECT count(*) FROM approval_votes") == 0
