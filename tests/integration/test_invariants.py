"""Random people ask for random things on a few orders: whatever happens, what must hold holds after every step."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Generator, Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any, cast

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from psycopg import sql
from sqlalchemy import text

from domain.commands import (
    AssignUnattended,
    MassReassign,
    SetAvailability,
    SetConstraint,
    SweepClocks,
    WatchSignals,
)
from domain.errors import DeskError
from domain.orders import Order, Status
from domain.people import CRM_FEED, WATCHDOG, Actor, ActorKind, Channel
from guardrails.approval.approvals import Ballot
from guardrails.decisive import decide
from store.database import Database
from store.invariants import broken
from tests.integration.desk import Desk
from tests.integration.random_requests import AT_ONCE, ON_ORDER, ON_ROW, OrderDo, manager_ids

EXAMPLES, STEPS = 5, 40
AGENT = Actor(kind=ActorKind.AGENT, name="ai-rop", channel=Channel.GRAPH)


class Company(RuleBasedStateMachine):
    """The desk under random requests; a refusal is fine, anything else that is raised is a fault."""

    def __init__(self, fresh: Callable[[], str], runner: asyncio.Runner) -> None:
        super().__init__()
        self._runner = runner
        self._db = Database(fresh(), pool_size=2)
        self.desk: Desk = self.run(Desk.open(self._db))
        self.codes: list[str] = []

    def run(self, step: Awaitable[Any]) -> Any:
        """Let it happen."""

        async def happen() -> Any:
            return await step

        return self._runner.run(happen())

    def teardown(self) -> None:
        """Leave the database."""
        self.run(self._db.close())

    # ── what happens ─────────────────────────────────────────────────────────────────────────────────────────────────
    @rule(count=st.integers(1, 7), price=st.sampled_from([400, 700, 2000, 6000]), ebike=st.booleans())
    def requests_arrive(self, count: int, price: int, ebike: bool) -> None:
        """A few clients ask for a bike."""
        orders: list[Order] | None = self._try(self.desk.orders(count, price_eur=Decimal(price), is_ebike=ebike))
        self.codes.extend(order.code for order in orders or [])

    @precondition(lambda self: self.codes)
    @rule(data=st.data(), asked=st.lists(st.sampled_from(ON_ORDER), min_size=1, max_size=4))
    def who_may_works_on_an_order(self, data: st.DataObject, asked: list[OrderDo]) -> None:
        """Its owner or the admin, whether or not it makes sense."""
        for ask in asked:
            order = self._order(data)
            actor = data.draw(st.sampled_from([self.desk.by(order), self.desk.admin.actor]))
            self._try(self.desk.gate.perform(ask(self.desk, order, data), actor))

    @precondition(lambda self: self.codes)
    @rule(data=st.data(), asked=st.sampled_from(ON_ORDER))
    def anybody_asks_about_an_order(self, data: st.DataObject, asked: OrderDo) -> None:
        """People, timers, the feed, a model."""
        order = self._order(data)
        self._try(self.desk.gate.perform(asked(self.desk, order, data), self._anybody(data)))

    @precondition(lambda self: self.codes)
    @rule(data=st.data(), table=st.sampled_from(sorted(ON_ROW)))
    def somebody_deals_with_a_task_blocker_or_violation(self, data: st.DataObject, table: str) -> None:
        """One that is there, open or not."""
        ids: list[int] = self.run(self.desk.column(table))
        if ids:
            command = data.draw(st.sampled_from(ON_ROW[table]))(data.draw(st.sampled_from(ids)))
            self._try(self.desk.gate.perform(command, self.desk.admin.actor))

    @precondition(lambda self: self.codes)
    @rule(data=st.data(), where=st.sampled_from(tuple(Status)[1:7]))
    def an_order_goes_on(self, data: st.DataObject, where: Status) -> None:
        """The work is done as it should be."""
        order, path = self._order(data), tuple(Status)
        if path.index(order.status) < path.index(where):
            self._try(self.desk.to_status(order, where))

    @rule(data=st.data(), ballot=st.sampled_from(Ballot))
    def somebody_votes(self, data: st.DataObject, ballot: Ballot) -> None:
        """On something that waits."""
        if pending := self.run(self.desk.pending()):
            approval, voter = data.draw(st.sampled_from(pending)), data.draw(st.sampled_from(self._people()))
            self._try(self.desk.vote(approval.id, voter, ballot, reason="Так решил"))

    @rule(minutes=st.sampled_from([5, 15, 40, 300, 1500, 5000]), watched=st.booleans())
    def time_goes_by(self, minutes: int, watched: bool) -> None:
        """The watchdog looks, or sleeps."""
        self.desk.forward(minutes=minutes)
        if watched:
            self.run(self.desk.sweep(batch=5))
            self.run(self.desk.do(WatchSignals(batch=5), WATCHDOG))

    @rule(data=st.data(), away=st.booleans(), max_load=st.sampled_from([None, 0.5]))
    def a_manager_comes_or_goes(self, data: st.DataObject, away: bool, max_load: float | None) -> None:
        """Availability and constraints change."""
        manager = data.draw(st.sampled_from(self.desk.managers))
        until = self.desk.now + timedelta(hours=5) if away else None
        self._try(self.desk.gate.perform(SetAvailability(person_id=manager.id, away_until=until), manager.actor))
        limit = SetConstraint(manager_id=manager.id, max_load=max_load, reason="Нагрузка")
        self._try(self.desk.gate.perform(limit, data.draw(st.sampled_from([self.desk.admin.actor, AGENT]))))

    @precondition(lambda self: self.codes)
    @rule(data=st.data())
    def many_orders_change_hands(self, data: st.DataObject) -> None:
        """Up to eight at once."""
        codes = data.draw(st.sets(st.sampled_from(self.codes), min_size=1, max_size=8))
        giver = data.draw(st.sampled_from(manager_ids(self.desk)))
        command = MassReassign(from_manager=giver, orders=tuple(sorted(codes)), reason="Отпуск")
        self._try(self.desk.gate.perform(command, self.desk.admin.actor))

    # ── what must hold ───────────────────────────────────────────────────────────────────────────────────────────────
    @invariant()
    def nothing_is_broken(self) -> None:
        """The doctor's queries: owner, due, next step, clocks, assignments, load counts."""
        assert self.run(self._broken()) == {}

    @invariant()
    def the_journal_holds(self) -> None:
        """Every row as it was written, every effect with its row."""
        verified = self.run(self.desk.verify())
        assert verified.ok, verified

    @invariant()
    def every_move_was_legal(self) -> None:
        """Each in the table of transitions, each from where the last one led, the last one to where the order is."""
        where: dict[int, Status | None] = {}
        for event in self.run(self.desk.rows("SELECT * FROM order_status_events ORDER BY id")):
            source = None if event["from_status"] is None else Status(event["from_status"])
            assert where.get(event["order_id"]) == source
            where[event["order_id"]] = Status(event["to_status"])
            assert source is None or self.desk.policy.lifecycle.transition(source, Status(event["to_status"]))
        present = {
            row["id"]: Status(row["status"]) for row in self.run(self.desk.rows("SELECT id, status FROM orders"))
        }
        assert present == where

    @invariant()
    def what_needs_people_was_approved_by_people(self) -> None:
        """Money, law and disputes."""
        assert self.run(self.desk.value(UNAPPROVED)) == 0

    @invariant()
    def deadline_step_and_assignment_of_an_open_order_are_true(self) -> None:
        """Due when its nearest clock is; one open step task, its owner's; one open assignment."""
        assert self.run(self.desk.rows(UNTRUE)) == []

    # ── means ────────────────────────────────────────────────────────────────────────────────────────────────────────
    async def _broken(self) -> Mapping[str, int]:
        async with self.desk.db.reading() as tx:
            return await broken(tx)

    def _try(self, attempt: Awaitable[Any]) -> Any:
        try:
            return self.run(attempt)
        except DeskError:
            return None

    def _order(self, data: st.DataObject) -> Order:
        return self.run(self.desk.see(data.draw(st.sampled_from(self.codes))))

    def _people(self) -> list[Any]:
        return list(self.desk.people.values())

    def _anybody(self, data: st.DataObject) -> Actor:
        return data.draw(st.sampled_from([*(person.actor for person in self._people()), CRM_FEED, WATCHDOG, AGENT]))


