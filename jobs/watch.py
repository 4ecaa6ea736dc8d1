"""The periodic work: sweep due clocks, decide what cannot wait, audit orders, seal the journal, recover."""

from datetime import timedelta

import structlog
from procrastinate import App
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job, Status

from bots.channel import CHANNEL
from bots.delivery import STALE_SENDING, recover_sending
from domain.commands import AssignUnattended, SweepClocks, WatchSignals
from domain.people import WATCHDOG
from guardrails.decisive import decide
from guardrails.desk import Desk
from guardrails.digests import ask_due
from guardrails.gate import Done
from jobs.queue import WATCH, Rhythm
from store import (
    heartbeats,
    journal,
)
from store.access import auth
from store.talk import inbox, outbox, strangers

SWEEP_BATCH = 500
AUDIT_BATCH = 1_000
STALLED_SECONDS = 4.0
FINISHED_JOB_HOURS = 24 * 7
FORGOTTEN_AFTER = timedelta(days=30)  # one-time codes and sessions that have ended
STRANGERS_FORGOTTEN_AFTER = timedelta(days=90)

log = structlog.get_logger()


class Watch:
    """Everything that happens by the clock. Each piece is safe on any number of workers at once."""

    def __init__(self, desk: Desk, queue: App) -> None:
        self._desk = desk
        self._queue = queue

    def rhythms(self) -> tuple[Rhythm, ...]:
        """The table of what runs when."""
        return (
            Rhythm("watch.sweep", "* * * * * */1", self.sweep),
            Rhythm("watch.audit", "* * * * * */10", self.audit),
            Rhythm("watch.seal", "* * * * * */5", self.seal),
            Rhythm("watch.recover", "* * * * * */2", self.recover),
            Rhythm("watch.digests", "* * * * * 20", self.digests),
            Rhythm("watch.rescue", "* * * * * 30", self.rescue),
            Rhythm("watch.tidy", "17 3 * * * 0", self.tidy),
        )

    async def sweep(self) -> int:
        """Act on every due clock, batch by batch, the most overdue first; then on those whose end is a decision."""
        swept = await self._all(SweepClocks(batch=SWEEP_BATCH), SWEEP_BATCH)
        decided = await decide(self._desk.gate, self._desk.approvals, batch=SWEEP_BATCH)
        await self._beat("sweep", clocks=swept, decisions=decided)
        return swept + decided

    async def audit(self) -> int:
        """The auditor: no open order without owner, due time and next step (docs/DOMAIN.md 2)."""
        mended = await self._all(AssignUnattended(batch=AUDIT_BATCH), AUDIT_BATCH)
        await self._all(WatchSignals(batch=AUDIT_BATCH), AUDIT_BATCH)
        if mended:
            log.warning("orders were unattended", mended=mended)
        await self._beat("auditor", mended=mended)
        return mended

    async def _all(self, command: SweepClocks | AssignUnattended | WatchSignals, batch: int) -> int:
        total = 0
        while True:
            done = await self._desk.gate.perform(command, WATCHDOG)
            assert isinstance(done, Done)
            total += int(done.value)
            if int(done.value) < batch:
                return total

    async def seal(self) -> int:
        """Link what the journal has gained since the last seal."""
        total = 0
        while True:
            async with self._desk.db.transaction() as tx:
                sealed = await journal.seal(tx, now=self._desk.timeline.now())
            total += sealed
            if sealed < journal.SEAL_BATCH:
                await self._beat("sealer", sealed=total)
                return total

    async def recover(self) -> int:
        """Jobs of a killed worker run again, messages it was sending become "unknown" and go out once more, marked."""
        manager = self._queue.job_manager
        stalled = list(await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS))
        for job in stalled:
            await self._again(job)
        return len(stalled) + await self.recover_messages()

    async def recover_messages(self) -> int:
        """Messages whose sender is surely dead go out once more, marked."""
        return await recover_sending(self._desk.db, older_than=STALE_SENDING)

    async def _again(self, job: Job) -> None:
        """Run a killed worker's job again; a periodic one is only cleared away, its rhythm brings the next."""
        manager = self._queue.job_manager
        try:
            if job.queue == WATCH:
                assert job.id is not None
                await manager.finish_job_by_id_async(job_id=job.id, status=Status.FAILED, delete_job=True)
            else:
                await manager.retry_job(job)
        except ConnectorException:  # another worker was quicker
            return
        log.warning("a stalled job was recovered", task=job.task_name, job=job.id)

    async def digests(self) -> int:
        """Ask the roles for the digests that are due; each is asked for once, whoever looks."""
        return await ask_due(self._desk)

    async def rescue(self) -> int:
        """What waits in outbox and inbox has a job, or gets one; but messages without a channel wait without."""
        async with self._desk.db.transaction() as tx:
            down = await outbox.outage(tx, CHANNEL) is not None
            messages, updates = 0 if down else await outbox.rescue(tx), await inbox.rescue(tx)
        if messages or updates:
            log.warning("messages or updates had no job", messages=messages, updates=updates)
        return messages + updates

    async def tidy(self) -> None:
        """Throw away what nobody needs any more: old finished jobs and handled updates."""
        manager = self._queue.job_manager
        await manager.delete_old_jobs(nb_hours=FINISHED_JOB_HOURS, include_failed=False)
        await manager.delete_old_jobs(nb_hours=FINISHED_JOB_HOURS, queue=WATCH, include_failed=True)
        async with self._desk.db.transaction() as tx:
            await heartbeats.tidy(tx)
            await strangers.forget(tx, before=self._desk.wall() - STRANGERS_FORGOTTEN_AFTER)
            await auth.forget(tx, before=self._desk.wall() - FORGOTTEN_AFTER)

    async def _beat(self, name: str, **detail: int) -> None:
        async with self._desk.db.transaction() as tx:
            await heartbeats.beat(tx, name, detail)
