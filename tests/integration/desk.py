"""A small company at work on the test's database: people, the gate, company time in the test's hand.

    desk = await Desk.open(db)
    order = await desk.order()
    await desk.to_status(order, Status.AWAITING_PAYMENT)
    await desk.pass_time(hours=30)

It is Wednesday noon in Moscow (09:00 UTC), everybody is on shift until 19:00. Writes go through the gate as everywhere.
"""

import asyncio
import itertools
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from psycopg.types.json import Jsonb
from sqlalchemy import text

from domain.commands import (
    AcceptOrder,
    AddNote,
    AdvanceOrder,
    AnswerChecklist,
    Command,
    IntakeOrders,
    NewOrder,
    PointAnswer,
    RecordClientDecision,
    RecordCompliance,
    RecordDelivery,
    SetLogistics,
    SweepClocks,
)
from domain.money import client_total
from domain.orders import ClientDecision, Compliance, Order, Status, Verdict
from domain.people import CRM_FEED, WATCHDOG, Actor, Channel, Role
from domain.policy import Policy
from domain.timeline import ManualTimeline
from guardrails.approval.approvals import (
    Approvals,
    Ballot,
    VoteResult,
)
from guardrails.approval.proposals import Waiting
from guardrails.decisive import decide
from guardrails.gate import Done, Gate
from policy import load_policy
from store import (
    journal,
    people,
    policies,
)
from store.database import Database
from store.desk import approvals, orders
from store.desk.approvals import Approval
from tests.integration.tables import Member, Tables

POLICY = load_policy()
NOON = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
"""Wednesday, 12:00 in Moscow."""

PATIENCE_SECONDS = 30.0


