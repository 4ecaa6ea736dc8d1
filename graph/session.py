"""The live part of one run: the turn, its duty, the agent, its hands, its mask, its budget; none is checkpointed."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Protocol
from zoneinfo import ZoneInfo

from agents.models.model import ChatModel, Completion
from agents.roster import Agent, Crew
from agents.toolbox import ModelTool
from domain.answers import Answer
from domain.foreign import Fact, Foreign, foreigns, rewritten
from domain.policy import Policy
from guardrails.agency import Agency, Run, Step
from guardrails.budget import Budget
from guardrails.text.masking import Mask
from locales import Texts
from prompts import Prompt
from store.agents.effects import PastEffect
from store.agents.turns import Turn
from store.agents.usage import Usage

SHOWN_CHARS: Final = 20_000
"""Of the facts of one step so many characters are kept: what is longer is nobody's evidence."""
Tell = Callable[[Mapping[str, object]], Awaitable[None]]


class Duty(Protocol):
    """One kind of work of a role."""

    @property
    def task(self) -> str:
        """The name of its prompt."""
        ...

    @property
    def remembers(self) -> bool:
        """Whether it goes on with an earlier conversation."""
        ...

    def slots(self, session: "Session") -> Mapping[str, str]:
        """What its prompt leaves open, besides the role's own."""
        ...

    async def gather(self, session: "Session") -> Mapping[str, Fact]:
        """The facts it starts from."""
        ...

    def tools(self, session: "Session") -> Sequence[ModelTool]:
        """The tools it may use now."""
        ...

    def findings(self, session: "Session", text: str) -> Sequence[str]:
        """What is wrong with the text; nothing means it may be sent."""
        ...

    async def plain(self, session: "Session") -> str | None:
        """The text that rules alone would write; None lets the offline model try first."""
        ...

    async def enact(self, session: "Session", text: str) -> str:
        """What the text sets off; the text as it is sent."""
        ...


@dataclass(slots=True, kw_only=True)
class Session:
    """What the nodes of one run share; `tell` says to whoever listens what the role is at."""

    turn: Turn
    run: Run
    agent: Agent
    crew: Crew
    agency: Agency
    duty: Duty
    policy: Policy
    texts: Texts
    zone: ZoneInfo
    budget: Budget
    tell: Tell
    mask: Mask = field(default_factory=Mask)
    model: ChatModel
    past: Sequence[PastEffect] = ()
    repairs: int = 0
    done: list[str] = field(default_factory=list[str])
    known: list[Mapping[str, Any]] = field(default_factory=list[Mapping[str, Any]])
    steps: list[Mapping[str, object]] = field(default_factory=list[Mapping[str, object]])
    used: list[Usage] = field(default_factory=list[Usage])
    findings: Sequence[str] = ()

    @property
    def writes_closed(self) -> bool:
        """Whether an interrupted attempt has done something: nothing more is done then, only told."""
        return bool(self.past)

    @property
    def local_now(self) -> str:
        """The company's present, as people say it."""
        return self.agency.now.astimezone(self.zone).strftime("%d.%m.%Y %H:%M")

    @property
    def prompt(self) -> Prompt:
        """The prompt of the role for this duty."""
        return self.agent.prompt(self.duty.task)

    def offered(self) -> Sequence[ModelTool]:
        """The tools that the model may call now."""
        return () if self.budget.tools_left == 0 else self.duty.tools(self)

    def count(self, completion: Completion) -> None:
        """One model call, in the budget, the day's account and the journal."""
        self.budget.count_model(tokens=completion.tokens_in + completion.tokens_out, cost_eur=completion.cost_eur)
        used = Usage(
            role=self.run.role,
            model=completion.model,
            calls=1,
            tokens_in=completion.tokens_in,
            tokens_out=completion.tokens_out,
            fallbacks=int(completion.fallback_from is not None),
        )
        self.used.append(used if completion.cost_eur is None else replace(used, cost_eur=completion.cost_eur))
        self.run.author, self.run.author_version = completion.model, self.prompt.version
        self.agency.note(
            self.run,
            Step(
                action="think",
                facts={"messages": self.budget.model_calls, "attempts": completion.attempts},
                proposed={"calls": [{"tool": call.name, "arguments": call.arguments} for call in completion.calls]},
                result={"text_length": len(completion.text), "fallback_from": completion.fallback_from},
                tokens_in=completion.tokens_in,
                tokens_out=completion.tokens_out,
                cost_eur=completion.cost_eur,
                latency_ms=completion.latency_ms,
            ),
        )

    def refused(self) -> None:
        """The gate or the toolbox refused a call: counted for whoever made it."""
        self.used.append(Usage(role=self.run.role, model=self.run.author, refusals=1))

    def rejected(self) -> None:
        """The checks did not let a text pass: counted for whoever wrote it."""
        self.used.append(Usage(role=self.run.role, model=self.run.author, rejected_texts=1))

    def learn(self, answer: Answer) -> None:
        """The people whom the facts name are masked from here on."""
        self.mask.learn(found.text for found in foreigns(answer.facts) if found.kind in ("client", "seller"))

    def show(self, facts: Mapping[str, Fact]) -> None:
        """Keep with the last step what it found, for whoever asks on what an answer stands; nobody is told it live."""
        shown: Mapping[str, object] = json.loads(json.dumps(rewritten(facts, _as_it_is), default=str))
        if len(str(shown)) > SHOWN_CHARS:
            shown = {"longer_than_is_kept": True}
        self.steps[-1] = {**self.steps[-1], "facts": shown}

    async def told(self, **step: object) -> None:
        """A step of the run, kept with the answer and told to whoever listens."""
        self.steps.append(step)
        await self.tell(step)


def _as_it_is(text: Foreign) -> str:
    """The person reads what was typed; the marks are for models."""
    return text.text
