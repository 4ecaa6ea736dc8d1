"""How an approval ends: the effect or its absence is written down, the order goes on, the people hear of it."""

import json
from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.journal import plain
from domain.notices import Notice, NoticeKind
from domain.remarks import RemarkKey, remark
from guardrails.approval.answers import answer_asker
from guardrails.approval.votes import VoteResult
from store.desk import approvals, clocks, orders
from store.desk.approvals import Approval
from store.talk import outbox
from tools.outgoing import outgoing
from tools.registry import Context, Settling
from tools.settle import settle


async def end(
    tx: AsyncConnection,
    approval: Approval,
    status: str,
    outcome: Mapping[str, object],
    context: Context,
    *,
    approving: int = 0,
) -> VoteResult:
    """Close the approval with what came of it, in the caller's transaction."""
    written = json.dumps(plain(dict(outcome)), ensure_ascii=False)
    await approvals.settle(tx, approval.id, status=status, now=context.now, outcome=written)
    await clocks.close(
        tx,
        subject_kind="approval",
        subject_id=approval.id,
        now=context.now,
        resolution=remark(RemarkKey.APPROVAL_ENDED, outcome=status),
    )
    await _settle_order(tx, approval, context)
    await _tell(tx, approval, status, context)
    await answer_asker(tx, approval, status, outcome, context)
    return VoteResult(
        approval_id=approval.id,
        status=status,
        approving=approving,
        quorum=approval.quorum,
        outcome=dict(outcome),
    )


async def _settle_order(tx: AsyncConnection, approval: Approval, context: Context) -> None:
    if approval.order_id is not None:
        await settle(tx, await orders.lock_by_id(tx, approval.order_id), context, Settling.STEP)


async def _tell(tx: AsyncConnection, approval: Approval, status: str, context: Context) -> None:
    """Whoever asked, for this or for what it was edited from, and the order's owner hear the outcome."""
    audience: set[int | None] = set(await approvals.askers(tx, approval.id))
    if approval.order_id is not None:
        audience.add((await orders.lock_by_id(tx, approval.order_id)).owner_id)
    notices = [
        Notice(
            person_id=person_id,
            kind=NoticeKind.APPROVAL_OUTCOME,
            order_id=approval.order_id,
            params={"approval": approval.id, "status": status},
            dedup_key=f"approval:{approval.id}:outcome:{person_id}",
        )
        for person_id in audience
        if person_id is not None
    ]
    await outbox.put(tx, await outgoing(tx, notices, context))
