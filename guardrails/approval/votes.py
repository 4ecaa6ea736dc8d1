"""What a vote is, who may cast it on what, and how it is journaled (docs/DOMAIN.md 8)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from uuid_utils.compat import uuid7

from domain.errors import ConflictError, ForbiddenError, StaleError
from domain.journal import Entry, Outcome
from domain.policy import Action, VerdictKind
from guardrails.approval.requests import requester
from store.desk.approvals import Approval
from tools.registry import Context


class Ballot(StrEnum):
    """What a voter may say."""

    APPROVE = "approve"
    REJECT = "reject"


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteResult:
    """Where the approval stands after a vote: its status, approving votes so far, and how many it takes."""

    approval_id: int
    status: str
    approving: int
    quorum: int
    outcome: Mapping[str, Any]


def require_voter(approval: Approval, context: Context, askers: Collection[int]) -> None:
    """Raise ForbiddenError unless the asker may vote on this approval, which is never one's own request.

    `askers` asked for it, or for what it was edited from: an edit does not make it somebody else's. What the desk
    proposes by itself on somebody's report is that person's request.
    """
    if context.role is None or context.role.value not in approval.voters:
        raise ForbiddenError(action=Action.VOTE_APPROVAL, rule="voters", allowed=tuple(approval.voters))
    if context.person_id is None or context.person_id in askers:
        raise ForbiddenError(action=Action.VOTE_APPROVAL, rule="not-your-own-request")


def require_open(approval: Approval, context: Context, seen_hash: str) -> None:
    """Raise ConflictError unless it is pending and has time left, StaleError unless this is what was seen."""
    if approval.status != "pending":
        raise ConflictError(kind="approval", name=str(approval.id), state=approval.status, allowed=("pending",))
    if approval.expires_at <= context.now:
        raise ConflictError(kind="approval", name=str(approval.id), state="expired", allowed=("pending",))
    if seen_hash != approval.arguments_hash:
        raise StaleError(approval=approval.id, seen=seen_hash, present=approval.arguments_hash)


def vote_entry(approval: Approval, ballot: Ballot, reason: str, context: Context) -> Entry:
    """The journal row of a vote."""
    return context.entry(
        uid=context.decision,
        action=Action.VOTE_APPROVAL,
        order_id=approval.order_id,
        facts={"action": approval.action, "amount_eur": approval.amount_eur, "hash": approval.arguments_hash},
        proposed={"approval": approval.id, "vote": ballot, "reason": reason},
        result={"vote": ballot},
    )


def failed_entry(
    approval: Approval, approvers: tuple[int, ...], failure: Mapping[str, object], context: Context
) -> Entry:
    """What was approved, and why it could not be done any more."""
    asked = replace(context, actor=requester(approval), role=None, approved_by=approvers)
    return asked.entry(
        uid=uuid7(),
        action=approval.action,
        order_id=approval.order_id,
        facts={"hash": approval.arguments_hash},
        proposed=approval.arguments,
        result=failure,
        outcome=Outcome.FAILED,
        verdict=VerdictKind.NEEDS_APPROVAL,
    )
