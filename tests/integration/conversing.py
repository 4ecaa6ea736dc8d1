"""Role agents at work over the test's company: people say something, turns run, the journal tells what happened.

    async with talking(desk, [calls("hot_list"), says("Ничего не горит.")]) as talk:
        turn = await talk.say(desk.admin, "Что горит?")

Without a script the offline model answers. The seconds of a run are in the test's hand (`talk.seconds`).
"""

from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from agents.models.pool import ModelPool, Models
from agents.models.provider import Endpoint
from agents.models.resilient import Patience
from agents.offline.model import OfflineModel
from agents.roster import Crew
from domain.people import Channel
from domain.policy import Autonomy, Policy
from domain.policy.agents import Tool
from evals.model_server import Asked as ModelAsked
from evals.model_server import ModelServer, Reply, serving
from graph.runner import Runner, runner_of
from graph.threads import checkpoints
from guardrails.conversation import Asked, ask
from guardrails.desk import Desk as OpenDesk
from prompts import Prompts
from store import (
    invariants,
    people,
)
from store.agents import turns
from store.agents.turns import Turn
from tests.integration.desk import POLICY, Desk, Member

KEY = "sk-test"
MODEL = "gpt-4o-mini"
OFFLINE = "offline-rules/v1"
ROP = "ai-rop"
PROMPTS = Prompts.load()
TRACED = "SELECT * FROM ai_decisions WHERE trace_id = :trace ORDER BY id"


@dataclass(slots=True)
class Seconds:
    """A clock that moves only when somebody waits on it, or the test moves it."""

    at: float = 1_000.0

    def __call__(self) -> float:
        """Seconds since nothing in particular."""
        return self.at

    async def sleep(self, seconds: float) -> None:
        """Let them go by."""
        self.at += seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """The company's conversations with its roles."""

    desk: Desk
    open: OpenDesk
    runner: Runner
    server: ModelServer | None
    seconds: Seconds = field(default_factory=Seconds)

    async def put(
        self,
        member: Member,
        words: str,
        role: str = ROP,
        *,
        dedup_key: str | None = None,
        channel: Channel = Channel.TELEGRAM,
        locale: str = "ru",
    ) -> Asked:
        """Put words before a role; nobody works on them yet."""
        async with self.desk.db.reading() as tx:
            person = await people.get(tx, member.id)
        return await ask(self.open, person, role, words, channel=channel, locale=locale, dedup_key=dedup_key)

    async def say(self, member: Member, words: str, role: str = ROP, **how: Any) -> Turn:
        """Put words before a role and let it answer."""
        asked = await self.put(member, words, role, **how)
        await self.runner.run(asked.turn_id)
        return await self.turn(asked.turn_id)

    async def turn(self, turn_id: int) -> Turn:
        """The turn as it stands."""
        async with self.desk.db.reading() as tx:
            return await turns.get(tx, turn_id)

    async def journal(self, turn: Turn) -> Sequence[Mapping[str, Any]]:
        """The turn's rows, by its trace, as they were written."""
        return await self.desk.rows(
            "SELECT * FROM ai_decisions WHERE trace_id = :trace ORDER BY id", trace=turn.trace_id
        )

    async def steps(self, turn: Turn) -> list[str]:
        """What the turn's rows say was done, one after the other."""
        return [row["action"] for row in await self.journal(turn)]

    @property
    def asked(self) -> list[ModelAsked]:
        """What the model was asked."""
        assert self.server is not None
        return self.server.asked


