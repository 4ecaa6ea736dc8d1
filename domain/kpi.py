"""The KPIs of AI-ROP: each formula once, with meaning, unit, direction and source (docs/DOMAIN.md 7 and 11).

The store measures (`store/measures/metrics.py`): what stood at an instant (`Standing`) and what happened in a span
(`Flow`). The formulas here turn both into numbers, `domain/assessment.py` compares them. A span is open at its start
and closed at its end: what happens at the very instant of its end belongs to it, so that the state at the end is the
state at the start plus what happened in between.

"Seed 2.1" and "seed 2.2" are the sections of the owner's document on AI-ROP that name the main and secondary KPIs.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from domain.measures import Measures, Spread, Tally
from domain.orders import OPEN_STATUSES, Status

HOUR: Final = 3600.0
MINUTE: Final = 60.0


class Unit(StrEnum):
    """What a value is counted in; a share is between 0 and 1."""

    ORDERS = "orders"
    HOURS = "hours"
    MINUTES = "minutes"
    SHARE = "share"


class Better(StrEnum):
    """Which way is good."""

    LOWER = "lower"
    HIGHER = "higher"


class Group(StrEnum):
    """Main and secondary as the seed document has them; `target` are further measures of the release's success."""

    MAIN = "main"
    SECONDARY = "secondary"
    TARGET = "target"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One value and what it is made of, None where there is nothing to measure; `parts` by status or clock."""

    value: float | None
    numerator: float | None = None
    denominator: float | None = None
    parts: Mapping[str, "Measured"] = field(default_factory=dict[str, "Measured"])


Formula = Callable[[Measures], Measured]


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A KPI: its stable key, unit, good direction, group, and the formula whose docstring says what it means.

    People read its name from the catalogue entry `kpi-<key>`.
    """

    key: str
    unit: Unit
    better: Better
    group: Group
    formula: Formula

    @property
    def meaning(self) -> str:
        """What the KPI means, in one or two sentences."""
        return " ".join((inspect.getdoc(self.formula) or "").split())


KPIS: dict[str, Definition] = {}


def _kpi(unit: Unit, better: Better, group: Group) -> Callable[[Formula], Formula]:
    def register(formula: Formula) -> Formula:
        key = formula.__name__
        KPIS[key] = Definition(key=key, unit=unit, better=better, group=group, formula=formula)
        return formula

    return register


# ── formulas: main ───────────────────────────────────────────────────────────────────────────────────────────────────
@_kpi(Unit.ORDERS, Better.LOWER, Group.MAIN)
def pending_manager_orders(m: Measures) -> Measured:
    """Orders that wait for a manager to accept them, at the end of the period (seed 2.1)."""
    return Measured(value=m.standing.orders(Status.PENDING_MANAGER))


@_kpi(Unit.HOURS, Better.LOWER, Group.MAIN)
def time_to_next_status(m: Measures) -> Measured:
    """Median calendar hours that an order had spent in the status it left in the period; parts by status (seed 2.1)."""
    parts = {status.value: _median(m.flow.next_status[status], HOUR) for status in m.flow.next_status}
    return _median(m.flow.any_status, HOUR, parts)


@_kpi(Unit.SHARE, Better.LOWER, Group.MAIN)
def share_over_72h(m: Measures) -> Measured:
    """Share of open orders without movement for longer than the last stuck limit (72 h, calendar), at the period's end.

    Movement is a status change, a checklist point, a note, a contact, a recorded fact, a task or blocker dealt with.
    Only stages in which standing still is a fault are looked at (`clocks.yaml: stuck_in`): a bike on its way does not
    move here. Seed 2.1.
    """
    return _share(Tally(hits=m.standing.stuck, of=m.standing.watched))


@_kpi(Unit.SHARE, Better.LOWER, Group.MAIN)
def sla_breach_rate(m: Measures) -> Measured:
    """Share of the stage limits decided in the period that were broken (seed 2.1); parts by stage, and `clock:<kind>`.

    A limit is decided when it falls due (broken) or when its clock stops before that (kept); each attempt of a clock
    counts once. A stage's limits are its own and those of what must happen in it: accept, first contact, client reply,
    client decision, payment. The parts by clock show further kinds: task, blocker, signal, approval.
    """
    stages = {stage.value: _share(m.flow.of_stage(stage)) for stage in OPEN_STATUSES}
    clocks = {f"clock:{kind}": _share(tally) for kind, tally in m.flow.by_clock.items()}
    return _share(m.flow.of_stages(OPEN_STATUSES), stages | clocks)


