"""A company run in virtual time: from one thing that happens to the next, as fast as the machine can.

The same model that lives in the demo runs here through the gate, with the watchdog's sweeps at their instants.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.commands import SweepClocks, WatchSignals
from domain.people import WATCHDOG
from domain.timeline import ManualTimeline
from evals.board import Board
from evals.company import Company
from evals.hands import Hands
from guardrails.approval.approvals import Approvals
from guardrails.decisive import decide
from guardrails.gate import Done, Gate
from store import journal

STEP = timedelta(minutes=1)
SEAL_EVERY = timedelta(hours=12)
WATCH_SIGNALS_EVERY = timedelta(hours=1)
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


async def run_until(stage: Stage, until: datetime, *, step: timedelta = STEP) -> int:
    """Let the company live until `until`; returns the number of moments at which something happened.

    Moments are at least `step` apart: what falls in between happens together.
    """
    since = sealed_at = watched_at = stage.timeline.now()
    view = await stage.board.read()
    moments = 0
    while True:
        now = stage.timeline.now()
        swept = await _watch(stage, now)
        arrived = stage.company.arrivals(since, now)
        since = now
        await stage.hands.take_in(arrived)
        if swept or arrived:
            view = await stage.board.read()
        wishes = stage.company.intents(view, now)
        for intent in wishes:
            await stage.hands.carry_out(intent)
        if wishes:
            view = await stage.board.read()
        if now >= until:
            return moments
        moments += 1
        if stage.board.unwatched and now - watched_at >= WATCH_SIGNALS_EVERY:
            await stage.gate.perform(WatchSignals(), WATCHDOG)
            view, watched_at = await stage.board.read(), now
        if now - sealed_at >= SEAL_EVERY:
            await seal(stage.gate)
            sealed_at = now
        stage.company.think_over(view, now)
        stage.timeline.move_to(min(until, _next_moment(stage, now, until, step)))


def _next_moment(stage: Stage, now: datetime, until: datetime, step: timedelta) -> datetime:
    """The first of: somebody's next wish, the next due clock, the next request."""
    known = [at for at in (stage.board.next_clock, stage.company.next_at()) if at is not None]
    soonest = max(min(known, default=until), now + step)
    arriving = [order.created_at for order in stage.company.arrivals(now, soonest) if order.created_at is not None]
    return max(min(arriving, default=soonest), now + step)


async def _watch(stage: Stage, now: datetime) -> bool:
    """The watchdog's work at this instant, if any clock is due."""
    if stage.board.next_clock is None or stage.board.next_clock > now:
        return False
    while True:
        done = await stage.gate.perform(SweepClocks(batch=BATCH), WATCHDOG)
        assert isinstance(done, Done)
        if int(done.value) < BATCH:
            break
    await decide(stage.gate, stage.approvals, batch=BATCH)
    return True


async def seal(gate: Gate) -> None:
    """Link what the journal has gained."""
    while True:
        async with gate.db.transaction() as tx:
            if await journal.seal(tx, now=gate.timeline.now()) < journal.SEAL_BATCH:
                return
