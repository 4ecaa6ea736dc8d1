"""How a period went for each person: limits kept and broken by kind of clock, and how fast orders were taken up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.measures import WATCHES, Period, Spread, Tally
from store.measures.metrics_flow import WAS_ANSWERED

_PROMISE: Final = f"NOT IN ({', '.join(repr(kind.value) for kind in WATCHES)})"

# Who owned it when it broke, who owns it when it is kept: a limit that changed hands counts for whom it ended with.
# A kept limit was decided when it was closed, and by the instant of the decision there is an index.
_LIMITS = f"""
SELECT owner_id, kind, count(*) FILTER (WHERE broken) AS broken, count(*) AS decided FROM (
    SELECT owner_id, clock_kind AS kind, true AS broken FROM ai_sla_violations
    WHERE breached_at > :since AND breached_at <= :until AND owner_id IS NOT NULL AND clock_kind {_PROMISE}
    UNION ALL
    SELECT owner_id, kind, false FROM clocks
    WHERE least(due_at, closed_at) > :since AND least(due_at, closed_at) <= :until AND closed_at <= due_at
        AND owner_id IS NOT NULL AND kind {_PROMISE}
) AS limits GROUP BY owner_id, kind
"""

_REACTIONS = f"""
SELECT manager_id, count(*) AS n, percentile_cont(0.5) WITHIN GROUP (
    ORDER BY greatest(extract(epoch FROM accepted_at - starts_at), 0)::float8) AS median
FROM ai_assignments WHERE accepted_at > :since AND accepted_at <= :until AND {WAS_ANSWERED}
GROUP BY manager_id
"""


@dataclass(slots=True)
class Conduct:
    """One person's period: broken of all limits decided, by kind of clock; seconds from an order's start to its yes."""

    limits: dict[str, Tally] = field(default_factory=dict[str, Tally])
    reaction: Spread = field(default_factory=Spread)

    @property
    def total(self) -> Tally:
        """Limits of every kind."""
        return sum(self.limits.values(), Tally())


async def conduct(tx: AsyncConnection, period: Period) -> Mapping[int, Conduct]:
    """By person; who had nothing to keep is not there."""
    span = {"since": period.since, "until": period.until}
    found: dict[int, Conduct] = {}
    for row in await tx.execute(text(_LIMITS), span):
        found.setdefault(row.owner_id, Conduct()).limits[row.kind] = Tally(row.broken, row.decided)
    for row in await tx.execute(text(_REACTIONS), span):
        found.setdefault(row.manager_id, Conduct()).reaction = Spread(row.n, row.median)
    return found


async def limits_of(tx: AsyncConnection, person_id: int, period: Period) -> Mapping[str, Tally]:
    """One person's limits by kind of clock: broken of all decided."""
    asked = {"person": person_id, "since": period.since, "until": period.until}
    rows = await tx.execute(text(f"SELECT * FROM ({_LIMITS}) AS decided WHERE owner_id = :person"), asked)
    return {row.kind: Tally(row.broken, row.decided) for row in rows}
