"""A company run in virtual time: from one thing that happens to the next, as fast as the machine can.

The same model that lives in the demo runs here through the gate, with the watchdog's sweeps at their instants.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.commands import SweepClocks
from domain.people import WATCHDOG
from domain.timeline import ManualTimeline
from evals.board import Board
from evals.company import Company
from evals.hands import Hands
from guardrails.approvals import Approvals
from guardrails.decisive import decide
from guardrails.gate import Done, Gate
from store import journal, worklists

STEP = timedelta(minutes=1)
SEAL_EVERY = timedelta(hours=12)
BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Everything a run needs: the doors, the model, the hands, and the time that it moves itself."""

    gate: Gate
    approvals: Approvals
    timeline: ManualTimeline
    company: Company
    board: Board
    hands: Hands


async def run_until(
    stage: Stage, until: datetime, *, step: timedelta = STEP, each_day: Callable[[datetime], Awaitable[None]] | None = None
) -> int:
    """Let the company live until `until`; returns how many moments something happened at.

    Moments are at least `step` apart: what falls in between happens together.
    """
    since = stage.timeline.now()
    sealed_at, moments = since, 0
    view = await stage.board.read()
    while True:
        now = stage.timeline.now()
        await _watch(stage, now)
        arrived = stage.company.arrivals(since, now)
        since = now
        if arrived:
            await stage.hands.take_in(arrived)
        view = await stage.board.read()
        for intent in stage.company.intents(view, now):
            await stage.hands.carry_out(intent)
        moments += 1
        if now >= until:
            return moments
        if now - sealed_at >= SEAL_EVERY:
            await seal(stage.gate)
            sealed_at = now
        stage.timeline.move_to(min(until, await _next_moment(stage, now, until, step)))


async def seal(gate: Gate) -> None:
    """Link what the journal has gained."""
    while True:
        async with gate.db.transaction() as tx:
            if await journal.seal(tx, now=gate.timeline.now()) < journal.SEAL_BATCH:
                return


async def _watch(stage: Stage, now: datetime) -> bool:
    """The watchdog's work at this instant, if any clock is due."""
    async with stage.gate.db.reading() as tx:
        due = await worklists.next_clock(tx)
    if due is None or due > now:
        return False
    while True:
        done = await stage.gate.perform(SweepClocks(batch=BATCH), WATCHDOG)
        assert isinstance(done, Done)
        if int(done.value) < BATCH:
            break
    await decide(stage.gate, stage.approvals, batch=BATCH)
    return True


async def _next_moment(stage: Stage, now: datetime, until: datetime, step: timedelta) -> datetime:
    """The first of: somebody's next wish, the next due clock, the next request; the view may have changed meanwhile."""
    view = await stage.board.read()
    stage.company.think_over(view, now)
    async with stage.gate.db.reading() as tx:
        clock = await worklists.next_clock(tx)
    wish = stage.company.next_at()
    known = [at for at in (clock, wish) if at is not None]
    soonest = max(min(known, default=until), now + step)
    arrived = stage.company.arrivals(now, soonest)
    return soonest if not arrived or arrived[0].created_at is None else max(arrived[0].created_at, now + step)
