"""Requests that come at once go in together: one decision, and yet each asker's own answer, actor, trace and row."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest

from domain.commands import IntakeOrders, NewOrder
from domain.errors import ForbiddenError, InvalidInputError
from domain.journal import Outcome
from domain.people import CRM_FEED
from domain.timeline import ManualTimeline
from guardrails.gate import Done
from store.database import Database
from tests.integration.crm import Crm
from tests.integration.desk import NOON, POLICY, Desk


@pytest.fixture
async def desk(db: Database) -> Desk:
    """The company at work."""
    return await Desk.open(db)


async def ask(desk: Desk, *requests: NewOrder, by: Any = CRM_FEED, trace: str | None = None) -> Done:
    done = await desk.gate.perform(IntakeOrders(orders=requests), by, trace_id=trace)
    assert isinstance(done, Done)
    return done


async def commits(desk: Desk) -> int:
    return int(await desk.value("SELECT count(DISTINCT xmin::text) FROM orders"))


async def test_those_who_come_while_one_is_taken_in_share_a_commit_and_a_balanced_decision(desk: Desk) -> None:
    await asyncio.gather(*(ask(desk, desk.request()) for _ in range(31)))
    assert await commits(desk) == 2
    loads = (await desk.loads()).values()
    assert (sum(loads), max(loads) - min(loads)) == (31, 1)


async def test_each_order_of_a_shared_commit_has_its_own_row_with_its_askers_name_and_trace(desk: Desk) -> None:
    askers = [CRM_FEED, desk.admin.actor, CRM_FEED, desk.admin.actor]
    done = await asyncio.gather(
        *(ask(desk, desk.request(), by=by, trace=f"trace-{place}") for place, by in enumerate(askers))
    )
    rows = {row["uid"]: row for row in await desk.decisions("intake_order")}
    found = [rows[one.value[0].decision] for one in done]
    assert [row["trace_id"] for row in found] == [f"trace-{place}" for place in range(4)]
    assert [row["actor"] for row in found] == [by.name for by in askers]
    assert [str(row["order_id"]) for row in found] == [one.value[0].code for one in done]
    assert (await desk.verify()).ok


async def test_a_bad_request_among_good_ones_is_refused_alone_with_its_own_row(desk: Desk) -> None:
    bad = desk.request(price_eur=Decimal(100))
    ends = await asyncio.gather(
        ask(desk, desk.request()),
        ask(desk, desk.request()),
        ask(desk, bad, trace="the-bad-one"),
        ask(desk, desk.request()),
        return_exceptions=True,
    )
    assert [type(end) for end in ends] == [Done, Done, InvalidInputError, Done]
    assert (await desk.value("SELECT count(*) FROM orders"), await commits(desk)) == (3, 2)
    (refused,) = [row for row in await desk.decisions("intake_order") if row["outcome"] == Outcome.REFUSED]
    assert refused["trace_id"] == "the-bad-one"


async def test_who_may_not_ask_is_refused_and_the_others_are_taken_in(desk: Desk) -> None:
    manager = desk.managers[0].actor
    ends = await asyncio.gather(
        ask(desk, desk.request()), ask(desk, desk.request(), by=manager), ask(desk, desk.request()),
        return_exceptions=True,
    )  # fmt: skip
    assert [type(end) for end in ends] == [Done, ForbiddenError, Done]


async def test_a_request_that_the_database_cannot_hold_sinks_none_of_its_neighbours(desk: Desk) -> None:
    spoilt = desk.request().model_copy(update={"bike": "Trek\x00"})
    ends = await asyncio.gather(
        ask(desk, desk.request()), ask(desk, desk.request()), ask(desk, spoilt), ask(desk, desk.request()),
        return_exceptions=True,
    )  # fmt: skip
    assert [isinstance(end, Done) for end in ends] == [True, True, False, True]
    assert await desk.value("SELECT count(*) FROM orders") == 3


async def test_one_request_brought_by_many_at_once_is_one_order_and_all_hear_its_code(desk: Desk) -> None:
    request = desk.request()
    done = await asyncio.gather(*(ask(desk, request) for _ in range(5)))
    assert sorted(one.outcome for one in done) == [Outcome.DONE, *[Outcome.UNCHANGED] * 4]
    (code,) = await desk.column("SELECT code FROM orders")
    heard = {taken.code for one in done for taken in one.value} | {
        known for one in done for known in one.result["known"].values()
    }
    assert heard == {code}


async def test_what_several_ask_for_in_one_batch_is_new_to_the_first_and_known_to_the_others(desk: Desk) -> None:
    shared, own = desk.request(), desk.request()
    _, first, second = await asyncio.gather(ask(desk, desk.request()), ask(desk, shared), ask(desk, shared, own))
    assert [taken.crm_id for taken in first.value] == [shared.crm_id]
    assert [taken.crm_id for taken in second.value] == [own.crm_id]
    assert second.result["known"] == {shared.crm_id: first.value[0].code}


async def test_an_asker_who_goes_away_leaves_the_others_orders_and_no_second_of_its_own(desk: Desk) -> None:
    gone = desk.request()
    tasks = [asyncio.create_task(ask(desk, request)) for request in (desk.request(), gone, desk.request())]
    await asyncio.wait({tasks[0]})
    tasks[1].cancel()
    ends = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(ends[1], asyncio.CancelledError)
    await ask(desk, gone)
    assert await desk.value("SELECT count(*) FROM orders") == 3


async def test_a_batch_that_meets_an_empty_company_refuses_each_with_its_own_row(db: Database) -> None:
    desk = Desk(db, POLICY, ManualTimeline(NOON))
    ends = await asyncio.gather(*(ask(desk, desk.request()) for _ in range(3)), return_exceptions=True)
    assert {type(end).__name__ for end in ends} == {"ConflictError"}
    assert len(await desk.decisions("intake_order")) == 3


async def test_an_event_that_waited_for_an_order_follows_it_out_of_a_shared_commit(desk: Desk) -> None:
    crm = Crm(desk)
    request: dict[str, object] = {"crm_id": "k-1", "client_name": "Иван", "bike": "Trek", "price_eur": 1000}
    await crm.send(crm.event("note_added", "k-1", text="раз"))
    others = [crm.feed.take_orders([request | {"crm_id": f"o-{number}"}]) for number in range(3)]
    await asyncio.gather(*others, crm.feed.take_orders([request]))
    assert await desk.value("SELECT count(*) FROM order_notes") == 1
