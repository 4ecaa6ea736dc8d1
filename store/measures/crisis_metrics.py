"""What the metrics of crises are worked out from, bounded by the span that is looked at (docs/DOMAIN.md 6)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import crises
from domain.crises import METRICS, Metric, Reading, Stays
from domain.policy import ClockKind, Policy, SignalCode
from store.measures import metrics_standing

# An imported history is no present crisis: only the desk's own orders count.
_PENDING = """
SELECT status_since AS began, CAST(NULL AS timestamptz) AS ended FROM orders
WHERE status = 'pending_manager' AND source <> 'history' AND status_since <= :until
UNION ALL
SELECT at - make_interval(secs => seconds_in_status), at FROM order_status_events
WHERE from_status = 'pending_manager' AND at > :since AND history_key IS NULL
"""
_CANCELLED = """
SELECT at, from_status FROM order_status_events
WHERE at > :since AND at <= :until AND to_status = 'cancelled' AND from_status IS NOT NULL AND history_key IS NULL
"""
_ANSWERS = f"""
SELECT least(due_at, closed_at) AS at, closed_at IS NULL OR closed_at > due_at AS broken FROM clocks
WHERE least(due_at, closed_at) > :since AND least(due_at, closed_at) <= :until AND kind = '{ClockKind.ACCEPT.value}'
    AND kind NOT IN ('movement', 'follow_up')
"""
_OVERDUE = """
SELECT due_at AS began, resolved_at AS ended FROM ai_signals
WHERE severity = ANY(:severities) AND code <> 'high_risk_overdue' AND due_at <= :until
    AND status IN ('open', 'acknowledged', 'snoozed')
UNION ALL
SELECT due_at, resolved_at FROM ai_signals
WHERE severity = ANY(:severities) AND code <> 'high_risk_overdue' AND resolved_at > :since AND resolved_at > due_at
"""


async def readings(
    tx: AsyncConnection,
    code: str,
    at: Sequence[datetime],
    policy: Policy,
    *,
    evidence: Mapping[str, Any],
    now: datetime,
) -> list[Reading] | None:
    """The metric of a crisis of this code at these instants, given in order; None where nothing measures it yet."""
    rules = policy.crisis.triggers
    match METRICS.get(SignalCode(code)):
        case Metric.PENDING:
            rows = await _rows(tx, _PENDING, since=at[0] - rules.pending_spike.history, until=at[-1])
            return crises.pending(Stays.of(rows), at, rules.pending_spike)
        case Metric.STUCK:
            stood = (await metrics_standing.stood(tx, at, policy, now=now)).standings
            return crises.stuck([(each, standing.stuck) for each, standing in zip(at, stood, strict=True)], rules.stuck)
        case Metric.CANCELLED:
            rule, stage = rules.cancel_spike, evidence.get("stage")
            rows = await _rows(tx, _CANCELLED, since=at[0] - rule.window - rule.history, until=at[-1])
            return crises.cancelled(rows, at, rule, stage=stage if isinstance(stage, str) else None)
        case Metric.BROKEN_ANSWERS:
            rule = rules.response_delay
            rows = await _rows(tx, _ANSWERS, since=at[0] - rule.window, until=at[-1])
            return crises.broken_answers(rows, at, rule)
        case Metric.OVERDUE_SIGNALS:
            severities = [severity.value for severity in rules.high_risk_overdue.severities]
            rows = await _rows(tx, _OVERDUE, since=at[0], until=at[-1], severities=severities)
            return crises.overdue(Stays.of(rows), at)
        case None:
            return None


async def _rows(tx: AsyncConnection, statement: str, **given: object) -> list[tuple[Any, Any]]:
    return [(first, second) for first, second in await tx.execute(text(statement), given)]
