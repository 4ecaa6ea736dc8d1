"""Chat over HTTP: words in, steps as they are taken, the checked answer; each message answered once."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from api.throttle import Rates
from evals.model_server import Reply, calls, says
from guardrails import conversation
from store.database import Database
from tests.integration.conversing import Talk, no_orphans, talking
from tests.integration.desk import PATIENCE_SECONDS, Desk
from tests.integration.door import Door, open_door, problem
from tests.integration.tables import Tables


@pytest.fixture
async def desk(db: Database) -> AsyncGenerator[Desk]:
    """The company at work; after each test nothing is orphaned."""
    desk = await Desk.open(db)
    yield desk
    await no_orphans(desk)


@asynccontextmanager
async def at_work(desk: Desk, script: Iterable[Reply], *, rates: Rates | None = None) -> AsyncGenerator[Door]:
    """The door, and beside it agents that work on every turn as soon as somebody listens for it."""
    owner = Tables(Database(desk.db.url, as_owner=True, pool_size=1))
    async with talking(desk, script) as talk, open_door(desk, rates=rates) as door:
        working = asyncio.create_task(_work(talk, owner))
        try:
            yield door
        finally:
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)
    await owner.db.close()


async def _work(talk: Talk, owner: Tables) -> None:
    """Only the database's owner sees who listens."""
    while True:
        waiting = await talk.desk.column("SELECT id FROM ai_turns WHERE state = 'queued' ORDER BY id")
        if waiting and await owner.value(LISTENERS):
            for turn_id in waiting:
                await talk.runner.run(turn_id)
        await asyncio.sleep(0.02)


LISTENERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query ILIKE 'LISTEN%ai_turns%'"
)


def _events(body: str) -> list[tuple[str, dict[str, Any]]]:
    """The server-sent events of a body, in their order."""
    found: list[tuple[str, dict[str, Any]]] = []
    for block in filter(None, body.split("\n\n")):
        name, data = block.split("\n")
        found.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


async def _patiently(asking: Callable[[], Awaitable[Any]]) -> Any:
    async with asyncio.timeout(PATIENCE_SECONDS):
        return await asking()


