"""Every READ request of the role agents, each once. A class is the model's tool: its docstring and its fields'
descriptions are what the model is told, so they say plainly when to ask for it and what people mean by it.
"""

import re
from typing import Annotated, ClassVar, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from domain.commands import NO_NUL, Code, Id
from domain.policy import Action, SignalCode
from domain.severity import Severity

QUERIES: dict[str, type["Query"]] = {}
"""All requests by name."""

_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")

OpenStatus = Literal[
    "pending_manager", "under_inspection", "awaiting_payment", "ready_for_shipment", "in_transit", "delivered"
]
Span = Annotated[str, StringConstraints(max_length=12, pattern=r"^\d{1,5}[mhd]$")]
Key = Annotated[str, StringConstraints(max_length=40, pattern=r"^[a-z][a-z0-9_-]*$")]
Name = Annotated[str, StringConstraints(max_length=60, strip_whitespace=True), NO_NUL]

_PERIOD: Final = Field(
    default="7d", description="Length of the period that ends now: '24h' for a day, '7d' for a week, '30d' for a month."
)


class Query(BaseModel):
    """Base of all READ requests; `name` is what models, roles and the journal call it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: ClassVar[str]

    @classmethod
    def __pydantic_init_subclass__(cls, **_: object) -> None:
        """Name the request after its class, and put it on the list."""
        cls.name = _HUMP.sub("_", cls.__name__).lower()
        if cls.name in QUERIES:
            raise AssertionError(f"two requests are called {cls.name}")
        QUERIES[cls.name] = cls


# ── orders ───────────────────────────────────────────────────────────────────────────────────────────────────────────
class LookAtQueue(Query):
    """The open orders by urgency, the nearest or longest missed deadline first, with counts of all that match.

    Ask for it for "what is in the queue", "which orders does Vera have", "what waits for a manager".
    """

    statuses: tuple[OpenStatus, ...] = Field(
        default=(), max_length=6, description="Only orders in these statuses; empty: all open orders."
    )
    manager_id: Id | None = Field(
        default=None, description="Only orders of this manager, by id (look_at_managers finds the id of a name)."
    )
    overdue_only: bool = Field(default=False, description="Only orders whose deadline has passed.")
    limit: int = Field(default=15, ge=1, le=50, description="How many orders to list; the counts are of all.")


class LookAtOrder(Query):
    """One order in full: where it stands, whose it is, what is next, deadlines, what is broken or in the way, what
    lacks for each legal move, money, payments, and its last events, decisions and notes.
    """

    order: Code = Field(description="The order's code, such as '1042'.")


class HotList(Query):
    """The orders that burn: a limit is broken and has climbed the escalation ladder. The worst first.

    Ask for it for "what is on fire", in Russian "что горит?".
    """

    limit: int = Field(default=10, ge=1, le=20, description="How many orders to list.")


# ── numbers ──────────────────────────────────────────────────────────────────────────────────────────────────────────
class LookAtKpis(Query):
    """The KPIs of sales operations in a period, each with the previous period's value beside it and its trend."""

    period: Span = _PERIOD
    keys: tuple[Key, ...] = Field(
        default=(), max_length=20, description="Only these KPIs, such as 'cycle_time', 'sla_breach_rate'; empty: all."
    )
    with_parts: bool = Field(default=False, description="Also each KPI's parts by status and by kind of clock.")


class LookAtManagers(Query):
    """Managers: load against capacity, who is on shift or away, and in the period broken and kept limits, reaction,
    deliveries. Those with the most broken limits first.

    Ask for it for "who breaks the SLA" ("кто срывает SLA?"), "who is overloaded", and to find the id of a name.
    """

    person: Name | None = Field(default=None, description="Only people whose name begins like this, in Russian.")
    manager_id: Id | None = Field(default=None, description="Only this manager, by id.")
    period: Span = _PERIOD


class LoadForecast(Query):
    """How many new orders to expect in the next days and at which hours, from the same weekdays of the past, against
    the team's load and capacity. Says how many past days each number rests on.
    """

    days: int = Field(default=7, ge=1, le=14, description="How many days ahead, after today.")
    history_weeks: int = Field(default=6, ge=1, le=26, description="How many past weeks to look at.")


class LookAtCircles(Query):
    """A role of the holacracy: its circle, purpose, who it hears from, and which of its KPIs have data (with values)
    and which are missing.
    """

    role: Key = Field(description="The role's key: ai-ceo, ai-rop, ai-rom, ai-cro, ai-traffic, ai-cfo, ...")
    period: Span = _PERIOD


# ── control ──────────────────────────────────────────────────────────────────────────────────────────────────────────
class LookAtSignals(Query):
    """Signals (tensions that somebody has to deal with), the most severe and the nearest deadline first."""

    settled: bool = Field(default=False, description="False: those still open. True: those settled, the newest first.")
    severity: Severity | None = Field(default=None, description="Only of this severity.")
    code: SignalCode | None = Field(default=None, description="Only of this kind.")
    circle: Key | None = Field(default=None, description="Only those owned by this circle, e.g. 'sales_operations'.")
    order: Code | None = Field(default=None, description="Only those about this order, by its code.")
    period: Span | None = Field(
        default=None, description="Only those settled (or, if open, raised) in the last e.g. '24h' or '7d'; empty: all."
    )
    limit: int = Field(default=15, ge=1, le=50, description="How many signals to list; the counts are of all.")


class LookAtDecisions(Query):
    """The journal of decisions, the newest first: who did what, on which facts, by which rule, and what came of it.

    Ask for it for "why did you do that?" ("почему ты так решил?"): the answer is in facts, rule and result.
    """

    order: Code | None = Field(default=None, description="Only decisions about this order, by its code.")
    action: Action | None = Field(default=None, description="Only this action, such as 'reassign_order'.")
    actor: Annotated[str, StringConstraints(max_length=60, pattern=r"^[a-z0-9:_.-]+$")] | None = Field(
        default=None, description="Only by this actor: a role ('ai-rop'), 'watchdog', 'crm', or 'person:5'."
    )
    outcome: Literal["done", "waiting", "refused", "failed", "unchanged"] | None = Field(
        default=None, description="Only decisions that ended like this."
    )
    period: Span | None = Field(default=None, description="Only of the last e.g. '24h' or '7d'; empty: all.")
    limit: int = Field(default=8, ge=1, le=30, description="How many decisions to list.")


class LookAtApprovals(Query):
    """Requests that need a human decision: those pending with their votes and expiry, and the last ones decided."""

    order: Code | None = Field(default=None, description="Only requests about this order, by its code.")
    pending: int = Field(default=15, ge=0, le=50, description="How many pending requests to list, the oldest first.")
    decided: int = Field(default=5, ge=0, le=20, description="How many decided requests to list, the latest first.")


class LookAtCalendar(Query):
    """Working days: the team's calendar with days off, and each manager's hours and absences in the next days."""

    days: int = Field(default=7, ge=1, le=31, description="How many days, beginning with today.")
    manager_id: Id | None = Field(default=None, description="Only this manager's days, by id.")


class Precedents(Query):
    """Rulings of AI-CEO on conflicts between circles, the newest first; for one order also who stands where on it now,
    and who prevails by the order of priority.

    Ask for it for "how was this decided before", "are there precedents" ("какие прецеденты?").
    """

    order: Code | None = Field(default=None, description="Only about this order, by its code.")
    circle: Key | None = Field(
        default=None, description="Only with this circle on either side, such as 'governance' or 'sales_operations'."
    )
    limit: int = Field(default=8, ge=1, le=30, description="How many rulings to list.")
