"""The desk in real time: how soon a message leaves after its cause; worker, bot and local Telegram in one process.

Telegram's own pace (30 messages a second in all, one a second in a chat) is taken off: it is not what is measured.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from sqlalchemy import text

from bots.app import build
from bots.delivery import PostOffice
from bots.local import SANDBOX_TOKEN, Limits, LocalTelegram, Rate, serving
from domain.commands import IntakeOrders
from domain.people import CRM_FEED
from evals.bench.ground import NOON, Ground
from evals.bench.intake import request
from guardrails.desk import Desk
from guardrails.gate import Done
from jobs.worker import run_worker
from policy import load_policy
from store.database import Database
from store.timeline import set_timeline

FREE = Rate(1_000_000, 1, burst=1_000_000)
EVENTS_PER_SECOND = 50
DUE_PER_MINUTE = 1_000
ADMIN_CHAT = 2_000


@asynccontextmanager
async def _running(url: str) -> AsyncGenerator[tuple[Desk, LocalTelegram]]:
    policy = load_policy()
    rates = policy.notifications.rate_limits.model_copy(
        update={"global_per_second": 100_000, "chat_per_second": 100_000}
    )
    policy = policy.model_copy(update={"notifications": policy.notifications.model_copy(update={"rate_limits": rates})})
    telegram = LocalTelegram(limits=Limits(overall=FREE, private_chat=FREE, group_chat=FREE))
    db = Database(url)
    async with db.transaction() as tx:
        timeline = await set_timeline(tx, company_at=NOON, speed=1.0)
    async with serving(telegram) as address:
        for chat in (*range(1_000, 1_010), ADMIN_CHAT):
            await telegram.people.add_user(chat, str(chat))
        desk = Desk.of(db, policy, timeline)
        door = build(desk, SANDBOX_TOKEN, address)
        stop = asyncio.Event()
        worker = asyncio.create_task(run_worker(desk, door, PostOffice.of(door), stop=stop))
        try:
            yield desk, telegram
        finally:
            stop.set()
            await asyncio.gather(worker, return_exceptions=True)
            await door.close()
            await db.close()


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * len(ordered)))]


async def notify(ground: Ground, *, seconds: float) -> tuple[float, dict[str, float]]:
    """Milliseconds from an accepted request to the first call at the Bot API that tells its owner, p95."""
    async with ground.database() as url, _running(url) as (desk, telegram):
        await asyncio.sleep(2)  # the worker starts
        accepted: list[tuple[int, float]] = []
        began = time.monotonic()
        for number in range(round(seconds * EVENTS_PER_SECOND)):
            await asyncio.sleep(max(0.0, began + number / EVENTS_PER_SECOND - time.monotonic()))
            done = await desk.gate.perform(IntakeOrders(orders=(request(),)), CRM_FEED)
            assert isinstance(done, Done)
            accepted.append((int(done.value[0].owner_id), time.monotonic()))
        await _settled(desk.db)
        told = {chat: sorted(sent.at for sent in telegram.sent if sent.chat_id == chat) for chat in range(1_000, 1_010)}
        chats = await _chats(desk.db)
        lags = [_next(told[chats[owner]], at) - at for owner, at in accepted]
    real = [lag * 1e3 for lag in lags if lag < 1e6]
    return percentile(real, 0.95), {"notify_p50_ms": percentile(real, 0.5), "notify_events": float(len(real))}


async def escalate(ground: Ground, *, seconds: float) -> float:
    """Seconds from a due escalation to the first call at the Bot API that brings the admin a card of it, p99."""
    count = round(seconds * DUE_PER_MINUTE / 60)
    async with ground.database() as url, _running(url) as (desk, telegram):
        await asyncio.sleep(2)
        async with desk.db.transaction() as tx:
            await tx.execute(text(_ORDERS), {"count": count, "now": desk.timeline.now()})
            start = desk.timeline.now() + timedelta(seconds=1)
            await tx.execute(text(_ESCALATING), {"count": count, "start": start})
        zero = time.monotonic() - (desk.timeline.now() - start).total_seconds()
        await asyncio.sleep(seconds + 2)
        await _settled(desk.db)
        cards = sorted(sent.at for sent in telegram.sent if sent.chat_id == ADMIN_CHAT)
        dues = [zero + number * 60 / DUE_PER_MINUTE for number in range(count)]
        lags = [_next(cards, due) - due for due in dues]
    return percentile(lags, 0.99)


def _next(instants: Sequence[float], after: float) -> float:
    return next((at for at in instants if at >= after), float("inf"))


async def _chats(db: Database) -> dict[int, int]:
    async with db.reading() as tx:
        rows = await tx.execute(text("SELECT id, telegram_id FROM people"))
        return {row.id: row.telegram_id for row in rows}


async def _settled(db: Database) -> None:
    async with asyncio.timeout(120):
        while True:
            async with db.reading() as tx:
                left = await tx.execute(
                    text("SELECT count(*) FROM notifications WHERE state IN ('queued', 'sending', 'failed')")
                )
                if not left.scalar_one():
                    return
            await asyncio.sleep(0.1)


_ORDERS = """
INSERT INTO orders (id, code, status, owner_id, bike, price_eur, next_step, next_step_due, due_at, status_since,
    last_moved_at, created_at, updated_at)
SELECT x, x::text, 'under_inspection', 1 + x % 10, 'Trek', 1500, 'fill_checklist', CAST(:now AS timestamptz),
    CAST(:now AS timestamptz), :now, :now, :now, :now FROM generate_series(1, CAST(:count AS int)) AS x
"""
_ESCALATING = """
INSERT INTO clocks (subject_kind, subject_id, order_id, kind, stage, owner_id, policy_version, limit_seconds, working,
    severity, opened_at, remind_at, due_at, l2_at, l3_at, next_at, level)
SELECT 'order', x, x, 'stage', 'under_inspection', 1 + x % 10, '1', 172800, true, 'high',
    CAST(:start AS timestamptz) - interval '9 days', CAST(:start AS timestamptz) - interval '5 days',
    CAST(:start AS timestamptz) - interval '4 days', l2, l2 + interval '5 days', l2, 2
FROM (SELECT x, CAST(:start AS timestamptz) + (x - 1) * interval '60 milliseconds' AS l2
      FROM generate_series(1, CAST(:count AS int)) AS x) AS due
"""