async def _until(condition: Callable[[], Awaitable[Any]]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await condition():  # noqa: ASYNC110 - what is waited for happens in the database
            await asyncio.sleep(0.02)


# ── asking ───────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_the_answer_comes_with_its_steps_outcome_and_trace(desk: Desk) -> None:
    async with at_work(desk, [calls("hot_list"), says("Ничего не горит.")]) as door:
        answer = await _patiently(lambda: door.post("/api/chat/ai-rop", {"text": "Что горит?"}, by=desk.admin))
        turn = answer.json()
        (row,) = await desk.rows("SELECT * FROM ai_turns")
    assert (answer.status_code, turn["answer"], turn["state"]) == (200, "Ничего не горит.", "done")
    assert [step["step"] for step in turn["steps"]] == ["gather", "think", "call", "think"]
    assert (turn["trace_id"], turn["outcome"]["offline"], row["channel"]) == (row["trace_id"], False, "api")
    assert await desk.messages(kind="agent_answer") == []


async def test_steps_are_streamed_in_order_and_the_checked_text_comes_last(desk: Desk) -> None:
    async with at_work(desk, [calls("hot_list"), says("Ничего не горит.\n\nСпите спокойно.")]) as door:
        answer = await _patiently(
            lambda: door.send(
                "POST",
                "/api/chat/ai-rop",
                by=desk.admin,
                json={"text": "Что горит?"},
                headers={"Accept": "text/event-stream"},
            )
        )
    events = _events(answer.text)
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert [name for name, _ in events] == ["turn", "step", "step", "step", "step", "text", "text", "end"]
    assert [told["step"] for name, told in events if name == "step"] == ["gather", "think", "call", "think"]
    assert [told["text"] for name, told in events if name == "text"] == ["Ничего не горит.", "Спите спокойно."]
    assert (events[-1][1]["id"], events[-1][1]["state"]) == (events[0][1]["id"], "done")


async def test_a_text_that_the_checks_reject_never_reaches_the_stream(desk: Desk) -> None:
    async with at_work(desk, [says("Горит «77,5» заказов."), says("Ничего не горит.")]) as door:
        answer = await _patiently(
            lambda: door.send(
                "POST",
                "/api/chat/ai-rop",
                by=desk.admin,
                json={"text": "Что горит?"},
                headers={"Accept": "text/event-stream"},
            )
        )
    assert "«77,5»" not in answer.text
    assert ("check", 1) in [(told.get("step"), told.get("findings")) for _, told in _events(answer.text)]


async def test_a_step_with_a_very_long_argument_does_not_break_the_turn(desk: Desk) -> None:
    long = calls("consult_role", role="ai-rom", question="Я" * 20_000)
    async with at_work(desk, [long, says("Не вышло.")]) as door:
        answer = await _patiently(lambda: door.post("/api/chat/ai-rop", {"text": "Спроси ром"}, by=desk.admin))
    assert (answer.status_code, answer.json()["answer"]) == (200, "Не вышло.")


async def test_the_same_message_id_is_one_turn_and_one_answer(desk: Desk) -> None:
    body = {"text": "Что горит?", "message_id": "m-1"}
    async with at_work(desk, [says("Ничего не горит."), says("Хорошо.")]) as door:
        answers = [await _patiently(lambda: door.post("/api/chat/ai-rop", body, by=desk.admin)) for _ in range(2)]
        other = await _patiently(lambda: door.post("/api/chat/ai-rop", body, by=desk.head))
    first, again = (answer.json() for answer in answers)
    assert (first["id"], first["answer"]) == (again["id"], "Ничего не горит.")
    assert (other.json()["id"] != first["id"], other.json()["answer"]) == (True, "Хорошо.")


async def test_one_message_id_said_to_two_roles_is_two_turns(desk: Desk) -> None:
    body = {"text": "Что горит?", "message_id": "m-1"}
    async with at_work(desk, [says("Ничего не горит."), says("Хорошо.")]) as door:
        rop = await _patiently(lambda: door.post("/api/chat/ai-rop", body, by=desk.admin))
        ceo = await _patiently(lambda: door.post("/api/chat/ai-ceo", body, by=desk.admin))
    assert [(told.json()["role"], told.json()["answer"]) for told in (rop, ceo)] == [
        ("ai-rop", "Ничего не горит."),
        ("ai-ceo", "Хорошо."),
    ]


# ── waiting ──────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_everybody_who_waits_is_told_over_one_connection_which_ends_with_the_last(desk: Desk) -> None:
    owner = Tables(Database(desk.db.url, as_owner=True, pool_size=1))
    async with open_door(desk, rates=Rates(chat=100)) as door:
        await door.token(desk.admin)
        waiting = [
            asyncio.create_task(door.post("/api/chat/ai-rop", {"text": f"Вопрос {number}"}, by=desk.admin))
            for number in range(30)
        ]
        await _until(lambda: owner.value(f"SELECT count(*) = 30 AND ({LISTENERS}) > 0 FROM ai_turns"))
        listeners = await owner.value(LISTENERS)
        async with talking(desk) as talk:
            for turn_id in await desk.column("SELECT id FROM ai_turns ORDER BY id"):
                await talk.runner.run(turn_id)
        answers = await _patiently(lambda: asyncio.gather(*waiting))
        await _until(lambda: owner.value(f"SELECT ({LISTENERS}) = 0"))
    await owner.db.close()
    assert ({answer.json()["state"] for answer in answers}, listeners) == ({"done"}, 1)


async def test_where_no_worker_comes_nobody_waits_for_ever(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation, "LONGEST_WAIT_S", 0.0)
    async with open_door(desk) as door:
        late = await _patiently(lambda: door.post("/api/chat/ai-rop", {"text": "Раз"}, by=desk.admin))
        stream = await _patiently(
            lambda: door.send(
                "POST", "/api/chat/ai-rop", by=desk.admin, json={"text": "Два"}, headers={"Accept": "text/event-stream"}
            )
        )
    assert (late.status_code, late.json()["state"], late.json()["answer"]) == (202, "queued", None)
    assert [name for name, _ in _events(stream.text)] == ["turn", "later"]


# ── refusals ─────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_an_unknown_role_is_answered_with_those_there_are(desk: Desk) -> None:
    async with open_door(desk) as door:
        told = problem(await door.post("/api/chat/ai-cook", {"text": "Привет"}, by=desk.admin), 404, "not-found")
        problem(await door.get("/api/chat/ai-cook", by=desk.admin), 404, "not-found")
    assert {"ai-rop", "ai-ceo"} <= set(told["allowed"])


async def test_viewers_do_not_ask_and_nothing_is_stored(desk: Desk) -> None:
    async with open_door(desk) as door:
        problem(await door.post("/api/chat/ai-rop", {"text": "Привет"}, by=desk.viewer), 403, "forbidden")
    assert await desk.value("SELECT count(*) FROM ai_turns") == 0


@pytest.mark.parametrize("text", ["", "   ", "Я" * 4001])
async def test_empty_and_endless_words_are_refused(desk: Desk, text: str) -> None:
    async with open_door(desk) as door:
        assert (await door.post("/api/chat/ai-rop", {"text": text}, by=desk.admin)).status_code == 422


async def test_too_many_messages_a_minute_wait_and_others_do_not(desk: Desk) -> None:
    async with at_work(desk, [says("Да."), says("Да.")], rates=Rates(chat=1)) as door:
        await _patiently(lambda: door.post("/api/chat/ai-rop", {"text": "Раз"}, by=desk.admin))
        late = await door.post("/api/chat/ai-rop", {"text": "Два"}, by=desk.admin)
        problem(late, 429, "too-many-requests")
        assert int(late.headers["retry-after"]) >= 1
        other = await _patiently(lambda: door.post("/api/chat/ai-rop", {"text": "Три"}, by=desk.head))
    assert other.status_code == 200


# ── the conversation so far ──────────────────────────────────────────────────────────────────────────────────────────
async def test_the_conversation_is_read_back_by_its_own_person_only(desk: Desk) -> None:
    async with at_work(desk, [says("Да."), says("Нет.")]) as door:
        for words in ("Раз", "Два"):
            await _patiently(lambda words=words: door.post("/api/chat/ai-rop", {"text": words}, by=desk.admin))
        mine = (await door.get("/api/chat/ai-rop", by=desk.admin)).json()
        last = (await door.get("/api/chat/ai-rop", by=desk.admin, limit=1)).json()
        others = [(await door.get("/api/chat/ai-rop", by=desk.head)).json()]
        others.append((await door.get("/api/chat/ai-ceo", by=desk.admin)).json())
    assert [(turn["words"], turn["answer"]) for turn in mine] == [("Раз", "Да."), ("Два", "Нет.")]
    assert [turn["words"] for turn in last] == ["Два"]
    assert others == [[], []]
