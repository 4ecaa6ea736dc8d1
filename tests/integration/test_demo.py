"""The demo company lives through days in virtual time, through the gate, and leaves an orderly desk behind."""

import asyncio
import socket
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import text

from cli.demo_ground import Ground, prepare, require_port
from domain.errors import ConflictError
from domain.people import Role
from domain.staff import CalendarBook
from domain.timeline import ManualTimeline
from evals.board import Board
from evals.company import Company
from evals.company_people import STAFF, Habits
from evals.founding import Span, colleagues, live_through, span_until, take_on
from evals.hands import GateHands, Tally
from evals.virtual_time import Stage, run_until, seal
from guardrails.desk import Desk
from policy import load_policy
from store import (
    journal,
    people,
)
from store.database import Database
from store.imported import founding
from store.timeline import set_timeline
from tests.integration.desk import PATIENCE_SECONDS, UNSEALED

POLICY = load_policy()
CALENDAR = CalendarBook(POLICY).of_team(None)
TUESDAY = datetime(2026, 11, 17, 6, 50, tzinfo=UTC)


async def lived(db: Database, *, days: float, seed: int = 7, habits: Habits | None = None) -> Tally:
    """Found the company on a Tuesday morning and let it live."""
    timeline = ManualTimeline(TUESDAY)
    desk = Desk.of(db, POLICY, timeline)
    await take_on(desk)
    company = Company(Random(seed), await colleagues(db, desk), habits or Habits(weekday=9), POLICY.checklist)
    hands = GateHands(desk.gate, desk.approvals)
    stage = Stage(
        gate=desk.gate,
        approvals=desk.approvals,
        timeline=timeline,
        company=company,
        board=Board(db, POLICY),
        hands=hands,
    )
    await run_until(stage, TUESDAY + timedelta(days=days), step=timedelta(minutes=2))
    async with asyncio.timeout(PATIENCE_SECONDS):  # transactions of other tests on the same server hold rows back
        while await unsealed(db):
            await seal(desk.gate)
    return hands.tally


async def unsealed(db: Database) -> int:
    """How many rows of the journal have no seal."""
    async with db.reading() as tx:
        return int((await tx.execute(text(UNSEALED))).scalar_one())


async def test_after_three_days_every_open_order_has_owner_deadline_and_next_step(db: Database) -> None:
    tally = await lived(db, days=3)
    async with db.reading() as tx:
        row = (
            await tx.execute(
                text(
                    "SELECT count(*) AS open, count(*) FILTER (WHERE owner_id IS NULL OR due_at IS NULL"
                    " OR next_step IS NULL) AS unattended FROM orders WHERE status NOT IN ('closed', 'cancelled')"
                )
            )
        ).one()
        proof = await journal.verify(tx)
    assert row.open > 5
    assert row.unattended == 0
    assert proof.ok
    assert proof.rows == proof.sealed > 100
    assert tally.done["accept_order"] > 10


async def test_people_want_only_what_is_legal(db: Database) -> None:
    tally = await lived(db, days=3, habits=Habits(weekday=12, below_window=0))
    assert tally.refused == []


