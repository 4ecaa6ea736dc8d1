"""Recorded facts in words: what stands in journal rows, signals and answers under a key, for pages and cards alike.

Anybody may have typed a fact: a key without a name, and a value that only looks like one, is told as it is written.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from domain import kept_values
from domain.policy import Action
from locales.words import Words

NOTED: Final = ("answer", "check_text", "consult", "limit", "look", "think")
"""What role agents note beside actions of the gate."""
LABELS: Final = (
    *("action", "after", "allowed", "amount_eur", "answer", "answers", "approval", "as_of", "as_of_local"),
    *("attempts", "before", "bike", "capacity", "carrier", "channel", "city", "client_total_eur", "clock"),
    *("code", "compliance", "contradicts", "count", "created_at", "crm_id", "decision", "dispatch_date"),
    *("due_at", "effective_from", "error", "expires_at", "file", "first", "for_person", "from"),
    *("from_manager", "hash", "is", "is_ebike", "key", "kind", "kinds", "level", "limit", "listed"),
    *("load", "manager", "manager_id", "median", "medium", "minutes", "missing", "moved", "name"),
    *("next_step", "note", "number", "open", "order", "order_id", "orders", "outcome", "overdue", "owner"),
    *("owner_id", "paid_eur", "party", "pending", "planned_margin_eur", "point", "points"),
    *("policy_version", "price_eur", "problem", "question", "quorum", "reason", "reference", "resolution"),
    *("result", "role", "rule", "severity", "shall_be", "share", "stage", "stances", "starts_at"),
    *("status", "task_id", "text", "time_zone", "to", "tracking_number", "until", "value", "verdict"),
    *("version", "vote", "votes", "was_due", "why", "window"),
)
"""Keys that have names."""
_FAMILIES: Final[Mapping[str, Sequence[str]]] = {
    **dict.fromkeys(("status", "stage", "to", "from", "before", "after"), ("status",)),
    "clock": ("clock",),
    "code": ("signal",),
    "compliance": ("compliance",),
    "decision": ("decision",),
    "method": ("delivery",),
    "outcome": ("outcome",),
    "reason_code": ("reason",),
    "role": ("role",),
    "severity": ("severity",),
    "verdict": ("verdict", "decisions-verdict"),
}
"""Families of texts for values, by the key under which they stand."""
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")


def action(words: Words, name: str) -> str:
    """What was done, by the words of the action."""
    if name in tuple(Action):
        return words.plain(f"action-{name}")
    return words.plain(f"decisions-noted-{name}") if name in NOTED else name


def label(words: Words, key: str) -> str:
    """The name of a fact."""
    return words.plain(f"fact-{key}") if key in LABELS else key.replace("_", " ")


def said(words: Words, key: str, value: object, *, lately: bool = False) -> str:
    """A value under its key, lists and what they hold included.

    `lately`: it is read soon after, so that instants are told as «сегодня в 15:40»; otherwise with their date.
    """
    if value is None:
        return "—"
    if isinstance(value, bool):
        return words.plain("fact-is-true" if value else "fact-is-false")
    if isinstance(value, Mapping):
        inside = cast("Mapping[str, Any]", value).items()
        return ", ".join(f"{label(words, name)} {said(words, name, each, lately=lately)}" for name, each in inside)
    if isinstance(value, Sequence) and not isinstance(value, str):
        inside = [said(words, key, each, lately=lately) for each in cast("Sequence[Any]", value)]
        return ", ".join(inside) or "—"
    return _one(words, key, str(value), lately=lately)


def _one(words: Words, key: str, text: str, *, lately: bool) -> str:
    if key == "action":
        return action(words, text)
    named = next((f"{each}-{text}" for each in _FAMILIES.get(key, ()) if words.texts.has(f"{each}-{text}")), None)
    if named is not None:
        return words.plain(named)
    if key.endswith("_eur") and (amount := kept_values.amount(text)) is not None:
        return words.money(amount)
    if _DAY.fullmatch(text) and (day := kept_values.day(text)) is not None:
        return words.day(day)
    if _MOMENT.match(text) and (at := kept_values.instant(text)) is not None:
        return words.moment(at) if lately else words.exact(at)
    return text
