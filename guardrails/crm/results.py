"""What became of what the CRM sent, one value per event or request."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.errors import DeskError
from domain.journal import plain
from guardrails.approval.proposals import Waiting


class EventOutcome(StrEnum):
    """Every way an event can end."""

    APPLIED = "applied"
    """It had its effect."""
    APPROVAL = "approval"
    """A human has to approve it first."""
    UNCHANGED = "unchanged"
    """The order stood so already."""
    DUPLICATE = "duplicate"
    """It was received before: no second effect."""
    LATE = "late"
    """A status change older than the present status: kept and journaled, no effect."""
    WAITING = "waiting"
    """Something it needs has not come yet: kept in quarantine, tried again by itself."""
    REJECTED = "rejected"
    """It cannot be right: kept in quarantine for a person."""


SETTLED = frozenset({EventOutcome.APPLIED, EventOutcome.APPROVAL, EventOutcome.UNCHANGED, EventOutcome.LATE})


@dataclass(frozen=True, slots=True, kw_only=True)
class EventResult:
    """What became of one event; `freed` are kept things that may have become possible by it."""

    event_id: str | None
    outcome: EventOutcome
    order: str | None = None
    decision: UUID | None = None
    approval: Waiting | None = None
    error: DeskError | None = None
    occurred_at: datetime | None = None
    freed: tuple[int, ...] = ()


class RequestOutcome(StrEnum):
    """Every way a new request can end."""

    CREATED = "created"
    KNOWN = "known"
    WAITING = "waiting"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestResult:
    """What became of one client's request."""

    crm_id: str | None
    outcome: RequestOutcome
    order: str | None = None
    owner_id: int | None = None
    decision: UUID | None = None
    error: DeskError | None = None


def error_record(error: DeskError) -> Mapping[str, object]:
    """The error in JSON's own types, as quarantine and journal keep it."""
    return {
        "code": error.code,
        "detail": str(error),
        "params": plain(dict(error.params)),
        "allowed": list(error.allowed),
        "missing": list(error.missing),
    }
