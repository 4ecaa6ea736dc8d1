"""Roles disagree: positions, the ruling by the order of priority, and the human who may overrule it (DOMAIN.md 7)."""

from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from domain.arbitration import Stance
from domain.commands.base import NO_NUL, Command, Id, OrderCommand
from domain.policy import Action

Because = Annotated[str, StringConstraints(min_length=3, max_length=2000, strip_whitespace=True), NO_NUL]


class TakePosition(OrderCommand):
    """Say where your circle stands on an order: that it may proceed, or that it has to be held.

    Two circles that stand on opposite sides go before AI-CEO. A later position of yours replaces the earlier one.
    """

    action: ClassVar[Action] = Action.TAKE_POSITION
    stance: Stance = Field(description="'proceed': the order may go on. 'hold': it must not go on as it is.")
    reason: Because = Field(description="Why, with the facts it rests on: it is written down, also when it loses.")


class RuleConflict(OrderCommand):
    """Rule on the open conflict of circles about an order: who prevails is worked out by the order of priority, only
    the reason is worded.
    """

    action: ClassVar[Action] = Action.RULE_CONFLICT
    reason: Because = Field(description="The ruling in words: who prevails and why, and the losing position.")


class OverruleRuling(Command):
    """A human sets a ruling aside; it is no precedent any more."""

    action: ClassVar[Action] = Action.OVERRULE_RULING
    ruling_id: Id
    reason: Because
