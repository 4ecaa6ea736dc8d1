"""Recorded facts in words: what stands in journal rows, signals and answers under a key, for pages and cards alike.

Anybody may have typed a fact: a key without a name, and a value that only looks like one, is told as it is written.
"""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import partial
from types import MappingProxyType
from typing import Any, Final, cast

from domain import kept_values
from domain.clocks import ClockKind
from domain.crises import Calm
from domain.journal import Outcome
from domain.orders import CancelReason, ClientDecision, Compliance, DeliveryMethod, Status, Verdict
from domain.people import Role
from domain.policy import Action, SignalCode, VerdictKind
from domain.severity import Severity
from locales.words import Words

NOTED: Final = ("answer", "check_text", "consult", "limit", "look", "think")
"""What role agents note beside actions of the gate."""
LABELS: Final = (
    *("action", "admin", "after", "again", "again_from", "allowed", "amount_eur", "answer", "answered"),
    *("answers", "approval", "as_of", "as_of_local", "assigned", "attempts", "away_until", "because"),
    *("before", "bike", "blocker_id", "bound", "capacity", "carrier", "cases", "cause", "channel", "city"),
    *("claim", "client_total_eur", "clock", "clocks", "code", "compliance", "conflict_signal"),
    *("contradicts", "count", "created_at", "crm_id", "decision", "delivered_at", "digest"),
    *("dispatch_date", "done", "dropped_approvals", "due_at", "effect", "effective_from", "ended"),
    *("error", "expires_at", "file", "first", "for_person", "former_account", "freed", "from"),
    *("from_manager", "goal", "handed_over", "hash", "invited_by", "is", "is_ebike", "key", "kind"),
    *("kinds", "known", "left", "level", "limit", "listed", "load", "losers", "manager", "manager_id"),
    *("median", "medium", "metric", "minutes", "missing", "missing_photos", "missing_points"),
    *("money_decision", "moved", "name", "next_step", "note", "number", "open", "order", "order_id"),
    *("orders", "outcome", "overdue", "overruled", "owner", "owner_id", "paid_eur", "party", "pending"),
    *("person_id", "planned_margin_eur", "point", "points", "policy_change", "policy_version"),
    *("precedent", "price_eur", "problem", "protection", "question", "quorum", "readers", "reason"),
    *("reason_code", "reference", "rejects", "releases", "relinks", "reminded_at", "resolution", "result"),
    *("role", "rule", "ruling", "session", "sessions_ended", "severity", "shall_be", "share", "signal"),
    *("stage", "stance", "stances", "started", "starts_at", "state", "status", "step", "stopped", "task"),
    *("task_id", "tasks", "text", "time_zone", "to", "total", "tracking_number", "until", "urgency"),
    *("value", "verdict", "version", "violation_id", "vote", "votes", "waits_for", "was", "was_because"),
    *("was_due", "why", "window", "winner", "works"),
)
"""Keys that have names."""
_NAMED: Final[Mapping[str, Mapping[str, type[StrEnum]]]] = {
    **dict.fromkeys(("status", "stage", "to", "from", "before", "after"), MappingProxyType({"status": Status})),
    "clock": {"clock": ClockKind},
    "code": {"signal": SignalCode},
    "compliance": {"compliance": Compliance},
    "decision": {"decision": ClientDecision},
    "method": {"delivery": DeliveryMethod},
    "metric": {"crises-calm": Calm},
    "outcome": {"outcome": Outcome},
    "reason_code": {"reason": CancelReason},
    "role": {"role": Role},
    "severity": {"severity": Severity},
    "verdict": {"verdict": Verdict, "decisions-verdict": VerdictKind},
}
"""Values with names, by the key under which they stand: the beginning of their texts' keys."""
_DEEPEST: Final = 5
"""Facts inside facts inside facts are told so far down; nobody reads further."""
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


def said(words: Words, key: str, value: object, *, lately: bool = False, depth: int = 0) -> str:
    """A value under its key, lists and what they hold included.

    `lately`: it is read soon after, so that instants are told as «сегодня в 15:40»; otherwise with their date.
    """
    if value is None:
        return "—"
    if isinstance(value, bool):
        return words.plain("fact-is-true" if value else "fact-is-false")
    within = partial(said, words, lately=lately, depth=depth + 1)
    if isinstance(value, Mapping | list | tuple) and depth == _DEEPEST:
        return "…"
    if isinstance(value, Mapping):
        inside = cast("Mapping[str, Any]", value).items()
        return ", ".join(f"{label(words, name)} {within(name, each)}" for name, each in inside)
    if isinstance(value, list | tuple):
        return ", ".join(within(key, each) for each in cast("Sequence[Any]", value)) or "—"
    return _one(words, key, str(value), lately=lately)


def _one(words: Words, key: str, text: str, *, lately: bool) -> str:
    if key == "action":
        return action(words, text)
    for family, names in _NAMED.get(key, {}).items():
        if text in tuple(names):
            return words.plain(f"{family}-{text}")
    if key.endswith("_eur") and (amount := kept_values.amount(text)) is not None:
        return words.money(amount)
    if _DAY.fullmatch(text) and (day := kept_values.day(text)) is not None:
        return words.day(day)
    if _MOMENT.match(text) and (at := kept_values.instant(text)) is not None:
        return words.moment(at) if lately else words.exact(at)
    return text
