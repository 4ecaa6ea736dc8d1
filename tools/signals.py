"""Signals as the rules raise them: owner circle and severity from the policy, due by severity, one open per dedup key."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from domain.calendars import WorkCalendar
from domain.policy import SignalCode, TimeBase
from domain.severity import Severity
from tools.registry import Context


def due_by_severity(severity: Severity, context: Context, calendar: WorkCalendar | None = None) -> datetime:
    """By when a thing of this severity must be dealt with (docs/DOMAIN.md 6)."""
    rule = context.policy.severity.limits[severity]
    if rule.time is TimeBase.CALENDAR:
        return context.now + rule.limit
    return (calendar or context.calendars.of_team(None)).add_working(context.now, rule.limit)


def signal_row(
    code: str,
    context: Context,
    *,
    order_id: int | None,
    evidence: Mapping[str, object],
    decision: UUID | None = None,
    severity: Severity | None = None,
    subject: tuple[str, int | None] | None = None,
    dedup_key: str | None = None,
) -> dict[str, object]:
    """A row for the store; `severity` where the raiser knows better than the policy."""
    rule = context.policy.signals.codes[SignalCode(code)]
    level = severity or rule.severity
    kind, subject_id = subject or ("order", order_id)
    return {
        "code": code,
        "raised_by": context.actor.name,
        "circle": rule.circle,
        "severity": level.value,
        "subject_kind": kind,
        "subject_id": subject_id,
        "order_id": order_id,
        "evidence": dict(evidence),
        "dedup_key": dedup_key or f"{code}:{kind}:{subject_id}",
        "due_at": due_by_severity(level, context),
        "created_at": context.now,
        "decision": decision or context.decision,
    }
