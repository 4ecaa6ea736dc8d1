"""Turns whose worker dies at every boundary: deeds are done at most once, answers are given once."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import replace
from itertools import repeat
from typing import Any

import pytest
from sqlalchemy import text

import graph.state
from domain.answers import Answer
from domain.commands import RemindOwner
from domain.queries import Query
from evals.model_server import Asked as ModelAsked
from evals.model_server import ModelServer, Reply, calls, says
from graph.runner import ATTEMPTS, Runner, runner_of
from graph.state import thread_id
from graph.threads import checkpoints
from guardrails.agency import Agency, Known, Run
from guardrails.approval.proposals import Waiting
from guardrails.desk import Desk as OpenDesk
from guardrails.gate import Done
from guardrails.reading import Reader
from store.agents import turns
from store.agents.turns import (
    Turn,
    TurnState,
    TurnSupersededError,
)
from store.database import Database
from tests.integration.conversing import Talk, no_orphans, talking
from tests.integration.desk import PATIENCE_SECONDS, Desk


class Died(BaseException):
    """The worker's process is gone: nothing after this instant happens."""


@pytest.fixture
async def desk(db: Database) -> AsyncGenerator[Desk]:
    """The company at work; after each test nothing is orphaned."""
    desk = await Desk.open(db)
    yield desk
    await no_orphans(desk)


def stubborn(code: str) -> Callable[[ModelAsked], Reply]:
    """A model that reminds once a conversation, as long as it is let, then reports."""

    def answer(asked: ModelAsked) -> Reply:
        heard = any(message["role"] == "tool" for message in asked.messages)
        return says("Напоминание по заказу есть.") if heard else calls("remind", order=code)

    return answer


class Dying(Agency):
    """Hands that die around a deed's commit."""

    def __init__(self, talk: Talk, *, after: bool) -> None:
        super().__init__(talk.open.gate, Reader(talk.open.db, talk.open.policy, talk.open.timeline))
        self._after = after

    async def act(self, run: Run, command: Any) -> Done | Waiting | Known:
        """Do it or not, and die."""
        if self._after:
            await super().act(run, command)
        raise Died


