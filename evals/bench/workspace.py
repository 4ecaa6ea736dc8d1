"""The admin's workspace over few and many orders: more happening in the same time, and the same for a longer time."""

import statistics
import time
from contextlib import AsyncExitStack
from datetime import timedelta

from domain.measures import Period, read_span
from domain.policy import Policy
from evals.bench.ground import NOON, Ground
from evals.bench.history import lay_down
from policy import load_policy
from store.database import Database
from store.views.workspace import workspace

YEAR = timedelta(days=365)
ROUNDS = 15


async def growth(ground: Ground, *, few: int, many: int) -> tuple[float, dict[str, float]]:
    """Time of the page over many orders over that over few, both of a year: ten times as much in every period.

    Beside it, as a number: the same for few orders as dense as the many are, so that only the past is longer.
    """
    policy = load_policy()
    histories = {"few": (few, YEAR), "many": (many, YEAR), "dense": (few, YEAR * few / many)}
    rounds: dict[str, list[float]] = {name: [] for name in histories}
    async with AsyncExitStack() as stack:
        opened: dict[str, Database] = {}
        for name, (count, span) in histories.items():
            url = await stack.enter_async_context(ground.database())
            await lay_down(url, count=count, span=span, now=NOON)
            opened[name] = Database(url)
            stack.push_async_callback(opened[name].close)
        # In turns, so that whatever else the machine does falls on all alike.
        for _ in range(ROUNDS):
            for name, db in opened.items():
                rounds[name].append(await _page(db, policy))
    took = {name: statistics.median(times) for name, times in rounds.items()}
    return took["many"] / took["few"], {
        f"workspace_{few}_ms": took["few"] * 1e3,
        f"workspace_{many}_ms": took["many"] * 1e3,
        f"workspace_{few}_dense_ms": took["dense"] * 1e3,
        "workspace_growth_same_pace": took["many"] / took["dense"],
    }


async def _page(db: Database, policy: Policy) -> float:
    period = Period.ending(read_span("7d", field="period"), now=NOON)
    async with db.reading() as tx:
        began = time.monotonic()
        await workspace(tx, period, policy, now=NOON)
        return time.monotonic() - began
