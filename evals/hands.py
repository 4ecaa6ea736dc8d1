"""Hands carry out what the people of the company want: through the gate, or (`hands_telegram`) through Telegram."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from domain.commands import IntakeOrders, NewOrder
from domain.errors import DeskError
from domain.people import CRM_FEED, Actor, Channel
from evals.company_intents import Does, Intent, Reports, Votes
from guardrails.approval.approvals import (
    Approvals,
    Ballot,
)
from guardrails.gate import Gate

log = structlog.get_logger()


class Hands(Protocol):
    """Whoever carries out wishes; one that cannot be fulfilled now is no error: the company wants it again later."""

    async def take_in(self, orders: Sequence[NewOrder]) -> None:
        """New requests arrive."""
        ...

    async def carry_out(self, intent: Intent) -> bool:
        """Do what somebody wants; False when it did not work out."""
        ...


@dataclass(slots=True)
class Tally:
    """What hands did: how many wishes came true by their kind, and what was refused with its reason."""

    done: dict[str, int] = field(default_factory=dict[str, int])
    refused: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    def count(self, kind: str) -> None:
        """One more of a kind."""
        self.done[kind] = self.done.get(kind, 0) + 1


class GateHands:
    """Straight through the gate, as the door that the person would use; for history and for virtual time."""

    def __init__(self, gate: Gate, approvals: Approvals, channel: Channel = Channel.TELEGRAM) -> None:
        self._gate = gate
        self._approvals = approvals
        self._channel = channel
        self.tally = Tally()

    async def take_in(self, orders: Sequence[NewOrder]) -> None:
        """Each request for itself: a refused one sinks no other."""
        for order in orders:
            await self._attempt(Reports(command=IntakeOrders(orders=(order,))))

    async def carry_out(self, intent: Intent) -> bool:
        """Perform the command, or cast the vote."""
        return await self._attempt(intent)

    async def _attempt(self, intent: Intent) -> bool:
        kind = kind_of(intent)
        try:
            await self._perform(intent)
        except DeskError as error:
            self.tally.refused.append((kind, str(error)))
            log.debug("a wish was refused", kind=kind, error=str(error))
            return False
        self.tally.count(kind)
        return True

    async def _perform(self, intent: Intent) -> None:
        match intent:
            case Does():
                await self._gate.perform(intent.command, Actor.person(intent.person_id, self._channel))
            case Votes():
                await self._approvals.vote(
                    intent.approval_id,
                    Ballot(intent.ballot),
                    seen_hash=intent.seen_hash,
                    by=Actor.person(intent.person_id, self._channel),
                    reason=intent.reason,
                )
            case Reports():
                await self._gate.perform(intent.command, CRM_FEED)


def kind_of(intent: Intent) -> str:
    """What an intent is called in a tally: the action of its command, or the vote."""
    return intent.ballot if isinstance(intent, Votes) else intent.command.action.value
