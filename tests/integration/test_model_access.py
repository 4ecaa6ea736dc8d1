"""Access to a model over real HTTP, against a local server that misbehaves on demand."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage

from agents.models.breaker import Breaker
from agents.models.errors import ModelNonsenseError, ModelUnavailableError, Trouble
from agents.models.model import ChatModel, Completion, ToolSchema
from agents.models.pool import ModelPool, Models
from agents.models.probe import probe
from agents.models.provider import Endpoint
from agents.models.resilient import Patience
from agents.telemetry import Telemetry
from domain.model_state import ModelState
from evals.model_server import FaultKind, ModelServer, Reply, calls, says, serving

KEY = "sk-secret"
HELLO = (HumanMessage("Что горит?"),)
LOOK = ToolSchema(
    "look_at_order",
    "One order in full.",
    {"type": "object", "properties": {"order": {"type": "string"}, "part": {"enum": ["head", "all"]}}},
)
DEADLINE = 30.0


@dataclass(frozen=True, slots=True)
class Tariff:
    """EUR a token."""

    read: Decimal
    written: Decimal

    def cost(self, *, tokens_in: int, tokens_out: int) -> Decimal:
        return self.read * tokens_in + self.written * tokens_out


PRICES = {"large": Tariff(Decimal("0.000002"), Decimal("0.00001"))}


@dataclass(slots=True)
class Time:
    """A clock that only the waits move; it also counts them."""

    at: float = 100.0
    waits: list[float] = field(default_factory=list[float])

    def __call__(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.at += seconds


@dataclass(frozen=True, slots=True)
class Access:
    """The server, the pool over it, and the time in between."""

    server: ModelServer
    pool: ModelPool
    time: Time

    @property
    def model(self) -> ChatModel:
        return self.pool.for_role("ai-rop")

    async def ask(self, *, deadline_s: float = DEADLINE) -> Completion:
        return await self.model.complete(HELLO, (LOOK,), deadline_s=deadline_s)


@asynccontextmanager
async def _access(
    server: ModelServer,
    *fallbacks: str,
    patience: Patience | None = None,
    telemetry: Telemetry | None = None,
    key: str = KEY,
    make_breaker: Callable[[], Breaker] = Breaker,
) -> AsyncGenerator[Access]:
    time = Time()
    async with (
        serving(server) as base_url,
        ModelPool(
            Endpoint(key, base_url),
            Models("large", {"ai-rom": "small"}, fallbacks),
            prices=lambda: PRICES,
            patience=patience,
            telemetry=telemetry,
            clock=time,
            sleep=time.sleep,
            make_breaker=make_breaker,
        ) as pool,
    ):
        yield Access(server, pool, time)


@pytest.fixture
async def access() -> AsyncGenerator[Access]:
    """A healthy server that always answers, one model and one that stands in."""
    async with _access(ModelServer(lambda _: says("Всё спокойно."), key=KEY), "small") as access:
        yield access


async def test_an_answer_comes_with_its_tokens_and_cost(access: Access) -> None:
    completion = await access.ask()
    assert (completion.text, completion.calls) == ("Всё спокойно.", ())
    assert (completion.model, completion.attempts, completion.fallback_from) == ("large", 1, None)
    assert (completion.tokens_in, completion.tokens_out, completion.counted) == (100, 20, "provider")
    assert completion.cost_eur == Decimal("0.0004")


async def test_a_price_counts_from_the_answer_at_which_it_is_in_force(
    access: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PRICES, "large", Tariff(Decimal("0.000004"), Decimal("0.00002")))
    assert (await access.ask()).cost_eur == Decimal("0.0008")


async def test_a_model_without_a_known_price_has_an_unknown_cost(access: Access) -> None:
    completion = await access.pool.for_role("ai-rom").complete(HELLO, (), deadline_s=DEADLINE)
    assert (completion.model, completion.cost_eur) == ("small", None)


async def test_a_server_that_counts_no_tokens_is_estimated_from_above(access: Access) -> None:
    access.server.plan(FaultKind.NO_USAGE)
    completion = await access.ask()
    assert completion.counted == "estimate"
    assert completion.tokens_in > 20
    assert completion.tokens_out > 5


async def test_the_request_is_the_most_portable_one(access: Access) -> None:
    await access.ask()
    await access.model.complete(HELLO, (), deadline_s=DEADLINE)
    with_tools, without = access.server.asked
    assert set(with_tools.body) == {"model", "messages", "tools"}
    assert set(without.body) == {"model", "messages"}
    assert with_tools.tools == [
        {
            "type": "function",
            "function": {"name": LOOK.name, "description": LOOK.description, "parameters": LOOK.parameters},
        }
    ]


async def test_a_conversation_with_tool_calls_goes_out_as_the_api_has_it(access: Access) -> None:
    call = {"id": "a", "name": "look_at_order", "args": {"order": "1042"}}
    conversation = (
        SystemMessage("Ты AI-РОП."),
        HumanMessage("Что с 1042?"),
        AIMessage("", tool_calls=[call]),
        ToolMessage('{"owner": "Вера"}', tool_call_id="a"),
    )
    await access.model.complete(conversation, (LOOK,), deadline_s=DEADLINE)
    assert access.server.asked[0].messages == [
        {"role": "system", "content": "Ты AI-РОП."},
        {"role": "user", "content": "Что с 1042?"},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [
                {
                    "type": "function",
                    "id": "a",
                    "function": {"name": "look_at_order", "arguments": '{"order": "1042"}'},
                }
            ],
        },
        {"role": "tool", "tool_call_id": "a", "content": '{"owner": "Вера"}'},
    ]


@pytest.mark.parametrize(
    "kind",
    [
        None,
        FaultKind.FENCES,
        FaultKind.CALL_IN_TEXT,
        FaultKind.THINK,
        FaultKind.THINK_UNCLOSED,
        FaultKind.DICT_ARGUMENTS,
    ],
)
async def test_a_call_is_read_in_whatever_form_the_model_gives_it(kind: FaultKind | None) -> None:
    async with _access(ModelServer([calls("look_at_order", order="1042")])) as access:
        if kind:
            access.server.plan(kind)
        completion = await access.ask()
    assert [(call.name, call.arguments) for call in completion.calls] == [("look_at_order", {"order": "1042"})]
    assert "Надо подумать" not in completion.text


async def test_a_wrong_choice_is_left_to_the_toolbox() -> None:
    async with _access(ModelServer([calls("look_at_order", order="1042", part="all")])) as access:
        access.server.plan(FaultKind.WRONG_ENUM)
        completion = await access.ask()
    assert completion.calls[0].arguments == {"order": "1042", "part": "definitely-not-a-choice"}


@pytest.mark.parametrize("kind", [FaultKind.TRUNCATION, FaultKind.EMPTY])
@pytest.mark.parametrize("reply", [calls("look_at_order", order="1042"), says("Всё спокойно.")], ids=["call", "text"])
async def test_nonsense_is_told_with_what_it_took_and_not_asked_again(kind: FaultKind, reply: Reply) -> None:
    async with _access(ModelServer([reply, reply]), "small") as access:
        access.server.plan(kind)
        with pytest.raises(ModelNonsenseError) as caught:
            await access.ask()
    assert len(access.server.asked) == 1
    assert caught.value.problem
    assert (caught.value.completion.tokens_in, caught.value.completion.attempts) == (100, 1)


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (FaultKind.RATE_LIMIT, 0),
        (FaultKind.INTERNAL, 0),
        (FaultKind.STATUS, 503),
        (FaultKind.STATUS, 408),
        (FaultKind.STATUS, 409),
        (FaultKind.RESET, 0),
    ],
)
async def test_passing_trouble_is_met_with_another_attempt(access: Access, kind: FaultKind, status: int) -> None:
    access.server.plan(kind, times=2, status=status)
    completion = await access.ask()
    assert (completion.model, completion.attempts) == ("large", 3)
    assert len(access.server.asked) == 3
    assert 0.5 <= access.time.waits[0] <= 1.0 <= access.time.waits[1] <= 1.5
    assert completion.latency_ms == pytest.approx(sum(access.time.waits) * 1_000)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422])
async def test_a_refusal_is_never_repeated_but_another_model_is_asked(access: Access, status: int) -> None:
    access.server.plan(FaultKind.STATUS, status=status)
    completion = await access.ask()
    assert [asked.model for asked in access.server.asked] == ["large", "small"]
    assert (completion.model, completion.attempts, completion.fallback_from) == ("small", 2, "large")
    assert access.time.waits == []


@pytest.mark.parametrize("kind", [FaultKind.GARBAGE, FaultKind.STREAM, FaultKind.WRONG_TYPE])
async def test_an_answer_that_is_none_is_not_repeated_but_another_model_is_asked(
    access: Access, kind: FaultKind
) -> None:
    access.server.plan(kind, model="large")
    completion = await access.ask()
    assert (completion.model, completion.fallback_from) == ("small", "large")
    assert len(access.server.asked) == 2


async def test_an_exhausted_quota_is_not_waited_for(access: Access) -> None:
    access.server.plan(FaultKind.RATE_LIMIT, problem="insufficient_quota", retry_after=1)
    assert (await access.ask()).fallback_from == "large"
    assert access.time.waits == []


async def test_the_wait_that_the_server_asks_for_is_kept(access: Access) -> None:
    access.server.plan(FaultKind.RATE_LIMIT, retry_after=4)
    assert (await access.ask()).attempts == 2
    assert access.time.waits == [4.0]


async def test_a_wait_beyond_the_deadline_is_not_begun(access: Access) -> None:
    access.server.plan(FaultKind.RATE_LIMIT, model="large", times=None, retry_after=3600)
    completion = await access.ask()
    assert (completion.fallback_from, access.time.waits) == ("large", [])


async def test_nobody_waits_where_the_deadline_is_shorter_than_the_pause() -> None:
    async with _access(ModelServer([]), patience=Patience(first_wait_s=60.0, longest_wait_s=60.0)) as access:
        with pytest.raises(ModelUnavailableError) as caught:
            await access.ask(deadline_s=20.0)
    assert (caught.value.trouble, len(access.server.asked), access.time.waits) == (Trouble.SERVER, 1, [])


async def test_when_no_model_answers_each_is_named_with_its_trouble(access: Access) -> None:
    access.server.plan(FaultKind.INTERNAL, times=None)
    with pytest.raises(ModelUnavailableError, match=r"large: HTTP 500.*; small: HTTP 500"):
        await access.ask()
    assert len(access.server.asked) == 6


@pytest.mark.parametrize("kind", [FaultKind.HANG, FaultKind.SLOW])
async def test_a_model_that_hangs_or_drips_is_left_at_the_limit_of_an_attempt(kind: FaultKind) -> None:
    server = ModelServer(lambda _: says("Всё спокойно."))
    async with _access(server, "small", patience=Patience(attempts=1, attempt_s=2.0)) as access:
        server.plan(kind, model="large", seconds=3600)
        completion = await access.ask()
    assert (completion.model, completion.fallback_from) == ("small", "large")


async def test_the_deadline_ends_the_wait_for_a_model_that_hangs() -> None:
    server = ModelServer([])
    async with _access(server, patience=Patience(attempts=1)) as access, asyncio.timeout(60):
        server.plan(FaultKind.HANG, times=None)
        with pytest.raises(ModelUnavailableError) as caught:
            await access.ask(deadline_s=0.05)
    assert caught.value.trouble is Trouble.TIMEOUT


async def test_without_any_time_nobody_is_asked(access: Access) -> None:
    with pytest.raises(ModelUnavailableError) as caught:
        await access.ask(deadline_s=0.0)
    assert (caught.value.trouble, access.server.asked) == (Trouble.TIMEOUT, [])


async def test_a_model_that_hangs_leaves_the_next_its_share_of_the_time() -> None:
    server = ModelServer(lambda _: says("Всё спокойно."))
    async with _access(server, "small", patience=Patience(attempts=1)) as access:
        server.plan(FaultKind.HANG, model="large")
        completion = await access.ask(deadline_s=4.0)
    assert (completion.model, completion.fallback_from) == ("small", "large")


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    async with ModelPool(Endpoint(KEY, "http://127.0.0.1:1/v1"), Models("large"), prices=dict) as pool:
        with pytest.raises(ModelUnavailableError) as caught:
            await pool.bare("large").complete(HELLO, (), deadline_s=DEADLINE)
    assert caught.value.trouble is Trouble.CONNECTION


async def test_the_breaker_opens_for_one_model_and_closes_after_a_good_trial() -> None:
    server = ModelServer(lambda _: says("Всё спокойно."))
    rest = 60.0
    async with _access(
        server, "small", patience=Patience(attempts=1), make_breaker=lambda: Breaker(failures_to_open=2, rest_s=rest)
    ) as access:
        server.plan(FaultKind.INTERNAL, times=2, model="large")
        answers = [await access.ask() for _ in range(4)]
        assert [answer.fallback_from for answer in answers] == ["large"] * 4
        assert [asked.model for asked in server.asked].count("large") == 2
        assert access.pool.states() == (
            ModelState(name="large", failures=2, rests_s=rest),
            ModelState(name="small", failures=0, rests_s=0.0),
        )

        access.time.at += rest
        assert (await access.ask()).model == "large"
        assert (await access.ask()).model == "large"


async def test_a_failed_trial_costs_one_request_and_opens_the_breaker_again() -> None:
    server = ModelServer([])
    async with _access(server, make_breaker=lambda: Breaker(failures_to_open=2, rest_s=60.0)) as access:
        for _ in range(3):
            with pytest.raises(ModelUnavailableError):
                await access.ask()
        assert len(server.asked) == 2

        access.time.at += 60.0
        with pytest.raises(ModelUnavailableError, match="HTTP 500"):
            await access.ask()
        with pytest.raises(ModelUnavailableError, match="left alone for 60 s"):
            await access.ask()
    assert len(server.asked) == 3


async def test_requests_that_are_refused_for_what_they_say_do_not_open_the_breaker() -> None:
    server = ModelServer([says("Всё спокойно.")])
    async with _access(server, make_breaker=lambda: Breaker(failures_to_open=2)) as access:
        server.plan(FaultKind.STATUS, status=400, times=5)
        for _ in range(5):
            with pytest.raises(ModelUnavailableError):
                await access.ask()
        assert (await access.ask()).text == "Всё спокойно."


async def test_roles_share_the_breaker_of_a_model() -> None:
    server = ModelServer([])
    async with _access(server, make_breaker=lambda: Breaker(failures_to_open=1)) as access:
        for role in ("ai-rop", "ai-ceo"):
            with pytest.raises(ModelUnavailableError):
                await access.pool.for_role(role).complete(HELLO, (), deadline_s=DEADLINE)
    assert len(server.asked) == 1


async def test_a_wrong_key_is_never_told() -> None:
    async with _access(ModelServer([], key="another"), key="sk-wrong-key") as access:
        with pytest.raises(ModelUnavailableError, match="HTTP 401") as caught:
            await access.ask()
    assert "sk-wrong-key" not in str(caught.value)
    assert caught.value.trouble is Trouble.ACCESS


async def test_calls_reuse_their_connection(access: Access) -> None:
    for _ in range(3):
        await access.ask()
    assert len({asked.peer for asked in access.server.asked}) == 1


async def test_many_conversations_at_once_get_their_answers() -> None:
    async with _access(ModelServer(lambda asked: says(asked.messages[0]["content"]))) as access:
        asked = [(HumanMessage(str(number)),) for number in range(16)]
        answers = await asyncio.gather(
            *(access.model.complete(messages, (), deadline_s=DEADLINE) for messages in asked)
        )
    assert [answer.text for answer in answers] == [str(number) for number in range(16)]


async def test_the_probe_sees_a_model_that_answers_calls_tools_and_counts() -> None:
    async with _access(ModelServer([calls("report_ready", state="ready")])) as access:
        shown = await probe(access.pool.bare("large"), deadline_s=DEADLINE)
    assert (shown.fit, shown.counts_tokens) == (True, True)
    assert shown.text() == "large answers in 0 ms, calls tools"


async def test_the_probe_sees_a_model_that_only_talks() -> None:
    async with _access(ModelServer([says("Готов.")])) as access:
        access.server.plan(FaultKind.NO_USAGE)
        shown = await probe(access.pool.bare("large"), deadline_s=DEADLINE)
    assert (shown.answers, shown.fit, shown.counts_tokens) == (True, False, False)
    assert "does not call tools" in shown.text()


async def test_the_probe_asks_plainly_where_tools_are_refused() -> None:
    async with _access(ModelServer([says("Готов.")])) as access:
        access.server.plan(FaultKind.STATUS, status=400)
        shown = await probe(access.pool.bare("large"), deadline_s=DEADLINE)
    assert (shown.answers, shown.calls_tools) == (True, False)


async def test_the_probe_sees_a_dead_endpoint() -> None:
    async with _access(ModelServer([])) as access:
        shown = await probe(access.pool.bare("large"), deadline_s=DEADLINE)
    assert not shown.answers
    assert "HTTP 500" in shown.text()