def _dying_in_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process dies inside the transaction that ends a turn: its answer is lost, its checkpoint is not."""

    async def die(*_: object, **__: object) -> None:
        raise Died

    monkeypatch.setattr(turns, "end", die)


async def _dies(runner: Runner, turn_id: int) -> None:
    with pytest.raises(Died):
        await runner.run(turn_id)


async def _reminded_once(talk: Talk, turn: Turn, *, attempt: int) -> None:
    assert (turn.state, turn.attempt, turn.outcome["done"]) == ("done", attempt, ["remind"])
    deeds = [row["outcome"] for row in await talk.journal(turn) if row["action"] == "remind"]
    assert deeds.count("done") == 1
    assert len(await talk.desk.messages(kind="nudge")) == 1
    assert len(await talk.desk.messages(kind="agent_answer")) == 1


# ── at every boundary ────────────────────────────────────────────────────────────────────────────────────────────────
async def test_died_before_the_deed_the_next_attempt_does_it(desk: Desk) -> None:
    order = await desk.order()
    async with talking(desk) as talk:
        asked = await talk.put(desk.admin, f"напомни по {order.code}")
        await _dies(replace(talk.runner, agency=Dying(talk, after=False)), asked.turn_id)
        assert await desk.messages(kind="nudge") == []
        await talk.runner.run(asked.turn_id)
        await _reminded_once(talk, await talk.turn(asked.turn_id), attempt=2)


async def test_died_after_the_deed_the_next_attempt_tells_of_it_and_does_not_repeat_it(desk: Desk) -> None:
    order = await desk.order()
    async with talking(desk) as talk:
        asked = await talk.put(desk.admin, f"напомни по {order.code}")
        await _dies(replace(talk.runner, agency=Dying(talk, after=True)), asked.turn_id)
        await talk.runner.run(asked.turn_id)
        turn = await talk.turn(asked.turn_id)
        await _reminded_once(talk, turn, attempt=2)
    assert turn.answer == (
        "Обработка прервалась. Что успели до этого: Напомнить: выполнено. Второй раз ничего не делалось."
        " Проверьте и спросите ещё раз."
    )


async def test_a_model_is_told_what_an_earlier_attempt_did_and_is_offered_no_deeds(desk: Desk) -> None:
    order = await desk.order()
    async with talking(desk, ModelServer(stubborn(order.code), key="sk-test")) as talk:
        asked = await talk.put(desk.admin, f"напомни по {order.code}")
        await _dies(replace(talk.runner, agency=Dying(talk, after=True)), asked.turn_id)
        await talk.runner.run(asked.turn_id)
        await _reminded_once(talk, await talk.turn(asked.turn_id), attempt=2)
        second = talk.asked[1]
        assert "remind" not in {tool["function"]["name"] for tool in second.tools}
        assert '"action":"remind"' in str(second.messages[1]["content"])


async def test_died_between_checkpoint_and_end_it_answers_once_and_remembers_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = await desk.order()
    script = [calls("remind", order=order.code), says("Напомнил."), says("Напомнил."), says("Да.")]
    async with talking(desk, script) as talk:
        asked = await talk.put(desk.admin, f"напомни по {order.code}")
        with monkeypatch.context() as patched:
            _dying_in_end(patched)
            await _dies(talk.runner, asked.turn_id)
        assert await desk.value("SELECT count(*) FROM checkpoints") == 1
        assert (await talk.turn(asked.turn_id)).answer is None
        await talk.runner.run(asked.turn_id)
        await _reminded_once(talk, await talk.turn(asked.turn_id), attempt=2)
        await talk.say(desk.admin, "Точно?")
        said = [message["content"] for message in talk.asked[-1].messages[1:]]
    assert said == [f"напомни по {order.code}", "Напомнил.", "Точно?"]


async def test_a_turn_that_keeps_losing_its_worker_is_given_up_and_says_so(desk: Desk) -> None:
    order = await desk.order()
    async with talking(desk) as talk:
        asked = await talk.put(desk.admin, f"напомни по {order.code}")
        for _ in range(ATTEMPTS):
            await _dies(replace(talk.runner, agency=Dying(talk, after=False)), asked.turn_id)
        await talk.runner.run(asked.turn_id)
        turn = await talk.turn(asked.turn_id)
    assert (turn.state, turn.outcome["verdict"], turn.outcome["done"]) == ("failed", "gave-up", [])
    assert turn.answer is not None
    assert "прервалась" in turn.answer
    assert len(await desk.messages(kind="agent_answer")) == 1


# ── who holds a turn ─────────────────────────────────────────────────────────────────────────────────────────────────
async def test_an_attempt_that_was_overtaken_acts_no_more_and_ends_nothing(desk: Desk) -> None:
    order = await desk.order()
    async with talking(desk, [says("Хорошо.")]) as talk:
        asked = await talk.put(desk.admin, f"напомни по {order.code}")
        async with desk.db.transaction() as tx:
            stale = await turns.begin(tx, asked.turn_id, now=desk.now)
        async with desk.db.transaction() as tx:
            await turns.begin(tx, asked.turn_id, now=desk.now)
        assert stale is not None
        old = stale.turn
        run = Run(turn_id=old.id, attempt=old.attempt, role="ai-rop", trace_id=old.trace_id)
        with pytest.raises(TurnSupersededError):
            await talk.runner.agency.act(run, RemindOwner(order=order.code))
        with pytest.raises(TurnSupersededError):
            async with desk.db.transaction() as tx:
                await turns.end(
                    tx, old, answer="Поздно", steps=(), outcome={}, entries=(), used=(), outgoing=(), now=desk.now
                )
        assert await desk.messages(kind="nudge") == []
        assert (await talk.turn(asked.turn_id)).answer is None
        await talk.runner.run(asked.turn_id)
        assert (await talk.turn(asked.turn_id)).answer == "Хорошо."


async def test_a_worker_whose_lock_was_lost_is_overtaken_without_a_second_deed(desk: Desk, owner_db: Database) -> None:
    """The old worker hangs in its model while the database lets its lock go; the new one answers first."""
    order = await desk.order()
    hanging, go_on = asyncio.Event(), asyncio.Event()

    async with talking(desk) as talk:

        class Slow(Agency):
            async def act(self, run: Run, command: Any) -> Done | Waiting | Known:
                hanging.set()
                await go_on.wait()
                return await super().act(run, command)

        slow = Slow(talk.open.gate, Reader(talk.open.db, talk.open.policy, talk.open.timeline))
        asked = await talk.put(desk.admin, f"напомни по {order.code}")
        old = asyncio.create_task(replace(talk.runner, agency=slow).run(asked.turn_id))
        await hanging.wait()
        await _lose_lock(owner_db)
        await talk.runner.run(asked.turn_id)
        go_on.set()
        await old
        await _reminded_once(talk, await talk.turn(asked.turn_id), attempt=2)


async def _lose_lock(owner_db: Database) -> None:
    """End the session that holds a conversation, as a broken network would."""
    async with owner_db.transaction() as tx:
        await tx.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted"
                " AND objsubid = 1 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
        )


# ── one conversation, one turn at a time ─────────────────────────────────────────────────────────────────────────────
async def test_messages_of_one_thread_run_one_after_the_other_also_on_two_runners(desk: Desk) -> None:
    at_once: list[int] = []

    class Watched(Agency):
        """Hands that look whether another run of the thread is under way."""

        async def look(self, run: Run, query: Query, *, role: str | None = None) -> Answer:
            at_once.append(await desk.value("SELECT count(*) FROM ai_turns WHERE state = 'running'"))
            return await super().look(run, query, role=role)

    async with talking(desk) as talk, checkpoints(desk.db.url) as saver:
        crew = talk.runner.crew
        watched = Watched(talk.open.gate, Reader(talk.open.db, talk.open.policy, talk.open.timeline))
        other = runner_of(talk.open, crew, saver)
        runners = [replace(runner, agency=watched) for runner in (talk.runner, other)]
        asked = [await talk.put(desk.admin, "что горит?") for _ in range(4)]
        await asyncio.gather(*(runners[place % 2].run(one.turn_id) for place, one in enumerate(asked)))
        ended = [await talk.turn(one.turn_id) for one in asked]
        async with checkpoints(desk.db.url) as reader:
            kept = await reader.aget({"configurable": {"thread_id": thread_id(asked[0].thread)}})
    assert at_once == [1, 1, 1, 1]
    assert [(turn.state, turn.attempt) for turn in ended] == [("done", 1)] * 4
    assert kept is not None
    assert len(kept["channel_values"]["messages"]) == 8


async def test_the_queue_gives_one_threads_turns_one_at_a_time_and_others_beside(desk: Desk) -> None:
    async with talking(desk) as talk:
        for member, words in ((desk.admin, "Раз"), (desk.admin, "Два"), (desk.head, "Три")):
            await talk.put(member, words)
    fetched: list[str] = []
    async with desk.db.transaction() as tx:
        worker = (await tx.execute(text("SELECT * FROM procrastinate_register_worker_v1()"))).scalar_one()
        for _ in range(3):
            row = (
                await tx.execute(
                    text("SELECT args FROM procrastinate_fetch_job_v2(CAST(ARRAY['agents'] AS varchar[]), :worker)"),
                    {"worker": worker},
                )
            ).one()
            if row.args is not None:
                fetched.append(str(row.args["turn_id"]))
    said = await desk.rows("SELECT id, words FROM ai_turns ORDER BY id")
    assert [next(turn["words"] for turn in said if str(turn["id"]) == one) for one in fetched] == ["Раз", "Три"]


# ── old threads on a changed graph ───────────────────────────────────────────────────────────────────────────────────
async def test_a_thread_of_an_older_graph_starts_anew_without_error(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with talking(desk, repeat(says("Хорошо."))) as talk:
        await talk.say(desk.admin, "Помни это")
        monkeypatch.setattr(graph.state, "GRAPH_VERSION", graph.state.GRAPH_VERSION + 1)
        turn = await talk.say(desk.admin, "Что я говорил?")
        assert (turn.state, turn.answer) == ("done", "Хорошо.")
        assert [message["content"] for message in talk.asked[-1].messages[1:]] == ["Что я говорил?"]
    threads_kept = await desk.column("SELECT DISTINCT thread_id FROM checkpoints ORDER BY 1")
    assert [thread.split(":")[0] for thread in threads_kept] == ["v1", "v2"]


async def test_more_turns_at_once_than_the_pool_has_connections_wait_for_each_other(desk: Desk) -> None:
    small = Database(desk.db.url, pool_size=4, max_overflow=0)
    opened = OpenDesk.of(small, desk.policy, desk.timeline)
    async with talking(desk) as talk:
        asked = [await talk.put(desk.admin, "Что горит?", role) for role in desk.policy.roles.roles]
        runner = runner_of(opened, talk.runner.crew, talk.runner.saver)
        async with asyncio.timeout(PATIENCE_SECONDS):
            await asyncio.gather(*(runner.run(each.turn_id) for each in asked))
        states = {(await talk.turn(each.turn_id)).state for each in asked}
    await small.close()
    assert (len(asked), states) == (9, {TurnState.DONE})


async def test_a_run_that_is_cancelled_leaves_no_lock_behind_in_the_pool(desk: Desk, owner_db: Database) -> None:
    started = asyncio.Event()

    class Slow(Agency):
        async def look(self, run: Run, query: Query, *, role: str | None = None) -> Answer:
            started.set()
            await asyncio.Event().wait()
            return await super().look(run, query, role=role)

    async with talking(desk) as talk:
        asked = await talk.put(desk.admin, "Что горит?")
        slow = Slow(talk.open.gate, Reader(talk.open.db, talk.open.policy, talk.open.timeline))
        run = asyncio.create_task(replace(talk.runner, agency=slow).run(asked.turn_id))
        await started.wait()
        while not run.done():  # also while it gives its lock back
            run.cancel()
            await asyncio.sleep(0)
        async with asyncio.timeout(PATIENCE_SECONDS):
            await talk.runner.run(asked.turn_id)
        assert (await talk.turn(asked.turn_id)).state == TurnState.DONE