@_kpi(Unit.HOURS, Better.LOWER, Group.MAIN)
def cycle_time(m: Measures) -> Measured:
    """Median calendar hours from an order's first `pending_manager` to its first `delivered` (seed 2.1).

    Of the orders that were delivered in the period.
    """
    return _median(m.flow.cycle, HOUR)


@_kpi(Unit.HOURS, Better.LOWER, Group.MAIN)
def cycle_time_p90(m: Measures) -> Measured:
    """The same for the slow end: 90 % of the orders delivered in the period took no longer (seed 2.1)."""
    seconds = m.flow.cycle.p90
    return Measured(value=None if seconds is None else seconds / HOUR, denominator=m.flow.cycle.count)


@_kpi(Unit.SHARE, Better.LOWER, Group.MAIN)
def share_without_owner(m: Measures) -> Measured:
    """Share of open orders that nobody owns, at the end of the period (seed 2.1)."""
    return _share(Tally(hits=m.standing.without_owner, of=m.standing.open))


@_kpi(Unit.SHARE, Better.LOWER, Group.MAIN)
def share_without_next_step(m: Measures) -> Measured:
    """Share of open orders without a next action, at the end of the period (seed 2.1)."""
    return _share(Tally(hits=m.standing.without_next_step, of=m.standing.open))


# ── formulas: secondary ──────────────────────────────────────────────────────────────────────────────────────────────
@_kpi(Unit.SHARE, Better.HIGHER, Group.SECONDARY)
def inspection_to_payment(m: Measures) -> Measured:
    """Share of the orders that left `under_inspection` in the period which went to `awaiting_payment` in it (seed 2.2).

    The cohort is who left: nobody in it is still undecided. An order that left several times counts once.
    """
    return _share(m.flow.inspection_to_payment)


@_kpi(Unit.SHARE, Better.HIGHER, Group.SECONDARY)
def payment_to_shipment(m: Measures) -> Measured:
    """Share of the orders that left `awaiting_payment` in the period which went on to `ready_for_shipment` (seed 2.2).

    The cohort is who left, as above; an order sent back to inspection and paid later in the period counts as converted.
    """
    return _share(m.flow.payment_to_shipment)


@_kpi(Unit.MINUTES, Better.LOWER, Group.SECONDARY)
def reaction_time(m: Measures) -> Measured:
    """Median calendar minutes from an assignment's start to its acceptance, of those accepted in the period (seed 2.2).

    An assignment given at night starts when the manager's shift opens; accepted before that counts as zero.
    """
    return _median(m.flow.reaction, MINUTE)


@_kpi(Unit.SHARE, Better.LOWER, Group.SECONDARY)
def repeated_escalations(m: Measures) -> Measured:
    """Share of the orders escalated in the period that were escalated more than once in it (seed 2.2)."""
    return _share(m.flow.repeated)


# ── formulas: what the release is judged by beside those ─────────────────────────────────────────────────────────────
@_kpi(Unit.SHARE, Better.LOWER, Group.TARGET)
def sla_breach_rate_critical(m: Measures) -> Measured:
    """The SLA breach rate over the critical stages only (`targets.yaml: critical_stages`; docs/DOMAIN.md 11)."""
    stages = {stage.value: _share(m.flow.of_stage(stage)) for stage in m.critical_stages}
    return _share(m.flow.of_stages(m.critical_stages), stages)


@_kpi(Unit.SHARE, Better.HIGHER, Group.TARGET)
def with_owner_and_next_step(m: Measures) -> Measured:
    """Share of open orders that have both an owner and a next step, at the end of the period (docs/DOMAIN.md 11)."""
    return _share(Tally(hits=m.standing.open - m.standing.incomplete, of=m.standing.open))


@_kpi(Unit.SHARE, Better.HIGHER, Group.TARGET)
def escalations_complete(m: Measures) -> Measured:
    """Share of the period's escalations with owner, deadline and resolution, or still inside their deadline at its end.

    Docs/DOMAIN.md 11.
    """
    return _share(m.flow.escalations_complete)


@_kpi(Unit.ORDERS, Better.HIGHER, Group.TARGET)
def delivered(m: Measures) -> Measured:
    """Orders that reached `delivered` for the first time in the period: the throughput, the north star (seed 2)."""
    return Measured(value=m.flow.delivered)


def _median(spread: Spread, unit: float, parts: Mapping[str, Measured] | None = None) -> Measured:
    value = None if spread.median is None else spread.median / unit
    return Measured(value=value, denominator=spread.count, parts=parts or {})


def _share(tally: Tally, parts: Mapping[str, Measured] | None = None) -> Measured:
    return Measured(value=tally.share, numerator=tally.hits, denominator=tally.of, parts=parts or {})
