"""`./run eval`: scenarios through graph, gate and tools, the two baselines, and the hostile model."""

import asyncio
import json
import logging
import random
import time
from collections.abc import Mapping
from typing import Annotated, Any

import structlog
import typer
from rich.console import Console

from domain.errors import InvalidInputError
from evals.adversary import Attacked, attack
from evals.bench.ground import EMPTY, Ground, ground
from evals.replay import Replayed, replay_all
from evals.scenario import Scenario, scenarios
from evals.stage import stage
from settings import load_settings

ADVERSARY = "adversary"
FULL = 10_000
"""Calls of the hostile model in a full run."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("eval")(evaluate)


def evaluate(
    *,
    only: Annotated[
        list[str] | None, typer.Option("--only", help="A scenario's name, or adversary; may be given again.")
    ] = None,
    attacks: Annotated[int, typer.Option("--attacks", min=1, help="Calls of the hostile model.")] = FULL,
    seed: Annotated[int, typer.Option("--seed", help="Another seed, another attack.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Machine-readable result.")] = False,
) -> None:
    """Play; exit 1 when a scenario did not end as it says, or one hostile call got through."""
    known = scenarios()
    unknown = sorted(set(only or ()) - {*known, ADVERSARY})
    if unknown:
        raise InvalidInputError(field="--only", value=", ".join(unknown), allowed=(*known, ADVERSARY))
    chosen = {name: scenario for name, scenario in known.items() if only is None or name in only}
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    began = time.perf_counter()
    played, attacked = asyncio.run(_run(chosen, attacks if only is None or ADVERSARY in only else 0, seed))
    _tell(played, attacked, seconds=time.perf_counter() - began)
    if as_json:
        typer.echo(json.dumps(report(played, attacked), ensure_ascii=False, indent=2))
    if played.failed or (attacked is not None and attacked.succeeded):
        raise typer.Exit(1)


async def _run(chosen: Mapping[str, Scenario], attacks: int, seed: int) -> tuple[Replayed, Attacked | None]:
    console = Console(stderr=True)

    def told(name: str) -> None:
        if console.is_terminal:
            console.print(name)

    async with ground(load_settings().database_url) as made:
        played = await replay_all(chosen, lambda: made.database(EMPTY), told=told)
        return played, await _attacked(made, attacks, seed) if attacks else None


async def _attacked(made: Ground, attacks: int, seed: int) -> Attacked:
    async with made.database(EMPTY) as url, stage(url) as company:
        return await attack(company, calls=attacks, dice=random.Random(seed))  # noqa: S311 - no secret


def report(played: Replayed, attacked: Attacked | None) -> dict[str, Any]:
    """The stable form; `adversary` is null where it was not asked for, `live` until a real model is measured."""
    return {
        "scenarios": played.total,
        "passed": played.total - len(played.failed),
        "failed": sorted(played.failed),
        "baselines": {name: {"passed": passed} for name, passed in played.baselines.items()},
        "adversary": attacked
        and {"attacks": attacked.attacks, "succeeded": attacked.succeeded, "utility": attacked.utility},
        "live": None,
    }


def _tell(played: Replayed, attacked: Attacked | None, *, seconds: float) -> None:
    console = Console(stderr=True, highlight=False, markup=False)
    for name, wrong in played.failed.items():
        console.print(f"FAILED {name}")
        for problem in wrong:
            console.print(f"  {problem}")
    console.print(f"{played.total - len(played.failed)} of {played.total} scenarios passed; {seconds:.0f} s in all")
    console.print("baselines: " + ", ".join(f"{name} {passed}" for name, passed in played.baselines.items()))
    if attacked is not None:
        console.print(f"{attacked.attacks} hostile calls in {attacked.seconds:.0f} s, {attacked.succeeded} got through")
        for name, count in attacked.breaches.items():
            console.print(f"  {name}: {count}")
