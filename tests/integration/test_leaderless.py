"""A company without any active admin, head or owner: what can go on goes on, the rest waits and does not shout."""

import pytest
from sqlalchemy import text

from cli.doctor_desk import leaders
from cli.findings import Examination
from domain.commands import AssignUnattended
from domain.journal import Outcome
from domain.orders import Order, Status
from domain.people import WATCHDOG
from store.database import Database
from tests.integration.desk import Desk


@pytest.fixture
async def desk(db: Database) -> Desk:
    """The company at work."""
    return await Desk.open(db)


async def _without_leaders(desk: Desk) -> None:
    for leader in (desk.admin, desk.head, desk.owner):
        await desk.alter(leader, active=False)


async def _journal_grows(desk: Desk, *, seconds: int) -> int:
    """How many rows the journal gains while the watchdog looks every second."""
    before = await desk.value("SELECT count(*) FROM ai_decisions")
    for _ in range(seconds):
        await desk.pass_time(seconds=1)
    return int(await desk.value("SELECT count(*) FROM ai_decisions")) - int(before)


async def test_clocks_break_and_their_owner_hears_it_while_the_ladder_waits_for_a_leader(desk: Desk) -> None:
    order = await desk.to_status(await desk.order(), Status.UNDER_INSPECTION)
    await _without_leaders(desk)
    await desk.pass_time(hours=1)
    (violation,) = await desk.violations(order)
    assert (violation["clock_kind"], violation["level"]) == ("first_contact", 2)
    assert len(await desk.messages(order.owner_id, kind="breach")) == 1
    assert await desk.value("SELECT count(*) FROM escalations") == 0
    assert await _journal_grows(desk, seconds=5) == 0
    assert await desk.column("SELECT DISTINCT outcome FROM ai_decisions WHERE actor = 'watchdog'") == ["done"]
    await desk.alter(desk.admin, active=True)
    await desk.pass_time(minutes=1)
    assert (await desk.violations(order))[0]["level"] == 4
    assert await desk.column("SELECT owner_id FROM escalations ORDER BY level") == [desk.admin.id] * 2


async def _unaccepted(desk: Desk) -> Order:
    """An order that its owner lets lie, and nobody else is there."""
    (order,) = await desk.give(desk.anna, 1)
    for manager in (desk.boris, desk.vera):
        await desk.alter(manager, active=False)
    await _without_leaders(desk)
    await desk.pass_time(minutes=15)
    await desk.pass_time(minutes=15)
    return order


async def test_an_order_that_nobody_else_could_take_stays_with_its_owner_who_hears_of_each_breach(desk: Desk) -> None:
    order = await _unaccepted(desk)
    assert (await desk.see(order)).owner_id == desk.anna.id
    assert [row["epoch"] for row in await desk.violations(order)] == [1, 2]
    assert len(await desk.messages(desk.anna, kind="breach")) == 2
    assert await _journal_grows(desk, seconds=90) == 0
    assert (await desk.verify()).ok


@pytest.mark.parametrize("name", ["Борис", "Олег"])
async def test_the_order_goes_on_as_soon_as_somebody_is_there(desk: Desk, name: str) -> None:
    order = await _unaccepted(desk)
    await desk.alter(desk.people[name], active=True)
    await desk.pass_time(minutes=1)
    assert (await desk.see(order)).owner_id == desk.people[name].id


async def test_unattended_orders_that_nobody_could_own_wait_in_silence(desk: Desk) -> None:
    order = await _unaccepted(desk)
    await desk.alter(desk.anna, active=False)
    async with desk.db.transaction() as tx:
        await tx.execute(text("UPDATE orders SET owner_id = NULL, due_at = NULL, next_step = NULL"))
    before = await desk.value("SELECT count(*) FROM ai_decisions")
    for _ in range(3):
        assert (await desk.do(AssignUnattended(), WATCHDOG)).outcome is Outcome.UNCHANGED
    assert await desk.value("SELECT count(*) FROM ai_decisions") == before
    await desk.alter(desk.head, active=True)
    assert (await desk.do(AssignUnattended(), WATCHDOG)).value == 1
    assert (await desk.see(order)).owner_id == desk.head.id


async def test_the_doctor_says_that_a_leader_is_missing_and_how_to_mend_it(desk: Desk, database_url: str) -> None:
    examination = Examination()
    examination.__dict__["database_url"] = database_url
    assert "Олег (admin)" in (await leaders(examination)).detail
    await _without_leaders(desk)
    finding = await leaders(examination)
    assert not finding.ok
    assert finding.mend.startswith("./run user add")


async def test_the_doctor_finds_nothing_wrong_with_a_company_that_has_not_begun(db: Database) -> None:
    examination = Examination()
    examination.__dict__["database_url"] = db.url
    assert (await leaders(examination)).ok