UNAPPROVED = """
SELECT count(*) FROM order_status_events AS e JOIN ai_decisions AS d ON d.uid = e.decision
WHERE e.kind ~ 'money|legal|disputed' AND (d.verdict <> 'needs_approval' OR d.approvers = '[]')
"""
UNTRUE = """
SELECT o.id, o.status, o.due_at, o.next_step FROM orders AS o
WHERE o.status NOT IN ('closed', 'cancelled') AND (
    o.due_at <> (SELECT min(due_at) FROM clocks
        WHERE order_id = o.id AND state <> 'done' AND kind NOT IN ('movement', 'signal'))
    OR 1 <> (SELECT count(*) FROM tasks WHERE order_id = o.id AND kind = 'step' AND state = 'open'
        AND key = o.next_step AND owner_id = o.owner_id AND due_at = o.due_at)
    OR 1 <> (SELECT count(*) FROM ai_assignments WHERE order_id = o.id AND ended_at IS NULL
        AND manager_id = o.owner_id)
    OR o.hot <> EXISTS (SELECT 1 FROM ai_sla_violations WHERE order_id = o.id AND resolved_at IS NULL
        AND (level >= 4 OR level >= 3 AND clock_kind = 'movement'))
)
"""


@pytest.fixture
def runner() -> Generator[asyncio.Runner]:
    """An event loop for the steps of the machine."""
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture
def fresh(server_url: str, template: str, database_names: Iterator[str]) -> Generator[Callable[[], str]]:
    """A new copy of the migrated database for every call, so that every run of the machine begins alike."""
    made: list[str] = []

    def copy() -> str:
        made.append(next(database_names))
        admin.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(made[-1]), sql.Identifier(template))
        )
        return re.sub(r"^(\w+://[^/?]*)(/[^?]*)?", rf"\1/{made[-1]}", server_url)

    with psycopg.connect(server_url, autocommit=True) as admin:
        yield copy
        for name in made:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def test_whatever_people_ask_for_the_desk_stays_whole(fresh: Callable[[], str], runner: asyncio.Runner) -> None:
    def at_work() -> Company:
        return Company(fresh, runner)

    run_state_machine_as_test(
        cast("type[Company]", at_work),
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
        ),
    )


