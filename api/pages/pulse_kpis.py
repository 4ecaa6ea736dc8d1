"""A KPI as the pulse shows it: the value, the one before, which way it went, whether that is good, and the target."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from domain.assessment import Demand, Kpi, Target, Trend
from domain.kpi import Group, Unit
from domain.measures import Period
from locales.words import Words

SHOWN: Final = (Group.MAIN, Group.TARGET)
BY_LIMIT: Final = {"sla_breach_rate": {}, "sla_breach_rate_critical": {"critical": "true"}}
"""KPIs of limits, which the heatmap lists one by one, and what its address takes for each."""
BY_QUEUE: Final = {
    "open": "/queue",
    "pending_manager_orders": "/queue?status=pending_manager",
    "share_without_owner": "/queue?owner=0",
}
"""Numbers whose orders the queue lists, where there are levers on them."""
LONG_HOURS: Final = 72
"""From so many hours on days are easier to read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One number in words; `target` and `met` are empty without a target, `address` is None without data."""

    kpi: Kpi
    value: str
    before: str
    change: str
    trend: str
    target: str
    met: bool | None
    address: str | None


def tile(kpi: Kpi, target: Target | None, words: Words, address: str | None) -> Tile:
    """The KPI in the reader's words."""
    unit = unit_of(kpi.unit, kpi.value, kpi.previous)
    return Tile(
        kpi=kpi,
        value=value_of(words, unit, kpi.value),
        before=value_of(words, unit, kpi.previous),
        change=_change(kpi, words),
        trend="none" if kpi.trend is None else kpi.trend.value,
        target="" if target is None else words.plain(f"kpi-target-{target.demand.value}", bound=target.bound),
        met=None if target is None else _met(target, kpi),
        address=None if kpi.value is None else address,
    )


def unit_of(unit: Unit, *values: float | None) -> str:
    """The unit in which these values, and their difference, are said: the end of their texts' keys."""
    most = max(value or 0 for value in values)
    return "days" if unit is Unit.HOURS and most >= LONG_HOURS else unit.value


def value_of(words: Words, unit: str, value: float | None) -> str:
    """A value with its unit."""
    if value is None:
        return words.plain("web-no-data")
    return words.plain(f"kpi-value-{unit}", value=value / 24 if unit == "days" else value)


def address_of(kpi: Kpi, period: Period, span: str, *, history: bool) -> str:
    """Where exactly the orders that it counts are listed; `history`: an imported one counts, which no queue shows."""
    if kpi.key in BY_QUEUE and not history:
        return BY_QUEUE[kpi.key]
    given = {"period": span, "until": period.until.isoformat()}
    if kpi.key in BY_LIMIT:
        return f"/heatmap/behind?{urlencode({**given, **BY_LIMIT[kpi.key]})}"
    return f"/pulse/behind/{kpi.key}?{urlencode(given)}"


def standing_at(key: str, *, history: bool) -> str:
    """Where the orders of a number of the present are listed; `history` as in `address_of`."""
    return f"/pulse/behind/{key}" if history else BY_QUEUE[key]


def _change(kpi: Kpi, words: Words) -> str:
    """The difference with its sign; of shares in points."""
    if kpi.delta is None or kpi.trend is Trend.SAME:
        return ""
    unit, amount = (
        ("points", abs(kpi.delta) * 100)
        if kpi.unit is Unit.SHARE
        else (unit_of(kpi.unit, kpi.value, kpi.previous), abs(kpi.delta))
    )
    return words.plain("kpi-rise" if kpi.delta > 0 else "kpi-drop", value=value_of(words, unit, amount))


def _met(target: Target, kpi: Kpi) -> bool | None:
    """Whether the bound is kept. A fall is asked against the time before the introduction, which a period is not."""
    return None if target.demand is Demand.FALL else target.met_by(kpi.previous, kpi.value)
