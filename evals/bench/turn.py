"""One turn of a role agent over the bare client loop and over LangGraph's prebuilt agent; one conversation, and many.

A round is a conversation of a few turns with each of the three, in a changing order; figures are medians. The model
answers at once and stands in a process of its own: what is compared is everything around it.
"""

import asyncio
import logging
import statistics
import time
from collections import defaultdict
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import count
from typing import Final

from openai import AsyncOpenAI
from sqlalchemy import text

from agents.models.pool import ModelPool, Models
from agents.models.provider import Endpoint
from agents.offline.model import OfflineModel
from agents.roster import Crew
from domain.commands import IntakeOrders, NewOrder
from domain.people import CRM_FEED
from domain.timeline import ManualTimeline
from evals.bench.ground import NOON, Ground
from evals.bench.turn_sides import KEY, Material, Ours, Plain, Prebuilt, Side, usual_saver
from evals.bench.turn_stub import ANSWER, MODEL, ORDERS, model_apart
from evals.bench.turn_times import TimedModel, TimedReader, TimedSaver, Watch, time_statements
from graph.runner import runner_of
from graph.threads import checkpoints
from guardrails.agency import Agency
from guardrails.desk import Desk
from policy import load_policy
from prompts import Prompts
from store.database import Database

TURNS: Final = 4
"""Turns of one conversation."""
MANY: Final = 16
"""Conversations at once."""
OURS, PLAIN, PREBUILT = "ours", "plain", "prebuilt"


@dataclass(frozen=True, slots=True)
class Table:
    """The three sides over one database, and the watch on ours."""

    sides: Mapping[str, Side]
    watch: Watch
    db: Database
    names: "count[int]"

    async def conversation(self, side: str, turns: int) -> list[float]:
        """Seconds of each turn of a new conversation."""
        name = f"bench:{next(self.names)}"
        seconds: list[float] = []
        for _ in range(turns):
            turn = await self.sides[side].prepared(name)
            self.watch.running, began = True, time.perf_counter()
            said = await turn()
            seconds.append(time.perf_counter() - began)
            self.watch.running = False
            assert side == OURS or said == ANSWER, said
        return seconds

    async def crowd(self, side: str) -> float:
        """Seconds until one turn of each of many conversations at once has ended."""
        ready = [await self.sides[side].prepared(f"bench:{next(self.names)}") for _ in range(MANY)]
        began = time.perf_counter()
        await asyncio.gather(*(turn() for turn in ready))
        return time.perf_counter() - began

    async def check(self) -> None:
        """Every turn of ours has ended with the model's answer, journaled: nothing was measured that failed."""
        async with self.db.reading() as tx:
            odd = (
                await tx.execute(
                    text(
                        "SELECT count(*) FROM ai_turns AS t WHERE t.state <> 'done' OR t.answer <> :answer OR"
                        " (SELECT array_agg(d.action ORDER BY d.id) FROM ai_decisions AS d"
                        "  WHERE d.subject_kind = 'turn' AND d.subject_id = t.id)"
                        " <> ARRAY['think', 'look', 'think', 'check_text', 'answer']"
                    ),
                    {"answer": ANSWER},
                )
            ).scalar_one()
        assert odd == 0, f"{odd} turns did not do what is measured"


