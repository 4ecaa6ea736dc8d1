"""The limits that were decided in a span, one row each: kept or broken, whose, when, of which stage.

The same limits that the KPI `sla_breach_rate` counts (`metrics_flow.py`): final attempts are judged by their
clock, earlier attempts that broke have left their violation. A broken limit belongs to whoever owned it when it broke,
a kept one to whoever kept it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.measures import STAGE_LIMITS, WATCHES
from domain.orders import OPEN_STATUSES, Status
from domain.policy import ClockKind
from store.keyset import read_key, written_key

_PROMISE: Final = f"kind NOT IN ({', '.join(repr(kind.value) for kind in WATCHES)})"

# A kept limit has no violation: by a key that is NULL none is looked for.
_LAST: Final = f"""
    SELECT c.id AS clock_id, c.epoch, c.kind, c.stage, c.order_id, coalesce(v.owner_id, c.owner_id) AS owner_id,
        least(c.due_at, c.closed_at) AS at, c.due_at, c.closed_at IS NULL OR c.closed_at > c.due_at AS broken,
        c.closed_at AS ended_at, v.id AS violation_id
    FROM clocks AS c LEFT JOIN ai_sla_violations AS v
        ON v.clock_id = CASE WHEN c.closed_at IS NULL OR c.closed_at > c.due_at THEN c.id END AND v.epoch = c.epoch
    WHERE least(c.due_at, c.closed_at) > :since AND least(c.due_at, c.closed_at) <= :until AND c.{_PROMISE}
        AND c.kind = ANY(:kinds) AND c.stage = ANY(:stages)
"""
_EARLIER: Final = f"""
    SELECT v.clock_id, v.epoch, v.clock_kind AS kind, v.stage, v.order_id, v.owner_id, v.due_at AS at, v.due_at,
        true AS broken, v.resolved_at AS ended_at, v.id AS violation_id
    FROM ai_sla_violations AS v JOIN (SELECT id, epoch FROM clocks WHERE epoch > 1 AND {_PROMISE}) AS c
        ON c.id = v.clock_id AND c.epoch > v.epoch
    WHERE v.due_at > :since AND v.due_at <= :until AND v.clock_kind = ANY(:kinds) AND v.stage = ANY(:stages)
"""
_ZONED: Final = """
    SELECT l.*, CAST(date_part('hour', z.local) AS int) AS hour, CAST(date_part('isodow', z.local) AS int) AS weekday
    FROM ({decided}) AS l
    LEFT JOIN unnest(CAST(:people AS bigint[]), CAST(:zones AS text[])) AS t (person_id, zone)
        ON t.person_id = l.owner_id
    CROSS JOIN LATERAL (SELECT l.at AT TIME ZONE coalesce(t.zone, :zone) OFFSET 0) AS z (local)
