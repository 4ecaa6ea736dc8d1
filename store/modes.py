"""How far the role agents are let: the switch of all roles, and of each."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.agency import EVERY_ROLE, Mode, strictest


async def mode_of(tx: AsyncConnection, role: str) -> Mode:
    """The stricter of the mode for all and the role's own; act where nobody has said anything."""
    rows = await tx.execute(
        text("SELECT mode FROM ai_modes WHERE role IN (:role, :every)"), {"role": role, "every": EVERY_ROLE}
    )
    return strictest(*(Mode(row.mode) for row in rows))


async def set_mode(
    tx: AsyncConnection, role: str, mode: Mode, *, reason: str, set_by: int | None, now: datetime, decision: UUID
) -> None:
    """Set the switch of a role, or of `EVERY_ROLE`."""
    await tx.execute(
        text(
            "INSERT INTO ai_modes (role, mode, reason, set_by, set_at, decision)"
            " VALUES (:role, :mode, :reason, :set_by, :now, :decision)"
            " ON CONFLICT (role) DO UPDATE SET mode = excluded.mode, reason = excluded.reason,"
            " set_by = excluded.set_by, set_at = excluded.set_at, decision = excluded.decision"
        ),
        {"role": role, "mode": mode.value, "reason": reason, "set_by": set_by, "now": now, "decision": decision},
    )
