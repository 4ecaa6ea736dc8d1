"""Rate limits across processes: one row a key, one statement a reservation (the generic cell rate algorithm).

Time is the database's, so that any number of machines keeps one pace.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """The answer to a reservation: a slot of one's own (`taken`), or when to ask again; both `wait` from now."""

    taken: bool
    at: datetime
    wait: timedelta


# `tat`: from when on the key is free. The new row's own tat carries this statement's one reading of the clock.
_TAKE = """
INSERT INTO rate_slots AS s (key, tat) VALUES (:key, clock_timestamp() + :interval)
ON CONFLICT (key) DO UPDATE SET tat = greatest(s.tat, excluded.tat - :interval) + :interval
    WHERE s.tat <= excluded.tat - :interval + :within + :slack
RETURNING tat - :interval - :slack AS at,
    greatest(tat - :interval - :slack - clock_timestamp(), interval '0') AS wait
"""

_STAND_IN_LINE = """
INSERT INTO rate_slots AS s (key, tat)
SELECT 'line:' || key, greatest(tat - :slack, clock_timestamp() + :within) + :interval FROM rate_slots WHERE key = :key
ON CONFLICT (key) DO UPDATE SET tat = greatest(s.tat, excluded.tat - :interval) + :interval
RETURNING tat - :interval AS at, greatest(tat - :interval - clock_timestamp(), interval '0') AS wait
"""

_HOLD = """
INSERT INTO rate_slots AS s (key, tat) VALUES (:key, clock_timestamp() + :length)
ON CONFLICT (key) DO UPDATE SET tat = greatest(s.tat, excluded.tat)
"""


async def reserve(
    tx: AsyncConnection, key: str, *, interval: timedelta, within: timedelta, slack: timedelta = timedelta()
) -> Slot:
    """The next slot of the key, one every `interval`, if it comes `within` this time; `slack` too early is no harm.

    Otherwise nothing is reserved: whoever asked is told when to ask again, one after the other at the same pace, so
    that a crowd does not come back at one instant.
    """
    parameters = {"key": key, "interval": interval, "within": within, "slack": slack}
    row = (await tx.execute(text(_TAKE), parameters)).one_or_none()
    if row is not None:
        return Slot(taken=True, at=row.at, wait=row.wait)
    row = (await tx.execute(text(_STAND_IN_LINE), parameters)).one()
    return Slot(taken=False, at=row.at, wait=row.wait)


async def hold(tx: AsyncConnection, key: str, *, length: timedelta) -> None:
    """No slots of the key for this long: the other side asked for it."""
    await tx.execute(text(_HOLD), {"key": key, "length": length})
