"""`./run bench`: how fast the desk is, as ratios measured in one run on one server."""

import asyncio
import json
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from domain.errors import InvalidInputError
from evals.bench.ground import ground
from evals.bench.run import BENCHES, IN_FULL_ONLY, NAMES, PART_OF, QUICK, Figures, Size, machine, run
from settings import load_settings


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(bench)


def bench(
    *,
    only: Annotated[
        list[str] | None, typer.Option("--only", help=f"One of: {', '.join(NAMES)}; may be given again.")
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Small sizes: tells that the benches run, not how fast.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Machine-readable result.")] = False,
) -> None:
    """Measure; a ratio is ours over the reference, unless its name says growth, a unit or a spread."""
    names = only or [name for name in BENCHES if not (quick and name in IN_FULL_ONLY)]
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        raise InvalidInputError(field="--only", value=", ".join(unknown), allowed=NAMES)
    found = asyncio.run(_measured(names, QUICK if quick else Size()))
    if as_json:
        typer.echo(json.dumps({"ratios": found.ratios, "absolute": found.absolute, "machine": machine()}, indent=2))
    else:
        _print(found)


async def _measured(names: list[str], size: Size) -> Figures:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    steps = len({PART_OF.get(name, name) for name in names})
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("starting a server", total=steps + 1)

        def started(name: str) -> None:
            progress.update(task, description=name, advance=1)

        async with ground(load_settings().database_url) as made:
            return await run(made, names, size, started=started)


def _print(found: Figures) -> None:
    table = Table("figure", "value")
    for name, value in {**found.ratios, **found.absolute}.items():
        table.add_row(name, f"{value:,.3f}")
    Console().print(table)
