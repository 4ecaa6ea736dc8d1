"""KPIs compared: a period beside the one before it, and the time before an introduction beside the time after it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.kpi import KPIS, Better, Definition, Group, Measured, Unit
from domain.measures import Measures
from domain.policy import Targets


class Trend(StrEnum):
    """How a value compares with the one before it."""

    GOOD = "good"
    BAD = "bad"
    SAME = "same"


# ── a period beside the one before it ────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a KPI, by status or by clock."""

    value: float | None
    previous: float | None
    numerator: float | None
    denominator: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpi:
    """A KPI of a period with the previous period's value beside it; `delta` is the difference, `trend` judges it."""

    key: str
    group: Group
    unit: Unit
    better: Better
    value: float | None
    previous: float | None
    delta: float | None
    trend: Trend | None
    numerator: float | None
    denominator: float | None
    previous_numerator: float | None
    previous_denominator: float | None
    parts: Mapping[str, Part]


def assess(present: Measures, previous: Measures) -> tuple[Kpi, ...]:
    """Every KPI of a period beside the period before it."""
    return tuple(
        _assessed(definition, definition.formula(present), definition.formula(previous)) for definition in KPIS.values()
    )


def _assessed(definition: Definition, now: Measured, before: Measured) -> Kpi:
    delta = None if now.value is None or before.value is None else now.value - before.value
    return Kpi(
        key=definition.key,
        group=definition.group,
        unit=definition.unit,
        better=definition.better,
        value=now.value,
        previous=before.value,
        delta=delta,
        trend=trend_of(delta, definition.better),
        numerator=now.numerator,
        denominator=now.denominator,
        previous_numerator=before.numerator,
        previous_denominator=before.denominator,
        parts=_parts(now.parts, before.parts),
    )


def _parts(now: Mapping[str, Measured], before: Mapping[str, Measured]) -> dict[str, Part]:
    nothing = Measured(value=None)
    names = [*now, *(name for name in before if name not in now)]
    pairs = {name: (now.get(name, nothing), before.get(name, nothing)) for name in names}
    return {
        name: Part(
            value=present.value,
            previous=former.value,
            numerator=present.numerator,
            denominator=present.denominator,
        )
        for name, (present, former) in pairs.items()
    }


def trend_of(delta: float | None, better: Better) -> Trend | None:
    """Whether a change is good; None when there is nothing to compare."""
    if delta is None:
        return None
    if delta == 0:
        return Trend.SAME
    return Trend.GOOD if (delta < 0) == (better is Better.LOWER) else Trend.BAD


# ── before and after a date ──────────────────────────────────────────────────────────────────────────────────────────
class Demand(StrEnum):
    """What a target asks: that the value falls by a share of its former value, stays below, or reaches a bound."""

    FALL = "fall"
    BELOW = "below"
    AT_LEAST = "at_least"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A target of `targets.yaml`; `bound` is a share."""

    demand: Demand
    bound: float

    def met_by(self, before: float | None, after: float | None) -> bool | None:
        """Whether it is met; None when what it needs could not be measured."""
        if after is None:
            return None
        match self.demand:
            case Demand.BELOW:
                return after < self.bound
            case Demand.AT_LEAST:
                return after >= self.bound
            case Demand.FALL:
                change = relative(before, after)
                return None if change is None else change <= -self.bound


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A KPI before and after a date: `change` is relative to `before`; `met` judges the target, if there is one."""

    key: str
    group: Group
    unit: Unit
    better: Better
    before: float | None
    after: float | None
    change: float | None
    trend: Trend | None
    target: Target | None
    met: bool | None


def targets_of(targets: Targets) -> dict[str, Target]:
    """The targets of the first release by KPI (docs/DOMAIN.md 11)."""
    complete = float(targets.with_owner_and_next_step)
    return {
        "pending_manager_orders": Target(demand=Demand.FALL, bound=float(targets.pending_manager_orders_fall)),
        "share_over_72h": Target(demand=Demand.FALL, bound=float(targets.share_over_72h_fall)),
        "sla_breach_rate_critical": Target(demand=Demand.BELOW, bound=float(targets.sla_breach_rate_critical_below)),
        "with_owner_and_next_step": Target(demand=Demand.AT_LEAST, bound=complete),
        "escalations_complete": Target(demand=Demand.AT_LEAST, bound=float(targets.escalations_complete)),
    }


def compare(before: Measures, after: Measures, targets: Mapping[str, Target]) -> tuple[Change, ...]:
    """Every KPI before and after, with its target where it has one."""
    return tuple(
        _changed(definition, definition.formula(before).value, definition.formula(after).value, targets)
        for definition in KPIS.values()
    )


def _changed(
    definition: Definition, before: float | None, after: float | None, targets: Mapping[str, Target]
) -> Change:
    target = targets.get(definition.key)
    delta = None if before is None or after is None else after - before
    return Change(
        key=definition.key,
        group=definition.group,
        unit=definition.unit,
        better=definition.better,
        before=before,
        after=after,
        change=relative(before, after),
        trend=trend_of(delta, definition.better),
        target=target,
        met=None if target is None else target.met_by(before, after),
    )


def relative(before: float | None, after: float | None) -> float | None:
    """The change as a share of the former value; None when either is unknown or the former is zero."""
    if before is None or after is None or before == 0:
        return None
    return (after - before) / before