class Desk(Tables):
    """The company of the tests: three managers, an admin, a head, an owner and a viewer."""

    STAFF: ClassVar[Mapping[str, Role]] = {
        "Анна": Role.MANAGER,
        "Борис": Role.MANAGER,
        "Вера": Role.MANAGER,
        "Олег": Role.ADMIN,
        "Павел": Role.HEAD,
        "Ольга": Role.OWNER,
        "Виктор": Role.VIEWER,
    }

    def __init__(self, db: Database, policy: Policy, timeline: ManualTimeline) -> None:
        super().__init__(db)
        self.timeline = timeline
        self.gate = Gate(db, policy, timeline)
        self.approvals = Approvals(self.gate)
        self.people: dict[str, Member] = {}
        self._numbers = itertools.count(1)

    @property
    def policy(self) -> Policy:
        """The rules of this moment."""
        return self.gate.policy

    @classmethod
    async def open(cls, db: Database, *, policy: Policy = POLICY, at: datetime = NOON, capacity: int = 20) -> "Desk":
        """The whole staff at work at `at`."""
        desk = cls(db, policy, ManualTimeline(at))
        async with db.transaction() as tx:
            await policies.register(tx, policy, now=at)
        for name, role in cls.STAFF.items():
            await desk.hire(name, role, capacity=capacity)
        return desk

    @classmethod
    async def join(cls, db: Database, *, policy: Policy = POLICY, at: datetime = NOON) -> "Desk":
        """The company that another process has opened on this database."""
        desk = cls(db, policy, ManualTimeline(at))
        for row in await desk.rows("SELECT id, name, role, telegram_id FROM people"):
            desk.people[row["name"]] = Member(row["id"], row["name"], Role(row["role"]), row["telegram_id"])
        return desk

    async def hire(self, name: str, role: Role, *, capacity: int = 20, linked: bool = True) -> Member:
        """One more person; `linked` says whether their Telegram is known."""
        telegram_id = 100 + len(self.people)
        async with self.db.transaction() as tx:
            person_id = await people.add(
                tx,
                name=name,
                role=role,
                team="default",
                capacity=capacity,
                telegram_id=telegram_id if linked else None,
                now=self.now,
            )
        self.people[name] = Member(person_id, name, role, telegram_id)
        return self.people[name]

    async def alter(self, member: Member, **columns: object) -> None:
        """Set columns of a person: what an administrator of the database may do behind the desk's back."""
        written = {name: Jsonb(value) if isinstance(value, dict) else value for name, value in columns.items()}
        async with self.db.transaction() as tx:
            assignments = ", ".join(f"{name} = :{name}" for name in columns)
            await tx.execute(text(f"UPDATE people SET {assignments} WHERE id = :id"), {**written, "id": member.id})

    async def capacity(self, member: Member, capacity: int) -> None:
        """How much a manager can carry."""
        async with self.db.transaction() as tx:
            changed = {"capacity": capacity, "id": member.id}
            await tx.execute(text("UPDATE managers SET capacity = :capacity WHERE id = :id"), changed)

    def with_policy(self, policy: Policy) -> "Desk":
        """The same company, people and time under another policy: what a restart with changed rules is."""
        changed = Desk(self.db, policy, self.timeline)
        changed.people = self.people
        return changed

    def again(self, db: Database) -> "Desk":
        """This company as it stands now, for a copy of its database."""
        copied = Desk(db, self.policy, ManualTimeline(self.now))
        copied.people = dict(self.people)
        number = next(self._numbers)
        self._numbers, copied._numbers = itertools.count(number), itertools.count(number)
        return copied

    # ── people ───────────────────────────────────────────────────────────────────────────────────────────────────────
    @property
    def anna(self) -> Member:
        """A manager."""
        return self.people["Анна"]

    @property
    def boris(self) -> Member:
        """A manager."""
        return self.people["Борис"]

    @property
    def vera(self) -> Member:
        """A manager."""
        return self.people["Вера"]

    @property
    def admin(self) -> Member:
        """The admin on duty."""
        return self.people["Олег"]

    @property
    def head(self) -> Member:
        """The head of sales."""
        return self.people["Павел"]

    @property
    def owner(self) -> Member:
        """The company's owner."""
        return self.people["Ольга"]

    @property
    def viewer(self) -> Member:
        """Somebody who may only look."""
        return self.people["Виктор"]

    @property
    def managers(self) -> tuple[Member, ...]:
        """Everybody who works on orders."""
        return tuple(member for member in self.people.values() if member.role is Role.MANAGER)

    def by(self, order: Order) -> Actor:
        """The order's owner, asking through Telegram."""
        assert order.owner_id is not None
        return Actor.person(order.owner_id, Channel.TELEGRAM)

    # ── orders ───────────────────────────────────────────────────────────────────────────────────────────────────────
    def request(self, **fields: Any) -> NewOrder:
        """A client's request with a CRM id of its own; `fields` replace what it says by default."""
        number = next(self._numbers)
        usual = {
            "crm_id": f"crm-{number}",
            "client_name": "Иван Петров",
            "city": "Казань",
            "bike": "Canyon Spectral 29",
            "price_eur": Decimal(2000),
        }
        return NewOrder.model_validate(usual | fields)

    async def order(self, **fields: Any) -> Order:
        """One order, taken in from the CRM."""
        return (await self.orders(1, **fields))[0]

    async def orders(self, count: int, **fields: Any) -> list[Order]:
        """A wave of orders, taken in as one decision."""
        requests = tuple(self.request(**fields) for _ in range(count))
        done = await self.do(IntakeOrders(orders=requests), CRM_FEED)
        return [await self.see(taken.code) for taken in done.value]

    async def give(self, manager: Member, count: int) -> list[Order]:
        """Orders that this manager has; the others are inactive meanwhile."""
        others = [other for other in self.managers if other != manager]
        for other in others:
            await self.alter(other, active=False)
        orders = await self.orders(count)
        for other in others:
            await self.alter(other, active=True)
        return orders

    async def see(self, order: Order | str) -> Order:
        """The order as it stands now."""
        async with self.db.reading() as tx:
            return await orders.get(tx, order if isinstance(order, str) else order.code)

    async def full_check(
        self, order: Order, *, verdict: Verdict = Verdict.GREEN, note: str = "Осмотр закончен"
    ) -> Order:
        """All 28 points answered with their photos, the verdict, and a note."""
        answers = tuple(self.answer(point.number, verdict=verdict) for point in self.policy.checklist.points)
        await self.do(AnswerChecklist(order=order.code, answers=answers), self.by(order))
        await self.do(AddNote(order=order.code, text=note), self.by(order))
        return await self.see(order)

    def answer(self, number: int, *, verdict: Verdict = Verdict.GREEN) -> PointAnswer:
        """A good answer to one point; the verdict point says `verdict`."""
        point = self.policy.checklist.point(number)
        assert point is not None
        final = number == self.policy.checklist.verdict_point
        red = final and verdict is Verdict.RED
        return PointAnswer(
            point=number,
            answer="problem" if red else "ok",
            comment="Рама треснула" if red else "",
            photos=(f"photo-{number}.jpg",) if point.artefact else (),
            verdict=verdict if final else None,
        )

    async def to_status(self, order: Order, target: Status) -> Order:
        """Drive the order by its owner's commands, and by votes where people must decide, until it is in `target`."""
        assert target is not Status.CANCELLED
        order = await self.see(order)
        while order.status is not target:
            order = await self._onwards(order)
        return order

    async def _onwards(self, order: Order) -> Order:
        code, owner = order.code, self.by(order)
        match order.status:
            case Status.PENDING_MANAGER:
                await self.do(AcceptOrder(order=code), owner)
            case Status.UNDER_INSPECTION:
                await self.full_check(order)
                await self.do(AdvanceOrder(order=code, to=Status.AWAITING_PAYMENT), owner)
            case Status.AWAITING_PAYMENT:
                await self.confirmed(order)
                waiting = await self.ask(AdvanceOrder(order=code, to=Status.READY_FOR_SHIPMENT), owner)
                await self.approve(waiting.approval_id)
            case Status.READY_FOR_SHIPMENT:
                await self.dispatched(order)
                await self.do(AdvanceOrder(order=code, to=Status.IN_TRANSIT), owner)
            case Status.IN_TRANSIT:
                await self.do(RecordDelivery(order=code), owner)
                await self.do(AdvanceOrder(order=code, to=Status.DELIVERED), owner)
            case Status.DELIVERED:
                await self.do(AdvanceOrder(order=code, to=Status.CLOSED), owner)
            case _:
                raise AssertionError(f"no way on from {order.status}")
        return await self.see(order)

    async def confirmed(self, order: Order) -> Order:
        """The client has confirmed and compliance is clear; what lacks is the payment's confirmation."""
        if order.client_decision is not ClientDecision.CONFIRMED:
            decision = RecordClientDecision(order=order.code, decision=ClientDecision.CONFIRMED)
            await self.do(decision, self.by(order))
        await self.do(RecordCompliance(order=order.code, state=Compliance.CLEAR), self.admin.actor)
        return await self.see(order)

    async def dispatched(self, order: Order) -> Order:
        """Carrier, tracking number and dispatch date are known."""
        day = self.now.date() + timedelta(days=2)
        logistics = SetLogistics(order=order.code, carrier="СДЭК", tracking_number="RU123", dispatch_date=day)
        await self.do(logistics, self.by(order))
        return await self.see(order)

    def total(self, order: Order) -> Decimal:
        """What the client has to pay in all, EUR."""
        return client_total(order.price_eur, order.delivery_method, self.policy)

    # ── the gate ─────────────────────────────────────────────────────────────────────────────────────────────────────
    async def do(self, command: Command, by: Actor) -> Done:
        """Something that happens at once."""
        done = await self.gate.perform(command, by)
        assert isinstance(done, Done), f"{command!r} waits for approval"
        return done

    async def ask(self, command: Command, by: Actor) -> Waiting:
        """Something that a human has to approve first."""
        waiting = await self.gate.perform(command, by)
        assert isinstance(waiting, Waiting), f"{command!r} needed no approval"
        return waiting

    async def approval(self, approval_id: int) -> Approval:
        """The approval as it stands."""
        async with self.db.reading() as tx:
            return await approvals.get(tx, approval_id)

    async def pending(self) -> list[Approval]:
        """Approvals that wait, the newest first."""
        async with self.db.reading() as tx:
            return await approvals.listed(tx, status="pending")

    async def vote(
        self, approval_id: int, by: Member, ballot: Ballot = Ballot.APPROVE, *, reason: str = ""
    ) -> VoteResult:
        """One person's vote on what the approval says now."""
        seen = (await self.approval(approval_id)).arguments_hash
        return await self.approvals.vote(approval_id, ballot, seen_hash=seen, by=by.actor, reason=reason)

    async def approve(self, approval_id: int) -> VoteResult:
        """Head, then owner, as far as it takes; whoever asked for it does not vote."""
        requester = (await self.approval(approval_id)).requested_person
        result = None
        for voter in (self.head, self.owner):
            if voter.id != requester and (result is None or result.status == "pending"):
                result = await self.vote(approval_id, voter)
        assert result is not None
        assert result.status == "done", result
        return result

    # ── time ─────────────────────────────────────────────────────────────────────────────────────────────────────────
    @property
    def now(self) -> datetime:
        """Company time."""
        return self.timeline.now()

    def forward(self, **span: float) -> datetime:
        """Let time go by unwatched (`minutes=`, `hours=`, `days=`)."""
        return self.timeline.forward(timedelta(**span))

    async def pass_time(self, **span: float) -> int:
        """Let time go by, then let the watchdog look; how many clocks it acted on."""
        self.forward(**span)
        return await self.sweep()

    async def sweep(self, *, batch: int = 500) -> int:
        """What the watchdog does: sweep and decide until nothing is due; how many clocks it acted on."""
        total = 0
        while True:
            done = await self.do(SweepClocks(batch=batch), WATCHDOG)
            acted = int(done.value) + await decide(self.gate, self.approvals, batch=batch)
            if acted == 0:
                return total
            total += acted

    # ── the journal ──────────────────────────────────────────────────────────────────────────────────────────────────
    async def seal(self) -> int:
        """Seal all rows; waits for transactions of other tests on the same server, which hold the horizon back."""
        sealed = 0
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await self.value(UNSEALED):
                async with self.db.transaction() as tx:
                    sealed += await journal.seal(tx, now=self.now)
        return sealed

    async def verify(self) -> journal.Verification:
        """What the journal's verification finds."""
        async with self.db.reading() as tx:
            return await journal.verify(tx)


UNSEALED = """
SELECT count(*) FROM ai_decisions AS d
WHERE NOT EXISTS (SELECT 1 FROM ai_decision_links AS l WHERE l.decision_id = d.id)
"""
