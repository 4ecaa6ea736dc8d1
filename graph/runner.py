"""Runs turns: one attempt at a time per conversation, its answer and its journal rows in one commit."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, Final, cast
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver

from agents.intents import asked_actions, asked_orders
from agents.roster import Crew
from domain.agency import SWITCHED_OFF, Mode
from domain.journal import Outcome
from domain.model_state import ModelState
from domain.notices import Notice, NoticeKind
from domain.people import Channel
from domain.progress import Hear
from graph.build import Graph, build
from graph.duties.table import duty_of
from graph.session import Session
from graph.state import State, thread_id
from graph.threads import checkpoints, prune
from guardrails.agency import Agency, Run, Step
from guardrails.budget import Budget
from guardrails.desk import Desk
from guardrails.reading import Reader
from locales import texts
from store.agents import effects, threads, turns, usage
from store.agents.effects import PastEffect
from store.agents.turns import (
    Turn,
    TurnKind,
    TurnSupersededError,
)
from store.records import Outgoing

log = structlog.get_logger()

ATTEMPTS: Final = 3
"""A turn whose attempts keep losing their worker is given up after so many, and says so."""
GAVE_UP: Final = "gave-up"
RULES: Final = "rules"
"""The author of a text that no model wrote."""
HAD_AT_ONCE: Final = (TurnKind.NEXT_STEPS, TurnKind.FOLLOW_UP)
"""What rules have written before a role is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """The graph over a desk and a crew. `clock` counts the seconds of a run.

    `places`: each turn holds one connection to the end and needs others on its way, so that no more than half of the
    pool's are held at once; the rest waits here.
    """

    desk: Desk
    crew: Crew
    agency: Agency
    saver: AsyncPostgresSaver | None
    with_memory: Graph
    without_memory: Graph
    places: asyncio.Semaphore
    states: Callable[[], Sequence[ModelState]] = tuple
    clock: Callable[[], float] = time.monotonic

    def models(self) -> Sequence[ModelState]:
        """How the models that it asks behave now; none where rules answer."""
        return self.states()

    async def run(self, turn_id: int, hear: Hear | None = None) -> None:
        """Work on one turn until it has its answer; `hear` is told each step in this process, as it is taken.

        A turn that has ended is left alone. Raises what nobody expected, after the turn was marked for another attempt
        or, after too many, as failed.
        """
        async with self.places, threads.alone(self.desk.db, turn_id) as connection:
            begun = await turns.begin(connection, turn_id, now=self.desk.timeline.now())
            if begun is None:
                return
            turn, mode = begun.turn, begun.mode
            past = [] if turn.attempt == 1 else await effects.of_turn(connection, turn_id)
            session = self._session(turn, begun.spent, past, hear)
            try:
                if turn.attempt > ATTEMPTS:
                    await self._give_up(session)
                    return
                if mode is Mode.OFF:
                    await self._end(session, session.texts.get("agent-is-off", role=session.agent.name), SWITCHED_OFF)
                    return
                await self._worked(session)
            except TurnSupersededError:
                log.warning("a turn was taken over by another worker", turn=turn.id, attempt=turn.attempt)

    async def tidy(self) -> None:
        """Forget conversations that nobody has gone on with, and what newer checkpoints have replaced."""
        if self.saver is None:
            return
        before = self.desk.timeline.now() - self.desk.policy.agents.threads.age
        async with self.desk.db.reading() as tx:
            idle, overgrown = await threads.idle(tx, before=before), await threads.overgrown(tx)
        await prune(self.saver, idle=idle, live=[thread for thread in overgrown if thread not in idle])

    async def _worked(self, session: Session) -> None:
        graph = self.with_memory if session.duty.remembers else self.without_memory
        config: RunnableConfig = {
            "configurable": {"thread_id": thread_id(session.turn.thread)},
            "recursion_limit": 4 * session.policy.agents.run.model_calls + 12,
            "run_name": session.turn.kind.value,
        }
        start: State = {"messages": [], "answer": "", "verdict": ""}
        how = "exit" if session.duty.remembers else None  # what has no memory saves nothing
        end: State = await cast("Any", graph).ainvoke(start, config, context=session, durability=how)
        await self._end(session, end["answer"], end["verdict"])

    async def _end(self, session: Session, answer: str, verdict: str) -> None:
        """The answer, what was noted on the way, the account and the message to the asker: one commit."""
        turn = session.turn
        said = self.agency.note(
            session.run,
            Step(
                action="answer",
                facts={"verdict": verdict, "attempt": turn.attempt},
                result={"length": len(answer), "done": session.done},
                outcome=Outcome.FAILED if verdict == GAVE_UP else Outcome.DONE,
            ),
        )
        outgoing = await self._outgoing(session, said)
        async with self.desk.db.session() as connection:
            await turns.end(
                connection,
                turn,
                answer=answer,
                steps=session.steps,
                outcome={
                    "verdict": verdict,
                    "model": session.run.author,
                    "prompt": session.run.author_version,
                    "done": session.done,
                    "offline": session.run.author == self.crew.offline.name,
                },
                entries=session.run.unwritten,
                used=_summed(session.used),
                outgoing=outgoing,
                now=self.agency.now,
                failed=verdict == GAVE_UP,
            )

    async def _outgoing(self, session: Session, said: UUID) -> Sequence[Outgoing]:
        """Whoever asked in Telegram gets the answer through the outbox, like every other message, where they asked.

        Of a long one the first part goes out here, and each part brings the next (`store/talk/parts.py`). Next steps
        and drafts that rules wrote are not sent: their reader has had them at once.
        """
        turn = session.turn
        if turn.channel != Channel.TELEGRAM.value or turn.person_id is None:
            return ()
        if turn.kind in HAD_AT_ONCE and session.run.author == RULES:
            return ()
        place = {"place": turn.about["place"]} if "place" in turn.about else {}
        notice = Notice(
            person_id=turn.person_id,
            kind=NoticeKind.AGENT_ANSWER,
            params={"turn": turn.id, "part": 1, **place},
            dedup_key=f"turn:{turn.id}:1",
            decision=said,
        )
        return await self.agency.outgoing(session.run, [notice])

    async def _give_up(self, session: Session) -> None:
        """Too many attempts lost their worker: the asker is told, and nothing more is tried."""
        await self._end(session, session.texts.get("agent-gave-up", role=session.agent.name), GAVE_UP)

    def _session(
        self,
        turn: Turn,
        spent: usage.Spent,
        past: list[PastEffect],
        hear: Hear | None,
    ) -> Session:
        policy = self.desk.policy
        crew = self.crew.under(policy)
        agent = crew.agent(turn.role)
        words = turn.words if turn.person_id is not None else ""
        session = Session(
            turn=turn,
            run=Run(
                turn_id=turn.id,
                attempt=turn.attempt,
                role=turn.role,
                trace_id=turn.trace_id,
                person_id=turn.person_id,
                words=words,
                asked_orders=asked_orders(words),
                asked_actions=asked_actions(words),
            ),
            agent=agent,
            crew=crew,
            agency=self.agency,
            duty=duty_of(turn, policy),
            policy=policy,
            texts=texts(turn.locale),
            zone=ZoneInfo(self.desk.gate.calendars.of_team(None).tz),
            budget=Budget(run=policy.agents.run, day=policy.agents.day_of(turn.role), spent=spent, clock=self.clock),
            tell=self._teller(turn, hear),
            model=agent.model,
            past=past,
        )
        session.done += [effect.action for effect in past if effect.outcome == Outcome.DONE]
        session.known += [{"action": effect.action, "outcome": effect.outcome, **effect.result} for effect in past]
        return session

    def _teller(self, turn: Turn, hear: Hear | None) -> Callable[[Mapping[str, object]], Any]:
        async def tell(step: Mapping[str, object]) -> None:
            async with self.desk.db.session() as connection:
                await turns.tell(connection, turn.id, step)

        async def silent(step: Mapping[str, object]) -> None:
            """Nobody listens to this channel's steps from elsewhere."""
            if hear is not None:
                hear(step)

        return tell if turn.channel in (Channel.API.value, Channel.WEB.value) else silent


@asynccontextmanager
async def open_runner(
    desk: Desk, crew: Crew, *, states: Callable[[], Sequence[ModelState]] = tuple
) -> AsyncGenerator[Runner]:
    """The runner over a desk, with its checkpointer."""
    async with checkpoints(desk.db.url) as saver:
        yield replace(runner_of(desk, crew, saver), states=states)


def runner_of(desk: Desk, crew: Crew, saver: AsyncPostgresSaver | None = None) -> Runner:
    """The runner over a checkpointer that is open; without one nothing is remembered."""
    roles = tuple(crew.roles)
    return Runner(
        desk=desk,
        crew=crew,
        agency=Agency(desk.gate, Reader(desk.db, desk.rules, desk.timeline)),
        saver=saver,
        with_memory=build(roles, saver),
        without_memory=build(roles),
        places=asyncio.Semaphore(max(1, desk.db.capacity // 2)),
    )


def _summed(used: list[usage.Usage]) -> list[usage.Usage]:
    """One increment a role and model."""
    sums: dict[tuple[str, str], usage.Usage] = {}
    for each in used:
        key = (each.role, each.model)
        sums[key] = each if key not in sums else usage.together(sums[key], each)
    return list(sums.values())
