"""READ tools: one module a noun, each answering one request of `domain/queries.py` from one snapshot of the database.

A tool takes the request and who looks, and returns facts ready to be told; it narrows what it reads to what the viewer
may see, as the API does for the same data. Nothing here changes anything. `guardrails/reading.py` is the only door.
"""

from tools.looking import (
    approvals,
    circles,
    decisions,
    kpis,
    load_forecast,
    managers,
    order,
    precedents,
    queue,
    signals,
    work_calendar,
)

__all__ = [
    "approvals",
    "circles",
    "decisions",
    "kpis",
    "load_forecast",
    "managers",
    "order",
    "precedents",
    "queue",
    "signals",
    "work_calendar",
]
