"""The workspace: everything an admin looks at, of one moment, in one snapshot of the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.assessment import Kpi, assess
from domain.measures import STAGE_LIMITS, Flow, Measures, Period, Tally
from domain.orders import OPEN_STATUSES, Status
from domain.policy import Policy
from store.measures import metrics_desk, metrics_flow, metrics_instants, metrics_standing
from store.measures.metrics_desk import (
    HotOrder,
    Load,
    RecentDecision,
    SignalCount,
    WaitingApprovals,
)
from store.measures.metrics_standing import QueueRow


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitCount:
    """Limits decided in a period and how many were broken; the share, and the previous period's share beside it."""

    decided: int
    broken: int
    rate: float | None
    previous_rate: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StageSla:
    """One row of the SLA heatmap: all limits of a stage, by kind of clock, and those broken and unresolved now."""

    stage: Status
    critical: bool
    total: LimitCount
    by_clock: Mapping[str, LimitCount]
    broken_now: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """What `GET /api/admin/workspace` shows: KPIs of the period, and the present of the desk."""

    now: datetime
    since: datetime
    until: datetime
    policy_version: str
    kpis: Sequence[Kpi]
    queue: Sequence[QueueRow]
    hot_orders: Sequence[HotOrder]
    sla: Sequence[StageSla]
    managers: Sequence[Load]
    signals: Sequence[SignalCount]
    approvals: WaitingApprovals
    outbox: Mapping[str, int]
    decisions: Sequence[RecentDecision]


async def workspace(tx: AsyncConnection, period: Period, policy: Policy, *, now: datetime) -> Workspace:
    """The whole page; `tx` should be a reading transaction, so that all numbers are of one moment."""
    await metrics_instants.tune(tx)
    known_until = await metrics_instants.history_known_until(tx)
    stood = await metrics_standing.stood(tx, (period.since, period.until), policy, now=now)
    former, present = stood.standings
    before, flow = await metrics_flow.flows(tx, period)
    critical = policy.targets.critical_stages
    return Workspace(
        now=now,
        since=period.since,
        until=period.until,
        policy_version=policy.version,
        kpis=assess(
            Measures(standing=present, flow=flow, critical_stages=critical),
            Measures(standing=former, flow=before, critical_stages=critical),
        ),
        queue=stood.queue,
        hot_orders=await metrics_desk.hot_orders(tx, known_until, now=now),
        sla=sla_rows(flow, before, await metrics_desk.broken_now(tx, known_until, now=now), critical),
        managers=await metrics_desk.loads(tx, period, policy, known_until, now=now),
        signals=await metrics_desk.open_signals(tx, now=now),
        approvals=await metrics_desk.waiting_approvals(tx, now=now),
        outbox=await metrics_desk.outbox_counts(tx),
        decisions=await metrics_desk.recent_decisions(tx),
    )


def sla_rows(flow: Flow, before: Flow, broken_now: Mapping[str, int], critical: Sequence[Status]) -> list[StageSla]:
    """The heatmap, every open stage in the order of the path."""
    return [
        StageSla(
            stage=stage,
            critical=stage in critical,
            total=_count(flow.of_stage(stage), before.of_stage(stage)),
            by_clock={
                kind: _count(tally, before.clocks.get((of_stage, kind), Tally()))
                for (of_stage, kind), tally in sorted(flow.clocks.items(), key=str)
                if of_stage == stage and kind in STAGE_LIMITS
            },
            broken_now=broken_now.get(stage, 0),
        )
        for stage in OPEN_STATUSES
    ]


def _count(now: Tally, before: Tally) -> LimitCount:
    return LimitCount(decided=now.of, broken=now.hits, rate=now.share, previous_rate=before.share)
