"""What the first release is judged by: the role's KPIs with a target, before the desk was launched and after it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from api.pages.pulse_kpis import unit_of, value_of
from api.pages.visit import Visit
from domain.assessment import Change, targets_of
from store import policies
from store.measures import metrics


async def launch_targets(visit: Visit, tx: AsyncConnection, keys: Collection[str]) -> Mapping[str, Any]:
    """The targets with what came of them; `launch` is None before the desk has worked, `days` what is measured."""
    policy, now = visit.desk.policy, visit.words.now
    if not set(keys) & set(targets_of(policy.targets)):
        return {"lines": ()}
    launch = await policies.first_loaded_at(tx)
    changes = [] if launch is None or launch >= now else await _changes(visit, tx, launch)
    shown = [change for change in changes if change.target is not None and change.key in keys]
    return {
        "lines": [_line(visit, change) for change in shown],
        "launch": launch,
        "days": policy.targets.measured_over.days,
        "measured": 0 if launch is None else min((now - launch).days, policy.targets.measured_over.days),
    }


async def _changes(visit: Visit, tx: AsyncConnection, launch: datetime) -> list[Change]:
    policy = visit.desk.policy
    report = await metrics.before_after(tx, launch, policy.targets.measured_over, policy, now=visit.words.now)
    return list(report.kpis)


def _line(visit: Visit, change: Change) -> Mapping[str, Any]:
    assert change.target is not None
    unit = unit_of(change.unit, change.before, change.after)
    return {
        "key": change.key,
        "target": visit.words.plain(f"kpi-target-{change.target.demand.value}", bound=change.target.bound),
        "before": value_of(visit.words, unit, change.before),
        "after": value_of(visit.words, unit, change.after),
        "met": change.met,
    }
