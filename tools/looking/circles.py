"""A role of the holacracy: what it is for, and which of its KPIs can be told from the data that exist."""

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.answers import Answer
from domain.errors import InvalidInputError
from domain.foreign import Fact
from domain.kpi import KPIS, Unit
from domain.measures import Period
from domain.queries import LookAtCircles
from store.measures import metrics, metrics_circles
from store.measures.metrics_circles import COUNTABLE
from tools.looking.kpis import kpi_facts, period_facts
from tools.looking.registry import LookContext, looks
from tools.looking.times import percent, rounded


@looks(LookAtCircles)
async def circles(tx: AsyncConnection, query: LookAtCircles, context: LookContext) -> Answer:
    """What is missing is named: a circle without data is marked uncertain, never guessed (docs/DOMAIN.md 7)."""
    context.viewer.require_sees_all("read_metrics")
    policy, roles = context.policy.circles, context.policy.roles.roles
    role = roles.get(query.role)
    if role is None:
        raise InvalidInputError(field="role", value=query.role, allowed=tuple(roles))
    period = context.period(query.period)
    known = await _known(tx, role.kpis, period, context)
    circle = policy.circles[role.circle]
    return Answer.of(
        {
            **period_facts(period, context),
            "role": query.role,
            "name": role.name,
            "circle": role.circle,
            "circle_name": circle.name,
            "priority": circle.priority,
            "is_arbiter": query.role == policy.arbiter,
            "purpose": role.purpose,
            "kpis": known,
            "missing_kpis": [key for key in role.kpis if key not in known],
            "with_data": f"{len(known)}/{len(role.kpis)}",
            "hears": [{"from": one.source, "what": list(one.what)} for one in policy.hears if one.target == query.role],
            "tells": [{"to": one.target, "what": list(one.what)} for one in policy.hears if one.source == query.role],
        }
    )


async def _known(tx: AsyncConnection, keys: tuple[str, ...], period: Period, context: LookContext) -> dict[str, Fact]:
    """Those that something counts; a value of None says that nothing happened that could be measured."""
    found: dict[str, Fact] = {}
    if any(key in KPIS for key in keys):
        assessed = await metrics.kpis(tx, period, context.policy, now=context.now)
        found = {kpi.key: kpi_facts(kpi) for kpi in assessed if kpi.key in keys}
    for key in keys:
        if key in COUNTABLE:
            found[key] = await _counted(tx, key, period)
    return found


async def _counted(tx: AsyncConnection, key: str, period: Period) -> dict[str, Fact]:
    kpi = COUNTABLE[key]
    now = await metrics_circles.counted(tx, key, period)
    before = await metrics_circles.counted(tx, key, Period(since=period.before, until=period.since))
    if kpi.unit == Unit.SHARE:
        values: dict[str, Fact] = {"value_percent": percent(now.value), "previous_percent": percent(before.value)}
    else:
        values = {f"value_{kpi.unit}": rounded(now.value), f"previous_{kpi.unit}": rounded(before.value)}
    return {"meaning": kpi.meaning, **values, "of": now.of, "previous_of": before.of}
