"""The import of an event log: read, kept by the server in the order of cases, told case by case through the gate."""

import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from domain.commands import ImportHistory
from domain.eventlog import BadRow, LogEvent, LogMapping, Unmapped, read_log
from domain.history import Imported
from domain.people import OPERATOR
from guardrails.desk import Desk
from guardrails.gate import Done, Gate
from store.imported import history
from store.imported.history_staging import (
    Contents,
    Staging,
    staging,
)
from store.measures.metrics_instants import history_known_until
from store.timeline import ScaledTimeline

CASES_A_PART: Final = 250
REJECTS_A_PART: Final = 1_000

T = TypeVar("T")
Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """A log to import: what it is called, its lines, and how to read them."""

    name: str
    lines: Iterable[str]
    mapping: LogMapping


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What was in the log, what the import wrote, and where company time stands now (None: where it stood)."""

    contents: Contents
    imported: Imported
    unmapped: Mapping[str, int]
    company_time: datetime | None
    seconds: float


async def import_log(desk: Desk, log: Log, *, company_clock: bool | None, told: Told) -> ImportReport:
    """Import a log; `told` hears after each part how many cases of how many are done.

    `company_clock` lets company time stand at the end of the log (None: when the desk has no orders of its own). An
    import that was interrupted is finished by importing the same log again. Raises InvalidInputError when the log has
    no header or lacks a column.
    """
    started = time.perf_counter()
    async with staging(desk.db.url) as room:
        contents = await room.fill(_judged(read_log(log.lines, log.mapping), log.mapping))
        async with desk.db.reading() as tx:
            until = max(filter(None, (contents.last, await history_known_until(tx))), default=None)
            stands = not await history.has_live_orders(tx) if company_clock is None else company_clock
        stands = stands and until is not None
        gate = _gate(desk, until if stands else None)
        done = await _tell(gate, room, log, contents, told)
        if until is not None:
            done += await _perform(gate, _part(log, until=until, company_clock=stands))
    return ImportReport(
        contents=contents,
        imported=done,
        unmapped={name: n for name, n in contents.activities.items() if name not in log.mapping.activities},
        company_time=until if stands else None,
        seconds=time.perf_counter() - started,
    )


def _judged(rows: Iterator[LogEvent | BadRow], mapping: LogMapping) -> Iterator[LogEvent | BadRow]:
    """Events of no status are bad rows where the mapping says so."""
    for row in rows:
        known = isinstance(row, BadRow) or row.activity in mapping.activities
        yield row if known or mapping.unmapped is Unmapped.NOTE else _unmapped(row, mapping)


def _unmapped(row: LogEvent | BadRow, mapping: LogMapping) -> BadRow:
    assert isinstance(row, LogEvent)
    return BadRow(
        line=row.line,
        column=mapping.columns.activity,
        problem="the mapping does not name this activity",
        case=row.case,
        fields=(row.case, row.activity, row.resource or "", row.at.isoformat()),
    )


def _gate(desk: Desk, stands_at: datetime | None) -> Gate:
    """The desk's gate; with company time standing at the end of the log, so that its journal says so too."""
    if stands_at is None:
        return desk.gate
    return Gate(desk.db, desk.policy, ScaledTimeline(stands_at, stands_at, 0.0))


def _part(log: Log, *, until: datetime | None = None, company_clock: bool = False) -> ImportHistory:
    return ImportHistory(
        file=log.name,
        activities=log.mapping.activities,
        team=log.mapping.team,
        until=until,
        company_clock=company_clock,
    )


async def _tell(gate: Gate, room: Staging, log: Log, contents: Contents, told: Told) -> Imported:
    done = Imported()
    cases = 0
    async for part in _parts(room.cases(), CASES_A_PART):
        done += await _perform(gate, _part(log).model_copy(update={"cases": part}))
        cases += len(part)
        told(cases, contents.cases)
    async for rejects in _parts(room.rejects(), REJECTS_A_PART):
        done += await _perform(gate, _part(log).model_copy(update={"rejects": rejects}))
    return done


async def _perform(gate: Gate, part: ImportHistory) -> Imported:
    done = await gate.perform(part, OPERATOR)
    assert isinstance(done, Done)
    assert isinstance(done.value, Imported)
    return done.value


async def _parts(items: AsyncIterator[T], size: int) -> AsyncIterator[tuple[T, ...]]:
    part: list[T] = []
    async for item in items:
        part.append(item)
        if len(part) == size:
            yield tuple(part)
            part = []
    if part:
        yield tuple(part)
