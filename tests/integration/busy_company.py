"""A company whose people do random things, so that every path leaves its trace: for tests that recount it."""

import contextlib
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from uuid_utils.compat import uuid7

from domain.commands import (
    AcceptOrder,
    AddNote,
    AdvanceOrder,
    CancelOrder,
    CloseBlocker,
    CloseClaim,
    Command,
    CompleteTask,
    CreateTask,
    DeclineOrder,
    ExtendClock,
    IntakeOrders,
    OpenBlocker,
    OpenClaim,
    ReassignOrder,
    RecordClientDecision,
    RecordContact,
    RecordDelivery,
    RecordPayment,
    Resolve,
    SetLogistics,
)
from domain.errors import DeskError
from domain.orders import CancelReason, ClientDecision, Order, Status
from domain.people import CRM_FEED, Actor
from tests.integration.desk import Desk

Act = Callable[[Order], Awaitable[object]]

FINISHING: Mapping[str, Callable[[int], Command]] = {
    "SELECT id FROM tasks WHERE state = 'open' AND kind = 'manual' ORDER BY id": lambda i: CompleteTask(task_id=i),
    "SELECT id FROM blockers WHERE closed_at IS NULL ORDER BY id": lambda i: CloseBlocker(
        blocker_id=i, resolution="снято"
    ),
    "SELECT id FROM ai_sla_violations WHERE resolved_at IS NULL ORDER BY id": lambda i: Resolve(
        violation_id=i, resolution="разобрались"
    ),
}


