"""A worker with agents in a process of its own: `python -m tests.resilience.turn_worker DATABASE_URL MODEL_URL`."""

import asyncio
import sys

from agents.models.pool import ModelPool, Models
from agents.models.provider import Endpoint
from agents.offline.model import OfflineModel
from agents.roster import Crew
from graph.runner import open_runner
from guardrails.desk import open_desk
from jobs.worker import run_worker
from prompts import Prompts


async def work(url: str, model_url: str) -> None:
    """Work until killed."""
    desk = await open_desk(url)
    async with ModelPool(Endpoint("sk-test", model_url), Models("stub"), prices=desk.policy.agents.prices) as pool:
        crew = Crew(desk.policy, Prompts.load(), model_of=pool.for_role, offline=OfflineModel())
        async with open_runner(desk, crew) as runner:
            await run_worker(desk, None, None, stop=asyncio.Event(), agents=runner)


if __name__ == "__main__":
    asyncio.run(work(*sys.argv[1:3]))
