"""The plan for a client who has the report and has not decided: timed steps that a manager takes by hand.

Sources: seed document AI-ROP, section 3.7 (a timer for the client's decision, follow-up scenarios), docs/DOMAIN.md 2.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.calendars import WorkCalendar
from domain.orders import ClientDecision, Order, Status
from domain.policy import FollowUpKey, FollowUps
from domain.worktime import utc


class StepState(StrEnum):
    """Where a step stands: taken, overtaken by a later one, to be taken now, or not yet due."""

    DONE = "done"
    OVERTAKEN = "overtaken"
    DUE = "due"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """One step of the plan; `followup-<key>` and `followup-<key>-draft` render it, `releases` lets the bike go."""

    key: FollowUpKey
    due_at: datetime
    state: StepState
    releases: bool


def is_undecided(order: Order) -> bool:
    """Whether the desk waits for the client's decision: the report is out, no answer but "thinking", nothing paid."""
    open_answer = order.client_decision in (None, ClientDecision.THINKING)
    return order.status is Status.AWAITING_PAYMENT and open_answer and order.paid_eur <= 0


def plan(
    order: Order,
    rules: FollowUps,
    *,
    now: datetime,
    calendar: WorkCalendar,
    done: AbstractSet[FollowUpKey] = frozenset(),
) -> tuple[FollowUp, ...]:
    """The steps in their order, in the owner's working time since the order came to wait for the client.

    Nothing for a client who has decided or paid. At most one step is due: of several that would be, the latest, so that
    a client is never written to twice at once; a step before one already taken is overtaken too.
    """
    if not is_undecided(order):
        return ()
    instants = [calendar.add_working(order.status_since, rule.after) for rule in rules.steps]
    reached = max((i for i, at in enumerate(instants) if at <= utc(now)), default=-1)
    taken = max((i for i, rule in enumerate(rules.steps) if rule.key in done), default=-1)
    return tuple(
        FollowUp(
            key=rule.key,
            due_at=due_at,
            state=StepState.DONE if rule.key in done else _state(i, reached=reached, taken=taken),
            releases=rule.releases,
        )
        for i, (rule, due_at) in enumerate(zip(rules.steps, instants, strict=True))
    )


def _state(step: int, *, reached: int, taken: int) -> StepState:
    if step < max(reached, taken):
        return StepState.OVERTAKEN
    return StepState.DUE if step == reached else StepState.AHEAD
