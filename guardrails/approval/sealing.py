"""The fingerprint of a request for approval: nobody is shown one thing and approves another (docs/DOMAIN.md 8)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

from domain.errors import ConflictError
from domain.journal import as_kept, digest
from domain.money import cents
from store.desk.approvals import Approval

SEALED = (
    *("action", "arguments", "risks", "rule", "voters", "quorum", "amount_eur", "order_id", "requested_by"),
    *("requested_kind", "requested_person", "why", "evidence", "expires_at", "supersedes"),
)
"""Everything that a voter relies on: what is asked, by whom, on which evidence, and what it takes to be approved."""


def fingerprint(request: Mapping[str, object]) -> str:
    """The hash over everything a voter relies on, the same before it is written and when it is read back."""
    return digest({name: _steady(request[name]) for name in SEALED})


def require_intact(approval: Approval) -> None:
    """Raise ConflictError when the row says something else than what was asked: no vote on it counts."""
    if fingerprint({name: getattr(approval, name) for name in SEALED}) != approval.arguments_hash:
        raise ConflictError(kind="approval", name=str(approval.id), state="altered", allowed=("ask anew",))


def _steady(value: object) -> object:
    match value:
        case Decimal():
            return cents(value)
        case datetime():
            return value.astimezone(UTC)
        case _:
            return as_kept(value)
