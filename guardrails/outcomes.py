"""What a command came to, and how that is kept for whoever asks for the same unit of work again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.journal import Outcome
from domain.people import Role
from guardrails.approval.proposals import Waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The command was carried out: its result for the asker, and the journal row that explains it."""

    result: Mapping[str, Any]
    decision: UUID
    outcome: Outcome
    value: Any = None
    order_id: int | None = None


def kept(outcome: Done | Waiting) -> dict[str, object]:
    """The outcome as it is written down; `value`, which is for the caller in this process, is not."""
    if isinstance(outcome, Done):
        return {
            "result": dict(outcome.result),
            "decision": outcome.decision,
            "outcome": outcome.outcome,
            "order_id": outcome.order_id,
        }
    return {
        "approval_id": outcome.approval_id,
        "voters": sorted(outcome.voters),
        "quorum": outcome.quorum,
        "expires_at": outcome.expires_at,
    }


def remembered(written: Mapping[str, Any]) -> Done | Waiting:
    """What was written down; the values in `result` are JSON's own."""
    if "approval_id" in written:
        return Waiting(
            approval_id=written["approval_id"],
            voters=frozenset(Role(role) for role in written["voters"]),
            quorum=written["quorum"],
            expires_at=datetime.fromisoformat(written["expires_at"]),
            known=True,
        )
    return Done(
        result=written["result"],
        decision=UUID(written["decision"]),
        outcome=Outcome(written["outcome"]),
        order_id=written["order_id"],
    )
