"""Imported history: cases of an event log become orders that have happened already."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.calendars import WorkCalendar
from domain.commands import ImportHistory
from domain.eventlog import BadRow
from domain.history import CaseEvent, Imported, LogCase, LogReject, order_code
from domain.journal import Outcome
from domain.replay import broken_limit, replay
from store.imported import history as history_store
from store.imported import history_writing as writing
from store.imported.history import (
    BadLine,
    KnownCase,
)
from store.imported.history_writing import ToldCase
from store.timeline import set_timeline
from tools.registry import Context, Effect, tool

OPEN_BATCH: Final = 1_000


@tool(ImportHistory)
async def import_history(tx: AsyncConnection, command: ImportHistory, context: Context) -> Effect:
    """Tell cases anew with what is new of them, keep what cannot be read, and at the end judge what was left open."""
    await history_store.lock_import(tx)
    telling = _Telling(command, context)
    await telling.tell(tx)
    await telling.keep(tx, command.rejects)
    if command.until is not None:
        await telling.judge_open(tx)
        if command.company_clock:
            await set_timeline(tx, company_at=command.until, speed=0)
    done = telling.done
    something = done.events or done.rejected or done.breaches or command.company_clock
    return Effect(
        result=asdict(done),
        facts={"cases": len(command.cases), "rejects": len(command.rejects)},
        outcome=Outcome.DONE if something else Outcome.UNCHANGED,
        value=done,
    )


class _Telling:
    """One part of an import at work."""

    def __init__(self, command: ImportHistory, context: Context) -> None:
        self._command = command
        self._context = context
        self._calendar: WorkCalendar = context.calendars.of_team(command.team)
        self.done = Imported()

    # ── cases ────────────────────────────────────────────────────────────────────────────────────────────────────────
    async def tell(self, tx: AsyncConnection) -> None:
        """Write every case that has something new; one whose name an order of the desk bears is not taken in."""
        found = await history_store.known_cases(tx, [order_code(case.case) for case in self._command.cases])
        growing: list[tuple[LogCase, KnownCase | None]] = []
        for case in self._command.cases:
            known = found.get(order_code(case.case))
            new = len({key for key, _ in case.events}) if known is None else _new(case, known)
            if known is not None and not known.imported:
                await self.keep(tx, _name_taken(case))
                continue
            self.done += Imported(events=new, known_events=len(case.events) - new)
            if new:
                growing.append((case, known))
        if growing:
            await self._write(tx, growing)

    async def _write(self, tx: AsyncConnection, growing: list[tuple[LogCase, KnownCase | None]]) -> None:
        people = await self._people(tx, (case for case, _ in growing))
        numbers = iter(await history_store.order_numbers(tx, sum(known is None for _, known in growing)))
        told = [
            self._told(case, known, next(numbers) if known is None else known.order_id, people)
            for case, known in growing
        ]
        await writing.write(tx, told, decision=self._context.decision, now=self._context.now)

    async def _people(self, tx: AsyncConnection, cases: Iterable[LogCase]) -> Mapping[str, int]:
        names = {event.resource for case in cases for _, event in case.events if event.resource is not None}
        people, entered = await history_store.people_named(
            tx,
            names,
            team=self._command.team,
            capacity=int(self._context.policy.assignment.default_capacity),
            now=self._context.now,
        )
        self.done += Imported(people=entered)
        return people

    def _told(self, case: LogCase, known: KnownCase | None, order_id: int, people: Mapping[str, int]) -> ToldCase:
        events = self._stored(known) | self._logged(case, people)
        history = replay(order_id, events.values(), self._context.policy, self._calendar)
        self.done += Imported.of(history)
        return ToldCase(order_id=order_id, code=order_code(case.case), history=history, known=known is not None)

    def _stored(self, known: KnownCase | None) -> dict[UUID, CaseEvent]:
        return {event.key: self._event(event.key, event, event.person_id) for event in (known.events if known else ())}

    def _logged(self, case: LogCase, people: Mapping[str, int]) -> dict[UUID, CaseEvent]:
        return {
            key: self._event(key, event, None if event.resource is None else people[event.resource])
            for key, event in case.events
        }

    def _event(self, key: UUID, event: history_store.Happening, person_id: int | None) -> CaseEvent:
        status = self._command.activities.get(event.activity)
        return CaseEvent(key=key, at=event.at, activity=event.activity, status=status, person_id=person_id)

    # ── rows that cannot be read ─────────────────────────────────────────────────────────────────────────────────────
    async def keep(self, tx: AsyncConnection, rejects: Iterable[LogReject]) -> None:
        """Put rows into quarantine, once each."""
        lines = [_bad_line(self._command.file, reject) for reject in rejects]
        self.done += Imported(rejected=await history_store.keep(tx, lines, now=self._context.now))

    # ── what the log left open ───────────────────────────────────────────────────────────────────────────────────────
    async def judge_open(self, tx: AsyncConnection) -> None:
        """Limits that were over when the log ended, and that nobody had ended, are open violations."""
        until, after = self._command.until, 0
        assert until is not None
        while stays := await writing.open_stays(tx, until=until, after=after, limit=OPEN_BATCH):
            after = stays[-1].clock_id
            judged = [(stay, broken_limit(stay, until, self._context.policy, self._calendar)) for stay in stays]
            over = [(stay, late) for stay, late in judged if late is not None]
            self.done += Imported(breaches=dict(Counter(stay.stage for stay, _ in over if stay.violation_id is None)))
            await writing.write_open(tx, over, decision=self._context.decision)


def _new(case: LogCase, known: KnownCase) -> int:
    return len({key for key, _ in case.events} - {event.key for event in known.events})


def _name_taken(case: LogCase) -> list[LogReject]:
    """The events of a case that cannot be told under its name."""
    problem = "an order of the desk bears this name"
    return [
        LogReject(
            key,
            BadRow(
                line=event.line,
                column="case",
                problem=problem,
                case=case.case,
                fields=(event.case, event.activity, event.resource or "", event.at.isoformat()),
            ),
        )
        for key, event in case.events
    ]


def _bad_line(file: str, reject: LogReject) -> BadLine:
    row = reject.row
    where = f"line {row.line}" + (f", column {row.column}" if row.column else "")
    return BadLine(
        event_id=f"history:{reject.key}",
        case=row.case,
        raw={"file": file, "line": row.line, "fields": list(row.fields)},
        error={"detail": f"{where}: {row.problem}", "params": {"field": row.column}, "allowed": [], "missing": []},
    )
