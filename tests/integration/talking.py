"""A worker's hands for the tests: the queued turns run through the real graph, by rules or by a scripted model."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

from agents.models.pool import ModelPool, Models
from agents.models.provider import Endpoint
from agents.offline.model import OfflineModel
from agents.roster import Crew
from evals.model_server import ModelServer, says, serving
from graph.runner import Runner, open_runner
from guardrails.desk import Desk as OpenDesk
from prompts import Prompts
from store.agents import turns
from store.agents.turns import Turn
from tests.integration.desk import Desk

KEY = "sk-secret"


@asynccontextmanager
async def at_work(desk: OpenDesk, answer: str | None = None) -> AsyncGenerator[Runner]:
    """The role agents: rules alone, or a model behind real HTTP that always says `answer`."""
    offline = OfflineModel()
    async with AsyncExitStack() as stack:
        pool = None
        if answer is not None:
            url = await stack.enter_async_context(serving(ModelServer(lambda _: says(answer), key=KEY)))
            models = ModelPool(Endpoint(KEY, url), Models("large", {}, ()), prices=lambda: desk.policy.agents.prices)
            pool = await stack.enter_async_context(models)
        crew = Crew(
            desk.policy,
            Prompts.load(),
            model_of=lambda role: offline if pool is None else pool.for_role(role),
            offline=offline,
        )
        yield await stack.enter_async_context(open_runner(desk, crew))


async def work(runner: Runner, company: Desk) -> list[Turn]:
    """Run every queued turn, the oldest first, as the worker would; the turns as they ended."""
    queued = await company.column("SELECT id FROM ai_turns WHERE state = 'queued' ORDER BY id")
    for turn_id in queued:
        await runner.run(turn_id)
    async with company.db.reading() as tx:
        return [await turns.get(tx, turn_id) for turn_id in queued]
