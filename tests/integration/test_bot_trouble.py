"""One tap, one effect: whatever becomes of the answer, of the connection, or of the worker that handles it."""

from collections.abc import Generator

import pytest
from aiogram.filters.callback_data import CallbackData
from sqlalchemy import text
from structlog.testing import capture_logs

from bots.inbox import receive
from bots.local import FaultKind
from bots.reader import Reader
from bots.taps import Do, OrderTap, Show, ShowTap
from domain.commands import AcceptOrder, Command
from domain.orders import Order, Status
from guardrails.approval.proposals import Waiting
from guardrails.gate import Done
from jobs.queue import open_queue
from jobs.watch import Watch
from store.database import Database
from store.talk import inbox
from tests.integration.desk import Desk, Member
from tests.integration.phone import Line, line


@pytest.fixture(autouse=True)
def quiet() -> Generator[None]:
    """The trouble is meant; its traces need not be printed."""
    with capture_logs():
        yield


class KilledError(BaseException):
    """What a killed worker leaves behind: nothing runs after it, no handler of errors either."""


def owner_of(company: Desk, order: Order) -> Member:
    return next(member for member in company.people.values() if member.id == order.owner_id)


async def accepted(company: Desk, phone: Line) -> tuple[Order, Member]:
    """An accepted order, its card open on its owner's phone."""
    order = await company.order()
    await company.do(AcceptOrder(order=order.code), company.by(order))
    who = owner_of(company, order)
    await phone.write(who, f"/order {order.code}")
    return await company.see(order), who


async def pressed(phone: Line, who: Member, tap: CallbackData) -> None:
    """The person presses, and nobody has listened yet."""
    message = await phone.card(who)
    await phone.telegram.people.press(who.telegram_id, who.telegram_id, message, tap.pack())


async def test_a_tap_whose_answers_meet_a_flood_limit_is_one_contact(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        order, who = await accepted(company, phone)
        await pressed(phone, who, OrderTap(do=Do.SELLER, order=order.id, version=order.version))
        phone.telegram.faults.plan(FaultKind.FLOOD, calls=3)
        await phone.insist()
        assert await company.value("SELECT count(*) FROM order_notes WHERE kind = 'contact_seller'") == 1
        assert "Контакт с продавцом записан" in (await phone.says(who))[-1]


async def test_a_tap_whose_answer_is_lost_at_a_gateway_still_changes_the_card(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        order = await company.order()
        who = owner_of(company, order)
        await phone.deliver()
        await pressed(phone, who, OrderTap(do=Do.ACCEPT, order=order.id, version=order.version))
        phone.telegram.faults.plan(FaultKind.BAD_GATEWAY)
        await phone.insist()
        assert (await company.see(order)).status is Status.UNDER_INSPECTION
        assert "Заказ принят" in (await phone.says(who))[-1]


async def test_who_gave_an_order_away_hears_so_although_it_is_no_longer_theirs(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        order = await company.order()
        who = owner_of(company, order)
        await phone.deliver()
        await pressed(phone, who, OrderTap(do=Do.DECLINE_FOR, order=order.id, version=order.version, arg="busy"))
        phone.telegram.faults.plan(FaultKind.BAD_GATEWAY, calls=2)
        await phone.insist()
        assert (await company.see(order)).owner_id != who.id
        assert await company.value("SELECT count(*) FROM ai_decisions WHERE action = 'decline_order'") == 1
        assert "отказ" in (await phone.says(who))[-1].lower()


async def test_an_answer_in_words_is_taken_once_and_the_next_question_is_not_mistaken_for_it(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        order = await company.to_status(await company.order(), Status.READY_FOR_SHIPMENT)
        who = owner_of(company, order)
        await phone.write(who, f"/order {order.code}")
        await phone.press(who, OrderTap(do=Do.LOGISTICS, order=order.id, version=order.version))
        await phone.telegram.people.write(who.telegram_id, who.telegram_id, "СДЭК")
        phone.telegram.faults.plan(FaultKind.BAD_GATEWAY, calls=2)
        await phone.insist()
        assert (await company.see(order)).carrier == "СДЭК"
        assert "Когда отправка" in (await phone.says(who))[-1]
        assert await company.value("SELECT count(*) FROM ai_decisions WHERE action = 'set_logistics'") == 1


async def test_words_whose_worker_was_killed_after_the_commit_are_one_blocker(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        order, who = await accepted(company, phone)
        await phone.press(who, OrderTap(do=Do.BLOCKER, order=order.id, version=order.version))
        await phone.write(who, "Нет рамы нужного размера")
        await phone.press(who, OrderTap(do=Do.BLOCK_WHO, order=order.id, version=order.version, arg="me"))
        await phone.telegram.people.write(who.telegram_id, who.telegram_id, "завтра 12:00")
        perform = Reader.perform

        async def perform_and_die(self: Reader, command: Command) -> Done | Waiting:
            await perform(self, command)
            raise KilledError

        with monkeypatch.context() as dying:
            dying.setattr(Reader, "perform", perform_and_die)
            with pytest.raises(KilledError):
                await phone.listen()
        await phone.listen()
        assert await company.value("SELECT count(*) FROM blockers") == 1
        assert "Нет рамы нужного размера" in (await phone.says(who))[-1]


async def test_an_update_that_kills_its_worker_each_time_is_given_up_shown_and_tried_anew(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:

        async def die(*_: object, **__: object) -> None:
            raise KilledError

        await phone.telegram.people.write(company.anna.telegram_id, company.anna.telegram_id, "/help")
        with monkeypatch.context() as dying:
            dying.setattr(phone.door.dispatcher, "feed_update", die)
            for _ in range(inbox.ATTEMPTS):
                with pytest.raises(KilledError):
                    await phone.listen()
            await phone.listen()
        update = await company.value("SELECT update_id FROM inbox_updates")
        said = await phone.write(company.admin, "/dead")
        assert f"№{update}: Анна, each attempt ended its worker" in said
        await phone.press(company.admin, ShowTap(show=Show.REHANDLE, arg=update))
        await phone.listen()
        assert "/orders" in (await phone.says(company.anna))[-1]
        assert "необработанных действий нет" in await phone.write(company.admin, "/dead")


async def test_a_tap_that_could_not_be_answered_for_long_is_answered_when_an_admin_asks_for_it(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        order, who = await accepted(company, phone)
        await pressed(phone, who, OrderTap(do=Do.SELLER, order=order.id, version=order.version))
        phone.telegram.faults.plan(FaultKind.INTERNAL, calls=None, seconds=3600, method="answerCallbackQuery")
        await phone.insist(tries=inbox.ATTEMPTS)
        phone.telegram.faults.clear()
        assert "Internal Server Error" in await phone.write(company.admin, "/dead")
        (update,) = await company.column("SELECT update_id FROM inbox_updates WHERE handled_at IS NULL")
        await phone.press(company.admin, ShowTap(show=Show.REHANDLE, arg=update))
        await phone.listen()
        assert await company.value("SELECT count(*) FROM order_notes WHERE kind = 'contact_seller'") == 1
        assert "Контакт с продавцом записан" in (await phone.says(who))[-1]


async def test_an_update_whose_job_was_lost_gets_another(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        await phone.telegram.people.write(company.anna.telegram_id, company.anna.telegram_id, "/help")
        await receive(phone.door.bot, db, None, wait=0)
        watch = Watch(phone.door.desk, open_queue(db.url))
        assert await watch.rescue() == 0
        async with db.transaction() as tx:
            await tx.execute(text("UPDATE procrastinate_jobs SET status = 'failed'"))
        assert await watch.rescue() == 1
        assert await watch.rescue() == 0
