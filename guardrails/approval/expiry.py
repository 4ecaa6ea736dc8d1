"""Approvals that nobody decided in time: nothing is approved by silence (docs/DOMAIN.md 8)."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.authority import judge
from domain.notices import Notice, NoticeKind
from domain.people import WATCHDOG, ActorKind, Role
from domain.policy import Action
from guardrails.approval.ends import end
from guardrails.gate import Gate
from store import (
    journal,
    people,
)
from store.desk import approvals, signals
from store.desk.approvals import Approval
from store.talk import outbox
from tools.outgoing import outgoing
from tools.registry import Context
from tools.signals import signal_row


async def expire_if_due(gate: Gate, approval_id: int, trace_id: str) -> bool:
    """Let an approval run out whose time is over; False when it is decided or still has time."""
    async with gate.db.transaction() as tx:
        approval = await approvals.lock(tx, approval_id)
        context = await gate.context(tx, WATCHDOG, trace_id)
        if approval.status != "pending" or approval.expires_at > context.now:
            return False
        verdict = judge(
            Action.EXPIRE_APPROVAL,
            ActorKind.TIMER,
            None,
            owns_order=False,
            risks=frozenset(),
            amount_eur=None,
            policy=gate.policy,
        )
        context = replace(context, rule=verdict.rule, approval_id=approval_id)
        row = signal_row(
            "approval_expired",
            context,
            order_id=approval.order_id,
            evidence={"approval": approval_id, "action": approval.action, "amount_eur": approval.amount_eur},
            subject=("approval", approval_id),
        )
        entry = context.entry(
            uid=context.decision,
            action=Action.EXPIRE_APPROVAL,
            order_id=approval.order_id,
            facts={"expires_at": approval.expires_at, "votes": len(await approvals.votes(tx, approval_id))},
            proposed={"approval": approval_id},
            result={"status": "expired"},
        )
        await journal.append(tx, [entry])
        await signals.raise_many(tx, [row])
        await end(tx, approval, "expired", {}, context)
        await _alarm(tx, approval, context)
        return True


async def _alarm(tx: AsyncConnection, approval: Approval, context: Context) -> None:
    """An expired request escalates: the voters and all admins hear that nobody decided."""
    roles = {Role(role) for role in approval.voters} | {Role.ADMIN}
    notices = [
        Notice(
            person_id=person.id,
            kind=NoticeKind.SIGNAL,
            order_id=approval.order_id,
            params={"code": "approval_expired", "approval": approval.id},
            dedup_key=f"approval:{approval.id}:expired:{person.id}",
        )
        for person in await people.with_roles(tx, tuple(roles))
    ]
    await outbox.put(tx, await outgoing(tx, notices, context))
