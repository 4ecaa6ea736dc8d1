"""Law and the company's own rules: a role asks, people decide (docs/DOMAIN.md 8)."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from domain.commands.base import NO_NUL, Command, OrderCommand
from domain.policy import Action

Because = Annotated[str, StringConstraints(min_length=3, max_length=1000, strip_whitespace=True), NO_NUL]


class RefuseOnLegalGrounds(OrderCommand):
    """Propose to refuse the deal on legal grounds: sanctions, a stolen bike, a price outside the window.

    The company's owner decides; after the vote the order is cancelled with the reason code compliance_block.
    """

    action: ClassVar[Action] = Action.REFUSE_ON_LEGAL_GROUNDS
    reason: Because = Field(description="The rule or law that forbids the deal, and the facts of this order behind it.")


class ProposePolicyChange(Command):
    """Propose to change one value of the company's rules from a day on.

    People decide; after their vote it is in force from that day by itself. A value that does not fit there is refused
    at once.
    """

    action: ClassVar[Action] = Action.PROPOSE_POLICY_CHANGE
    file: Annotated[str, StringConstraints(min_length=1, max_length=40), NO_NUL] = Field(
        description="The rule file's name without its ending, such as 'clocks', 'money', 'assignment'."
    )
    key: Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True), NO_NUL] = Field(
        description="Path of the value in the file, with dots: 'compensations.scratch.maximum_eur'."
    )
    value: Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True), NO_NUL] = Field(
        description='The new value as JSON or a bare word: 60, true, 6h, ["head", "owner"].'
    )
    reason: Because = Field(description="What the rule costs now, in numbers, and what the change should bring.")
    effective_from: date = Field(description="The day from which it should hold, YYYY-MM-DD; not in the past.")
