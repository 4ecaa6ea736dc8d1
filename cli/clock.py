"""`./run clock`: in which time the company lives, and back to wall time."""

import asyncio
import json
from typing import Annotated

import typer

from cli.desk import desk_at_hand
from store.timeline import ScaledTimeline, load_timeline, reset_timeline

AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable result.")]


def register(app: typer.Typer) -> None:
    """Add the command group."""
    group = typer.Typer(help="Company time.", no_args_is_help=True)
    group.callback()(_group)
    group.command()(show)
    group.command()(reset)
    app.add_typer(group, name="clock")


def _group() -> None:
    """Company time."""


def show(*, as_json: AsJson = False) -> None:
    """Say what time it is in the company, and how fast it runs: 1 is wall time, 0 stands still."""
    asyncio.run(_show(as_json))


async def _show(as_json: bool) -> None:
    async with desk_at_hand() as desk, desk.db.reading() as tx:
        timeline = await load_timeline(tx)
    speed = timeline.speed if isinstance(timeline, ScaledTimeline) else 1.0
    _say(as_json, timeline.now().isoformat(), speed, ScaledTimeline.__name__ == type(timeline).__name__)


def _say(as_json: bool, now: str, speed: float, own: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"now": now, "speed": speed, "wall": not own}))
    else:
        typer.echo(f"{now}, speed {speed:g}" if own else f"{now}, wall time")


def reset(*, as_json: AsJson = False) -> None:
    """Let the company live in wall time again; running services have to be started anew."""
    asyncio.run(_reset())
    asyncio.run(_show(as_json))


async def _reset() -> None:
    async with desk_at_hand() as desk, desk.db.transaction() as tx:
        await reset_timeline(tx)
