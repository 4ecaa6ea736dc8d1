"""What a turn of a role agent has done: a row a call, written in the commit that does it: no call acts twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.journal import canonical


@dataclass(frozen=True, slots=True, kw_only=True)
class PastEffect:
    """What a turn has done already: by which call, and what came of it."""

    call_key: str
    action: str
    outcome: str
    result: Mapping[str, Any]
    decision: UUID


async def of_turn(tx: AsyncConnection, turn_id: int) -> list[PastEffect]:
    """What earlier attempts of the turn have done."""
    rows = await tx.execute(
        text(
            "SELECT call_key, action, outcome, result, decision FROM ai_effects WHERE turn_id = :id ORDER BY call_key"
        ),
        {"id": turn_id},
    )
    return [PastEffect(**row) for row in rows.mappings()]


async def of_turns(tx: AsyncConnection, turn_ids: Sequence[int]) -> dict[int, list[PastEffect]]:
    """What each of these turns has done; turns that did nothing are left out."""
    rows = await tx.execute(
        text(
            "SELECT turn_id, call_key, action, outcome, result, decision FROM ai_effects WHERE turn_id = ANY(:ids)"
            " ORDER BY turn_id, call_key"
        ),
        {"ids": list(turn_ids)},
    )
    found: dict[int, list[PastEffect]] = {}
    for row in rows.mappings():
        effect = PastEffect(**{name: row[name] for name in PastEffect.__dataclass_fields__})
        found.setdefault(row["turn_id"], []).append(effect)
    return found


async def add(tx: AsyncConnection, turn_id: int, effect: PastEffect) -> bool:
    """Note what the turn did, in the commit that does it; False when that call has its effect already."""
    rows = await tx.execute(
        text(
            "INSERT INTO ai_effects (turn_id, call_key, action, outcome, result, decision)"
            " VALUES (:turn_id, :call_key, :action, :outcome, CAST(:result AS jsonb), :decision)"
            " ON CONFLICT (turn_id, call_key) DO NOTHING RETURNING 1"
        ),
        {
            "turn_id": turn_id,
            "call_key": effect.call_key,
            "action": effect.action,
            "outcome": effect.outcome,
            "result": canonical(dict(effect.result)).decode(),
            "decision": effect.decision,
        },
    )
    return rows.one_or_none() is not None
