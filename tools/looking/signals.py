"""Signals: what somebody has to deal with, and what became of it (docs/DOMAIN.md 9)."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.answers import Answer
from domain.foreign import Fact, foreign
from domain.queries import LookAtSignals
from domain.severity import Severity
from store.desk import orders
from store.views import urgency
from store.views.listings import (
    SignalFilter,
    SignalLine,
)
from tools.looking import actors
from tools.looking.records import told
from tools.looking.registry import LookContext, looks
from tools.looking.times import hours


@looks(LookAtSignals)
async def signals(tx: AsyncConnection, query: LookAtSignals, context: LookContext) -> Answer:
    """A manager sees those on their own orders."""
    order_id = None
    if query.order is not None:
        order = await orders.get(tx, query.order)
        context.viewer.require_sees(order.owner_id)
        order_id = order.id
    which = SignalFilter(
        only_open=not query.settled,
        code=query.code,
        severity=query.severity,
        circle=query.circle,
        owner_id=context.viewer.only_own,
        order_id=order_id,
        since=context.since(query.period),
    )
    listed = urgency.settled_signals if query.settled else urgency.urgent_signals
    lines = await listed(tx, which, limit=query.limit)
    counts = await urgency.signal_counts(tx, replace(which, only_open=True, since=None), now=context.now)
    named = await actors.names(tx, [line.raised_by for line in lines])
    return Answer.of(
        {
            **context.times.present(),
            "open_by_severity": {
                severity.value: {"open": counts[severity][0], "overdue": counts[severity][1]}
                for severity in reversed(Severity)
                if severity in counts
            },
            "listed": len(lines),
            **({} if query.period is None else {"in_period_total": await urgency.count_signals(tx, which)}),
            "signals": [_facts(line, context, named.get(line.raised_by)) for line in lines],
        }
    )


def _facts(line: SignalLine, context: LookContext, raised_by: str | None) -> dict[str, Fact]:
    times = context.times
    open_now = line.resolved_at is None
    return {
        "signal_id": line.id,
        "code": line.code,
        "severity": line.severity,
        "circle": line.circle,
        "status": line.status,
        "order": line.order,
        "raised_by": raised_by or line.raised_by,
        **times.at("raised_at", line.created_at),
        "age_hours": hours(times.now - line.created_at),
        **(times.deadline("due_at", line.due_at) if open_now else times.at("due_at", line.due_at)),
        "evidence": told(line.evidence),
        **({} if open_now else times.at("resolved_at", line.resolved_at)),
        "resolution": foreign("note", line.resolution),
    }
