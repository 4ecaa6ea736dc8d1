"""Requests that wait for a human: read, vote, ask for something else instead (docs/DOMAIN.md 8)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.identity import Asker, Signed, desk_of
from api.paging import USUAL, Cursor, Limit, Page, before, paged
from api.problems import trace_of
from domain.commands import Id, Prose
from domain.validation import storable
from guardrails.approval.votes import (
    Ballot,
    VoteResult,
)
from store.desk import approvals
from store.desk.approvals import Approval

router = APIRouter(prefix="/api/approvals", tags=["approvals"])

Status = Literal["pending", "done", "rejected", "expired", "superseded", "failed", "unknown"]


class VoteLine(BaseModel):
    """A vote that was cast."""

    person_id: int
    name: str
    vote: str
    reason: str
    at: datetime


class ApprovalCard(BaseModel):
    """A request with its votes; `arguments_hash` is what a vote has to name as seen."""

    approval: Approval
    votes: Sequence[VoteLine]


class Voting(BaseModel):
    """A vote on exactly what was seen; a rejection needs its reason."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    vote: Ballot
    hash: str = Field(pattern=r"^[0-9a-f]{8,64}$")
    reason: Prose = ""


class Editing(BaseModel):
    """Other arguments for the same action on the same order."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    changes: Mapping[str, Any] = Field(min_length=1)


class Edited(BaseModel):
    """The new request, without votes; the old one is superseded."""

    approval: int
    supersedes: int


@router.get("")
async def list_approvals(
    request: Request,
    asker: Signed,
    *,
    status: Annotated[Status | None, Query(description="Empty: all.")] = None,
    cursor: Cursor = None,
    limit: Limit = USUAL,
) -> Page[Approval]:
    """Requests, the newest first."""
    asker.require_leads("read_approvals")
    async with desk_of(request).db.reading() as tx:
        found = await approvals.listed(tx, status=status, before=before(cursor), limit=limit + 1)
    return paged(found, limit)


@router.get("/{approval_id}")
async def read_approval(request: Request, asker: Signed, approval_id: Id) -> ApprovalCard:
    """One request with its evidence and votes; whoever asked for it may read it too."""
    async with desk_of(request).db.reading() as tx:
        approval = await approvals.get(tx, approval_id)
        votes = await approvals.votes(tx, approval_id)
    _require_reader(asker, approval)
    return ApprovalCard(
        approval=approval,
        votes=[
            VoteLine(person_id=vote.person_id, name=vote.name, vote=vote.vote, reason=vote.reason, at=vote.at)
            for vote in votes
        ],
    )


def _require_reader(asker: Asker, approval: Approval) -> None:
    if approval.requested_person != asker.person.id:
        asker.require_leads("read_approvals")


@router.post("/{approval_id}/votes")
async def vote(request: Request, asker: Signed, approval_id: Id, voting: Voting) -> VoteResult:
    """Vote; whoever completes the quorum carries the effect out in the same commit."""
    return await desk_of(request).approvals.vote(
        approval_id,
        voting.vote,
        seen_hash=voting.hash,
        by=asker.actor,
        reason=voting.reason,
        trace_id=trace_of(request),
    )


@router.put("/{approval_id}", status_code=HTTPStatus.CREATED)
async def edit(request: Request, response: Response, asker: Signed, approval_id: Id, editing: Editing) -> Edited:
    """Ask for something else instead: a new request with a new hash; the editor cannot vote on it."""
    new = await desk_of(request).approvals.edit(
        approval_id, storable(dict(editing.changes)), by=asker.actor, trace_id=trace_of(request)
    )
    response.headers["Location"] = f"/api/approvals/{new}"
    return Edited(approval=new, supersedes=approval_id)
