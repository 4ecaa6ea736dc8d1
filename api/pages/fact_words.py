"""How a single fact reads: its label, and its value by the key under which it stands."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from api.pages import kept_values
from domain.policy import Action
from locales.words import Words

NOTED: Final = ("answer", "check_text", "consult", "limit", "look", "think")
"""What role agents note beside actions of the gate."""
LABELS: Final = (
    *("action", "after", "allowed", "amount_eur", "answer", "approval", "as_of", "as_of_local", "before"),
    *("bike", "capacity", "city", "client_total_eur", "code", "compliance", "contradicts", "count"),
    *("decision", "due_at", "effective_from", "error", "expires_at", "file", "for_person", "from"),
    *("from_manager", "is", "key", "kind", "level", "listed", "load", "manager", "manager_id", "missing"),
    *("moved", "name", "next_step", "note", "open", "order", "order_id", "orders", "outcome", "overdue"),
    *("owner", "owner_id", "paid_eur", "planned_margin_eur", "policy_version", "price_eur", "question"),
    *("quorum", "reason", "result", "role", "rule", "severity", "shall_be", "status", "task_id", "text"),
    *("time_zone", "to", "until", "value", "verdict", "version", "vote", "why"),
)
"""Keys of facts that have words; others are shown as they are written."""
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_FAMILIES: Final[Mapping[str, Sequence[str]]] = {
    "clock": ("clock",),
    "compliance": ("compliance",),
    "decision": ("decision",),
    "outcome": ("outcome",),
    "reason_code": ("reason",),
    "role": ("role",),
    "severity": ("severity",),
    "verdict": ("verdict", "decisions-verdict"),
}
"""Values that have words, by the key under which they stand."""
_STATUSES: Final = frozenset({"status", "to", "from", "before", "after"})


def action_words(words: Words, action: str) -> str:
    """What was done, by the words of the action."""
    if action in tuple(Action):
        return words.plain(f"action-{action}")
    return words.plain(f"decisions-noted-{action}") if action in NOTED else action


def fact_words(words: Words, key: str, text: str) -> str:
    """A value under its key as people read it: statuses, money, moments, days in words; else as it is written."""
    status = f"status-{text}"
    if key in _STATUSES and words.texts.has(status):
        return words.plain(status)
    if key == "action":
        return action_words(words, text)
    named = next((f"{each}-{text}" for each in _FAMILIES.get(key, ()) if words.texts.has(f"{each}-{text}")), None)
    if named is not None:
        return words.plain(named)
    if key.endswith("_eur") and (amount := kept_values.amount(text)) is not None:
        return words.money(amount)
    return _instant(words, text) or text


def _instant(words: Words, text: str) -> str | None:
    """A moment with its zone, or a day, as JSON has them; None where the text is neither."""
    if _DAY.fullmatch(text):
        day = kept_values.day(text)
        return None if day is None else words.day(day)
    at = kept_values.instant(text) if _MOMENT.match(text) else None
    return None if at is None else words.exact(at)


def fact_label(words: Words, key: str) -> str:
    """The name of a fact; one without words as it is written."""
    return words.plain(f"fact-{key}") if key in LABELS else key
