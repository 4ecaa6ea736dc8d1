"""The view of the company's people, read from the desk's database and kept between readings."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.checklist import Answer, PointAnswer, Progress, progress
from domain.crises import codes_of
from domain.lifecycle import PriceRuling, price_ruling
from domain.money import client_total
from domain.orders import Order, Status, Verdict
from domain.policy import Policy, Risk
from evals.company_view import ApprovalView, CardView, OrderView, SignalView, WorkView
from store.database import Database
from store.views import worklists
from store.views.worklists import (
    OpenApproval,
    OpenEscalation,
    OpenOrder,
    OpenSignal,
    Pulse,
)


class Board:
    """What everybody sees; an order that did not change stays the same object from one reading to the next."""

    def __init__(self, db: Database, policy: Policy) -> None:
        self._db = db
        self._policy = policy
        self._crises = frozenset(codes_of(policy))
        self._pulse = Pulse(orders={}, cards="", approvals="", signals="", unwatched=False, next_clock=None)
        self._orders: dict[int, OrderView] = {}
        self._cards: tuple[CardView, ...] = ()
        self._approvals: tuple[ApprovalView, ...] = ()
        self._signals: tuple[SignalView, ...] = ()

    @property
    def next_clock(self) -> datetime | None:
        """When, as of the last reading, the next clock has to be acted on."""
        return self._pulse.next_clock

    @property
    def unwatched(self) -> bool:
        """Whether, as of the last reading, signals wait for their clocks to be set."""
        return self._pulse.unwatched

    async def read(self) -> WorkView:
        """The view as it is now; only what changed since the last reading is read."""
        async with self._db.reading() as tx:
            pulse = await worklists.pulse(tx)
            await self._follow(tx, pulse)
        self._pulse = pulse
        return WorkView(
            orders=tuple(self._orders.values()), cards=self._cards, approvals=self._approvals, signals=self._signals
        )

    async def _follow(self, tx: AsyncConnection, pulse: Pulse) -> None:
        known = self._pulse.orders
        changed = [order_id for order_id, stamp in pulse.orders.items() if known.get(order_id) != stamp]
        fresh = {row.order.id: self._order(row) for row in await worklists.details(tx, changed)}
        self._orders = {order_id: fresh.get(order_id) or self._orders[order_id] for order_id in pulse.orders}
        if pulse.cards != self._pulse.cards:
            self._cards = tuple(_card(row, self._crises) for row in await worklists.escalations(tx))
        if pulse.approvals != self._pulse.approvals:
            self._approvals = tuple(map(_approval, await worklists.approvals(tx)))
        if pulse.signals != self._pulse.signals:
            self._signals = tuple(_signal(row, self._crises) for row in await worklists.signals(tx))

    def _order(self, row: OpenOrder) -> OrderView:
        order = row.order
        check = self._check(row)
        return OrderView(
            id=order.id,
            code=order.code,
            key=row.crm_id or order.code,
            version=order.version,
            status=order.status,
            owner_id=order.owner_id,
            bike=order.bike,
            price_eur=order.price_eur,
            total_eur=self._total(order),
            delivery_method=order.delivery_method,
            is_ebike=order.is_ebike,
            is_hardtail=order.is_hardtail,
            since=row.starts_at or order.created_at,
            status_since=order.status_since,
            last_moved_at=order.last_moved_at,
            next_step=order.next_step,
            due_at=order.due_at,
            level=row.level,
            missing_points=check.missing_points if check else (),
            missing_photos=check.missing_photos if check else (),
            critical_failed=check.critical_failed if check else (),
            has_note=row.has_note,
            seller_contacted_at=row.seller_contacted_at,
            client_contacts=row.client_contacts,
            verdict=order.verdict,
            client_decision=order.client_decision,
            compliance=order.compliance,
            paid_eur=order.paid_eur,
            carrier=order.carrier,
            tracking_number=order.tracking_number,
            dispatch_date=order.dispatch_date,
            delivery_confirmed_at=order.delivery_confirmed_at,
            claim_open=order.claim_open,
            claimed=row.claimed,
            blockers=tuple(row.blockers),
            troubles=row.troubles,
            approval_pending=row.pending > 0,
            asked=row.asked,
            refused=row.refused,
        )

    def _check(self, row: OpenOrder) -> Progress | None:
        if row.order.status is not Status.UNDER_INSPECTION:
            return None
        return progress({item["point"]: _answer(item) for item in row.answers or ()}, row.order, self._policy)

    def _total(self, order: Order) -> Decimal:
        if price_ruling(order.price_eur, self._policy) is not PriceRuling.ACCEPTED:
            return Decimal(0)
        return client_total(order.price_eur, order.delivery_method, self._policy)


def _answer(item: Mapping[str, Any]) -> Answer:
    return Answer(
        point=item["point"],
        answer=PointAnswer(item["answer"]),
        comment=item["comment"],
        photos=tuple(item["photos"]),
        flags=tuple(item["flags"]),
        verdict=None if item["verdict"] is None else Verdict(item["verdict"]),
    )


def _card(row: OpenEscalation, crises: AbstractSet[str]) -> CardView:
    return CardView(
        violation_id=row.violation_id,
        order=row.order,
        status=None if row.status is None else Status(row.status),
        clock=row.clock_kind,
        subject_id=row.subject_id,
        level=row.level,
        holder_id=row.holder_id,
        at=row.at,
        held_until=row.ack_until,
        is_crisis=row.signal in crises,
    )


def _signal(row: OpenSignal, crises: AbstractSet[str]) -> SignalView:
    return SignalView(
        id=row.id,
        code=row.code,
        severity=row.severity,
        order=row.order,
        created_at=row.created_at,
        is_crisis=row.code in crises,
    )


def _approval(row: OpenApproval) -> ApprovalView:
    return ApprovalView(
        id=row.id,
        hash=row.arguments_hash,
        action=row.action,
        order=row.order,
        amount_eur=row.amount_eur,
        created_at=row.created_at,
        deciders=frozenset(row.deciders),
        disputed=Risk.DISPUTED in row.risks,
    )
