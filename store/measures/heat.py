"""Kept and broken limits for the heatmap: three tables counted in one pass over the limits of the period."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.measures import Tally
from domain.orders import Status
from store.measures.limits import (
    ZONED,
    LimitFilter,
    Zones,
)
from store.measures.metrics_instants import tune

NOBODY: Final = 0
"""Stands for the owner of what nobody owns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Broken of all limits by owner and stage, by owner and hour (0 to 23), by stage and weekday (1 is Monday)."""

    owner_stage: Mapping[tuple[int, Status], Tally]
    owner_hour: Mapping[tuple[int, int], Tally]
    stage_weekday: Mapping[tuple[Status, int], Tally]


# Which columns a row is not grouped by is a bit each: 3 is (owner, stage), 5 is (owner, hour), 10 is (stage, weekday).
_COUNTS: Final = f"""
WITH counted AS (
    SELECT owner_id, stage, hour, weekday, count(*) AS decided, count(*) FILTER (WHERE broken) AS broken
    FROM {ZONED} GROUP BY owner_id, stage, hour, weekday
)
SELECT grouping(owner_id, stage, hour, weekday) AS kind, owner_id, stage, hour, weekday,
    CAST(sum(decided) AS int) AS decided, CAST(sum(broken) AS int) AS broken
FROM counted GROUP BY GROUPING SETS ((owner_id, stage), (owner_id, hour), (stage, weekday))
"""
_OWNER_STAGE: Final = 0b0011
_OWNER_HOUR: Final = 0b0101


async def counts(tx: AsyncConnection, which: LimitFilter, zones: Zones) -> Counts:
    """The three tables' cells; a cell in which nothing was decided is not there."""
    await tune(tx)
    owner_stage: dict[tuple[int, Status], Tally] = {}
    owner_hour: dict[tuple[int, int], Tally] = {}
    stage_weekday: dict[tuple[Status, int], Tally] = {}
    for row in await tx.execute(text(_COUNTS), which.values(zones)):
        tally = Tally(row.broken, row.decided)
        if row.kind == _OWNER_STAGE:
            owner_stage[row.owner_id or NOBODY, Status(row.stage)] = tally
        elif row.kind == _OWNER_HOUR:
            owner_hour[row.owner_id or NOBODY, row.hour] = tally
        else:
            stage_weekday[Status(row.stage), row.weekday] = tally
    return Counts(owner_stage=owner_stage, owner_hour=owner_hour, stage_weekday=stage_weekday)


@dataclass(frozen=True, slots=True, kw_only=True)
class Teammate:
    """Somebody whose limits may be looked at: whose calendar holds is told by the team."""

    id: int
    name: str
    team: str
    manages: bool


async def teammates(tx: AsyncConnection) -> list[Teammate]:
    """Everybody, by name; `manages`: a manager at work."""
    rows = await tx.execute(
        text("SELECT id, name, team, active AND role = 'manager' AS manages FROM people ORDER BY name, id")
    )
    return [Teammate(**row) for row in rows.mappings()]
