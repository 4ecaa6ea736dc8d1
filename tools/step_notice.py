"""What somebody is told when a clock reaches a step of its ladder (docs/DOMAIN.md 5)."""

from collections.abc import Mapping
from uuid import UUID

from domain.clocks import ClockKind as Kind
from domain.clocks import Level
from domain.notices import Notice, NoticeKind
from domain.severity import Severity
from store.desk.clocks import ClockRow

NOTICE_OF: Mapping[Level, NoticeKind] = {
    Level.REMINDED: NoticeKind.REMINDER,
    Level.BREACHED: NoticeKind.BREACH,
    Level.L2: NoticeKind.ESCALATION,
    Level.L3: NoticeKind.ALARM,
}

# What AI-ROP proposes on the card of the second step.
PROPOSAL_OF: Mapping[Kind, str] = {
    Kind.ACCEPT: "reassign",
    Kind.FIRST_CONTACT: "reassign",
    Kind.CLIENT_REPLY: "reassign",
    Kind.MOVEMENT: "reassign",
    Kind.CLIENT_DECISION: "task",
    Kind.FOLLOW_UP: "task",
    Kind.PAYMENT: "task",
    Kind.BLOCKER: "task",
}
DEFAULT_PROPOSAL = "extend"


def step_notice(clock: ClockRow, level: Level, severity: Severity, person_id: int, decision: UUID) -> Notice:
    """The message to one person about this step, once per clock, epoch, level and due instant."""
    kind = NoticeKind.STUCK if clock.kind == Kind.MOVEMENT else NOTICE_OF[level]
    return Notice(
        person_id=person_id,
        kind=kind,
        order_id=clock.order_id,
        params={
            "clock": clock.kind,
            "clock_id": clock.id,
            "epoch": clock.epoch,
            "level": int(level),
            "due_at": clock.due_at,
            "severity": severity,
            "proposal": PROPOSAL_OF.get(Kind(clock.kind), DEFAULT_PROPOSAL),
            "subject": [clock.subject_kind, clock.subject_id],
        },
        dedup_key=f"clock:{clock.id}:{clock.epoch}:{int(level)}:{int(clock.due_at.timestamp())}:{person_id}",
        critical=severity is Severity.CRITICAL,
        decision=decision,
    )
