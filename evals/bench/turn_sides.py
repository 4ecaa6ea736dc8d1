"""Three ways to one and the same turn: ours, the plain loop over the `openai` client, LangGraph's prebuilt agent.

All three send the same prompt, the same tools and the same words to the same model, and look at the same queue through
the same `Reader`. Ours also checks, masks, journals and accounts; the prebuilt agent checkpoints; the plain loop keeps
the words and answers of its conversation in memory, as ours does in its checkpoint.
"""

import json
import warnings
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, cast

from langchain_core.tools import StructuredTool
from langchain_openai import ChatOpenAI
from langgraph import prebuilt
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from openai import AsyncOpenAI
from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool
from pydantic import SecretStr

from agents.roster import Agent, Crew
from domain.people import Actor, Channel
from domain.queries import LookAtQueue
from evals.bench.turn_stub import MODEL
from graph.runner import Runner
from guardrails.desk import Desk
from guardrails.reading import Reader
from guardrails.text.foreign import as_data
from store.agents import turns
from store.agents.turns import (
    NewTurn,
    TurnKind,
)

ROLE: Final = "ai-rop"
WORDS: Final = "Что в очереди?"
KEY: Final = "any"


class Side(Protocol):
    """One way; `prepared` is work that is not measured, the awaitable that it gives is the turn, with its answer."""

    async def prepared(self, conversation: str) -> Callable[[], Awaitable[str]]:
        """The next turn of a conversation."""
        ...


@dataclass(frozen=True, slots=True)
class Ours:
    """The turn as the desk has it: asked for beforehand, by a person in Telegram; the runner does the rest."""

    desk: Desk
    runner: Runner
    person_id: int

    async def prepared(self, conversation: str) -> Callable[[], Awaitable[str]]:
        """A turn of the queue."""
        turn = NewTurn(
            thread=conversation,
            role=ROLE,
            kind=TurnKind.CHAT,
            channel=Channel.TELEGRAM.value,
            trace_id=conversation,
            words=WORDS,
            person_id=self.person_id,
            about={"asker": {"name": "Admin", "role": "admin"}},
        )
        async with self.desk.db.transaction() as tx:
            turn_id = await turns.ask(tx, turn, now=self.desk.timeline.now())
        assert turn_id is not None

        async def worked() -> str:
            await self.runner.run(turn_id)
            return ""

        return worked


@dataclass(frozen=True, slots=True)
class Material:
    """What the other two need of ours: the prompt, the tools, and the query."""

    agent: Agent
    system: str
    reader: Reader
    person_id: int

    @classmethod
    def of(cls, crew: Crew, desk: Desk, person_id: int) -> "Material":
        """The same words as ours."""
        agent = crew.agent(ROLE)
        slots = {"now": "18.11.2026 12:00", "asker": "Admin", "asker_role": "admin"}
        system = agent.prompt("chat").filled({**agent.charter, **slots})
        return cls(agent, system, Reader(desk.db, desk.policy, desk.timeline), person_id)

    async def looked(self, arguments: Mapping[str, Any]) -> str:
        """The queue, as the model is told it."""
        query = LookAtQueue.model_validate(arguments)
        return as_data((await self.reader.ask(query, Actor.agent(ROLE, person_id=self.person_id))).facts)


@dataclass(slots=True)
class Plain:
    """The loop that anybody would write."""

    material: Material
    client: AsyncOpenAI
    said: dict[str, list[dict[str, Any]]] = field(default_factory=dict[str, list[dict[str, Any]]])

    async def prepared(self, conversation: str) -> Callable[[], Awaitable[str]]:
        """Nothing to prepare."""
        earlier = self.said.setdefault(conversation, [])

        async def looped() -> str:
            words = {"role": "user", "content": WORDS}
            messages: list[Any] = [{"role": "system", "content": self.material.system}, *earlier, words]
            tools: Any = _wired(self.material.agent)
            while True:
                answer = await self.client.chat.completions.create(model=MODEL, messages=messages, tools=tools)
                message = answer.choices[0].message
                if not message.tool_calls:
                    earlier.extend((words, {"role": "assistant", "content": message.content}))
                    return message.content or ""
                messages.append(message.model_dump(exclude_none=True))
                for call in message.tool_calls:
                    assert call.type == "function"
                    told = await self.material.looked(json.loads(call.function.arguments))
                    messages.append({"role": "tool", "tool_call_id": call.id, "content": told})

        return looped


@dataclass(frozen=True, slots=True)
class Prebuilt:
    """LangGraph's agent with a PostgreSQL checkpointer, saved once at the end of a turn as ours is."""

    graph: Any

    @classmethod
    def of(cls, material: Material, base_url: str, saver: BaseCheckpointSaver[Any]) -> "Prebuilt":
        """The agent with all tools of the role; only the queue is ever called."""
        model = ChatOpenAI(model=MODEL, base_url=base_url, api_key=SecretStr(KEY), max_retries=0)
        tools = [
            StructuredTool(
                name=tool.name,
                description=tool.schema.description,
                args_schema=dict(tool.schema.parameters),
                coroutine=_looking(material),
            )
            for tool in material.agent.tools.values()
        ]
        with warnings.catch_warnings():  # it has moved to a package that is not installed, and works as before
            warnings.simplefilter("ignore")
            make = cast("Any", prebuilt).create_react_agent
            return cls(make(model, tools, prompt=material.system, checkpointer=saver))

    async def prepared(self, conversation: str) -> Callable[[], Awaitable[str]]:
        """Nothing to prepare."""
        config = {"configurable": {"thread_id": f"prebuilt:{conversation}"}}

        async def invoked() -> str:
            end = await self.graph.ainvoke({"messages": [("user", WORDS)]}, config, durability="exit")
            return str(end["messages"][-1].content)

        return invoked


@asynccontextmanager
async def usual_saver(url: str) -> AsyncGenerator[AsyncPostgresSaver]:
    """The checkpointer as its documentation has it: each checkpoint is flushed, for nothing else makes it durable."""
    settings = {"autocommit": True, "prepare_threshold": 0, "row_factory": dict_row}
    pool: AsyncConnectionPool[AsyncConnection[DictRow]] = AsyncConnectionPool(
        url, min_size=1, max_size=4, open=False, kwargs=settings
    )
    async with pool:
        yield AsyncPostgresSaver(pool)


def _looking(material: Material) -> Callable[..., Awaitable[str]]:
    async def look(**arguments: object) -> str:
        return await material.looked(arguments)

    return look


def _wired(agent: Agent) -> Sequence[Mapping[str, Any]]:
    return [
        {
            "type": "function",
            "function": {
                "name": tool.name,
                "description": tool.schema.description,
                "parameters": cast("dict[str, Any]", tool.schema.parameters),
            },
        }
        for tool in agent.tools.values()
    ]
