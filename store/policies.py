"""The policy versions that clocks and journal rows were written under."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.policy import Policy
from domain.stage_clocks import Terms


async def register(tx: AsyncConnection, policy: Policy, *, now: datetime) -> None:
    """Keep this version's rules; a version that is known stays as it was first loaded."""
    await tx.execute(
        text(
            "INSERT INTO policy_versions (version, body, loaded_at) VALUES (:version, CAST(:body AS jsonb), :now)"
            " ON CONFLICT (version) DO NOTHING"
        ),
        {"version": policy.version, "body": policy.model_dump_json(), "now": now},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of the rules: since when it was known, and its values in JSON's own types."""

    version: str
    loaded_at: datetime
    body: Mapping[str, Any]


async def recent(tx: AsyncConnection, *, limit: int) -> list[Version]:
    """The versions that were loaded last, the newest first."""
    rows = await tx.execute(
        text("SELECT version, loaded_at, body FROM policy_versions ORDER BY loaded_at DESC, version LIMIT :limit"),
        {"limit": limit},
    )
    return [Version(**row) for row in rows.mappings()]


async def first_loaded_at(tx: AsyncConnection) -> datetime | None:
    """Since when the desk works by rules: its launch, in company time; None before it."""
    return (await tx.execute(text("SELECT min(loaded_at) FROM policy_versions"))).scalar_one()


# Picked out of the kept rules rather than parsed as a whole: an old version need not fit the models of today.
_TERMS = text("""
SELECT version, CAST(body #>> '{clocks,remind_at}' AS float8) AS remind_at,
    CAST(body #>> '{clocks,ladder,l2_after}' AS float8) AS l2_after,
    CAST(body #>> '{clocks,ladder,l3_after}' AS float8) AS l3_after,
    ARRAY(SELECT kind.key FROM jsonb_each(body #> '{clocks,kinds}') AS kind
        WHERE kind.value ->> 'severity' = 'critical') AS critical,
    CAST(body #>> '{clocks,pause_max}' AS interval) AS pause_max
FROM policy_versions WHERE version = ANY(:versions)
""")


async def terms(tx: AsyncConnection, versions: Collection[str]) -> dict[str, Terms]:
    """The terms of clocks opened under these versions; a version that was never registered is left out."""
    rows = await tx.execute(_TERMS, {"versions": list(versions)})
    return {
        row.version: Terms(
            remind_at=row.remind_at,
            l2_after=row.l2_after,
            l3_after=row.l3_after,
            critical=frozenset(row.critical),
            pause_max=row.pause_max,
        )
        for row in rows
    }
