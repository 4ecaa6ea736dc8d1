"""What every panel of an order's page begins with: the order as its reader may see it, and what they may do with it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from api.pages.visit import Visit
from domain.authority import GateVerdict
from domain.errors import NotFoundError
from domain.lifecycle import Target
from domain.orders import Status
from domain.policy import Action, VerdictKind
from domain.rights import AtHand, Deed, allowed, deeds
from guardrails.order_card import OrderState, order_state
from locales import sentences

ASKED_LATER = frozenset({"reason", "cancel_reason"})
"""What the move's own form asks for does not lack before."""
ASKED_IN_FORM = frozenset(
    {"carrier", "tracking_number", "dispatch_date", "client_decision", "delivery_confirmation", "note"}
)
"""Evidence that can be brought together with the move, in one commit."""


async def seen(visit: Visit, tx: AsyncConnection, code: str) -> OrderState:
    """The order with this code, read once a request.

    Raises:
        NotFoundError: no order has this code.
        ForbiddenError: a manager sees their own orders only.
    """
    known: OrderState | None = visit.known.get(code)
    if known is None:
        known = await order_state(tx, code, visit.desk.policy)
        visit.asker.require_sees(known.order.owner_id)
        if known.order.code != code:  # the CRM's number leads elsewhere, but pages are known by one address
            raise NotFoundError(kind="order", name=code, allowed=(known.order.code,))
        visit.known[code] = known
    return known


def deeds_of(visit: Visit, state: OrderState) -> tuple[Deed, ...]:
    """What can be done with the order as it stands, by anybody."""
    running = [clock for clock in state.clocks if clock.subject_kind == "order" and clock.kind != "movement"]
    at_hand = AtHand(
        clocks=any(clock.paused_until(visit.words.now) is None for clock in running),
        paused=any(clock.paused_until(visit.words.now) is not None for clock in running),
        violations=bool(state.violations),
        tasks=bool(state.tasks),
        blockers=bool(state.blockers),
    )
    return deeds(state.order, state.targets, at_hand, client_total_eur=state.client_total_eur)


def can(visit: Visit, state: OrderState) -> frozenset[Action]:
    """What the reader may do with the order now, at once or after somebody's approval; levers are shown for these."""
    owns = state.order.owner_id == visit.asker.person.id
    return allowed(deeds_of(visit, state), visit.asker.role, owns_order=owns, policy=visit.desk.policy)


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveLine:
    """One legal move for its reader: what lacks in words, what the form asks for, what the gate would say."""

    to: Status
    action: Action
    kinds: Sequence[str]
    lacks: Sequence[str]
    asks: frozenset[str]
    elsewhere: frozenset[str]
    verdict: GateVerdict

    @property
    def possible(self) -> bool:
        """Whether the reader may make the move, as far as the form can bring what lacks."""
        return self.verdict.kind is not VerdictKind.REFUSE and not self.elsewhere

    @property
    def waits(self) -> bool:
        """Whether somebody else has to agree."""
        return self.verdict.kind is VerdictKind.NEEDS_APPROVAL


def move_lines(visit: Visit, state: OrderState) -> list[MoveLine]:
    """Every legal move; taking the order up is one of them."""
    by_target = {target.to: target for target in state.targets}
    owns = state.order.owner_id == visit.asker.person.id
    return [
        _line(visit, deed, by_target[to], owns=owns)
        for deed in deeds_of(visit, state)
        if (to := Status.UNDER_INSPECTION if deed.action is Action.ACCEPT_ORDER else deed.to) is not None
    ]


def _line(visit: Visit, deed: Deed, target: Target, *, owns: bool) -> MoveLine:
    wanted = {item.partition(":")[0] for item in target.missing}
    brought = ASKED_LATER | ASKED_IN_FORM
    return MoveLine(
        to=target.to,
        action=deed.action,
        kinds=[kind for kind in target.kinds if kind != "normal"],
        lacks=sentences.missing([item for item in target.missing if item not in ASKED_LATER], visit.words.texts),
        asks=frozenset(wanted & brought),
        elsewhere=frozenset(wanted - brought),
        verdict=deed.verdict(visit.asker.role, owns_order=owns, policy=visit.desk.policy),
    )