@asynccontextmanager
async def _table(ground: Ground) -> AsyncGenerator[Table]:
    logging.getLogger("httpx2").setLevel(logging.WARNING)  # a line a request is the same for all three, and not theirs
    async with AsyncExitStack() as stack:
        base_url = await stack.enter_async_context(model_apart())
        url = await stack.enter_async_context(ground.database())
        db, watch = Database(url), Watch()
        time_statements(db, watch)
        stack.push_async_callback(db.close)
        desk = Desk.of(db, load_policy(), ManualTimeline(NOON))
        await desk.gate.perform(IntakeOrders(orders=tuple(_order(number) for number in range(ORDERS))), CRM_FEED)
        async with db.reading() as tx:
            admin = int((await tx.execute(text("SELECT id FROM people WHERE role = 'admin'"))).scalar_one())
        pool = await stack.enter_async_context(ModelPool(Endpoint(KEY, base_url), Models(MODEL), prices=dict))
        crew = Crew(
            desk.policy,
            Prompts.load(),
            model_of=lambda role: TimedModel(pool.for_role(role), watch),
            offline=OfflineModel(),
        )
        saver = await stack.enter_async_context(checkpoints(url))
        timed = TimedSaver(saver.conn, serde=saver.serde)
        reader = TimedReader(db, desk.policy, desk.timeline)
        timed.watch = reader.watch = watch
        runner = replace(runner_of(desk, crew, timed), agency=Agency(desk.gate, reader))
        material = Material.of(crew, desk, admin)
        client = await stack.enter_async_context(AsyncOpenAI(api_key=KEY, base_url=base_url, max_retries=0))
        sides = {
            OURS: Ours(desk, runner, admin),
            PLAIN: Plain(material, client),
            PREBUILT: Prebuilt.of(material, base_url, await stack.enter_async_context(usual_saver(url))),
        }
        yield Table(sides, watch, db, count())


def _order(number: int) -> NewOrder:
    return NewOrder(
        crm_id=f"turn-{number}",
        client_name="Иван Петров",
        seller_name="Hans Meier",
        city="Москва",
        bike="Trek Domane SL5 2021",
        listing_url=f"https://example.com/listing/{number}",
        price_eur=Decimal(1500),
    )


async def turn(ground: Ground, *, rounds: int) -> tuple[dict[str, float], dict[str, float]]:
    """Ratios and milliseconds.

    `turn_1` and `turn_16` are ours over the plain loop at one conversation and at sixteen at once, `turn_vs_prebuilt`
    ours over the prebuilt agent at one.
    """
    async with _table(ground) as table:
        for side in table.sides:  # connections, caches, plans
            await table.conversation(side, TURNS)
            await table.crowd(side)
        alone, parts = await _alone(table, rounds)
        crowds = await _crowds(table, rounds)
        await table.check()
    ratios = {
        "turn_1": alone[OURS] / alone[PLAIN],
        "turn_16": crowds[OURS] / crowds[PLAIN],
        "turn_vs_prebuilt": alone[OURS] / alone[PREBUILT],
    }
    absolute = {f"turn_{side}_ms": 1_000 * seconds for side, seconds in alone.items()}
    absolute |= {f"turn_ours_{part}_ms": 1_000 * seconds for part, seconds in parts.items()}
    absolute |= {f"turn_{side}_{MANY}_per_s": MANY / seconds for side, seconds in crowds.items()}
    absolute["turn_vs_prebuilt_16"] = crowds[OURS] / crowds[PREBUILT]
    return ratios, absolute


async def _alone(table: Table, rounds: int) -> tuple[dict[str, float], dict[str, float]]:
    """Median seconds of a turn by side, and mean seconds of the parts of ours."""
    seconds: defaultdict[str, list[float]] = defaultdict(list)
    parts: defaultdict[str, list[float]] = defaultdict(list)
    for number in range(rounds):
        for side in _order_of(table, number):
            table.watch.seconds.clear()
            took = await table.conversation(side, TURNS)
            seconds[side] += took
            if side == OURS:
                known = {part: spent / TURNS for part, spent in table.watch.seconds.items()}
                rest = sum(took) / TURNS - sum(known.values())
                for part, spent in {**known, "graph": rest}.items():
                    parts[part].append(spent)
    return _medians(seconds), _medians(parts)


async def _crowds(table: Table, rounds: int) -> dict[str, float]:
    """Median seconds of many conversations at once, by side."""
    seconds: defaultdict[str, list[float]] = defaultdict(list)
    for number in range(rounds):
        for side in _order_of(table, number):
            seconds[side].append(await table.crowd(side))
    return _medians(seconds)


def _order_of(table: Table, number: int) -> Sequence[str]:
    """Whoever is first in one round is last in another."""
    names = list(table.sides)
    return names[number % len(names) :] + names[: number % len(names)]


def _medians(found: Mapping[str, Sequence[float]]) -> dict[str, float]:
    return {name: statistics.median(values) for name, values in found.items()}
