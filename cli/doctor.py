"""`./run doctor`: what is wrong with this installation, and how to mend it."""

import asyncio
import json
from collections.abc import Sequence
from typing import Annotated

import typer

from cli import doctor_database, doctor_desk, doctor_machine, doctor_model, doctor_network
from cli.findings import Check, Line, examine

UNHEALTHY = 3

# In this order; a check may need only earlier ones. Add a line for each further question.
CHECKS: tuple[Check, ...] = (
    Check("python", doctor_machine.python),
    Check("lock", doctor_machine.lock),
    Check("time-zones", doctor_machine.time_zones),
    Check("policy", doctor_machine.policy),
    Check("settings", doctor_machine.settings),
    Check("data-dir", doctor_machine.data_dir, needs=("settings",)),
    Check("disk", doctor_machine.disk, needs=("settings",)),
    Check("server", doctor_database.server, needs=("settings", "data-dir")),
    Check("migrations", doctor_database.migrations, needs=("server",)),
    Check("journal-role", doctor_database.journal_role, needs=("server", "migrations")),
    Check("invariants", doctor_desk.invariants_hold, needs=("server", "migrations")),
    Check("leaders", doctor_desk.leaders, needs=("server", "migrations")),
    Check("workers", doctor_desk.workers, needs=("server", "migrations")),
    Check("messages", doctor_desk.messages, needs=("server", "migrations")),
    Check("channel", doctor_desk.channel, needs=("server", "migrations")),
    Check("port", doctor_network.port, needs=("settings",)),
    Check("telegram", doctor_network.telegram, needs=("settings",)),
    Check("model", doctor_model.model, needs=("settings",)),
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(doctor)


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Say what is wrong with this installation, and how to mend it; exit code 3 when something is."""
    lines = asyncio.run(examine(CHECKS))
    ok = all(line.ok for line in lines)
    if as_json:
        typer.echo(json.dumps({"ok": ok, "checks": [line.as_json() for line in lines]}, ensure_ascii=False, indent=2))
    else:
        _print(lines)
    if not ok:
        raise typer.Exit(UNHEALTHY)


def _print(lines: Sequence[Line]) -> None:
    for line in lines:
        mark = typer.style("ok ", fg="green") if line.ok else typer.style("BAD", fg="red", bold=True)
        typer.echo(f"{mark} {line.name:<13} {line.detail}")
        if line.mend:
            typer.echo(f"{'':17} mend: {line.mend}")
