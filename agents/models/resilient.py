"""A model that is asked again where that helps, left alone where it does not, and stood in for by the next."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import structlog
from langchain_core.messages import BaseMessage
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, wait_exponential_jitter

from agents.models.breaker import Breaker
from agents.models.errors import OF_THE_ENDPOINT, PASSING, ModelNonsenseError, ModelUnavailableError, Trouble
from agents.models.model import ChatModel, Completion, ToolSchema

log = structlog.get_logger()

Ask = Callable[[float], Awaitable[Completion]]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a model is waited for: attempts, the waits between them (they double, seconds), one attempt's limit."""

    attempts: int = 3
    first_wait_s: float = 0.5
    longest_wait_s: float = 8.0
    attempt_s: float = 60.0


@dataclass(frozen=True, slots=True)
class Link:
    """One model of a chain, with the breaker that all chains share for it."""

    model: ChatModel
    breaker: Breaker


@dataclass(slots=True)
class _Run:
    """One call of the chain: when it began and must end, and what has happened."""

    began: float
    ends: float
    attempts: int = 0
    failures: list[ModelUnavailableError] = field(default_factory=list[ModelUnavailableError])


class ResilientModel:
    """The first model of a chain that answers; who answered, and instead of whom, stands in the completion.

    Only passing trouble is met with another attempt, after the wait that the server asks for, if the deadline allows
    it. A model gets an equal share of the time that is left for it and those after it. A nonsensical answer is an
    answer: it goes up, and the caller asks for a repair.
    """

    def __init__(
        self,
        chain: Sequence[Link],
        patience: Patience,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._chain = tuple(chain)
        self._patience = patience
        self._clock = clock
        self._sleep = sleep

    @property
    def name(self) -> str:
        """The name of the model that is asked first."""
        return self._chain[0].model.name

    async def complete(
        self, messages: Sequence[BaseMessage], tools: Sequence[ToolSchema], *, deadline_s: float
    ) -> Completion:
        """The first answer along the chain; raises ModelUnavailableError when there is none, or ModelNonsenseError."""
        now = self._clock()
        run = _Run(began=now, ends=now + deadline_s)
        for place, link in enumerate(self._chain):
            ask = partial(_asked, link.model, messages, tools)
            try:
                return self._stamped(await self._answer(link, ask, run, place), run, link)
            except ModelNonsenseError as error:
                raise ModelNonsenseError(
                    completion=self._stamped(error.completion, run, link), problem=error.problem
                ) from error
            except ModelUnavailableError as error:
                run.failures.append(error)
                log.warning("a model does not answer", **error.params)
        problem = "; ".join(f"{error.params['model']}: {error.params['problem']}" for error in run.failures)
        raise ModelUnavailableError(model=self.name, trouble=run.failures[0].trouble, problem=problem)

    async def _answer(self, link: Link, ask: Ask, run: _Run, place: int) -> Completion:
        ends = self._end_of_share(run, place)
        retrying = AsyncRetrying(
            sleep=self._sleep,
            wait=self._wait,
            stop=partial(self._is_over, link.breaker, ends),
            retry=retry_if_exception(_passes),
            reraise=True,
        )
        return await retrying(self._attempt, link, ask, run, ends)

    async def _attempt(self, link: Link, ask: Ask, run: _Run, ends: float) -> Completion:
        now = self._clock()
        if not link.breaker.admits(now):
            rest = f"it failed time after time, and is left alone for {link.breaker.rests_for(now):.0f} s"
            raise ModelUnavailableError(model=link.model.name, trouble=Trouble.RESTING, problem=rest)
        limit = min(ends - now, self._patience.attempt_s)
        if limit <= 0:
            raise ModelUnavailableError(model=link.model.name, trouble=Trouble.TIMEOUT, problem="no time was left")
        run.attempts += 1
        try:
            completion = await ask(limit)
        except ModelUnavailableError as error:
            if error.trouble in OF_THE_ENDPOINT:
                link.breaker.failed(self._clock())
            else:
                link.breaker.succeeded()
            raise
        except ModelNonsenseError:
            link.breaker.succeeded()
            raise
        link.breaker.succeeded()
        return completion

    def _end_of_share(self, run: _Run, place: int) -> float:
        """When the model at a place must have answered; models that rest claim no time."""
        now = self._clock()
        waiting = [link for link in self._chain[place + 1 :] if link.breaker.rests_for(now) == 0]
        return now + (run.ends - now) / (1 + len(waiting))

    def _wait(self, state: RetryCallState) -> float:
        patience = self._patience
        backoff = wait_exponential_jitter(
            multiplier=patience.first_wait_s, max=patience.longest_wait_s, jitter=patience.first_wait_s
        )
        error = state.outcome.exception() if state.outcome else None
        asked = error.retry_after_s if isinstance(error, ModelUnavailableError) else None
        return backoff(state) if asked is None else asked

    def _is_over(self, breaker: Breaker, ends: float, state: RetryCallState) -> bool:
        now = self._clock()
        too_late = now + state.upcoming_sleep >= ends
        return too_late or state.attempt_number >= self._patience.attempts or breaker.rests_for(now) > 0

    def _stamped(self, completion: Completion, run: _Run, link: Link) -> Completion:
        return replace(
            completion,
            latency_ms=(self._clock() - run.began) * 1_000,
            attempts=run.attempts,
            fallback_from=None if link is self._chain[0] else self.name,
        )


async def _asked(
    model: ChatModel, messages: Sequence[BaseMessage], tools: Sequence[ToolSchema], deadline_s: float
) -> Completion:
    return await model.complete(messages, tools, deadline_s=deadline_s)


def _passes(error: BaseException) -> bool:
    return isinstance(error, ModelUnavailableError) and error.trouble in PASSING
