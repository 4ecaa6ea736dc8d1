"""Votes, one transaction each; who completes the quorum carries the effect out in that commit (docs/DOMAIN.md 8)."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, replace
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils.compat import uuid7

from domain.authority import is_approved
from domain.errors import ConflictError, DeskError, InvalidInputError
from domain.journal import Outcome, plain
from domain.people import Actor
from domain.policy import Action, Risk, VerdictKind
from guardrails.approval.edits import edit_once
from guardrails.approval.ends import end
from guardrails.approval.expiry import expire_if_due
from guardrails.approval.requests import (
    parse_command,
    requester,
)
from guardrails.approval.sealing import require_intact
from guardrails.approval.votes import (
    Ballot,
    VoteResult,
    failed_entry,
    require_open,
    require_voter,
    vote_entry,
)
from guardrails.gate import OUT_OF_ORDER, Gate
from guardrails.judging import with_subject
from store import (
    journal,
    once,
    people,
)
from store.database import retrying
from store.desk import approvals
from store.desk.approvals import Approval
from tools.registry import Context, tool_for

__all__ = ["Approvals", "Ballot", "VoteResult"]

T = TypeVar("T")


class Approvals:
    """Voting, editing and expiry of approvals."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    # ── voting ───────────────────────────────────────────────────────────────────────────────────────────────────────
    async def vote(
        self,
        approval_id: int,
        ballot: Ballot,
        *,
        seen_hash: str,
        by: Actor,
        reason: str = "",
        trace_id: str | None = None,
        key: str | None = None,
    ) -> VoteResult:
        """One person's vote on exactly what they saw; with a `key`, who votes again is told what came of it at first.

        Raises:
            ForbiddenError: not a voter of this approval, or the one who asked for it.
            StaleError: the voter saw another request than the row holds.
            ConflictError: decided, expired, or voted on by this person already.
        """
        trace_id = trace_id or uuid7().hex

        async def attempt() -> VoteResult:
            if ballot is Ballot.REJECT and not reason.strip():
                raise InvalidInputError(field="reason", value="", allowed=("why the request is rejected",))
            before = await self._known(key)
            if before is not None:
                return VoteResult(**before)
            if await retrying(expire_if_due)(self._gate, approval_id, trace_id):
                raise ConflictError(kind="approval", name=str(approval_id), state="expired", allowed=("pending",))
            return await retrying(self._vote)(
                approval_id, ballot, seen_hash=seen_hash, by=by, reason=reason, trace_id=trace_id, key=key
            )

        said = {"approval": approval_id, "vote": ballot}
        return await self._journaled(attempt, Action.VOTE_APPROVAL, by, trace_id, said)

    async def _known(self, key: str | None) -> dict[str, Any] | None:
        """What came of the work of this key; None when none has been done."""
        if key is None:
            return None
        async with self._gate.db.reading() as tx:
            before = await once.known(tx, key)
        return before[0] if before else None

    async def _vote(
        self,
        approval_id: int,
        ballot: Ballot,
        *,
        seen_hash: str,
        by: Actor,
        reason: str,
        trace_id: str,
        key: str | None,
    ) -> VoteResult:
        async with self._gate.db.transaction() as tx:
            if key is not None and (before := await once.claim(tx, key)):
                return VoteResult(**before[0])
            approval = await approvals.lock(tx, approval_id)
            context = replace(await self._gate.context(tx, by, trace_id), rule=approval.rule, approval_id=approval_id)
            require_intact(approval)
            require_voter(approval, context, await approvals.askers(tx, approval_id))
            require_open(approval, context, seen_hash)
            new = await approvals.add_vote(
                tx,
                {
                    "approval_id": approval_id,
                    "person_id": by.person_id,
                    "vote": ballot.value,
                    "seen_hash": seen_hash,
                    "reason": reason,
                    "at": context.now,
                    "decision": context.decision,
                },
            )
            if not new:
                raise ConflictError(kind="vote", name=str(approval_id), state="voted", allowed=("one vote a person",))
            await journal.append(tx, [vote_entry(approval, ballot, reason, context)])
            counted = await (
                self._reject(tx, approval, reason, context)
                if ballot is Ballot.REJECT
                else self._count(tx, approval, context)
            )
            if key is not None:
                await once.keep(tx, key, [{**asdict(counted), "outcome": plain(dict(counted.outcome))}])
            return counted

    async def _reject(self, tx: AsyncConnection, approval: Approval, reason: str, context: Context) -> VoteResult:
        return await end(tx, approval, "rejected", {"reason": reason, "by": context.person_id}, context)

    async def _count(self, tx: AsyncConnection, approval: Approval, context: Context) -> VoteResult:
        """Count approving votes on what stands here by people who may vote now: not those of who was demoted since."""
        cast = [vote for vote in await approvals.votes(tx, approval.id) if vote.seen_hash == approval.arguments_hash]
        votes = [vote for vote in cast if vote.vote == Ballot.APPROVE]
        voters = await people.by_ids(tx, [vote.person_id for vote in votes])
        valid = [person for person in voters.values() if person.active and person.role.value in approval.voters]
        risks = frozenset(Risk(risk) for risk in approval.risks)
        if not is_approved([person.role for person in valid], risks, approval.quorum, self._gate.policy):
            return VoteResult(
                approval_id=approval.id,
                status="pending",
                approving=len(valid),
                quorum=approval.quorum,
                outcome={},
            )
        approvers = tuple(person.id for person in valid)
        try:
            async with tx.begin_nested():
                outcome = await self._execute(tx, approval, approvers, context)
        except DeskError as error:
            failure = {"error": error.code, "params": dict(error.params), "missing": list(error.missing)}
            await journal.append(tx, [failed_entry(approval, approvers, failure, context)])
            return await end(tx, approval, "failed", failure, context)
        return await end(tx, approval, "done", outcome, context, approving=len(valid))

    async def _execute(
        self, tx: AsyncConnection, approval: Approval, approvers: tuple[int, ...], context: Context
    ) -> dict[str, object]:
        """The effect, as the one who asked, approved by these people; refused if it now touches more than they saw."""
        command = parse_command(approval.action, approval.arguments)
        tool = tool_for(command)
        effect_context = replace(
            context,
            actor=requester(approval),
            role=None,
            decision=uuid7(),
            approval_id=approval.id,
            approved_by=approvers,
        )
        effect_context = await with_subject(tx, tool, command, effect_context)
        if tool.examine is not None:
            exam = await tool.examine(tx, command, effect_context)
            more = {risk.value for risk in exam.risks} - set(approval.risks)
            dearer = (exam.amount_eur or 0) > (approval.amount_eur or 0)
            if more or dearer:
                raise ConflictError(kind="approval", name=str(approval.id), state="outgrown", allowed=("ask anew",))
        done = await self._gate.carry_out(tx, tool, command, effect_context, verdict=VerdictKind.NEEDS_APPROVAL)
        return {"decision": str(done.decision), "result": plain(dict(done.result))}

    # ── expiry ───────────────────────────────────────────────────────────────────────────────────────────────────────
    async def expire(self, approval_id: int) -> bool:
        """The watchdog lets an approval run out whose time is over; False when it is decided or still has time."""
        return await retrying(expire_if_due)(self._gate, approval_id, uuid7().hex)

    # ── editing ──────────────────────────────────────────────────────────────────────────────────────────────────────
    async def edit(
        self,
        approval_id: int,
        changes: Mapping[str, object],
        *,
        by: Actor,
        trace_id: str | None = None,
        key: str | None = None,
    ) -> int:
        """Ask for something else instead: a new row with a new hash and no votes; the old one is superseded.

        With a `key`, who asks again is told which row that was.

        The editor becomes one of those who ask, none of whom can approve it.
        """
        trace_id = trace_id or uuid7().hex

        async def attempt() -> int:
            return await retrying(edit_once)(self._gate, approval_id, changes, by, trace_id, key=key)

        said = {"approval": approval_id, "changes": changes}
        return await self._journaled(attempt, Action.EDIT_APPROVAL, by, trace_id, said)

    async def _journaled(
        self,
        attempt: Callable[[], Awaitable[T]],
        action: Action,
        by: Actor,
        trace_id: str,
        proposed: Mapping[str, object],
    ) -> T:
        """Refusals and faults leave their row, as they do at the gate."""
        try:
            return await attempt()
        except OUT_OF_ORDER:
            raise
        except DeskError as error:
            await self._gate.journal_end(
                action,
                by,
                trace_id,
                proposed=proposed,
                result={"error": error.code, "params": dict(error.params)},
                outcome=Outcome.REFUSED,
                verdict=VerdictKind.REFUSE,
                rule=error.code,
            )
            raise
        except Exception as error:
            await self._gate.journal_failure(action, by, trace_id, error, proposed=proposed)
            raise
