"""The KPIs of a period beside the period before it."""

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.answers import Answer
from domain.assessment import Kpi, Part
from domain.errors import InvalidInputError
from domain.foreign import Fact
from domain.kpi import KPIS, Unit
from domain.measures import Period
from domain.queries import LookAtKpis
from store.measures import metrics
from tools.looking.registry import LookContext, looks
from tools.looking.times import percent, rounded


@looks(LookAtKpis)
async def kpis(tx: AsyncConnection, query: LookAtKpis, context: LookContext) -> Answer:
    """All of them, or those asked for. Raises ForbiddenError for those who see only their own orders."""
    context.viewer.require_sees_all("read_metrics")
    if unknown := [key for key in query.keys if key not in KPIS]:
        raise InvalidInputError(field="keys", value=unknown[0], allowed=tuple(KPIS))
    period = context.period(query.period)
    found = await metrics.kpis(tx, period, context.policy, now=context.now)
    return Answer.of(
        {
            **period_facts(period, context),
            "kpis": {
                kpi.key: kpi_facts(kpi, with_parts=query.with_parts)
                for kpi in found
                if not query.keys or kpi.key in query.keys
            },
        }
    )


def period_facts(period: Period, context: LookContext) -> dict[str, Fact]:
    """The moment, the period and the one before it."""
    return {
        **context.times.present(),
        "period": context.times.period(period),
        "previous_period": context.times.period(Period(since=period.before, until=period.since)),
    }


def kpi_facts(kpi: Kpi, *, with_parts: bool = False) -> dict[str, Fact]:
    """A KPI with its unit in the key, what it is made of, and the previous period's value."""
    facts: dict[str, Fact] = {
        "meaning": KPIS[kpi.key].meaning,
        **measured("value", kpi.value, kpi.unit),
        **measured("previous", kpi.previous, kpi.unit),
        **_change(kpi),
        "better": kpi.better.value,
        "trend": None if kpi.trend is None else kpi.trend.value,
        "counted": rounded(kpi.numerator),
        "of": rounded(kpi.denominator),
        "previous_of": rounded(kpi.previous_denominator),
    }
    if with_parts and kpi.parts:
        facts["parts"] = {name: _part(part, kpi.unit) for name, part in kpi.parts.items()}
    return facts


def measured(name: str, value: float | None, unit: Unit) -> dict[str, Fact]:
    """A value under its name and unit."""
    if unit is Unit.SHARE:
        return {f"{name}_percent": percent(value)}
    return {f"{name}_{unit.value}": rounded(value)}


def _change(kpi: Kpi) -> dict[str, Fact]:
    if kpi.unit is Unit.SHARE:
        return {"change_percentage_points": percent(kpi.delta)}
    return {f"change_{kpi.unit.value}": rounded(kpi.delta)}


def _part(part: Part, unit: Unit) -> dict[str, Fact]:
    return {
        **measured("value", part.value, unit),
        **measured("previous", part.previous, unit),
        "of": rounded(part.denominator),
    }