async def test_a_history_has_something_for_every_screen(db: Database) -> None:
    span = span_until(datetime(2026, 11, 21, 12, 0, tzinfo=UTC), CALENDAR, working_days=4)
    timeline = ManualTimeline(span.starts_at)
    desk = Desk.of(db, POLICY, timeline)
    await take_on(desk)
    heard: list[float] = []
    await live_through(desk, timeline, span, seed=7, progress=heard.append)
    assert timeline.now() == span.ends_at
    assert heard == sorted(heard)
    assert heard[-1] == pytest.approx(1.0)
    async with db.reading() as tx:
        violations = (await tx.execute(text("SELECT count(*) FROM ai_sla_violations"))).scalar_one()
        resolved = await tx.execute(text("SELECT count(*) FROM ai_sla_violations WHERE resolved_at IS NOT NULL"))
        statuses = set((await tx.execute(text("SELECT DISTINCT status FROM orders"))).scalars())
        approvals = set((await tx.execute(text("SELECT DISTINCT status FROM approvals"))).scalars())
        queued = (await tx.execute(text("SELECT count(*) FROM notifications WHERE state = 'queued'"))).scalar_one()
        sent = (await tx.execute(text("SELECT count(*) FROM notifications WHERE state = 'sent'"))).scalar_one()
        jobs = (
            await tx.execute(text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'deliver'"))
        ).scalar_one()
    assert violations >= resolved.scalar_one() > 0
    assert {"under_inspection", "awaiting_payment", "in_transit", "cancelled"} <= statuses
    assert "done" in approvals
    assert queued == jobs < 0.1 * sent, "only what somebody still has to act on is delivered"


async def test_the_staff_are_taken_on_once_each_with_their_telegram(db: Database) -> None:
    desk = Desk.of(db, POLICY, ManualTimeline(TUESDAY))
    await take_on(desk)
    async with db.reading() as tx:
        known = await people.with_roles(tx, tuple(Role))
    assert {person.telegram_id for person in known} == {hire.telegram_id for hire in STAFF}
    assert Counter(person.role for person in known) == Counter(hire.role for hire in STAFF)
    assert [person.temper for person in await colleagues(db, desk)]


@pytest.mark.parametrize(
    ("today", "ends"),
    [
        (datetime(2026, 11, 18, 20, 0, tzinfo=UTC), datetime(2026, 11, 18, 6, 54, tzinfo=UTC)),
        (datetime(2026, 11, 18, 0, 30, tzinfo=UTC), datetime(2026, 11, 18, 6, 54, tzinfo=UTC)),
        (datetime(2026, 11, 21, 12, 0, tzinfo=UTC), datetime(2026, 11, 20, 6, 54, tzinfo=UTC)),
        (datetime(2026, 11, 22, 23, 0, tzinfo=UTC), datetime(2026, 11, 23, 6, 54, tzinfo=UTC)),
        (datetime(2027, 1, 5, 12, 0, tzinfo=UTC), datetime(2026, 12, 30, 6, 54, tzinfo=UTC)),
    ],
)
def test_a_history_ends_on_the_morning_of_the_last_full_working_day(today: datetime, ends: datetime) -> None:
    span = span_until(today, CALENDAR)
    assert span.ends_at == ends
    assert span.starts_at < span.grown_at < span.ends_at
    assert CALENDAR.working_between(span.grown_at, span.ends_at) >= timedelta(hours=80)


async def test_the_mark_tells_what_the_demo_made(db: Database) -> None:
    async with db.transaction() as tx:
        assert await founding.read_mark(tx) is None
        assert not await founding.is_inhabited(tx)
        await set_timeline(tx, company_at=TUESDAY, speed=0)
        assert await founding.read_mark(tx) is None
        await founding.write_mark(tx, {"seed": 7})
        await founding.write_mark(tx, {"ready": True})
        assert await founding.read_mark(tx) == {"seed": 7, "ready": True}
    await take_on(Desk.of(db, POLICY, ManualTimeline(TUESDAY)))
    async with db.reading() as tx:
        assert await founding.is_inhabited(tx)
        assert await founding.last_event(tx) == TUESDAY


# ── the ground ───────────────────────────────────────────────────────────────────────────────────────────────────────
def _quiet(_span: Span) -> Callable[[float], None]:
    return lambda _share: None


async def _prepared(url: str, folder: Path, *, fresh: bool = False, seed: int = 7) -> Ground:
    return await prepare(url, folder, fresh=fresh, seed=seed, begun=_quiet, working_days=1)


async def test_the_demo_founds_a_company_once_and_then_goes_on(database_url: str, db: Database, tmp_path: Path) -> None:
    first = await _prepared(database_url, tmp_path)
    assert first.orders
    async with db.transaction() as tx:
        await founding.write_mark(tx, {"company_at": (first.company_at + timedelta(hours=3)).isoformat()})
    again = await _prepared(database_url, tmp_path, seed=8)
    assert again.orders is None
    assert again.seed == 7
    assert again.company_at == first.company_at + timedelta(hours=3)


async def test_a_fresh_start_forgets_everything(database_url: str, tmp_path: Path) -> None:
    (tmp_path / "telegram").mkdir()
    await _prepared(database_url, tmp_path)
    (tmp_path / "telegram").mkdir()
    anew = await _prepared(database_url, tmp_path, fresh=True, seed=8)
    assert anew.orders
    assert anew.seed == 8
    assert not (tmp_path / "telegram").exists()


async def test_a_founding_that_was_cut_off_is_begun_anew(database_url: str, db: Database, tmp_path: Path) -> None:
    async with db.transaction() as tx:
        await set_timeline(tx, company_at=TUESDAY, speed=0)
        await founding.write_mark(tx, {"seed": 1, "ready": False})
    await take_on(Desk.of(db, POLICY, ManualTimeline(TUESDAY)))
    await db.close()
    assert (await _prepared(database_url, tmp_path)).orders


@pytest.mark.parametrize("fresh", [False, True])
async def test_a_database_with_other_peoples_orders_is_left_alone(
    database_url: str, db: Database, tmp_path: Path, fresh: bool
) -> None:
    await take_on(Desk.of(db, POLICY, ManualTimeline(TUESDAY)))
    with pytest.raises(ConflictError, match="did not make"):
        await _prepared(database_url, tmp_path, fresh=fresh)


async def test_a_database_with_other_tables_is_not_razed(database_url: str, owner_db: Database, tmp_path: Path) -> None:
    await _prepared(database_url, tmp_path)
    async with owner_db.transaction() as tx:
        await tx.execute(text("CREATE TABLE precious (id int)"))
    with pytest.raises(ConflictError, match="precious"):
        await _prepared(database_url, tmp_path, fresh=True)


def test_a_port_in_use_is_refused_with_the_way_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(ConflictError, match="--port"):
        require_port("127.0.0.1", taken.getsockname()[1])
