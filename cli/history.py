"""`./run import --events FILE --mapping FILE`: a process event log becomes history; its subcommands stand beside it."""

import asyncio
import json
import os
import resource
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final, TextIO

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from cli import quarantine
from cli.desk import desk_at_hand
from domain.errors import InvalidInputError
from domain.eventlog import LogMapping
from domain.validation import parse
from jobs.history import ImportReport, Log, import_log
from policy.loading import read_yaml

UNDO: Final = "./run clock reset"

AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable result.")]


def register(app: typer.Typer) -> None:
    """Add the `import` group."""
    group = typer.Typer(help="What comes in from outside.")
    group.callback(invoke_without_command=True)(import_events)
    quarantine.add_to(group)
    app.add_typer(group, name="import")


def import_events(
    context: typer.Context,
    *,
    events: Annotated[Path | None, typer.Option(help="The log: CSV with a header line.")] = None,
    mapping: Annotated[Path | None, typer.Option(help="How to read it: YAML, see docs/examples.")] = None,
    company_clock: Annotated[
        bool | None,
        typer.Option(
            help="Let company time stand at the log's end; by default when the desk has no orders of its own."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Import a process event log as history; what is known already is not imported again."""
    if context.invoked_subcommand is not None:
        return
    if events is None or mapping is None:
        raise typer.BadParameter("import needs --events FILE and --mapping FILE, or a subcommand", ctx=context)
    read_as = load_mapping(mapping)
    _require_file(events, field="events")
    with (
        events.open(encoding=read_as.form.encoding, errors="surrogateescape", newline="") as file,
        _bars(events.stat().st_size) as bars,
    ):
        log = Log(name=events.name, lines=bars.reading(file), mapping=read_as)
        report = asyncio.run(_import(log, company_clock, bars))
    typer.echo(json.dumps(as_data(report, events), ensure_ascii=False, indent=2) if as_json else _text(report, events))


def load_mapping(path: Path) -> LogMapping:
    """The mapping file; raises PolicyError or InvalidInputError that names the key and what it may hold."""
    _require_file(path, field="mapping")
    return parse(LogMapping, read_yaml(path))


def _require_file(path: Path, *, field: str) -> None:
    if not path.is_file() or not os.access(path, os.R_OK):
        raise InvalidInputError(field=field, value=str(path), allowed=("a file that can be read",))


async def _import(log: Log, company_clock: bool | None, bars: "_Bars") -> ImportReport:
    async with desk_at_hand() as desk:
        return await import_log(desk, log, company_clock=company_clock, told=bars.told)


# ── progress ─────────────────────────────────────────────────────────────────────────────────────────────────────────
class _Bars:
    """Two bars on a terminal, nothing elsewhere: bytes read, cases told."""

    def __init__(self, progress: Progress, size: int) -> None:
        self._progress = progress
        self._size = size
        self._cases: TaskID | None = None

    def reading(self, file: TextIO) -> Iterator[str]:
        """The lines of the file, followed by the first bar."""
        task = self._progress.add_task("reading", total=self._size)
        for number, line in enumerate(file):
            if number % 1_000 == 0:
                self._progress.update(task, completed=file.buffer.tell())
            yield line
        self._progress.update(task, completed=self._size)

    def told(self, done: int, of: int) -> None:
        """So many cases of so many are told."""
        if self._cases is None:
            self._cases = self._progress.add_task("telling cases", total=of)
        self._progress.update(self._cases, completed=done)


@contextmanager
def _bars(size: int) -> Generator[_Bars]:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description:>14}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        yield _Bars(progress, size)


# ── the report ───────────────────────────────────────────────────────────────────────────────────────────────────────
def as_data(report: ImportReport, path: Path) -> dict[str, object]:
    """The report under its stable names; times in ISO 8601, `peak_mb` of this process."""
    contents, imported = report.contents, report.imported
    return {
        "file": path.name,
        "events": contents.events,
        "cases": contents.cases,
        "people": contents.people,
        "first": None if contents.first is None else contents.first.isoformat(),
        "last": None if contents.last is None else contents.last.isoformat(),
        "imported": {
            "cases": imported.cases,
            "events": imported.events,
            "moves": imported.moves,
            "notes": imported.notes,
            "people": imported.people,
        },
        "known_events": imported.known_events,
        "unmapped": dict(report.unmapped),
        "illegal_moves": sum(imported.illegal.values()),
        "illegal": dict(sorted(imported.illegal.items(), key=lambda item: -item[1])),
        "breaches": dict(imported.breaches),
        "bad_rows": contents.bad_rows,
        "quarantined": imported.rejected,
        "company_time": None if report.company_time is None else report.company_time.isoformat(),
        "undo": None if report.company_time is None else UNDO,
        "seconds": round(report.seconds, 2),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }


def _text(report: ImportReport, path: Path) -> str:
    data, imported = as_data(report, path), report.imported
    found = f"{data['events']} events of {data['cases']} cases by {data['people']} people"
    made = f"{imported.moves} moves, {imported.notes} notes, {imported.people} new people"
    lines = [
        f"{path.name}: {found}, {data['first']} to {data['last']}",
        f"imported {imported.events} events of {imported.cases} cases ({made}); {imported.known_events} were known",
        *_listed("illegal moves, kept and marked", imported.illegal),
        *_listed("stage limits broken", imported.breaches),
        *_listed("activities without a status", report.unmapped),
    ]
    if data["bad_rows"] or imported.rejected:
        lines.append(
            f"{data['bad_rows']} rows could not be read, {imported.rejected} newly kept: ./run import quarantine"
        )
    if report.company_time is not None:
        lines.append(f"company time now stands at {data['company_time']}; back to wall time: {UNDO}")
    lines.append(f"{data['seconds']} s, peak {data['peak_mb']} MB")
    return "\n".join(lines)


def _listed(what: str, counts: Mapping[str, int]) -> list[str]:
    if not counts:
        return []
    ordered = sorted(counts.items(), key=lambda item: -item[1])
    return [f"{what}: {sum(counts.values())}", *(f"  {n:>6}  {name}" for name, n in ordered)]
