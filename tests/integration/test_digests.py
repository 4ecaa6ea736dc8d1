"""Digests: their numbers are the database's, each is sent once, and a model's own number never leaves the house."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from langchain_core.messages import BaseMessage

from agents.models.model import ChatModel, Completion, ToolSchema
from agents.offline.model import OfflineModel
from agents.roster import Crew
from domain.agency import Mode
from domain.commands import RaiseSignal, SetAiMode
from domain.digest_facts import CHAINS
from domain.digests import SLOTS, placed
from domain.policy import DigestKind, SignalCode
from graph.runner import Runner, runner_of
from guardrails.desk import Desk as OpenDesk
from guardrails.digests import ask_due, ask_unsent
from prompts import Prompts
from store.agents import turns
from store.database import Database
from tests.integration.agents_asking import ROP
from tests.integration.cards import shown
from tests.integration.conftest import Busy
from tests.integration.desk import Desk
from tests.integration.phone import line

NINE = datetime(2026, 11, 23, 6, 5, tzinfo=UTC)
"""Monday, 09:05 in Moscow."""
OPEN = "status NOT IN ('closed', 'cancelled')"


class Said:
    """A model that answers with the given texts, one after the other; `asked` is what it was shown."""

    name = "said"

    def __init__(self, *answers: str) -> None:
        self.answers = [*answers]
        self.asked: list[str] = []

    async def complete(
        self, messages: Sequence[BaseMessage], tools: Sequence[ToolSchema], *, deadline_s: float
    ) -> Completion:
        """The next text."""
        assert not tools
        self.asked.append(str(messages[0].content))
        return Completion(
            text=self.answers.pop(0),
            calls=(),
            model=self.name,
            tokens_in=10,
            tokens_out=10,
            cost_eur=None,
            latency_ms=1.0,
            attempts=1,
            fallback_from=None,
        )


def opened(desk: Desk) -> OpenDesk:
    return OpenDesk.of(desk.db, desk.policy, desk.timeline)


def runner(desk: Desk, model: ChatModel | None = None) -> Runner:
    offline = OfflineModel()
    crew = Crew(desk.policy, Prompts.load(), model_of=lambda _role: model or offline, offline=offline)
    return runner_of(opened(desk), crew)


async def written(desk: Desk, kind: DigestKind, model: ChatModel | None = None) -> turns.Turn:
    """A digest of now that nobody is sent."""
    number = await ask_unsent(opened(desk), kind)
    await runner(desk, model).run(number)
    async with desk.db.reading() as tx:
        return await turns.get(tx, number)


def step(turn: turns.Turn) -> Mapping[str, Any]:
    return next(each for each in turn.steps if each["step"] == "digest")


async def asked(desk: Desk) -> Sequence[Mapping[str, Any]]:
    return await desk.rows("SELECT id, role, thread, dedup_key, about FROM ai_turns WHERE kind = 'digest' ORDER BY id")


async def digests(desk: Desk) -> Sequence[Mapping[str, Any]]:
    return await desk.rows("SELECT * FROM ai_digests ORDER BY id")


# ── numbers ──────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_the_numbers_of_a_daily_digest_equal_a_recount_in_sql(busy: Busy) -> None:
    desk = await busy(3, actions=150, hours=24 * 10)
    turn = await written(desk, DigestKind.DAILY)
    facts = step(turn)["facts"]
    counted = {
        "open_orders": f"SELECT count(*) FROM orders WHERE {OPEN}",
        "overdue_orders": f"SELECT count(*) FROM orders WHERE {OPEN} AND due_at < :now",
        "hot_orders": f"SELECT count(*) FROM orders WHERE {OPEN} AND hot",
        "approvals_open": "SELECT count(*) FROM approvals WHERE status = 'pending'",
        "signals_open": "SELECT count(*) FROM ai_signals WHERE resolved_at IS NULL",
    }
    for name, query in counted.items():
        (row,) = await desk.rows(query, **({"now": desk.now} if ":now" in query else {}))
        assert facts[name] == row["count"], name
    assert facts["open_orders"] > 5
    waiting = await desk.value("SELECT count(*) FROM orders WHERE status = 'pending_manager'")
    (kpi,) = [row for row in facts["kpis"] if row["kpi"] == "pending_manager_orders"]
    assert kpi["value"] == waiting
    assert turn.answer is not None
    assert f"Открытых заказов: {facts['open_orders']}" in turn.answer
    assert "[[" not in turn.answer


@pytest.mark.parametrize("kind", DigestKind)
async def test_every_digest_is_written_by_rules_where_no_model_is(busy: Busy, kind: DigestKind) -> None:
    desk = await busy(3, actions=150, hours=24 * 10)
    turn = await written(desk, kind)
    assert (turn.state, turn.outcome["verdict"], turn.outcome["model"]) == ("done", "plain:offline", "rules")
    required = {rule.name for rule in SLOTS[kind] if rule.required}
    assert required <= step(turn)["slots"].keys()
    assert await digests(desk) == []


async def test_the_brief_names_at_most_ten_decisions_with_owner_due_effect_and_what_is_unclear(busy: Busy) -> None:
    desk = await busy(3, actions=150, hours=24 * 10)
    facts = step(await written(desk, DigestKind.BRIEF))
    decided = facts["facts"]["decisions"]
    assert 0 < len(decided) <= 10
    assert [each["number"] for each in decided] == [*range(1, len(decided) + 1)]
    for sentence in facts["slots"]["decisions"].splitlines():
        assert "Срок: " in sentence
        assert "Ожидаемый эффект: " in sentence
        assert "Ответственный: " in sentence or "Решает человек: " in sentence
    assert {each["role_name"] for each in facts["facts"]["missing"]} >= {"AI-CRO", "AI-CFO"}


async def test_the_retrospective_tells_signals_with_what_was_done_and_what_came_of_it(busy: Busy) -> None:
    desk = await busy(3, actions=150, hours=24 * 10)
    found = step(await written(desk, DigestKind.WEEKLY))["facts"]
    assert found["signals_open"] == await desk.value("SELECT count(*) FROM ai_signals WHERE resolved_at IS NULL")
    assert found["chains_shown"] == len(found["chains"]) == CHAINS
    since = desk.now - timedelta(days=7)
    everything = await desk.value(
        "SELECT count(*) FROM ai_signals WHERE COALESCE(resolved_at, created_at) >= :since", since=since
    )
    assert found["chains_more"] == everything - CHAINS > 0
    settled = await desk.rows(
        "SELECT s.code AS signal, o.code FROM ai_signals AS s LEFT JOIN orders AS o ON o.id = s.order_id"
        " WHERE s.resolved_at >= :since",
        since=since,
    )
    ended = [(each["signal"], each["order"]) for each in found["chains"] if each["effect"] != "open"]
    assert len(ended) == CHAINS // 2
    assert {*ended} <= {(row["signal"], row["code"]) for row in settled}
    assert any(each["actions"] for each in found["chains"])


# ── once ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_two_askers_at_once_send_each_digest_once(db: Database) -> None:
    desk = await Desk.open(db, at=NINE)
    counts = await asyncio.gather(ask_due(opened(desk)), ask_due(opened(desk)))
    assert sum(counts) == 3
    rows = await asked(desk)
    assert [row["about"]["kind"] for row in rows] == ["daily", "brief", "weekly"]
    desk.forward(minutes=30)
    assert await ask_due(opened(desk)) == 0
    for row in rows:
        await asyncio.gather(runner(desk).run(row["id"]), runner(desk).run(row["id"]))
    assert [each["kind"] for each in await digests(desk)] == ["daily", "brief", "weekly"]
    told = await desk.rows("SELECT person_id, params FROM notifications WHERE kind = 'report' ORDER BY id")
    readers = [
        [row["person_id"] for row in told if row["params"]["digest"] == one["id"]] for one in await digests(desk)
    ]
    leaders, heads = {desk.admin.id, desk.head.id}, {desk.head.id, desk.owner.id}
    assert [*map(sorted, readers)] == [sorted(leaders), sorted(heads), sorted(heads)]
    (journaled, *_) = await desk.decisions("send_digest")
    assert (journaled["actor"], journaled["outcome"]) == ("ai-rop", "done")


async def test_the_same_span_asked_for_once_more_sends_nothing(db: Database) -> None:
    desk = await Desk.open(db, at=NINE)
    await ask_due(opened(desk))
    (first, *_) = await asked(desk)
    await runner(desk).run(first["id"])
    async with desk.db.transaction() as tx:
        turn = await turns.get(tx, first["id"])
        again = await turns.ask(
            tx,
            turns.NewTurn(
                thread=turn.thread,
                role=turn.role,
                kind=turn.kind,
                channel=turn.channel,
                trace_id="again",
                words=turn.words,
                about=turn.about,
                locale=turn.locale,
            ),
            now=desk.now,
        )
    assert again is not None
    await runner(desk).run(again)
    assert len(await digests(desk)) == 1
    assert await desk.value("SELECT count(*) FROM notifications WHERE kind = 'report'") == 2
    assert [row["outcome"] for row in await desk.decisions("send_digest")] == ["done", "unchanged"]


async def test_at_noon_nothing_is_due_any_more_and_at_the_end_of_the_shift_its_digest_is(db: Database) -> None:
    desk = await Desk.open(db)
    assert await ask_due(opened(desk)) == 0
    desk.forward(hours=7, minutes=1)
    assert await ask_due(opened(desk)) == 1
    assert [row["about"]["kind"] for row in await asked(desk)] == ["shift"]


async def test_a_crisis_is_told_at_once_and_again_while_it_lasts(db: Database) -> None:
    desk = await Desk.open(db)
    await desk.do(RaiseSignal(code=SignalCode.PENDING_SPIKE), ROP)
    assert [await ask_due(opened(desk)) for _ in range(2)] == [1, 0]
    desk.forward(hours=4, minutes=1)
    assert await ask_due(opened(desk)) == 1
    assert {row["about"]["kind"] for row in await asked(desk)} == {"crisis"}


# ── a model's words ──────────────────────────────────────────────────────────────────────────────────────────────────
def fit(kind: DigestKind, extra: str = "") -> str:
    """A text with every slot of the kind that is required."""
    slots = "\n".join(placed(rule.name) for rule in SLOTS[kind] if rule.required)
    return f"Смена прошла спокойно.{extra}\n{slots}"


async def test_a_models_words_stand_around_the_slots_that_code_fills(busy: Busy) -> None:
    desk = await busy(3, actions=150, hours=24 * 10)
    model = Said(fit(DigestKind.SHIFT))
    turn = await written(desk, DigestKind.SHIFT, model)
    assert (turn.outcome["verdict"], turn.outcome["model"]) == ("model", "said")
    assert turn.answer is not None
    head, period, *_ = turn.answer.splitlines()
    assert head == "Смена прошла спокойно."
    assert re.fullmatch(r"\d+ ноября в \d\d:\d\d – \d+ ноября в \d\d:\d\d", period)
    assert "[[open_orders]] Открытых заказов" in model.asked[0]


@pytest.mark.parametrize(
    "words",
    [fit(DigestKind.SHIFT, " Сорвано 4711 сроков."), fit(DigestKind.SHIFT, " [[profit]]"), "Всё хорошо."],
    ids=["invented number", "unknown slot", "no slots"],
)
async def test_a_text_with_an_invented_number_or_wrong_slots_falls_back_to_the_plain_one(
    busy: Busy, words: str
) -> None:
    desk = await busy(3, actions=150, hours=24 * 10)
    turn = await written(desk, DigestKind.SHIFT, Said(words, words))
    assert (turn.outcome["verdict"], turn.outcome["model"]) == ("plain:rejected", "rules")
    assert turn.answer is not None
    assert "4711" not in turn.answer
    assert turn.answer.startswith("Сводка смены")


# ── what readers see ─────────────────────────────────────────────────────────────────────────────────────────────────
async def test_the_reader_gets_the_digest_on_the_phone_even_in_a_storm(db: Database) -> None:
    desk = await Desk.open(db, at=NINE)
    await ask_due(opened(desk))
    for row in await asked(desk):
        await runner(desk).run(row["id"])
    (first, *_) = await desk.column("SELECT id FROM notifications WHERE kind = 'report' ORDER BY id")
    card = await shown(desk, first)
    assert "AI-РОП" in card
    assert "Сводка дня по операциям" in card
    desk.forward(hours=2)
    async with line(desk) as phone:
        await phone.deliver()
        assert [said for said in await phone.says(desk.owner) if "ретроспектива" in said]


async def test_switched_off_the_role_writes_and_sends_nothing(db: Database) -> None:
    desk = await Desk.open(db, at=NINE)
    await ask_due(opened(desk))
    (first, *_) = await asked(desk)
    await desk.do(SetAiMode(role="ai-rop", mode=Mode.OFF, reason="стоп"), desk.head.actor)
    await runner(desk).run(first["id"])
    assert await digests(desk) == []
    assert await desk.messages(kind="report") == []
    assert await desk.decisions("send_digest") == []
