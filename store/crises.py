"""Crises as the signals know them, for the topics of forums."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class CrisisSignal:
    """A signal of a crisis, open or lately settled."""

    id: int
    code: str
    severity: str
    circle: str
    evidence: Mapping[str, Any]
    status: str
    resolution: str | None
    due_at: datetime
    decision: UUID


async def signals(tx: AsyncConnection, codes: Sequence[str]) -> list[CrisisSignal]:
    """Signals with these codes that are open, and settled ones whose topic still stands, the oldest first."""
    rows = await tx.execute(
        text(
            f"SELECT {', '.join(CrisisSignal.__dataclass_fields__)} FROM ai_signals AS s WHERE"
            " (code = ANY(:codes) AND status IN ('open', 'acknowledged', 'snoozed'))"
            " OR id IN (SELECT CAST(split_part(subject, ':', 2) AS bigint) FROM telegram_topics"
            " WHERE purpose = 'crisis' AND subject LIKE 'signal:%' AND state IN ('wanted', 'open')) ORDER BY id"
        ),
        {"codes": list(codes)},
    )
    return [CrisisSignal(**row) for row in rows.mappings()]
