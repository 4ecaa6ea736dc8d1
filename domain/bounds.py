"""Within which amounts money may be proposed; a human fixes every one of them (docs/DOMAIN.md 8 and 10). EUR."""

from dataclasses import dataclass
from decimal import Decimal

from domain.errors import ConflictError, InvalidInputError
from domain.money import CENT, service_fee
from domain.orders import Order
from domain.policy import Policy

NOTHING_LEFT = Decimal(0)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The smallest and the largest amount that may be proposed, both inclusive."""

    low: Decimal
    high: Decimal

    def require(self, amount_eur: Decimal) -> None:
        """Raises InvalidInputError that names the bounds for an amount outside them."""
        if not self.low <= amount_eur <= self.high:
            raise InvalidInputError(
                field="amount_eur",
                rule="window",
                value=str(amount_eur),
                allowed=(f"{self.low:.2f}..{self.high:.2f}",),
                low=str(self.low),
                high=str(self.high),
            )


def refund_bounds(order: Order, *, returned_eur: Decimal) -> Bounds:
    """Up to what the client has paid and not got back yet. Raises ConflictError when that is nothing."""
    return Bounds(CENT, _left(order, returned_eur))


def compensation_bounds(order: Order, kind: str, *, returned_eur: Decimal, policy: Policy) -> Bounds:
    """The range of this kind in `money.yaml`; a full refund is exactly what the client has paid and not got back.

    Raises:
        InvalidInputError: no such kind; those that exist are named.
        ConflictError: nothing is left to give back, or less than the range begins with.
    """
    table = policy.money.compensations
    if kind not in table:
        raise InvalidInputError(field="kind", value=kind, allowed=sorted(table))
    left, rule = _left(order, returned_eur), table[kind]
    if rule.full_refund:
        return Bounds(left, left)
    assert rule.minimum_eur is not None
    assert rule.maximum_eur is not None
    if left < rule.minimum_eur:
        raise _nothing_left(order, returned_eur)
    return Bounds(rule.minimum_eur, min(rule.maximum_eur, left))


def discount_bounds(order: Order, *, given_eur: Decimal, policy: Policy) -> Bounds:
    """Up to the service fee, less what was given before, while the deal is open and its payment not confirmed.

    Raises:
        ConflictError: too late for a discount, or the whole fee is given away already.
        InvalidInputError: the bike's price is outside the window.
    """
    if not order.is_open or order.payment_confirmed_at is not None:
        state = order.status if not order.is_open else "paid"
        raise ConflictError(kind="discount", name=order.code, state=state, allowed=("before the payment",))
    left = service_fee(order.price_eur, policy) - given_eur
    if left <= NOTHING_LEFT:
        raise ConflictError(kind="discount", name=order.code, state="given", allowed=("one service fee an order",))
    return Bounds(CENT, left)


def payment_bounds(order: Order, *, owed_eur: Decimal) -> Bounds:
    """Up to what the client still has to pay. Raises ConflictError when that is nothing."""
    left = owed_eur - order.paid_eur
    if left <= NOTHING_LEFT:
        raise ConflictError(
            kind="payment",
            name=order.code,
            state="paid-in-full",
            allowed=("a reported reference",),
            paid_eur=str(order.paid_eur),
        )
    return Bounds(CENT, left)


def _left(order: Order, returned_eur: Decimal) -> Decimal:
    left = order.paid_eur - returned_eur
    if left <= NOTHING_LEFT:
        raise _nothing_left(order, returned_eur)
    return left


def _nothing_left(order: Order, returned_eur: Decimal) -> ConflictError:
    return ConflictError(
        kind="payment",
        name=order.code,
        state="nothing-left" if order.paid_eur else "nothing-paid",
        allowed=("what was paid and not given back",),
        paid_eur=str(order.paid_eur),
        returned_eur=str(returned_eur),
    )
