"""What a role or the desk's rules decided, and why, in the reader's words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from domain.policy import Action, ClockKind, Policy
from locales import facts
from locales.words import Words
from store.views.decided_by_desk import DeskDecision

STEP_OF_LEVEL: Final = 1
"""The journal has a clock's level, which counts the reminder first; the ladder's steps begin after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One decision as it is read; `tone` colours who decided, `why` is empty where nothing is written down."""

    id: int
    at: datetime
    who: str
    tone: str
    what: str
    order: str | None
    why: str
    outcome: str
    approval_status: str | None


def told(row: DeskDecision, words: Words, policy: Policy, people: Mapping[int, str]) -> Told:
    """The decision in words. `people` are names by person."""
    role = policy.roles.roles.get(row.actor) if row.by_role else None
    return Told(
        id=row.id,
        at=row.at,
        who=words.plain("desk-rules") if role is None else role.name,
        tone="rules" if role is None else role.circle,
        what=_what(row, words, people),
        order=row.order,
        why=_why(row, words),
        outcome=row.outcome,
        approval_status=row.approval_status,
    )


def people_of(row: DeskDecision) -> set[int]:
    """Whom the words name."""
    return {value for key in ("from", "to") if isinstance(value := row.result.get(key), int)}


def _what(row: DeskDecision, words: Words, people: Mapping[int, str]) -> str:
    match row.action:
        case Action.ESCALATE if isinstance(level := row.result.get("level"), int):
            return words.plain("desk-escalated", step=level - STEP_OF_LEVEL)
        case Action.REMIND:
            return words.plain("desk-reminded")
        case Action.REASSIGN_ORDER if people_of(row) and row.result.get("to") in people:
            given, taken = people.get(row.result.get("from", 0), ""), people[row.result["to"]]
            return words.plain("desk-reassigned", given=given or words.plain("web-nobody"), taken=taken)
        case Action.ADVANCE_ORDER if words.texts.has(key := f"status-{row.proposed.get('to')}"):
            return words.plain("desk-advanced", status=words.plain(key))
        case Action.SEND_DIGEST if words.texts.has(key := f"report-title-{row.proposed.get('kind')}"):
            return words.plain("desk-digest", title=words.plain(key))
        case _:
            return facts.action(words, row.action)


def _why(row: DeskDecision, words: Words) -> str:
    reason = row.proposed.get("reason") or row.proposed.get("why") or row.facts.get("reason")
    if isinstance(reason, str) and reason:
        return words.reason(reason)
    clock, due_at = row.facts.get("clock"), row.facts.get("due_at")
    if clock in tuple(ClockKind) and isinstance(due_at, str):
        return words.plain(
            "desk-limit", clock=words.plain(f"clock-{clock}"), due=words.moment(datetime.fromisoformat(due_at))
        )
    return words.reason(row.expected_effect) if row.expected_effect else ""
