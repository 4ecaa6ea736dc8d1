"""What a model is asked and what it answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from langchain_core.messages import BaseMessage


@dataclass(frozen=True, slots=True)
class ToolSchema:
    """A tool as a model sees it."""

    name: str
    description: str
    parameters: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call that a model makes."""

    id: str
    name: str
    arguments: dict[str, object]


@dataclass(frozen=True, slots=True)
class Completion:
    """One answer."""

    text: str
    calls: tuple[ToolCall, ...]
    model: str
    tokens_in: int
    tokens_out: int
    cost_eur: Decimal | None
    latency_ms: float
    attempts: int = 1
    fallback_from: str | None = None


class ChatModel(Protocol):
    """A model."""

    name: str

    async def complete(
        self, messages: Sequence[BaseMessage], tools: Sequence[ToolSchema], *, deadline_s: float
    ) -> Completion:
        """Answer."""
        ...
