"""What a role needs of a language model, whoever serves it: messages and tools in, one typed completion out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, Protocol

from langchain_core.messages import BaseMessage


@dataclass(frozen=True, slots=True)
class ToolSchema:
    """A tool as a model is told of it; `parameters` is a JSON schema of an object."""

    name: str
    description: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tool that the model wants called. Name and arguments are unchecked: the toolbox parses them."""

    id: str
    name: str
    arguments: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Completion:
    """What a model answered, and what it took.

    `model` is the one that answered; `fallback_from` is the one that should have, when another stood in. `cost_eur` is
    None where the model's price is unknown. `latency_ms` counts waits and failed attempts in. `counted` says whose
    token counts these are: a provider that sends none is estimated from above.
    """

    text: str
    calls: tuple[ToolCall, ...]
    model: str
    tokens_in: int
    tokens_out: int
    cost_eur: Decimal | None
    latency_ms: float
    attempts: int = 1
    fallback_from: str | None = None
    counted: Literal["provider", "estimate"] = "provider"


class ChatModel(Protocol):
    """A language model that converses and calls tools."""

    @property
    def name(self) -> str:
        """The name under which its provider knows it."""
        ...

    async def complete(
        self, messages: Sequence[BaseMessage], tools: Sequence[ToolSchema], *, deadline_s: float
    ) -> Completion:
        """The model's answer to a conversation, at the latest after `deadline_s` seconds, retries and waits included.

        Raises ModelUnavailableError when no model answered in time, ModelNonsenseError when the answer has no meaning:
        it may be asked once more, with the error's `problem` told.
        """
        ...


class Price(Protocol):
    """What a model costs."""

    def cost(self, *, tokens_in: int, tokens_out: int) -> Decimal:
        """EUR for so many tokens."""
        ...
