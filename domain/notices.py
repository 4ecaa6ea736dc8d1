"""What people are told: one value per message, and the rule that turns a storm of them into one digest card."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class NoticeKind(StrEnum):
    """Every kind of message; its priority and quiet-hours rule stand in `policy/notifications.yaml`."""

    NEW_ORDER = "new_order"
    REMINDER = "reminder"
    BREACH = "breach"
    ESCALATION = "escalation"
    ALARM = "alarm"
    ESCALATION_OUTCOME = "escalation_outcome"
    STUCK = "stuck"
    REASSIGNED = "reassigned"
    TAKEN_AWAY = "taken_away"
    APPROVAL_REQUEST = "approval_request"
    APPROVAL_OUTCOME = "approval_outcome"
    NEXT_STEP = "next_step"
    NUDGE = "nudge"
    FOLLOW_UP = "follow_up"
    TASK = "task"
    BLOCKER = "blocker"
    SIGNAL = "signal"
    DIGEST = "digest"
    AGENT_ANSWER = "agent_answer"
    RULING = "ruling"
    REPORT = "report"
    ROOM_POST = "room_post"
    JOINED = "joined"


AWAITED = frozenset({NoticeKind.AGENT_ANSWER, NoticeKind.ROOM_POST})
"""Messages whose readers wait for them, or choose when to look: no quiet hours, and no digest in their place."""

KEPT_APART = AWAITED | {NoticeKind.APPROVAL_REQUEST, NoticeKind.REPORT}
"""Messages that a digest never stands for: each has its own answer, is one, or is a summary itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One message to one person; its text is rendered from the catalogue when it is sent.

    `decision` is the journal row behind it, where it is not the one of the command at hand.
    """

    person_id: int
    kind: NoticeKind
    order_id: int | None = None
    params: Mapping[str, object] = field(default_factory=dict[str, object])
    dedup_key: str | None = None
    critical: bool = False
    decision: UUID | None = None


DIGEST_LISTED = 10


def calm(notices: Sequence[Notice], *, threshold: int) -> list[Notice]:
    """Replace more than `threshold` notices to one person from one decision by a single digest card (docs/DOMAIN.md 5).

    Approval requests are never merged: each needs its own answer; nor are a role's answers. Critical stays critical in
    the digest.
    """
    kept = [notice for notice in notices if notice.kind in KEPT_APART]
    by_person: defaultdict[int, list[Notice]] = defaultdict(list)
    for notice in notices:
        if notice.kind not in KEPT_APART:
            by_person[notice.person_id].append(notice)
    for person_id, theirs in by_person.items():
        kept.extend(theirs if len(theirs) <= threshold else [_digest(person_id, theirs)])
    return kept


def _digest(person_id: int, notices: Sequence[Notice]) -> Notice:
    return Notice(
        person_id=person_id,
        kind=NoticeKind.DIGEST,
        params={"counts": _counts(notices), "orders": _orders(notices)},
        critical=any(notice.critical for notice in notices),
        decision=notices[0].decision,
    )


def _counts(notices: Iterable[Notice]) -> dict[str, int]:
    return dict(Counter(notice.kind.value for notice in notices))


def _orders(notices: Iterable[Notice]) -> list[int]:
    ids = dict.fromkeys(notice.order_id for notice in notices if notice.order_id is not None)
    return list(ids)[:DIGEST_LISTED]
