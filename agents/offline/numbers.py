"""Numbers, KPIs and instants of the tools' facts as people say them."""

import re
from collections.abc import Mapping
from typing import Any, Final, cast

from locales import Texts

Facts = Mapping[str, Any]
_INSTANT: Final = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?: (\d{2}:\d{2}))?(?!\w|:\d)")


def spoken(text: str, facts: Facts, say: Texts) -> str:
    """The text with its dates in words: «18 ноября, 12:15»; the year only where it is not that of the facts."""

    def worded(found: re.Match[str]) -> str:
        year, month, day, clock = found.groups()
        parts = {"day": str(int(day)), "month": say.get(f"month-{int(month)}"), "year": year}
        if year == _year(facts):
            return say.get("offline-moment", clock=clock, **parts) if clock else say.get("time-day", **parts)
        return say.get("time-date-year", clock=clock, **parts) if clock else say.get("time-day-year", **parts)

    return _INSTANT.sub(worded, text)


def _year(facts: Facts) -> str:
    period = cast("Facts", facts.get("period") or {})
    return str(facts.get("as_of_local") or period.get("to_local") or "")[:4]


def kpi_line(key: str, kpi: Facts, say: Texts) -> str:
    """One KPI with its value, unit and the value before; or that there are no data."""
    value = next(((name, kpi[name]) for name in kpi if name.startswith("value_")), None)
    before = next((kpi[name] for name in kpi if name.startswith("previous_") and name != "previous_of"), None)
    name = say.get(f"kpi-{key}") if say.has(f"kpi-{key}") else key
    if value is None or value[1] is None:
        return say.get("offline-kpi-missing", name=name)
    unit = value[0].removeprefix("value_")
    key = f"offline-unit-{unit}"
    return say.get(
        "offline-kpi-line",
        name=name,
        value=number(value[1], say),
        unit=say.get(key) if say.has(key) else "",
        known="no" if before is None else "yes",
        before="" if before is None else number(before, say),
    )


def number(value: float, say: Texts) -> str:
    """A number as the language writes it."""
    return say.get("offline-number", value=float(value))
