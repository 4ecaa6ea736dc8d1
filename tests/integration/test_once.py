"""A unit of work with a key is carried out once, however often and from however many places it is asked for."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from domain.commands import AddNote, AdvanceOrder, IntakeOrders, RecordContact, ResolveSignal
from domain.errors import NotFoundError
from domain.orders import Status
from domain.people import CRM_FEED
from guardrails.approval.proposals import Waiting
from guardrails.gate import Done
from store import heartbeats, once
from store.database import Database
from tests.integration.desk import Desk

NOTES = "SELECT count(*) FROM order_notes"


async def test_work_that_is_asked_for_again_is_told_what_came_of_it(db: Database) -> None:
    desk = await Desk.open(db)
    order = await desk.order()
    note = AddNote(order=order.code, text="Звонил продавец")
    first = await desk.gate.perform(note, desk.by(order), key="k")
    again = await desk.gate.perform(note, desk.by(order), key="k")
    assert isinstance(first, Done)
    assert isinstance(again, Done)
    assert (again.decision, again.outcome, again.order_id) == (first.decision, first.outcome, first.order_id)
    assert await desk.value(NOTES) == 1
    await desk.gate.perform(note, desk.by(order), key="another")
    assert await desk.value(NOTES) == 2


async def test_of_many_that_ask_at_once_one_works_and_all_are_told(db: Database) -> None:
    desk = await Desk.open(db)
    order = await desk.order()
    note = AddNote(order=order.code, text="Звонил продавец")
    told = await asyncio.gather(*(desk.gate.perform(note, desk.by(order), key="k") for _ in range(5)))
    assert len({outcome.decision for outcome in told if isinstance(outcome, Done)}) == 1
    assert await desk.value(NOTES) == 1
    assert (await desk.verify()).ok


async def test_a_request_that_waits_for_approval_is_the_same_when_asked_again(db: Database) -> None:
    desk = await Desk.open(db)
    order = await desk.confirmed(await desk.to_status(await desk.order(), Status.AWAITING_PAYMENT))
    ask = AdvanceOrder(order=order.code, to=Status.READY_FOR_SHIPMENT)
    first = await desk.gate.perform(ask, desk.by(order), key="k")
    assert isinstance(first, Waiting)
    await desk.approve(first.approval_id)
    again = await desk.gate.perform(ask, desk.by(order), key="k")
    assert isinstance(again, Waiting)
    assert (again.approval_id, again.voters, again.expires_at) == (first.approval_id, first.voters, first.expires_at)


async def test_several_commands_under_one_key_are_one_unit(db: Database) -> None:
    desk = await Desk.open(db)
    order = await desk.order()
    commands = [RecordContact(order=order.code, party="seller"), AddNote(order=order.code, text="Дозвонилась")]
    first = await desk.gate.perform_all(commands, desk.by(order), key="k")
    again = await desk.gate.perform_all(commands, desk.by(order), key="k")
    assert [outcome.decision for outcome in again if isinstance(outcome, Done)] == [
        outcome.decision for outcome in first if isinstance(outcome, Done)
    ]
    assert await desk.value(NOTES) == 2


async def test_a_refusal_does_not_use_up_the_key(db: Database) -> None:
    desk = await Desk.open(db)
    with pytest.raises(NotFoundError):
        await desk.gate.perform(ResolveSignal(signal_id=1, resolution="нет такого"), desk.admin.actor, key="k")
    done = await desk.gate.perform(IntakeOrders(orders=(desk.request(),)), CRM_FEED, key="k")
    assert isinstance(done, Done)


async def test_keys_are_forgotten_when_nobody_can_ask_again(db: Database) -> None:
    desk = await Desk.open(db)
    order = await desk.order()
    for key, age in (("old", timedelta(days=91)), ("young", timedelta(days=89))):
        await desk.gate.perform(AddNote(order=order.code, text=key), desk.by(order), key=key)
        async with db.transaction() as tx:
            await tx.execute(text("UPDATE done_once SET at = at - :age WHERE key = :key"), {"age": age, "key": key})
    async with db.transaction() as tx:
        await heartbeats.tidy(tx)
        assert await once.known(tx, "old") is None
        assert await once.known(tx, "young") is not None
