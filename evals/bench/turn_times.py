"""Where the time of a turn of ours goes: its parts with a stopwatch on each."""

import time
from collections import defaultdict
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field

from langchain_core.messages import BaseMessage
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import ChannelVersions, Checkpoint, CheckpointMetadata, CheckpointTuple
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from sqlalchemy.ext.asyncio import AsyncConnection

from agents.models.model import ChatModel, Completion, ToolSchema
from domain.answers import Answer
from domain.people import Actor
from domain.queries import Query
from guardrails.reading import Reader
from store.database import Database


@dataclass(slots=True)
class Watch:
    """Seconds by part."""

    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict[str, float](float))

    @contextmanager
    def on(self, part: str) -> Generator[None]:
        """Count what the block takes."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[part] += time.perf_counter() - began


@dataclass(frozen=True, slots=True)
class TimedModel:
    """A model with a watch on it."""

    inner: ChatModel
    watch: Watch

    @property
    def name(self) -> str:
        """The model's name."""
        return self.inner.name

    async def complete(
        self, messages: Sequence[BaseMessage], tools: Sequence[ToolSchema], *, deadline_s: float
    ) -> Completion:
        """The model's answer."""
        with self.watch.on("model"):
            return await self.inner.complete(messages, tools, deadline_s=deadline_s)


class TimedReader(Reader):
    """The READ tools with a watch on them."""

    watch: Watch

    async def ask(self, query: Query, by: Actor) -> Answer:
        """The answer."""
        with self.watch.on("tool"):
            return await super().ask(query, by)


class TimedSaver(AsyncPostgresSaver):
    """The checkpointer with a watch on it."""

    watch: Watch

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """The last checkpoint."""
        with self.watch.on("checkpoint"):
            return await super().aget_tuple(config)

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Save one."""
        with self.watch.on("checkpoint"):
            return await super().aput(config, checkpoint, metadata, new_versions)


class TimedDatabase(Database):
    """The database with a watch on its commits."""

    watch: Watch

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[AsyncConnection]:
        """A transaction, from asking for a connection to the end of its commit."""
        with self.watch.on("commits"):
            async with super().transaction() as tx:
                yield tx
