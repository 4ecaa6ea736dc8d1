"""How far the role agents are let: the switch of all roles, and of each."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.agency import EVERY_ROLE, Mode, strictest

MODES_LOCK = 0x4D4F4445  # "MODE": switches are turned one after another


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """How somebody has set a switch; `set_by` is a name, None for the operator."""

    role: str
    mode: Mode
    reason: str
    set_by: str | None
    set_at: datetime


async def mode_of(tx: AsyncConnection, role: str) -> Mode:
    """The stricter of the mode for all and the role's own; act where nobody has said anything."""
    rows = await tx.execute(
        text("SELECT mode FROM ai_modes WHERE role IN (:role, :every)"), {"role": role, "every": EVERY_ROLE}
    )
    return strictest(*(Mode(row.mode) for row in rows))


async def switches(tx: AsyncConnection) -> dict[str, Switch]:
    """Every switch that somebody has set, by role."""
    rows = await tx.execute(
        text(
            "SELECT m.role, m.mode, m.reason, p.name AS set_by, m.set_at"
            " FROM ai_modes AS m LEFT JOIN people AS p ON p.id = m.set_by ORDER BY m.role"
        )
    )
    return {
        row.role: Switch(role=row.role, mode=Mode(row.mode), reason=row.reason, set_by=row.set_by, set_at=row.set_at)
        for row in rows
    }


async def lock(tx: AsyncConnection, role: str) -> Mode:
    """How this very switch stands, held until the transaction ends; act where nobody has set it."""
    await tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MODES_LOCK})
    rows = await tx.execute(text("SELECT mode FROM ai_modes WHERE role = :role"), {"role": role})
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
