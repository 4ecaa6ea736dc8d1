"""Units of work that are carried out once, however often they are asked for: their keys, and what came of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from store.records import jsonb


async def claim(tx: AsyncConnection, key: str) -> list[dict[str, Any]] | None:
    """Take a key for this transaction's work: None when it is new, else what came of the work that had it.

    Whoever asks at the same moment waits until the first has committed (and is told) or rolled back (and takes it).
    """
    taken = await tx.execute(
        text(
            "INSERT INTO done_once (key, at) VALUES (:key, clock_timestamp()) ON CONFLICT (key) DO NOTHING RETURNING 1"
        ),
        {"key": key},
    )
    return None if taken.one_or_none() is not None else await known(tx, key)


async def keep(tx: AsyncConnection, key: str, results: Sequence[Mapping[str, object]]) -> None:
    """Write down what came of the work of a claimed key."""
    await tx.execute(
        text("UPDATE done_once SET results = CAST(:results AS jsonb) WHERE key = :key"),
        {"key": key, "results": jsonb(results)},
    )


async def known(tx: AsyncConnection, key: str) -> list[dict[str, Any]] | None:
    """What came of the work of this key; None when none has been done."""
    row = (await tx.execute(text("SELECT results FROM done_once WHERE key = :key"), {"key": key})).one_or_none()
    return None if row is None else list(row.results)
