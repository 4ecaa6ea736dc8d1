"""Deterministic verbs of the desk. Only the guardrails hold the keys to this room: see `guardrails/gate.py`.

Each module holds the tools of one purpose and registers them in `tools/registry.py`; a tool takes a parsed command and
a context, works in the caller's transaction, and returns an `Effect`. It never commits and never asks who may do it.
"""

from tools import (
    answers,
    assign,
    claims,
    contacts,
    escalation,
    follow_ups,
    history,
    intake,
    ladder,
    modes,
    moves,
    payments,
    plans,
    priority,
    reassign,
    reminders,
    shipping,
    signals,
    staff,
    tasks,
    unattended,
    watchdog,
)

__all__ = [
    "answers",
    "assign",
    "claims",
    "contacts",
    "escalation",
    "follow_ups",
    "history",
    "intake",
    "ladder",
    "modes",
    "moves",
    "payments",
    "plans",
    "priority",
    "reassign",
    "reminders",
    "shipping",
    "signals",
    "staff",
    "tasks",
    "unattended",
    "watchdog",
]
