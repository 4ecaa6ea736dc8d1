"""One model behind any OpenAI-compatible endpoint: one request, one answer, no second try.

The most portable request: the model's name, messages, tools; no `tool_choice`, `parallel_tool_calls`, `strict`,
`response_format` or streaming. Messages are converted by langchain-core's own function and posted through the `openai`
client's documented raw way. Measured against the local server, CPU a call: `chat.completions.create` 3.1 ms (it walks
every request and answer through its types), `ChatOpenAI.ainvoke` 3.8 ms, a whole `ResilientModel.complete` with
conversion, reading and breaker 1.7 ms. The tolerant reading of the answer needs none of those types, and importing
langchain-openai costs a process a second more.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import openai
from langchain_core.messages import BaseMessage
from langchain_core.messages.utils import convert_to_openai_messages
from openai import AsyncOpenAI
from pydantic import BaseModel, Field, ValidationError

from agents.models.errors import ModelNonsenseError, ModelUnavailableError, Trouble
from agents.models.model import Completion, Price, ToolSchema
from agents.models.parsing import Nonsense, read_answer
from agents.models.refusals import trouble_of
from agents.models.tolerant_json import NotJsonError, as_list, as_object, read_json
from agents.telemetry import Telemetry

OPENAI = "https://api.openai.com/v1"
PATH = "/chat/completions"
CHARACTERS_A_TOKEN = 2
"""Where a server counts no tokens; Russian needs about three, so that a limit is reached too early, not too late."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where models answer, and the key to it."""

    key: str = field(repr=False)
    base_url: str = OPENAI


def connect(endpoint: Endpoint) -> AsyncOpenAI:
    """A client that keeps its connections between calls; close it at the end."""
    return AsyncOpenAI(api_key=endpoint.key, base_url=endpoint.base_url, max_retries=0)


class _Usage(BaseModel):
    prompt_tokens: int = Field(ge=0)
    completion_tokens: int = Field(ge=0)


@dataclass(frozen=True, slots=True)
class _Envelope:
    """The part of an answer that matters."""

    message: Mapping[str, object]
    finish: str | None
    usage: _Usage | None


class ProvidedModel:
    """A chat model of an endpoint; a price that is not known makes the cost unknown."""

    def __init__(
        self,
        name: str,
        client: AsyncOpenAI,
        *,
        price: Callable[[], Price | None],
        telemetry: Telemetry,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name = name
        self._client = client
        self._price = price
        self._telemetry = telemetry
        self._clock = clock

    @property
    def name(self) -> str:
        """The name under which its provider knows it."""
        return self._name

    async def complete(
        self, messages: Sequence[BaseMessage], tools: Sequence[ToolSchema], *, deadline_s: float
    ) -> Completion:
        """Ask once; raises ModelUnavailableError after `deadline_s` seconds at the latest, or ModelNonsenseError."""
        began = self._clock()
        body = _request(self._name, messages, tools)
        with self._telemetry.model_call(self._name, endpoint=self._endpoint, messages=body["messages"]) as span:
            raw = await self._posted(body, deadline_s)
            envelope = self._opened(raw)
            answer = read_answer(
                envelope.message, finish=envelope.finish, offered=frozenset(tool.name for tool in tools)
            )
            usage = envelope.usage or _estimated(body, raw)
            completion = Completion(
                text=answer.said if isinstance(answer, Nonsense) else answer.text,
                calls=() if isinstance(answer, Nonsense) else answer.calls,
                model=self._name,
                tokens_in=usage.prompt_tokens,
                tokens_out=usage.completion_tokens,
                cost_eur=self._cost(usage),
                latency_ms=(self._clock() - began) * 1_000,
                counted="provider" if envelope.usage else "estimate",
            )
            span.answered(completion, finish=envelope.finish)
            if isinstance(answer, Nonsense):
                raise ModelNonsenseError(completion=completion, problem=answer.problem)
            return completion

    @property
    def _endpoint(self) -> str:
        return str(self._client.base_url)

    def _cost(self, usage: _Usage) -> Decimal | None:
        price = self._price()
        return None if price is None else price.cost(tokens_in=usage.prompt_tokens, tokens_out=usage.completion_tokens)

    async def _posted(self, body: Mapping[str, Any], deadline_s: float) -> str:
        try:
            async with asyncio.timeout(deadline_s):  # the client's own limit is for each read, not for the whole
                return await self._client.post(PATH, body=body, cast_to=str, options={"timeout": deadline_s})
        except TimeoutError as error:
            raise self._unavailable(Trouble.TIMEOUT, f"no answer within {deadline_s:.1f} s") from error
        except openai.OpenAIError as error:
            raise trouble_of(error, model=self._name, key=self._client.api_key) from error

    def _opened(self, raw: str) -> _Envelope:
        """The message in the answer's envelope; what holds none comes from elsewhere: ModelUnavailableError."""
        try:
            body = as_object(read_json(raw)) or {}
        except NotJsonError as error:
            raise self._unavailable(Trouble.GARBAGE, f"the answer is no JSON: {error}") from error
        choice = next((as_object(choice) for choice in as_list(body.get("choices"))), None) or {}
        message = as_object(choice.get("message"))
        if message is None:
            raise self._unavailable(Trouble.GARBAGE, "the answer holds no message")
        finish = choice.get("finish_reason")
        return _Envelope(message, finish if isinstance(finish, str) else None, _usage(body.get("usage")))

    def _unavailable(self, trouble: Trouble, problem: str) -> ModelUnavailableError:
        return ModelUnavailableError(model=self._name, trouble=trouble, problem=problem)


def _request(name: str, messages: Sequence[BaseMessage], tools: Sequence[ToolSchema]) -> dict[str, Any]:
    body: dict[str, Any] = {"model": name, "messages": _wire_messages(messages)}
    if tools:  # some servers refuse an empty list
        body["tools"] = [
            {
                "type": "function",
                "function": {"name": tool.name, "description": tool.description, "parameters": tool.parameters},
            }
            for tool in tools
        ]
    return body


def _wire_messages(messages: Sequence[BaseMessage]) -> list[dict[str, Any]]:
    wired = convert_to_openai_messages(list(messages))
    for message in wired:
        if message.get("tool_calls") and not message["content"]:
            message["content"] = None  # some servers refuse empty text beside calls
    return wired


def _usage(given: object) -> _Usage | None:
    try:
        return _Usage.model_validate(given)
    except ValidationError:
        return None


def _estimated(body: Mapping[str, Any], raw: str) -> _Usage:
    sent = sum(len(str(part)) for part in (*body["messages"], *body.get("tools", ())))
    return _Usage(prompt_tokens=sent // CHARACTERS_A_TOKEN + 1, completion_tokens=len(raw) // CHARACTERS_A_TOKEN + 1)
