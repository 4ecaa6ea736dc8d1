"""The role agents of this installation: its roles, prompts, models, and the graph that runs their turns.

Imported late: it brings LangGraph and the model's client, which take seconds.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import structlog

from agents.models.model import ChatModel
from agents.offline.model import OfflineModel
from agents.roster import Crew
from agents.telemetry import open_telemetry
from cli.models import open_models
from domain.model_state import ModelState
from graph.runner import Runner, open_runner
from guardrails.desk import Desk
from prompts import Prompts
from settings import Settings

log = structlog.get_logger()


@asynccontextmanager
async def open_agents(desk: Desk, settings: Settings) -> AsyncGenerator[Runner]:
    """The runner of turns; without a key rules answer for every role, and say so in each answer.

    Raises PolicyError for a role without its prompt, and for a prompt without its role.
    """
    prompts = Prompts.load()
    prompts.agree_with(desk.policy.roles)
    offline = OfflineModel()
    endpoint = settings.otel_exporter_otlp_endpoint
    telemetry = open_telemetry(endpoint)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(asyncio.to_thread, telemetry.close)
        model_of: Callable[[str], ChatModel] = lambda _role: offline  # noqa: E731 - replaced where there is a model
        states: Callable[[], Sequence[ModelState]] = tuple
        if settings.openai_api_key is not None and settings.model is not None:
            pool = open_models(settings, prices=lambda: desk.policy.agents.prices, telemetry=telemetry)
            await stack.enter_async_context(pool)
            model_of, states = pool.for_role, pool.states
        else:
            log.info("no language model is set up: rules answer for the roles", model=offline.name)
        crew = Crew(desk.policy, prompts, model_of=model_of, offline=offline, telemetry=telemetry)
        yield await stack.enter_async_context(open_runner(desk, crew, states=states))
