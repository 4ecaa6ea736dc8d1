"""How the constraints of managers came about: by whom, when and why, as the journal has it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class ConstraintSet:
    """The last time that somebody set a manager's constraints: who asked, the people who approved, and the reason."""

    at: datetime
    actor: str
    approvers: list[int]
    reason: str


async def last_set(tx: AsyncConnection, manager_id: int) -> ConstraintSet | None:
    """None when nobody ever did."""
    rows = await tx.execute(
        text(
            "SELECT at, actor, approvers, coalesce(facts ->> 'reason', '') AS reason FROM ai_decisions"
            " WHERE action = 'set_constraint' AND outcome = 'done' AND subject_id = :id ORDER BY id DESC LIMIT 1"
        ),
        {"id": manager_id},
    )
    row = rows.mappings().one_or_none()
    return None if row is None else ConstraintSet(**row)
