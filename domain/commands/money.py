"""The client's money: every one of these only asks; people decide (docs/DOMAIN.md 8 and 10)."""

from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from domain.commands.base import NO_NUL, Money, OrderCommand
from domain.policy import Action

Because = Annotated[str, StringConstraints(min_length=3, max_length=1000, strip_whitespace=True), NO_NUL]

_AMOUNT = Field(gt=0, description="Amount in EUR, such as 250 or 99.50.")
_REASON = Field(description="Why, with the facts it rests on: people decide by it.")


class ConfirmPayment(OrderCommand):
    """Ask people to confirm that a payment of the client has really arrived; the last missing one also moves the order
    to ready_for_shipment when nothing else lacks.

    Ask for it for "подтверди оплату". Never done without a human's vote.
    """

    action: ClassVar[Action] = Action.CONFIRM_PAYMENT
    amount_eur: Money = _AMOUNT
    reference: Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True), NO_NUL] = Field(
        description="The payment's own number at the bank or payment system, as look_at_order lists reported payments."
    )


class ProposeRefund(OrderCommand):
    """Propose to give the client money back, at most what was paid and not yet given back.

    Ask for it for "верни деньги". People decide; after their vote somebody pays it out by hand.
    """

    action: ClassVar[Action] = Action.PROPOSE_REFUND
    amount_eur: Money = _AMOUNT
    reason: Because = _REASON


class ProposeCompensation(OrderCommand):
    """Propose a compensation for a defect, a wear or a delay, within the range that the rules name for its kind.

    People decide; after their vote somebody pays it out by hand.
    """

    action: ClassVar[Action] = Action.PROPOSE_COMPENSATION
    kind: Annotated[str, StringConstraints(min_length=1, max_length=40), NO_NUL] = Field(
        description="What is compensated, such as 'scratch', 'chain' or 'delay_over_two_weeks'."
    )
    amount_eur: Money = _AMOUNT
    reason: Because = _REASON


class ProposeDiscount(OrderCommand):
    """Propose a discount on an order that is not paid for yet, at most its service fee. People decide."""

    action: ClassVar[Action] = Action.PROPOSE_DISCOUNT
    amount_eur: Money = _AMOUNT
    reason: Because = _REASON
