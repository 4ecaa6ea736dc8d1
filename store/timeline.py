"""The company clock kept in the database, so that every process of a demo lives in the same company time."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.timeline import Timeline


@dataclass(frozen=True, slots=True)
class SystemTimeline:
    """Company time is wall time."""

    def now(self) -> datetime:
        """The system clock, UTC."""
        return datetime.now(UTC)

    def wall(self, at: datetime) -> datetime:
        """The same instant."""
        return at


@dataclass(frozen=True, slots=True)
class ScaledTimeline:
    """Company time that started at `company_at` when the wall showed `wall_at`, and runs `speed` times as fast."""

    company_at: datetime
    wall_at: datetime
    speed: float

    def now(self) -> datetime:
        """Company time now; it stands still at speed 0."""
        return self.company_at + (datetime.now(UTC) - self.wall_at) * self.speed

    def wall(self, at: datetime) -> datetime:
        """When company time reaches `at`; never, at speed 0: then now."""
        if self.speed == 0:
            return datetime.now(UTC)
        return self.wall_at + (at - self.company_at) / self.speed


async def load_timeline(tx: AsyncConnection) -> Timeline:
    """The timeline that the database prescribes; the system clock when it prescribes none."""
    row = (await tx.execute(text("SELECT company_at, wall_at, speed FROM company_clock"))).one_or_none()
    return SystemTimeline() if row is None else ScaledTimeline(row.company_at, row.wall_at, row.speed)


async def set_timeline(tx: AsyncConnection, *, company_at: datetime, speed: float) -> Timeline:
    """Let company time go on from `company_at` at `speed` from this moment on, for every process that starts."""
    timeline = ScaledTimeline(company_at, datetime.now(UTC), speed)
    await tx.execute(
        text(
            "INSERT INTO company_clock (id, company_at, wall_at, speed) VALUES (1, :company_at, :wall_at, :speed)"
            " ON CONFLICT (id) DO UPDATE SET company_at = excluded.company_at, wall_at = excluded.wall_at,"
            " speed = excluded.speed"
        ),
        {"company_at": company_at, "wall_at": timeline.wall_at, "speed": speed},
    )
    return timeline


async def reset_timeline(tx: AsyncConnection) -> None:
    """Let company time be wall time again, for every process that starts."""
    await tx.execute(text("DELETE FROM company_clock"))