class BusyCompany:
    """Random actions on the orders of a desk; the same seed does the same things."""

    def __init__(self, desk: Desk, seed: int) -> None:
        self.desk = desk
        self.random = random.Random(seed)
        self.codes: list[str] = []

    async def work(self, actions: int, *, hours: float) -> None:
        """So many actions, spread over so many hours of company time."""
        mean = hours / actions
        for _ in range(actions):
            self.desk.forward(seconds=self.random.expovariate(1 / (mean * 3600)) + 0.000001)
            await self._once()

    async def _once(self) -> None:
        chance = self.random.random()
        if chance < 0.12 or not self.codes:
            await self._take_in()
        elif chance < 0.25:
            await self.desk.sweep()
        else:
            order = await self.desk.see(self.random.choice(self.codes[-25:]))
            await self._act_on(order)

    async def _take_in(self) -> None:
        late = timedelta(hours=self.random.choice((0, 0, 0, 1, 30)))
        orders = tuple(
            self.desk.request(created_at=self.desk.now - late) for _ in range(self.random.choice((1, 1, 2, 3)))
        )
        done = await self.desk.do(IntakeOrders(orders=orders), CRM_FEED)
        self.codes.extend(taken.code for taken in done.value)

    async def _act_on(self, order: Order) -> None:
        if not order.is_open:
            return
        act = self.random.choice(self._anywhere() if self.random.random() < 0.4 else self._at(order.status))
        with contextlib.suppress(DeskError):  # a refusal is part of a company's day
            await act(order)

    # ── what can be done ─────────────────────────────────────────────────────────────────────────────────────────────
    def _anywhere(self) -> list[Act]:
        return [
            self._by_owner(lambda o: AddNote(order=o.code, text="заметка")),
            self._by_owner(lambda o: RecordContact(order=o.code, party=self.random.choice(("client", "seller")))),
            self._by_admin(lambda o: ReassignOrder(order=o.code, reason="перегружен")),
            self._by_admin(lambda o: CancelOrder(order=o.code, reason_code=CancelReason.CLIENT_CHANGED_MIND)),
            self._by_admin(lambda o: ExtendClock(order=o.code, clock="stage", minutes=300, reason="ждём продавца")),
            self._late_cancellation,
            self._task,
            self._blocker,
            self._finish_something,
            self._vote,
        ]

    def _at(self, status: Status) -> list[Act]:
        match status:
            case Status.PENDING_MANAGER:
                return [
                    self._by_owner(lambda o: AcceptOrder(order=o.code)),
                    self._by_owner(lambda o: AcceptOrder(order=o.code)),
                    self._by_owner(lambda o: DeclineOrder(order=o.code, reason="занят")),
                ]
            case Status.AWAITING_PAYMENT:
                return [
                    self._onwards,
                    self._onwards,
                    self._decide,
                    self._pay,
                    self._by_owner(
                        lambda o: AdvanceOrder(order=o.code, to=Status.UNDER_INSPECTION, reason="перепроверить")
                    ),
                ]
            case Status.IN_TRANSIT:
                return [
                    self._onwards,
                    self._by_owner(lambda o: RecordDelivery(order=o.code)),
                    self._by_owner(
                        lambda o: AdvanceOrder(order=o.code, to=Status.READY_FOR_SHIPMENT, reason="вернули")
                    ),
                ]
            case Status.DELIVERED:
                return [
                    self._onwards,
                    self._by_owner(lambda o: OpenClaim(order=o.code, text="царапина")),
                    self._by_admin(lambda o: CloseClaim(order=o.code, resolution="решено")),
                ]
            case Status.READY_FOR_SHIPMENT:
                return [
                    self._onwards,
                    self._by_owner(
                        lambda o: SetLogistics(order=o.code, carrier="EMS", dispatch_date=o.created_at.date())
                    ),
                ]
            case _:
                return [self._onwards]

    def _by_owner(self, command: Callable[[Order], Command]) -> Act:
        return lambda order: self.desk.gate.perform(command(order), self.desk.by(order))

    def _by_admin(self, command: Callable[[Order], Command]) -> Act:
        return lambda order: self.desk.gate.perform(command(order), self.desk.admin.actor)

    async def _onwards(self, order: Order) -> None:
        path = list(Status)
        await self.desk.to_status(order, path[path.index(order.status) + 1])

    async def _decide(self, order: Order) -> None:
        decision = self.random.choice(list(ClientDecision))
        await self.desk.gate.perform(RecordClientDecision(order=order.code, decision=decision), self.desk.by(order))

    async def _pay(self, order: Order) -> None:
        part = Decimal(self.random.choice((100, 5000)))
        payment = RecordPayment(order=order.code, amount_eur=part, reference=f"p{self.random.randrange(5)}")
        await self.desk.gate.perform(payment, CRM_FEED)

    async def _late_cancellation(self, order: Order) -> None:
        """The CRM tells of a cancellation hours after it happened."""
        gate = self.desk.gate
        happened = max(order.status_since, self.desk.now - timedelta(hours=self.random.choice((1, 20, 100))))
        command = CancelOrder(order=order.code, reason_code=CancelReason.CLIENT_UNREACHABLE)
        async with gate.db.transaction() as tx:
            context = await gate.context(tx, CRM_FEED, uuid7().hex)
            await gate.perform_in(tx, command, replace(context, happened_at=happened))

    async def _task(self, order: Order) -> None:
        due_at = self.desk.now + timedelta(hours=5)
        await self.desk.gate.perform(CreateTask(order=order.code, text="позвонить", due_at=due_at), self._admin)

    async def _blocker(self, order: Order) -> None:
        due_at = self.desk.now + timedelta(hours=5)
        await self.desk.gate.perform(OpenBlocker(order=order.code, text="нет ответа", due_at=due_at), self._admin)

    async def _finish_something(self, order: Order) -> None:
        for query, finish in FINISHING.items():
            ids = await self.desk.column(query)
            if ids:
                await self.desk.gate.perform(finish(self.random.choice(ids)), self._admin)

    async def _vote(self, order: Order) -> None:
        for approval in await self.desk.pending():
            await self.desk.vote(approval.id, self.random.choice((self.desk.head, self.desk.owner)))

    @property
    def _admin(self) -> Actor:
        return self.desk.admin.actor
