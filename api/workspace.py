"""The numbers of the desk for its leaders: the workspace, the KPIs, and the report before and after a date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import AwareDatetime

from api.identity import Asker, Signed, desk_of
from domain.assessment import Kpi
from domain.measures import Period, read_span
from guardrails.desk import Desk
from store.measures import metrics
from store.measures.metrics import BeforeAfter
from store.views.workspace import (
    Workspace,
    workspace,
)

router = APIRouter(prefix="/api", tags=["metrics"])

Span = Annotated[str, Query(max_length=20, description="A length of time: 24h, 7d, 30d; from 1m to 400d.")]
Until = Annotated[
    AwareDatetime | None, Query(description="The end of the period, with its zone; the present when left out.")
]


def _require_sees_all(asker: Asker) -> None:
    asker.viewer.require_sees_all("read_metrics")


def _period(desk: Desk, period: str, until: datetime | None) -> Period:
    return Period.ending(read_span(period, field="period"), now=desk.timeline.now(), until=until)


@router.get("/admin/workspace")
async def read_workspace(request: Request, asker: Signed, *, period: Span = "7d", until: Until = None) -> Workspace:
    """Everything an admin looks at: KPIs of the period beside the previous one, and the present of the desk."""
    _require_sees_all(asker)
    desk = desk_of(request)
    span = _period(desk, period, until)
    async with desk.db.reading() as tx:
        return await workspace(tx, span, desk.policy, now=desk.timeline.now())


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiReport:
    """Every KPI of `(since, until]`."""

    since: datetime
    until: datetime
    policy_version: str
    kpis: Sequence[Kpi]


@router.get("/kpi")
async def read_kpis(request: Request, asker: Signed, *, period: Span = "7d", until: Until = None) -> KpiReport:
    """All KPIs of AI-ROP in a period, each with the previous period's value, the difference, and whether it is good."""
    _require_sees_all(asker)
    desk = desk_of(request)
    span = _period(desk, period, until)
    async with desk.db.reading() as tx:
        found = await metrics.kpis(tx, span, desk.policy, now=desk.timeline.now())
    return KpiReport(since=span.since, until=span.until, policy_version=desk.policy.version, kpis=found)


@router.get("/kpi/before-after")
async def read_before_after(
    request: Request,
    asker: Signed,
    *,
    at: Annotated[AwareDatetime, Query(description="The date of the introduction, with its zone.")],
    window: Annotated[str, Query(max_length=20, description="How long before and after is measured.")] = "14d",
) -> BeforeAfter:
    """Each KPI before and after a date with its relative change, and whether the release's targets are met."""
    _require_sees_all(asker)
    desk = desk_of(request)
    length = read_span(window, field="window")
    async with desk.db.reading() as tx:
        return await metrics.before_after(tx, at, length, desk.policy, now=desk.timeline.now())
