"""`./run check`: everything about the code that needs no test, each with its time; all of it runs whatever fails."""

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import typer

from settings import ROOT

# Console scripts are started through the interpreter: their first line may name a place the checkout has left.
SCRIPTS = Path(sys.executable).parent


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether a step passed, and what it said."""

    ok: bool
    said: str


@dataclass(frozen=True, slots=True)
class Step:
    """One checker."""

    name: str
    run: Callable[[], Outcome]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(check)


def check() -> None:
    """Lint, format, types, import contracts, dead code, and whether the migrations match the tables."""
    failed = [step.name for step in STEPS if not _passes(step)]
    if failed:
        typer.echo(f"failed: {', '.join(failed)}")
        raise typer.Exit(1)


def _passes(step: Step) -> bool:
    began = time.monotonic()
    outcome = step.run()
    seconds = time.monotonic() - began
    if not outcome.ok:
        typer.echo(outcome.said)
    typer.echo(f"{'ok    ' if outcome.ok else 'FAILED'} {step.name:<28} {seconds:6.1f} s")
    return outcome.ok


def _tool(*command: str) -> Callable[[], Outcome]:
    def run() -> Outcome:
        command_line = [sys.executable, *command]
        together = subprocess.STDOUT
        done = subprocess.run(command_line, cwd=ROOT, check=False, text=True, stdout=subprocess.PIPE, stderr=together)
        return Outcome(ok=done.returncode == 0, said=done.stdout.strip())

    return run


STEPS = (
    Step("ruff check", _tool("-m", "ruff", "check", "--quiet", ".")),
    Step("ruff format", _tool("-m", "ruff", "format", "--check", "--quiet", ".")),
    Step("types (basedpyright strict)", _tool("-m", "basedpyright")),
    Step("import contracts", _tool(str(SCRIPTS / "lint-imports"), "--no-logo")),
    Step("dead code (vulture)", _tool("-m", "cli.dead_code")),
    Step("migrations match tables", _tool("-m", "cli.check_migrations")),
)
