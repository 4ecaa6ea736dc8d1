"""Intake: a client's request becomes an order with owner, deadline and next step, in one decision and one statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils.compat import uuid7

from domain.assignment import NewOrder
from domain.commands import IntakeOrders
from domain.commands import NewOrder as RequestedOrder
from domain.errors import InvalidInputError
from domain.journal import Entry, Outcome
from domain.lifecycle import OrderFacts, PriceRuling, price_ruling
from domain.next_step import next_step
from domain.notices import Notice, NoticeKind, calm
from domain.orders import OLDEST, Compliance, Order, Status
from domain.stage_clocks import stage_clocks
from store import feed as feed_store
from store.desk import dispatch as dispatch_store
from store.desk import signals as signal_store
from store.desk.dispatch import Batch
from tools.outgoing import addressed
from tools.registry import Context, Effect, Examination, tool
from tools.roster import Placement, Roster
from tools.signals import signal_row


async def examine_intake(_tx: AsyncConnection, command: IntakeOrders, context: Context) -> Examination:
    """A bike below the price window is refused; above it is taken in, blocked by compliance (docs/DOMAIN.md 10).

    So is a request of long ago: it belongs to history.
    """
    window = context.policy.money.price_window
    oldest = context.now - OLDEST
    for order in command.orders:
        if order.created_at is not None and order.created_at < oldest:
            raise InvalidInputError(
                field="created_at",
                value=order.created_at.isoformat(),
                allowed=(f"not before {oldest.isoformat()}",),
            )
        if price_ruling(order.price_eur, context.policy) is PriceRuling.REFUSED_BELOW:
            raise InvalidInputError(
                field="price_eur",
                value=str(order.price_eur),
                rule="window",
                low=str(window.minimum_eur),
                high=str(window.maximum_eur),
                allowed=(f"{window.minimum_eur} to {window.maximum_eur} EUR",),
            )
    return Examination()


@tool(IntakeOrders, examine=examine_intake)
async def intake(tx: AsyncConnection, command: IntakeOrders, context: Context) -> Effect:
    """Take in new requests: owner, clocks, first task, message and journal row for each, in one statement."""
    (effect,) = await intake_together(tx, [(command, context)])
    return effect


async def intake_together(tx: AsyncConnection, askings: Sequence[tuple[IntakeOrders, Context]]) -> list[Effect]:
    """The requests of several askers as one decision and one statement; each asker's own effect, in their order.

    What several ask for is taken in for the first of them, and known to the others.
    """
    _, context = askings[0]
    roster = await Roster.read(tx, context, _crm_ids(askings))
    shares = _shares([command for command, _ in askings], roster.known)
    placements = iter(
        roster.place(
            [
                NewOrder(key=order.crm_id, is_ebike=order.is_ebike, price_eur=order.price_eur)
                for share in shares
                for order in share
            ]
        )
    )
    ids = iter(roster.ids)
    drafts = [
        [_Draft(next(ids), requested, next(placements), asker) for requested in share]
        for share, (_, asker) in zip(shares, askings, strict=True)
    ]
    await _write(tx, drafts, roster, context)
    codes = {**roster.known, **{draft.requested.crm_id: draft.order.code for mine in drafts for draft in mine}}
    freed = await feed_store.arrived(tx, list(codes), now=context.now) if roster.held else {}
    return [_effect(command, mine, codes, freed) for (command, _), mine in zip(askings, drafts, strict=True)]


def _crm_ids(askings: Sequence[tuple[IntakeOrders, Context]]) -> list[str]:
    return list(dict.fromkeys(order.crm_id for command, _ in askings for order in command.orders))


def _shares(commands: Sequence[IntakeOrders], known: Mapping[str, str]) -> list[list[RequestedOrder]]:
    """What is new in each command; a request that stands there twice counts once."""
    taken, shares = set(known), list[list[RequestedOrder]]()
    for command in commands:
        mine = {order.crm_id: order for order in command.orders if order.crm_id not in taken}
        taken |= mine.keys()
        shares.append([*mine.values()])
    return shares


async def _write(tx: AsyncConnection, shares: Sequence[Sequence["_Draft"]], roster: Roster, context: Context) -> None:
    drafts = [draft for share in shares for draft in share]
    if not drafts:
        return
    threshold = context.policy.clocks.storm_threshold
    notices = [one for share in shares for one in calm([draft.notice() for draft in share], threshold=threshold)]
    await dispatch_store.insert_orders(
        tx,
        Batch(
            orders=[draft.row() for draft in drafts],
            clocks=[clock for draft in drafts for clock in draft.clocks],
            notices=addressed(notices, roster.staff, context),
            entries=[draft.entry() for draft in drafts],
        ),
    )
    await signal_store.raise_many(tx, [draft.signal() for draft in drafts if draft.orphan])


def _effect(
    command: IntakeOrders, drafts: Sequence["_Draft"], codes: Mapping[str, str], freed: Mapping[int, str]
) -> Effect:
    """What came of one asker's requests: those taken in, codes of those known, kept events that may now follow."""
    asked = {order.crm_id for order in command.orders}
    known = {crm_id: codes[crm_id] for crm_id in sorted(asked - {draft.requested.crm_id for draft in drafts})}
    may_follow = [number for number, crm_id in freed.items() if crm_id in asked]
    return Effect(
        result={"orders": len(drafts), "known": known} | ({"freed": may_follow} if may_follow else {}),
        outcome=Outcome.DONE if drafts else Outcome.UNCHANGED,
        journaled=bool(drafts),
        value=tuple(draft.taken() for draft in drafts),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A request that has become an order."""

    code: str
    crm_id: str
    owner_id: int | None
    decision: UUID


class _Draft:
    """One new order with everything that belongs to it, before it is written."""

    def __init__(self, order_id: int, requested: RequestedOrder, placement: Placement, context: Context) -> None:
        self.requested = requested
        self.placement = placement
        self.context = context
        self.decision: UUID = uuid7()
        self.orphan = not placement.manager
        arrived = min(requested.created_at or context.now, context.now)
        compliance = price_ruling(requested.price_eur, context.policy)
        bare = Order(
            id=order_id,
            code=str(order_id),
            status=Status.PENDING_MANAGER,
            version=1,
            owner_id=placement.owner_id,
            bike=requested.bike,
            price_eur=requested.price_eur,
            city=requested.city,
            delivery_method=requested.delivery_method,
            is_ebike=requested.is_ebike,
            is_hardtail=requested.is_hardtail,
            client_name=requested.client_name,
            created_at=arrived,
            status_since=arrived,
            last_moved_at=arrived,
            due_at=None,
            next_step=None,
            next_step_due=None,
            compliance=Compliance.BLOCKED if compliance is PriceRuling.BLOCKED_ABOVE else Compliance.UNKNOWN,
        )
        self.clocks = stage_clocks(
            bare,
            Status.PENDING_MANAGER,
            policy=context.policy,
            calendar=placement.calendar,
            opened_at=placement.starts_at,
        )
        due_at = min(clock.due_at for clock in self.clocks if clock.kind != "movement")
        step = next_step(bare, OrderFacts(), 0, context.policy)
        assert step is not None
        self.step_params = dict(step.params)
        self.order = replace(bare, due_at=due_at, next_step=step.key, next_step_due=due_at)

    def row(self) -> Mapping[str, object]:
        """The order's record for the statement."""
        order, requested = self.order, self.requested
        return {
            "id": order.id,
            "code": order.code,
            "crm_id": requested.crm_id,
            "owner_id": order.owner_id,
            "client_name": requested.client_name,
            "client_contact": requested.client_contact.model_dump(exclude_none=True),
            "seller_name": requested.seller_name,
            "city": requested.city,
            "bike": requested.bike,
            "listing_url": requested.listing_url,
            "price_eur": requested.price_eur,
            "delivery_method": requested.delivery_method,
            "is_ebike": requested.is_ebike,
            "is_hardtail": requested.is_hardtail,
            "compliance": order.compliance,
            "next_step": order.next_step,
            "next_step_params": self.step_params,
            "next_step_due": order.next_step_due,
            "due_at": order.due_at,
            "created_at": order.created_at,
            "now": self.context.now,
            "starts_at": self.placement.starts_at,
            "actor": self.context.actor.name,
            "on_manager": self.placement.manager,
            "decision": self.decision,
        }

    def taken(self) -> Taken:
        """The answer to who asked."""
        return Taken(
            code=self.order.code,
            crm_id=self.requested.crm_id,
            owner_id=self.order.owner_id,
            decision=self.decision,
        )

    def notice(self) -> Notice:
        """The card for the new owner."""
        return Notice(
            person_id=self.placement.owner_id,
            kind=NoticeKind.NEW_ORDER,
            order_id=self.order.id,
            params={"due_at": self.order.due_at},
            decision=self.decision,
        )

    def signal(self) -> dict[str, object]:
        """Nobody was eligible: the duty admin owns the order, and everybody may know (docs/DOMAIN.md 4)."""
        return signal_row(
            "no_eligible_manager",
            self.context,
            order_id=self.order.id,
            decision=self.decision,
            evidence={"order": self.order.code},
        )

    def entry(self) -> Entry:
        """The journal row of this assignment."""
        context, requested = self.context, self.requested
        return context.entry(
            uid=self.decision,
            action=IntakeOrders.action,
            order_id=self.order.id,
            facts={
                "price_eur": requested.price_eur,
                "is_ebike": requested.is_ebike,
                "created_at": self.order.created_at,
            },
            proposed={"crm_id": requested.crm_id, "owner_id": self.placement.owner_id},
            result={"code": self.order.code, "due_at": self.order.due_at, "starts_at": self.placement.starts_at},
        )
