"""The table of benches: each fills its stable names, with ratios or, where the name says a unit, with numbers."""

import os
import platform
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from evals.bench import clocks, demo, intake, live, page_times, pages, turn, workspace
from evals.bench.ground import Ground


@dataclass(slots=True)
class Figures:
    """What the benches found."""

    ratios: dict[str, float] = field(default_factory=dict[str, float])
    absolute: dict[str, float] = field(default_factory=dict[str, float])


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured; the quick size tells only that the benches run."""

    singles: int = 400
    wave: int = 5_000
    few_clocks: int = 10_000
    many_clocks: int = 1_000_000
    due: int = 1_000
    mass: int = 100_000
    few_orders: int = 10_000
    many_orders: int = 100_000
    fewest_orders: int = 1_000
    turn_rounds: int = 30
    seconds: float = 20


QUICK = Size(
    singles=60,
    wave=500,
    few_clocks=2_000,
    many_clocks=20_000,
    due=200,
    mass=4_000,
    few_orders=1_000,
    many_orders=10_000,
    fewest_orders=200,
    turn_rounds=3,
    seconds=4,
)
Bench = Callable[[Ground, Size, Figures], Awaitable[None]]


async def _intake_1(ground: Ground, size: Size, found: Figures) -> None:
    found.ratios["intake_1"], absolute = await intake.single(ground, clients=1, count=size.singles)
    found.absolute |= absolute


async def _intake_4(ground: Ground, size: Size, found: Figures) -> None:
    found.ratios["intake_4"], absolute = await intake.single(ground, clients=4, count=size.singles)
    found.absolute |= absolute


async def _intake_http(ground: Ground, size: Size, found: Figures) -> None:
    found.ratios["intake_http"], absolute = await pages.intake(ground, count=size.singles)
    found.absolute |= absolute


async def _wave(ground: Ground, size: Size, found: Figures) -> None:
    found.ratios["wave"], found.ratios["wave_spread"], absolute = await intake.wave(
        ground, size=size.wave, singles=size.singles
    )
    found.absolute |= absolute


async def _sweep(ground: Ground, size: Size, found: Figures) -> None:
    found.ratios["sweep_growth"], found.ratios["sweep_idle"], absolute = await clocks.sweep(
        ground, few=size.few_clocks, many=size.many_clocks, due=size.due
    )
    found.absolute |= absolute


async def _workspace(ground: Ground, size: Size, found: Figures) -> None:
    found.ratios["workspace_growth"], absolute = await workspace.growth(
        ground, few=size.few_orders, many=size.many_orders
    )
    found.absolute |= absolute


async def _pages(ground: Ground, size: Size, found: Figures) -> None:
    found.ratios["pages_growth"], absolute = await page_times.growth(
        ground, few=size.fewest_orders, many=size.many_orders
    )
    found.absolute |= absolute | await page_times.latency(ground)


async def _notify(ground: Ground, size: Size, found: Figures) -> None:
    found.ratios["notify_p95_ms"], absolute = await live.notify(ground, seconds=size.seconds)
    found.absolute |= absolute


async def _escalation(ground: Ground, size: Size, found: Figures) -> None:
    found.ratios["escalation_lag_p99_s"] = await live.escalate(ground, seconds=size.seconds)


async def _mass(ground: Ground, size: Size, found: Figures) -> None:
    found.ratios["mass_assign_per_s"], found.ratios["mass_idle_s"] = await clocks.mass(ground, orders=size.mass)


async def _turn(ground: Ground, size: Size, found: Figures) -> None:
    ratios, absolute = await turn.turn(ground, rounds=size.turn_rounds)
    found.ratios |= ratios
    found.absolute |= absolute


async def _demo(ground: Ground, size: Size, found: Figures) -> None:
    found.absolute |= await demo.demo(ground, seconds=size.seconds)


BENCHES: Mapping[str, Bench] = {
    "intake_1": _intake_1,
    "intake_4": _intake_4,
    "intake_http": _intake_http,
    "wave": _wave,
    "sweep": _sweep,
    "workspace_growth": _workspace,
    "pages_growth": _pages,
    "notify_p95_ms": _notify,
    "escalation_lag_p99_s": _escalation,
    "mass": _mass,
    "turn_1": _turn,
    "demo": _demo,
}
IN_FULL_ONLY = ("demo",)
PART_OF = {
    "wave_spread": "wave",
    "sweep_growth": "sweep",
    "sweep_idle": "sweep",
    "mass_assign_per_s": "mass",
    "mass_idle_s": "mass",
    "turn_16": "turn_1",
    "turn_vs_prebuilt": "turn_1",
    "demo_ready_s": "demo",
    "demo_memory_mb": "demo",
}
NAMES = (*BENCHES, *PART_OF)


async def run(ground: Ground, names: Sequence[str], size: Size, *, started: Callable[[str], None]) -> Figures:
    """Run the benches of these names one after another; `started` hears which is under way."""
    found = Figures()
    for name in dict.fromkeys(PART_OF.get(name, name) for name in names):
        started(name)
        await BENCHES[name](ground, size, found)
    return found


def machine() -> dict[str, str | int]:
    """What it was measured on."""
    return {"python": platform.python_version(), "system": platform.platform(), "cores": os.cpu_count() or 0}
