"""Asking for something else instead: an edited approval is a new request (docs/DOMAIN.md 8)."""

from collections.abc import Mapping
from dataclasses import replace

from uuid_utils.compat import uuid7

from domain.authority import judge
from domain.errors import ConflictError, ForbiddenError, InvalidInputError
from domain.people import Actor
from domain.policy import Action, VerdictKind
from guardrails.approval import proposals
from guardrails.approval.ends import end
from guardrails.approval.requests import parse_command
from guardrails.approval.sealing import require_intact
from guardrails.approval.votes import require_open
from guardrails.gate import Gate
from store import (
    journal,
    once,
)
from store.desk import approvals


async def edit_once(
    gate: Gate, approval_id: int, changes: Mapping[str, object], by: Actor, trace_id: str, *, key: str | None = None
) -> int:
    """One attempt of `Approvals.edit`, in a transaction of its own; returns the new approval's id."""
    async with gate.db.transaction() as tx:
        if key is not None and (before := await once.claim(tx, key)):
            return int(before[0]["approval"])
        approval = await approvals.lock(tx, approval_id)
        context = await gate.context(tx, by, trace_id)
        verdict = judge(
            Action.EDIT_APPROVAL,
            by.kind,
            context.role,
            owns_order=False,
            risks=frozenset(),
            amount_eur=None,
            policy=gate.policy,
        )
        if verdict.kind is not VerdictKind.ALLOW:
            raise ForbiddenError(action=Action.EDIT_APPROVAL, rule=verdict.rule)
        require_intact(approval)
        require_open(approval, context, approval.arguments_hash)
        fixed = {"order", "orders", "to", "action"} & set(changes)
        if fixed:
            allowed = sorted(set(approval.arguments) - {"order", "orders", "to", "action"})
            raise InvalidInputError(field=", ".join(sorted(fixed)), value="changed", allowed=allowed)
        command = parse_command(approval.action, {**approval.arguments, **changes})
        if proposals.request_hash(command) == approval.request_hash:
            raise InvalidInputError(field="changes", value="nothing", allowed=("another value",))
        await end(tx, approval, "superseded", {"by": by.person_id}, context)
        edited = replace(context, decision=uuid7())
        waiting = await gate.perform_in(tx, command, edited, supersedes=approval_id)
        if not isinstance(waiting, proposals.Waiting):
            raise ConflictError(kind="approval", name=str(approval_id), state="needs-none", allowed=("perform it",))
        entry = context.entry(
            uid=context.decision,
            action=Action.EDIT_APPROVAL,
            order_id=approval.order_id,
            facts={"was": approval.arguments},
            proposed=dict(changes),
            result={"superseded": approval_id, "approval": waiting.approval_id},
        )
        await journal.append(tx, [replace(entry, rule=verdict.rule, approval_id=approval_id)])
        if key is not None:
            await once.keep(tx, key, [{"approval": waiting.approval_id}])
        return waiting.approval_id
