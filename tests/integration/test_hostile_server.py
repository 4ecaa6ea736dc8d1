"""Models and servers that misbehave: each turn ends within its limits, with an honest answer and whole records."""

from collections.abc import AsyncGenerator

import pytest

from agents.models.resilient import Patience
from evals.model_server import Asked as ModelAsked
from evals.model_server import FaultKind, ModelServer, Reply, calls, says
from store.database import Database
from tests.integration.conversing import KEY, OFFLINE, no_orphans, talking
from tests.integration.desk import POLICY, Desk

SHORT = Patience(attempts=2, attempt_s=0.4)
"""How long a hanging server is waited for, in real seconds."""
QUIET = "Ничего не горит."
BY_RULES = f"На 18 ноября, 12:00 ничего не горит.\n\nОтвет по правилам, без языковой модели ({OFFLINE})"

MENDED = (
    FaultKind.FENCES,
    FaultKind.CALL_IN_TEXT,
    FaultKind.THINK,
    FaultKind.THINK_UNCLOSED,
    FaultKind.DICT_ARGUMENTS,
    FaultKind.NO_USAGE,
)
"""What is read as it was meant."""
SPOILED = (FaultKind.EMPTY, FaultKind.TRUNCATION)
"""What has no meaning that could be read: asked for again once, then rules answer."""
DOWN = (
    FaultKind.RATE_LIMIT,
    FaultKind.INTERNAL,
    FaultKind.STATUS,
    FaultKind.HANG,
    FaultKind.GARBAGE,
    FaultKind.STREAM,
    FaultKind.WRONG_TYPE,
    FaultKind.RESET,
)
"""A server that gives no answer at all."""


@pytest.fixture
async def desk(db: Database) -> AsyncGenerator[Desk]:
    """The company at work; after each test nothing is orphaned."""
    desk = await Desk.open(db)
    yield desk
    await no_orphans(desk)


def look_then_say(asked: ModelAsked) -> Reply:
    """A model that looks once and then answers."""
    heard = any(message["role"] == "tool" for message in asked.messages)
    return says(QUIET) if heard else calls("hot_list")


def _server(fault: FaultKind, *, times: int | None) -> ModelServer:
    server = ModelServer(look_then_say, key=KEY)
    server.plan(fault, times=times)
    return server


@pytest.mark.parametrize("fault", MENDED)
async def test_a_strange_form_is_read_as_it_was_meant(desk: Desk, fault: FaultKind) -> None:
    async with talking(desk, _server(fault, times=1)) as talk:
        turn = await talk.say(desk.admin, "Что горит?")
        assert (turn.answer, turn.outcome["offline"]) == (QUIET, False)
        assert (await talk.steps(turn)).count("look") == 1


@pytest.mark.parametrize("fault", [*SPOILED, *DOWN])
async def test_trouble_without_end_lets_rules_answer_and_say_so(desk: Desk, fault: FaultKind) -> None:
    async with talking(desk, _server(fault, times=None), patience=SHORT) as talk:
        turn = await talk.say(desk.admin, "Что горит?")
        assert len(talk.asked) <= POLICY.agents.run.model_calls
    assert (turn.state, turn.answer, turn.outcome["offline"]) == ("done", BY_RULES, True)
    failed = [row for row in await desk.decisions("think") if row["outcome"] == "failed"]
    assert failed
    assert all(row["result"]["error"] in {"model-unavailable", "model-nonsense"} for row in failed)


@pytest.mark.parametrize("fault", [FaultKind.RATE_LIMIT, FaultKind.INTERNAL, FaultKind.RESET])
async def test_passing_trouble_is_waited_out(desk: Desk, fault: FaultKind) -> None:
    async with talking(desk, _server(fault, times=1)) as talk:
        turn = await talk.say(desk.admin, "Что горит?")
    assert (turn.answer, turn.outcome["offline"]) == (QUIET, False)


async def test_a_wrong_choice_is_refused_with_the_right_ones_and_nothing_is_done(desk: Desk) -> None:
    order = await desk.order()

    def cancel(asked: ModelAsked) -> Reply:
        if any(message["role"] == "tool" for message in asked.messages):
            return says("Не получилось.")
        return calls("cancel_order", order=order.code, reason_code="client_refused")

    server = ModelServer(cancel, key=KEY)
    server.plan(FaultKind.WRONG_ENUM)
    async with talking(desk, server) as talk:
        turn = await talk.say(desk.admin, f"отмени {order.code}")
        told = talk.asked[-1].messages[-1]["content"]
    assert ("invalid-input" in told, "allowed" in told) == (True, True)
    assert (turn.answer, turn.outcome["done"]) == ("Не получилось.", [])
    assert await desk.decisions("cancel_order") == []
    assert await desk.pending() == []


async def test_forged_arguments_of_every_shape_are_refused_one_by_one(desk: Desk) -> None:
    order = await desk.order()
    forged: tuple[dict[str, object], ...] = (
        {"order": order.code, "owner_id": desk.vera.id},
        {"order": "1 OR 1=1"},
        {"order": {"$ne": None}},
        {"order": order.code, "version": 1},
        {"order": f"{order.code}\x00"},
        {"order": "№" * 5_000},
        {},
    )
    script = [*(calls("remind", **arguments) for arguments in forged), says("Не получилось.")]
    async with talking(desk, script) as talk:
        turn = await talk.say(desk.admin, f"напомни по {order.code}")
    assert (turn.state, turn.outcome["done"]) == ("done", [])
    assert await desk.messages(kind="nudge") == []


async def test_rules_that_take_over_do_not_repeat_a_deed_in_words_of_their_own(desk: Desk) -> None:
    order = await desk.order()

    def extend(asked: ModelAsked) -> Reply:
        if any(message["role"] == "tool" for message in asked.messages):
            return says("")
        return calls("extend_clock", order=order.code, clock="stage", minutes=30, reason="Ждём")

    async with talking(desk, ModelServer(extend, key=KEY)) as talk:
        turn = await talk.say(desk.admin, f"продли {order.code} на 30 мин, ждём")
        deeds = [row["outcome"] for row in await talk.journal(turn) if row["action"] == "extend_clock"]
    assert (deeds, turn.outcome["done"]) == (["done"], ["extend_clock"])


async def test_a_server_that_hangs_in_the_middle_costs_no_deed_and_repeats_none(desk: Desk) -> None:
    order = await desk.order()

    def remind(asked: ModelAsked) -> Reply:
        if any(message["role"] == "tool" for message in asked.messages):
            server.plan(FaultKind.HANG, times=None)
        return calls("remind", order=order.code)

    server = ModelServer(remind, key=KEY)
    async with talking(desk, server, patience=Patience(attempts=2, attempt_s=2.0)) as talk:
        turn = await talk.say(desk.admin, f"напомни по {order.code}")
    assert (turn.state, turn.outcome["done"]) == ("done", ["remind"])
    assert turn.answer is not None
    assert "Напомнить: выполнено" in turn.answer
    assert len(await desk.messages(kind="nudge")) == 1