@asynccontextmanager
async def talking(
    desk: Desk,
    script: ModelServer | Iterable[Reply] | None = None,
    *,
    policy: Policy = POLICY,
    patience: Patience | None = None,
) -> AsyncGenerator[Talk]:
    """Agents over the company, with a scripted model behind them or (None) the offline one."""
    opened = OpenDesk.of(desk.db, policy, desk.timeline)
    seconds, offline = Seconds(), OfflineModel()
    async with checkpoints(desk.db.url, pool_size=4) as saver:

        def talk(crew: Crew, server: ModelServer | None) -> Talk:
            runner = replace(runner_of(opened, crew, saver), clock=seconds)
            return Talk(desk=desk, open=opened, runner=runner, server=server, seconds=seconds)

        if script is None:
            yield talk(Crew(policy, PROMPTS, model_of=lambda _: offline, offline=offline), None)
            return
        server = script if isinstance(script, ModelServer) else ModelServer(script, key=KEY)
        async with serving(server) as url, _pool(url, policy, patience, seconds) as pool:
            yield talk(Crew(policy, PROMPTS, model_of=pool.for_role, offline=offline), server)


def _pool(url: str, policy: Policy, patience: Patience | None, seconds: Seconds) -> ModelPool:
    return ModelPool(
        Endpoint(KEY, url),
        Models(MODEL),
        prices=lambda: policy.agents.prices,
        patience=patience,
        clock=seconds,
        sleep=seconds.sleep,
    )


def limited(**limits: object) -> Policy:
    """The policy with other limits for one run."""
    run = POLICY.agents.run.model_copy(update=limits)
    return POLICY.model_copy(update={"agents": POLICY.agents.model_copy(update={"run": run})})


def autonomous(**levels: Autonomy) -> Policy:
    """The policy with other levels of autonomy for some tools."""
    autonomy = {**POLICY.agents.autonomy, **{Tool(name): level for name, level in levels.items()}}
    return POLICY.model_copy(update={"agents": POLICY.agents.model_copy(update={"autonomy": autonomy})})


ORPHANS: Mapping[str, str] = {
    "effects without the turn's journal row": (
        "SELECT count(*) FROM ai_effects AS e JOIN ai_turns AS t ON t.id = e.turn_id WHERE NOT EXISTS"
        " (SELECT 1 FROM ai_decisions AS d WHERE d.uid = e.decision AND d.action = e.action"
        " AND d.trace_id = t.trace_id)"
    ),
    "deeds of agents for people without their effect": (
        "SELECT count(*) FROM ai_decisions AS d JOIN ai_turns AS t ON t.trace_id = d.trace_id"
        " WHERE d.actor_kind = 'agent' AND d.subject_kind IS DISTINCT FROM 'turn'"
        " AND d.outcome IN ('done', 'waiting', 'shadow') AND NOT EXISTS"
        " (SELECT 1 FROM ai_effects AS e WHERE e.turn_id = t.id AND e.decision = d.uid)"
    ),
    "messages without a cause": (
        "SELECT count(*) FROM notifications AS n WHERE NOT EXISTS"
        " (SELECT 1 FROM ai_decisions AS d WHERE d.uid = n.decision)"
    ),
    "approvals without a journal row": (
        "SELECT count(*) FROM approvals AS a WHERE NOT EXISTS"
        " (SELECT 1 FROM ai_decisions AS d WHERE d.uid = a.decision AND d.action = a.action)"
    ),
    "ended turns without an answer": (
        "SELECT count(*) FROM ai_turns WHERE (state IN ('done', 'failed')) <> (coalesce(answer, '') <> '')"
    ),
    "ended turns without exactly one answer in the journal": (
        "SELECT count(*) FROM ai_turns AS t WHERE state IN ('done', 'failed') AND 1 <> (SELECT count(*) FROM"
        " ai_decisions AS d WHERE d.subject_kind = 'turn' AND d.subject_id = t.id AND d.action = 'answer')"
    ),
}


async def no_orphans(desk: Desk) -> None:
    """Every effect, message, approval and answer has its journal row, the journal verifies, the desk is whole."""
    counts = {sentence: await desk.value(query) for sentence, query in ORPHANS.items()}
    assert {sentence: count for sentence, count in counts.items() if count} == {}
    async with desk.db.reading() as tx:
        assert await invariants.broken(tx) == {}
    await desk.seal()
    assert (await desk.verify()).ok
