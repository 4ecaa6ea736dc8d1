"""`./run policy`: the rules in force, the approved changes in them, what is ahead, and what the rules cannot take."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from cli.desk import desk_at_hand
from domain.journal import plain
from store import policy_changes
from store.policy_changes import KeptChange

AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable result.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(policy)


def policy(*, as_json: AsJson = False) -> None:
    """The version in force, and approved changes: in force, ahead, refused."""
    found = asyncio.run(_report())
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    typer.echo(f"in force: {found['version']} (files: {found['files']})")
    for name in ("in_force", "ahead"):
        for change in found[name]:
            told = f"{change['file']}.yaml {change['key']}: {change['old_value']} -> {change['new_value']}"
            typer.echo(f"{name}: {told}, from {change['effective_from']}, approval {change['approval_id']}")
    for refused in found["refused"]:
        typer.echo(f"refused: {refused['file']}.yaml {refused['key']}: {refused['problem']}")


async def _report() -> Mapping[str, Any]:
    async with desk_at_hand() as desk:
        today = desk.rules.today(desk.timeline.now())
        async with desk.db.reading() as tx:
            due, ahead = await policy_changes.due(tx, on=today), await policy_changes.upcoming(tx, on=today)
        applied = {change.id for change in desk.rules.made.applied}
        return {
            "version": desk.policy.version,
            "files": desk.rules.files.version,
            "in_force": _told([change for change in due if change.id in applied]),
            "ahead": _told(ahead),
            "refused": plain(list(desk.rules.refused)),
        }


def _told(changes: Sequence[KeptChange]) -> Any:
    return plain(list(changes))
