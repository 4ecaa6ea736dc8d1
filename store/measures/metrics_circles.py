"""KPIs of the other circles that can be counted from what the desk keeps (docs/DOMAIN.md 7); the rest has no source.

Each is counted over `(since, until]`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.kpi import Unit
from domain.measures import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Countable:
    """A KPI that one statement counts: what it means, its unit, and the statement, which yields `value` and `of`."""

    meaning: str
    unit: str
    statement: str


def _in(at: str) -> str:
    return f"{at} > :since AND {at} <= :until"


COUNTABLE: Final[Mapping[str, Countable]] = {
    "time_to_close_critical_signals": Countable(
        meaning="Median calendar hours from a critical signal to its settlement, of those settled in the period.",
        unit=Unit.HOURS.value,
        statement="SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM resolved_at - created_at)"
        "::float8) / 3600 AS value, count(*) AS of FROM ai_signals"
        f" WHERE severity = 'critical' AND {_in('resolved_at')}",
    ),
    "repeated_incidents": Countable(
        meaning="Signals of the period that repeat a settled one: same kind, same subject.",
        unit="signals",
        statement="SELECT count(*) FILTER (WHERE EXISTS (SELECT 1 FROM ai_signals AS b WHERE b.dedup_key = s.dedup_key"
        f" AND b.id < s.id)) AS value, count(*) AS of FROM ai_signals AS s WHERE {_in('s.created_at')}",
    ),
    "throughput_per_manager": Countable(
        meaning="Orders delivered in the period for each manager at work.",
        unit=Unit.ORDERS.value,
        statement="SELECT CAST(d.n AS float8) / nullif(m.n, 0) AS value, m.n AS of FROM"
        " (SELECT count(DISTINCT order_id)"
        f" AS n FROM order_status_events WHERE to_status = 'delivered' AND {_in('at')}) AS d,"
        " (SELECT count(*) AS n FROM people WHERE active AND role = 'manager') AS m",
    ),
    "incident_count": Countable(
        meaning="Signals of the reliability circle raised in the period.",
        unit="signals",
        statement="SELECT count(*) AS value, NULL AS of FROM ai_signals"
        f" WHERE circle = 'reliability' AND {_in('created_at')}",
    ),
    "mttr": Countable(
        meaning="Mean calendar hours from a signal of the reliability circle to its settlement, of those settled.",
        unit=Unit.HOURS.value,
        statement="SELECT CAST(avg(extract(epoch FROM resolved_at - created_at)) AS float8) / 3600 AS value,"
        f" count(*) AS of FROM ai_signals WHERE circle = 'reliability' AND {_in('resolved_at')}",
    ),
    "data_contract_violations": Countable(
        meaning="Messages of the CRM that were refused and kept in quarantine in the period.",
        unit="messages",
        statement=f"SELECT count(*) AS value, NULL AS of FROM quarantine WHERE {_in('received_at')}",
    ),
    "compliance_risk_count": Countable(
        meaning="Signals of the governance circle raised in the period.",
        unit="signals",
        statement="SELECT count(*) AS value, NULL AS of FROM ai_signals"
        f" WHERE circle = 'governance' AND {_in('created_at')}",
    ),
    "sanctions_screen_coverage": Countable(
        meaning="Share of the orders whose payment was confirmed in the period that had been screened.",
        unit=Unit.SHARE.value,
        statement="SELECT CAST(count(*) FILTER (WHERE compliance <> 'unknown') AS float8) / nullif(count(*), 0)"
        f" AS value, count(*) AS of FROM orders WHERE id IN (SELECT order_id FROM order_status_events"
        f" WHERE to_status = 'ready_for_shipment' AND from_status = 'awaiting_payment' AND {_in('at')})",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A value (None: nothing to measure in the period), and how many it is of."""

    value: float | None
    of: int | None


async def counted(tx: AsyncConnection, key: str, period: Period) -> Counted:
    """One of `COUNTABLE` in a period."""
    row = (await tx.execute(text(COUNTABLE[key].statement), {"since": period.since, "until": period.until})).one()
    return Counted(value=None if row.value is None else float(row.value), of=row.of)
