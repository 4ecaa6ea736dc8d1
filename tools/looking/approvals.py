"""Requests for a human decision: what waits, until when, who has voted how (docs/DOMAIN.md 8)."""

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.answers import Answer
from domain.foreign import Fact, foreign
from domain.queries import LookAtApprovals
from store.desk import orders
from store.views import approval_lines
from store.views.approval_lines import (
    ApprovalFilter,
    ApprovalLine,
)
from tools.looking.records import told
from tools.looking.registry import LookContext, looks
from tools.looking.times import euros, minutes


@looks(LookAtApprovals)
async def approvals(tx: AsyncConnection, query: LookAtApprovals, context: LookContext) -> Answer:
    """All for leaders; whoever does not run the desk sees what they asked for themselves."""
    order_id = None
    if query.order is not None:
        order = await orders.get(tx, query.order)
        context.viewer.require_sees(order.owner_id)
        order_id = order.id
    viewer = context.viewer
    which = ApprovalFilter(order_id=order_id, requested_person=None if viewer.leads else viewer.person_id)
    waiting = await approval_lines.pending(tx, which, limit=query.pending)
    decided = await approval_lines.decided(tx, which, limit=query.decided)
    return Answer.of(
        {
            **context.times.present(),
            "pending_total": await approval_lines.count_pending(tx, which),
            "pending": [approval_facts(line, context) for line in waiting],
            "decided": [approval_facts(line, context) for line in decided],
        }
    )


def approval_facts(line: ApprovalLine, context: LookContext) -> dict[str, Fact]:
    """One request; a pending one with what is left of its time, a decided one with its end."""
    times = context.times
    facts: dict[str, Fact] = {
        "approval_id": line.id,
        "action": line.action,
        "order": line.order,
        "status": line.status,
        "amount_eur": euros(line.amount_eur),
        "risks": list(line.risks),
        "rule": line.rule,
        "may_vote": list(line.voters),
        "votes_needed": line.quorum,
        "votes": [
            {"name": vote["name"], "vote": vote["vote"], "reason": foreign("note", vote["reason"])}
            for vote in line.votes
        ],
        "requested_by": line.requested_name or line.requested_by,
        **times.at("requested_at", line.created_at),
        "waiting_minutes": minutes((line.decided_at or times.now) - line.created_at),
        "asked": told(line.arguments),
        "why": foreign("note", line.why),
        "evidence": told(line.evidence),
    }
    if line.status == "pending":
        return facts | times.deadline("expires_at", line.expires_at)
    return facts | times.at("decided_at", line.decided_at) | {"outcome": told(line.outcome)}