"""
DECIDED: Final = f"({_LAST} UNION ALL {_EARLIER}) AS l"
"""Rows of (clock_id, epoch, kind, stage, order_id, owner_id, at, due_at, broken, ended_at, violation_id)."""
ZONED: Final = f"({_ZONED.format(decided=f'{_LAST} UNION ALL {_EARLIER}')}) AS l"
"""The same with the hour (0 to 23) and the weekday (1 is Monday) at which they were decided, where their team works."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Zones:
    """The zone of each person's team, and the company's own for what nobody owns."""

    of: Mapping[int, str]
    otherwise: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitFilter:
    """Which limits: decided in `(since, until]`, of these stages and clocks; of one owner (0: nobody's), hour, weekday.

    `clock` None: all limits of a stage (docs/DOMAIN.md 2 and 5).
    """

    since: datetime
    until: datetime
    stages: Sequence[Status] = OPEN_STATUSES
    clock: ClockKind | None = None
    owner_id: int | None = None
    hour: int | None = None
    weekday: int | None = None

    def values(self, zones: Zones) -> dict[str, Any]:
        """The parameters of `ZONED`."""
        kinds = STAGE_LIMITS if self.clock is None else STAGE_LIMITS & {self.clock}
        return {
            "since": self.since,
            "until": self.until,
            "kinds": [kind.value for kind in kinds],
            "stages": [stage.value for stage in self.stages],
            "people": list(zones.of),
            "zones": list(zones.of.values()),
            "zone": zones.otherwise,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenLimit:
    """One broken limit: when it was due, when it ended after all (None: not yet), what was made of its violation.

    `resolved_by` is the journal's actor, `resolver` that person's name. `seen` is false where the watchdog has not
    looked yet, or found the limit over when it did.
    """

    code: str | None
    bike: str | None
    kind: str
    stage: str
    owner: str | None
    due_at: datetime
    ended_at: datetime | None
    seen: bool
    resolved_at: datetime | None
    resolved_by: str | None
    resolver: str | None
    resolution: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenPage:
    """A page of broken limits, the latest first, and the key of the next one, None at the end."""

    lines: Sequence[BrokenLimit]
    following: str | None


_PAGE: Final = """
SELECT o.code, o.bike, l.kind, l.stage, p.name AS owner, l.due_at, l.ended_at, l.violation_id IS NOT NULL AS seen,
    v.resolved_at, v.resolved_by, r.name AS resolver, v.resolution,
    ARRAY[CAST(l.due_at AS text), CAST(l.clock_id AS text), CAST(l.epoch AS text)] AS key
FROM (
    {last} UNION ALL {earlier}
    ORDER BY at DESC, clock_id DESC, epoch DESC LIMIT :limit
) AS l
LEFT JOIN orders AS o ON o.id = l.order_id LEFT JOIN people AS p ON p.id = l.owner_id
LEFT JOIN ai_sla_violations AS v ON v.id = l.violation_id
LEFT JOIN people AS r ON 'person:' || r.id = v.resolved_by
ORDER BY l.due_at DESC, l.clock_id DESC, l.epoch DESC
"""
# Each kind of attempt by itself is read along its index, from the latest on, and no further than the page goes.
_LATEST: Final = """(
    SELECT * FROM ({attempts}) AS l WHERE l.broken AND {where}
    ORDER BY l.at DESC, l.clock_id DESC, l.epoch DESC LIMIT :limit
)"""
_KEY: Final = {"after_due": "timestamptz", "after_id": "bigint", "after_epoch": "int"}
_AFTER: Final = (
    " AND (l.at, l.clock_id, l.epoch)"
    " < (CAST(:after_due AS timestamptz), CAST(:after_id AS bigint), CAST(:after_epoch AS int))"
)


async def broken_page(
    tx: AsyncConnection, which: LimitFilter, zones: Zones, *, after: str | None, limit: int
) -> BrokenPage:
    """One page; `after` is the `following` of the page before. Raises InvalidInputError for a key that is none."""
    where, values = _where(which, zones)
    if after is not None:
        where += _AFTER
        values |= read_key(after, _KEY)
    last, earlier = (_LATEST.format(attempts=_seen(which, attempts), where=where) for attempts in (_LAST, _EARLIER))
    rows = await tx.execute(text(_PAGE.format(last=last, earlier=earlier)), values | {"limit": limit + 1})
    found = [dict(row) for row in rows.mappings()]
    keys = [row.pop("key") for row in found]
    following = written_key(keys[limit - 1]) if len(found) > limit else None
    return BrokenPage(lines=[BrokenLimit(**row) for row in found[:limit]], following=following)


async def decided(tx: AsyncConnection, which: LimitFilter, zones: Zones) -> tuple[int, int]:
    """How many of these limits were broken, of how many."""
    where, values = _where(which, zones)
    seen = f"({_seen(which, f'{_LAST} UNION ALL {_EARLIER}')}) AS l"
    statement = f"SELECT count(*) FILTER (WHERE l.broken) AS broken, count(*) AS n FROM {seen} WHERE {where}"
    row = (await tx.execute(text(statement), values)).one()
    return row.broken, row.n


def _seen(which: LimitFilter, attempts: str) -> str:
    """The hour and the weekday are worked out only where they are asked for."""
    return attempts if which.hour is None and which.weekday is None else _ZONED.format(decided=attempts)


def _where(which: LimitFilter, zones: Zones) -> tuple[str, dict[str, Any]]:
    parts, values = ["true"], which.values(zones)
    if which.owner_id is not None:
        parts.append("l.owner_id IS NOT DISTINCT FROM CAST(:owner_id AS bigint)")
        values["owner_id"] = which.owner_id or None
    for name in ("hour", "weekday"):
        if (value := getattr(which, name)) is not None:
            parts.append(f"l.{name} = :{name}")
            values[name] = value
    return " AND ".join(parts), values
