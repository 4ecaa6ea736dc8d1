"""Where the time of a turn of ours goes: its parts with a stopwatch on each."""

import time
from collections import defaultdict
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from langchain_core.messages import BaseMessage
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import ChannelVersions, Checkpoint, CheckpointMetadata, CheckpointTuple
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from sqlalchemy import event
from sqlalchemy.engine import Connection

from agents.models.model import ChatModel, Completion, ToolSchema
from domain.answers import Answer
from domain.people import Actor
from domain.queries import Query
from guardrails.reading import Reader
from store.database import Database


@dataclass(slots=True)
class Watch:
    """Seconds by part, of one conversation; nothing is counted while it is not `running`."""

    running: bool = False
    inside: bool = False

    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict[str, float](float))

    @contextmanager
    def on(self, part: str) -> Generator[None]:
        """Count what the block takes."""
        began, self.inside = time.perf_counter(), True
        try:
            yield
        finally:
            self.inside = False
            self.add(part, time.perf_counter() - began)

    def add(self, part: str, seconds: float) -> None:
        """Count what a part took."""
        if self.running:
            self.seconds[part] += seconds


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


def time_statements(db: Database, watch: Watch) -> None:
    """Put the watch on every statement that no other part counts already; where it commits by itself, on that too."""
    engine = db._engine.sync_engine  # pyright: ignore[reportPrivateUsage] - to time it

    def began(connection: Connection, *_: object) -> None:
        connection.info["began"] = time.perf_counter()

    def ended(connection: Connection, *_: object) -> None:
        if not watch.inside:
            watch.add("statements", time.perf_counter() - connection.info["began"])

    event.listen(engine, "before_cursor_execute", began)
    event.listen(engine, "after_cursor_execute", ended)
