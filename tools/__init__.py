"""Deterministic verbs of the desk. Only the guardrails hold the keys to this room: see `guardrails/gate.py`.

Each module holds the tools of one purpose and registers them in `tools/registry.py`; a tool takes a parsed command and
a context, works in the caller's transaction, and returns an `Effect`. It never commits and never asks who may do it.
"""

from tools import channels, facts, history, intake, ladder, moves, reassign, signals, staff, tasks, unattended, watchdog

__all__ = [
    "channels",
    "facts",
    "history",
    "intake",
    "ladder",
    "moves",
    "reassign",
    "signals",
    "staff",
    "tasks",
    "unattended",
    "watchdog",
]
