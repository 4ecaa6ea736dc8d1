"""The models of an installation: one client, one breaker a model, a chain for each role."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Self

from agents.models.breaker import Breaker
from agents.models.model import ChatModel, Price
from agents.models.provider import Endpoint, ProvidedModel, connect
from agents.models.resilient import Link, Patience, ResilientModel
from agents.telemetry import Telemetry
from domain.model_state import ModelState


@dataclass(frozen=True, slots=True)
class Models:
    """Which model answers: for everybody, for a role (its id, e.g. `ai-rop`), and who stands in, in this order."""

    default: str
    by_role: Mapping[str, str] = field(default_factory=dict[str, str])
    fallbacks: tuple[str, ...] = ()

    def chain(self, role: str) -> tuple[str, ...]:
        """The models of a role, the first asked first, none twice."""
        return tuple(dict.fromkeys((self.by_role.get(role, self.default), *self.fallbacks)))

    def every(self) -> tuple[str, ...]:
        """All models named, none twice."""
        return tuple(dict.fromkeys((self.default, *self.by_role.values(), *self.fallbacks)))


class ModelPool:
    """Chat models by role over one endpoint; an async context manager that closes its connections.

    `prices` gives those in force, by model: asked at each answer.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        models: Models,
        *,
        prices: Callable[[], Mapping[str, Price]],
        patience: Patience | None = None,
        telemetry: Telemetry | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        make_breaker: Callable[[], Breaker] = Breaker,
    ) -> None:
        self.models = models
        self._client = connect(endpoint)
        self._patience = patience or Patience()
        self._telemetry = telemetry or Telemetry()
        self._clock = clock
        self._prices = prices
        self._sleep = sleep
        self._links = {name: Link(self._provided(name), make_breaker()) for name in models.every()}

    def for_role(self, role: str) -> ChatModel:
        """The model that answers for a role, with those that stand in for it."""
        chain = [self._links[name] for name in self.models.chain(role)]
        return ResilientModel(chain, self._patience, clock=self._clock, sleep=self._sleep)

    def bare(self, name: str) -> ChatModel:
        """One model by name, asked once, whatever its breaker says; for the capability probe."""
        return self._links[name].model

    def states(self) -> tuple[ModelState, ...]:
        """How each model behaves now."""
        now = self._clock()
        return tuple(
            ModelState(name=name, failures=link.breaker.failures, rests_s=link.breaker.rests_for(now))
            for name, link in self._links.items()
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def _provided(self, name: str) -> ProvidedModel:
        return ProvidedModel(
            name,
            self._client,
            price=lambda: self._prices().get(name),
            telemetry=self._telemetry,
            clock=self._clock,
        )
