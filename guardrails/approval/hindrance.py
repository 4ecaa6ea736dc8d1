"""Why somebody cannot vote on a request, before they try; the vote itself is judged anew (`votes.py`)."""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum

from domain.errors import ConflictError
from guardrails.approval.sealing import require_intact
from store.desk.approvals import (
    Approval,
    Vote,
)
from store.people import Person


class Hindrance(StrEnum):
    """What stands in the way, the first that does."""

    DECIDED = "decided"
    EXPIRED = "expired"
    ALTERED = "altered"
    ROLE = "role"
    OWN = "own"
    VOTED = "voted"


def hindrance(
    approval: Approval, person: Person, *, askers: Collection[int], votes: Sequence[Vote], now: datetime
) -> Hindrance | None:
    """Why this person may not vote now; None when they may. `askers` are those of `store.desk.approvals.askers`."""
    if approval.status != "pending":
        return Hindrance.DECIDED
    if approval.expires_at <= now:
        return Hindrance.EXPIRED
    try:
        require_intact(approval)
    except ConflictError:
        return Hindrance.ALTERED
    if person.role.value not in approval.voters:
        return Hindrance.ROLE
    if person.id in askers:
        return Hindrance.OWN
    return Hindrance.VOTED if any(vote.person_id == person.id for vote in votes) else None
