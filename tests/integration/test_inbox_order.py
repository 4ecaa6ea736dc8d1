"""One chat's words strictly in their order, whatever becomes of the earlier ones."""

from collections.abc import Generator

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from bots.handling import handle_update
from bots.inbox import receive
from bots.local import FaultKind
from store.database import Database
from store.talk import inbox
from tests.integration.desk import Desk
from tests.integration.phone import Line, line
from tests.integration.saying import notes_of, told


@pytest.fixture(autouse=True)
def quiet() -> Generator[None]:
    """The trouble is meant; its traces need not be printed."""
    with capture_logs():
        yield


async def heard(company: Desk, phone: Line) -> list[int]:
    """Receive what was said; the updates that wait."""
    await receive(phone.door.bot, phone.door.desk.db, None, wait=0)
    return await company.column("SELECT update_id FROM inbox_updates WHERE handled_at IS NULL ORDER BY update_id")


async def test_an_update_waits_for_the_earlier_one_of_its_chat_that_is_tried_again(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        order = await told(company, phone, company.anna, "раз", "два")
        first, second = await heard(company, phone)
        phone.telegram.faults.plan(FaultKind.INTERNAL, method="sendMessage")
        with pytest.raises(Exception, match="Internal Server Error"):
            await handle_update(phone.door, second)
        assert await company.value("SELECT handled_at FROM inbox_updates WHERE update_id = :id", id=second) is None
        await handle_update(phone.door, second)
        assert await notes_of(company, order) == ["раз", "два"]
        await handle_update(phone.door, first)
        assert await notes_of(company, order) == ["раз", "два"], "its own job comes late, and finds it done"


async def test_an_update_that_was_given_up_holds_its_chat_no_longer(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        order = await told(company, phone, company.anna, "раз", "два")
        first, second = await heard(company, phone)
        async with db.transaction() as tx:
            await tx.execute(
                text("UPDATE inbox_updates SET attempts = :most WHERE update_id = :id"),
                {"most": inbox.ATTEMPTS, "id": first},
            )
        await handle_update(phone.door, second)
        assert await notes_of(company, order) == ["два"]


async def test_updates_that_come_twice_have_one_effect(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        phone.telegram.faults.plan(FaultKind.TWICE)
        await phone.write(company.anna, "/help")
        answers = len(await phone.says(company.anna))
        assert await phone.listen() == 0
        assert len(await phone.says(company.anna)) == answers
        assert "/orders" in await phone.write(company.anna, "/help")


async def test_updates_that_come_in_disorder_are_handled_in_their_order(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        phone.telegram.faults.plan(FaultKind.SHUFFLED)
        for words in ("/shift", "/help", "/orders"):
            await phone.telegram.people.write(company.anna.telegram_id, company.anna.telegram_id, words)
        assert await phone.listen() == 3
        shift, told, orders = await phone.says(company.anna)
        assert "Моя смена" in shift
        assert "/orders" in told
        assert "У вас нет открытых заказов" in orders
        assert await phone.listen() == 0
