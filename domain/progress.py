"""What a role is at while it works, as whoever waits is told: one key a step, worded in the reader's language."""

from collections.abc import Callable, Mapping
from typing import Any, Final

Hear = Callable[[Mapping[str, object]], None]
"""Whoever is told the steps of a turn in the process that takes them; it must not block."""

CALLS: Final = frozenset(
    {
        "look_at_queue",
        "look_at_order",
        "hot_list",
        "look_at_kpis",
        "look_at_managers",
        "load_forecast",
        "look_at_circles",
        "look_at_signals",
        "look_at_decisions",
        "look_at_approvals",
        "look_at_calendar",
        "precedents",
    }
)
"""Tools that look, each with words of its own; whatever else is called acts."""
STEPS: Final[Mapping[str, str]] = {
    "gather": "gather",
    "think": "think",
    "consult": "consult",
    "check": "check",
    "plain": "check",
}


def at_work(step: Mapping[str, Any]) -> str | None:
    """The key of what is shown for a step of a turn; None for a step that nobody needs to see."""
    kind = str(step.get("step", ""))
    if kind != "call":
        return STEPS.get(kind)
    tool = str(step.get("tool", ""))
    return tool if tool in CALLS else "act"