def test_the_auditor_finds_nothing_to_mend_where_all_goes_through_the_gate(
    database_url: str, runner: asyncio.Runner
) -> None:
    async def day() -> int:
        db = Database(database_url, pool_size=2)
        desk = await Desk.open(db)
        for order in await desk.orders(6):
            await desk.to_status(order, tuple(Status)[order.id % 6])
        await desk.pass_time(days=2)
        found = (await desk.do(AssignUnattended(), WATCHDOG)).value
        await db.close()
        return int(found)

    assert runner.run(day()) == 0


async def test_eight_people_the_feed_and_two_watchdogs_at_once_leave_the_desk_whole(
    db: Database, owner_db: Database
) -> None:
    desk = await Desk.open(db, capacity=200)
    orders = await desk.orders(24)
    dice = Random(6)
    failures: list[str] = []

    async def somebody(lane: int) -> None:
        for _ in range(25):
            order = await desk.see(dice.choice(orders))
            actor = dice.choice([desk.by(order), desk.admin.actor, desk.head.actor, CRM_FEED])
            command = dice.choice(AT_ONCE)(desk, order)
            try:
                await desk.gate.perform(command, actor)
            except DeskError as error:
                failures.append(error.code)

    async def watchdog() -> None:
        for _ in range(12):
            desk.forward(minutes=dice.choice([3, 20, 200]))
            await desk.gate.perform(SweepClocks(batch=9), WATCHDOG)
            await decide(desk.gate, desk.approvals)

    await asyncio.gather(*(somebody(lane) for lane in range(9)), watchdog(), watchdog())
    await desk.sweep()
    assert set(failures) <= {"conflict", "forbidden", "evidence-missing", "transition-refused", "not-found"}
    assert await desk.rows(UNTRUE) == []
    assert await desk.value(UNAPPROVED) == 0
    async with desk.db.reading() as tx:
        assert await broken(tx) == {}
    assert (await desk.verify()).ok
    await db.close()
    async with owner_db.reading() as tx:
        deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        assert (await tx.execute(text(deadlocks))).scalar_one() == 0
