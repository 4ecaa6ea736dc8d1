"""KPIs of a period, and before and after a date: the measures of `metrics_standing` and `metrics_flow`, put together.

Everything is counted by PostgreSQL in sets, bounded by the period or by the open orders; no rows of orders are read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import add
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.assessment import Change, Kpi, assess, compare, targets_of
from domain.errors import InvalidInputError
from domain.measures import LONGEST, SHORTEST, Flow, Measures, Period, Standing
from domain.policy import Policy
from domain.worktime import utc
from store.measures import metrics_flow, metrics_instants, metrics_standing
from store.measures.metrics_standing import QueueRow

SAMPLE_EVERY: Final = timedelta(days=1)


async def kpis(tx: AsyncConnection, period: Period, policy: Policy, *, now: datetime) -> tuple[Kpi, ...]:
    """Every KPI of the period with the previous period's value beside it."""
    return (await kpis_and_queue(tx, period, policy, now=now))[0]


async def kpis_and_queue(
    tx: AsyncConnection, period: Period, policy: Policy, *, now: datetime
) -> tuple[tuple[Kpi, ...], Sequence[QueueRow]]:
    """The same, and the queue by age at the period's end, which is counted in the same pass."""
    await metrics_instants.tune(tx)
    previous, present = await metrics_flow.flows(tx, period)
    stood = await metrics_standing.stood(tx, (period.since, period.until), policy, now=now)
    before, after = stood.standings
    return assess(_measures(after, present, policy), _measures(before, previous, policy)), stood.queue


def _measures(standing: Standing, flow: Flow, policy: Policy) -> Measures:
    return Measures(standing=standing, flow=flow, critical_stages=policy.targets.critical_stages)


@dataclass(frozen=True, slots=True, kw_only=True)
class BeforeAfter:
    """The report around a date: what it compares, how far the later span has come, and every KPI's change.

    What a period's KPI says of its end (pending orders, shares of open orders) is here the mean over `samples` moments
    of each span, a day apart and the last at its end: one moment would say more of the hour than of the change.
    """

    at: datetime
    before_since: datetime
    after_until: datetime
    complete: bool
    samples: tuple[int, int]
    kpis: tuple[Change, ...]


async def before_after(
    tx: AsyncConnection, at: datetime, window: timedelta, policy: Policy, *, now: datetime
) -> BeforeAfter:
    """Each KPI in the window before `at` beside the window after it, judged by the release's targets.

    A window that is not over yet is measured up to `now`, and said to be incomplete. Raises InvalidInputError when
    `at` lies in the future or the window cannot be measured.
    """
    at = utc(at, field="at")
    if not SHORTEST <= window <= LONGEST:
        raise InvalidInputError(field="window", value=str(window), allowed=("1m to 400d",))
    if at >= now:
        raise InvalidInputError(field="at", value=at.isoformat(), allowed=(f"before {now.isoformat()}",))
    await metrics_instants.tune(tx)
    until = min(at + window, now)
    before, _ = await metrics_flow.flows(tx, Period(since=at, until=at + window))
    _, after = await metrics_flow.flows(tx, Period(since=at, until=until))
    former = (await metrics_standing.stood(tx, moments(at - window, at), policy, now=now)).standings
    later = (await metrics_standing.stood(tx, moments(at, until), policy, now=now)).standings
    return BeforeAfter(
        at=at,
        before_since=at - window,
        after_until=until,
        complete=until == at + window,
        samples=(len(former), len(later)),
        kpis=compare(
            _measures(reduce(add, former), before, policy),
            _measures(reduce(add, later), after, policy),
            targets_of(policy.targets),
        ),
    )


def moments(since: datetime, until: datetime) -> list[datetime]:
    """When a span is looked at: at its end, and every day back from it."""
    count = max(1, (until - since) // SAMPLE_EVERY)
    return [until - SAMPLE_EVERY * back for back in reversed(range(count))]
