"""What the models cost: calls, tokens and money by day, role and model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.journal import canonical


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """The use of one model by one role in one day, or an increment of it; money in EUR."""

    role: str
    model: str
    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost_eur: Decimal = Decimal(0)
    fallbacks: int = 0
    refusals: int = 0
    rejected_texts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What a role has used in a day, over all models."""

    calls: int
    tokens: int
    cost_eur: Decimal


def together(one: Usage, other: Usage) -> Usage:
    """Two increments of the same role and model as one."""
    sums = {name: getattr(one, name) + getattr(other, name) for name in _NUMBERS}
    return Usage(role=one.role, model=one.model, **sums)


_NUMBERS = ("calls", "tokens_in", "tokens_out", "cost_eur", "fallbacks", "refusals", "rejected_texts")
ADD = (
    f"INSERT INTO ai_usage (day, role, model, {', '.join(_NUMBERS)})"
    f" SELECT :day, role, model, {', '.join(_NUMBERS)} FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r("
    "role text, model text, calls int, tokens_in bigint, tokens_out bigint, cost_eur numeric, fallbacks int,"
    " refusals int, rejected_texts int) ORDER BY role, model"
    " ON CONFLICT (day, role, model) DO UPDATE SET "
    + ", ".join(f"{name} = ai_usage.{name} + excluded.{name}" for name in _NUMBERS)
)
"""Adds `increments` to the day's account."""
SPENT = (
    "SELECT coalesce(sum(calls), 0)::int AS spent_calls,"
    " coalesce(sum(tokens_in + tokens_out), 0)::bigint AS spent_tokens,"
    " coalesce(sum(cost_eur), 0) AS spent_eur FROM ai_usage WHERE day = :day AND ai_usage.role = begun.role"
)
"""What the role of a turn that is `begun` has used on that day."""


def increments(day: date, used: Sequence[Usage]) -> dict[str, object]:
    """What `ADD` is given: one row a role and model."""
    rows = [{name: getattr(each, name) for name in ("role", "model", *_NUMBERS)} for each in used]
    return {"day": day, "rows": canonical(rows).decode()}


async def by_day(tx: AsyncConnection, since: date) -> list[Mapping[str, Any]]:
    """The account since a day, newest first."""
    rows = await tx.execute(
        text("SELECT * FROM ai_usage WHERE day >= :since ORDER BY day DESC, role, model"), {"since": since}
    )
    return [dict(row) for row in rows.mappings()]
