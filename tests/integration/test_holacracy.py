"""Circles disagree about an order: it goes before the arbiter, the order of priority rules, people may overrule."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from langchain_core.messages import BaseMessage

from agents.models.errors import ModelUnavailableError, Trouble
from agents.models.model import ChatModel, Completion, ToolSchema
from agents.offline.model import OfflineModel
from agents.roster import Crew
from domain.agency import EVERY_ROLE, Mode
from domain.arbitration import Stance
from domain.commands import (
    AdvanceOrder,
    CancelOrder,
    OverruleRuling,
    RefuseOnLegalGrounds,
    RuleConflict,
    TakePosition,
)
from domain.errors import ConflictError, DeskError, ForbiddenError, InvalidInputError, NotFoundError
from domain.journal import Outcome
from domain.orders import CancelReason, Order, Status
from domain.people import Actor
from domain.queries import Precedents
from graph.runner import Runner, runner_of
from guardrails.desk import Desk as OpenDesk
from guardrails.reading import Reader
from prompts import Prompts
from store.agents import modes, turns
from store.database import Database
from tests.integration.asking import last
from tests.integration.cards import shown
from tests.integration.desk import Desk
from tests.integration.door import open_door

ROP, ROM, GRC, CFO, CEO = (Actor.agent(f"ai-{name}") for name in ("rop", "rom", "grc", "cfo", "ceo"))
HOLD, PROCEED = Stance.HOLD, Stance.PROCEED
WORDS = "Задержать заказ: AI-GRC прав, закон выше скорости. AI-РОП прав в том, что клиент ждёт."


@pytest.fixture
async def desk(db: Database) -> Desk:
    """The company at work."""
    return await Desk.open(db)


@pytest.fixture
async def order(desk: Desk) -> Order:
    """An order under inspection."""
    return await desk.to_status(await desk.order(), Status.UNDER_INSPECTION)


async def says(desk: Desk, role: Actor, order: Order, stance: Stance, why: str = "Есть причина") -> Mapping[str, Any]:
    done = await desk.do(TakePosition(order=order.code, stance=stance, reason=why), role)
    return done.result


async def conflict(desk: Desk, order: Order) -> None:
    await says(desk, ROP, order, PROCEED, "Клиент ждёт вторую неделю")
    await says(desk, GRC, order, HOLD, "Продавец не проверен по санкциям")


async def asked(desk: Desk) -> Sequence[Mapping[str, Any]]:
    return await desk.rows("SELECT * FROM ai_turns WHERE kind = 'arbitration' ORDER BY id")


async def ruled(desk: Desk) -> Sequence[Mapping[str, Any]]:
    return await desk.rows("SELECT * FROM ai_rulings ORDER BY id")


async def precedents(desk: Desk, query: Precedents, by: Actor = CEO) -> Any:
    return (await Reader(desk.db, desk.policy, desk.timeline).ask(query, by)).facts


# ── positions ────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_two_circles_on_opposite_sides_raise_one_signal_and_one_turn_of_the_arbiter(
    desk: Desk, order: Order
) -> None:
    assert "conflict_signal" not in await says(desk, ROP, order, PROCEED)
    assert await desk.signals(order) == []
    assert "conflict_signal" in await says(desk, GRC, order, HOLD)
    assert "conflict_signal" not in await says(desk, CFO, order, HOLD)
    assert await desk.signals(order) == ["circle_conflict"]
    (turn,) = await asked(desk)
    assert (turn["role"], turn["thread"], turn["person_id"]) == ("ai-ceo", f"arbitration:order:{order.id}", None)
    assert turn["about"]["order"] == order.code
    assert await desk.value("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'run_turn'") == 1


async def test_one_circle_of_two_minds_is_no_conflict(desk: Desk, order: Order) -> None:
    await says(desk, ROP, order, PROCEED)
    await says(desk, ROM, order, HOLD)
    assert (await desk.signals(order), await asked(desk)) == ([], [])


async def test_a_later_position_of_a_role_replaces_the_earlier_one(desk: Desk, order: Order) -> None:
    await says(desk, ROP, order, HOLD)
    await says(desk, ROP, order, PROCEED, "Проверка пришла")
    rows = await desk.rows("SELECT role, stance, reason FROM ai_positions")
    assert rows == [{"role": "ai-rop", "stance": "proceed", "reason": "Проверка пришла"}]


async def test_a_proposal_that_waits_for_people_is_its_roles_position(desk: Desk, order: Order) -> None:
    await desk.full_check(order)
    refusal = RefuseOnLegalGrounds(order=order.code, reason="Номер рамы числится украденным")
    await desk.ask(refusal, GRC)
    await desk.ask(AdvanceOrder(order=order.code, to=Status.AWAITING_PAYMENT), ROP)
    rows = await desk.rows("SELECT role, stance FROM ai_positions ORDER BY id")
    assert [(row["role"], row["stance"]) for row in rows] == [("ai-grc", "hold"), ("ai-rop", "proceed")]
    assert len(await asked(desk)) == 1


async def test_a_role_that_proposes_for_a_person_takes_a_position_a_person_alone_takes_none(
    desk: Desk, order: Order
) -> None:
    cancel = CancelOrder(order=order.code, reason_code=CancelReason.OTHER, note="x")
    await desk.ask(cancel, Actor.agent("ai-rop", person_id=desk.head.id))
    await desk.do(cancel, desk.head.actor)
    assert await desk.column("SELECT role FROM ai_positions") == ["ai-rop"]


async def test_only_a_role_that_is_a_party_takes_a_position_on_an_open_order(desk: Desk, order: Order) -> None:
    command = TakePosition(order=order.code, stance=HOLD, reason="Так надо")
    for asker in (CEO, desk.head.actor, desk.viewer.actor, Actor.agent("ai-coo")):
        with pytest.raises(ForbiddenError):
            await desk.gate.perform(command, asker)
    await desk.do(CancelOrder(order=order.code, reason_code=CancelReason.OTHER, note="x"), desk.head.actor)
    with pytest.raises(ConflictError):
        await desk.gate.perform(command, GRC)


async def test_an_order_that_moves_on_leaves_its_conflict_behind(desk: Desk, order: Order) -> None:
    await conflict(desk, order)
    desk.forward(minutes=1)
    await desk.to_status(order, Status.AWAITING_PAYMENT)
    assert "circle_conflict" not in await desk.signals(order)
    with pytest.raises(ConflictError):
        await desk.gate.perform(RuleConflict(order=order.code, reason=WORDS), CEO)
    assert (await precedents(desk, Precedents(order=order.code)))["open_positions"] == []


# ── rulings ──────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_the_order_of_priority_rules_whatever_the_words_say(desk: Desk, order: Order) -> None:
    await conflict(desk, order)
    done = await desk.do(RuleConflict(order=order.code, reason="Пусть едет, прав AI-РОП"), CEO)
    assert (done.result["winner"], done.result["stance"], done.result["losers"]) == ("ai-grc", "hold", ["ai-rop"])
    (row,) = await ruled(desk)
    assert (row["winner"], row["losers"], row["rule"]) == ("governance", ["sales_operations"], "order-of-priority")
    assert row["reason"] == "Пусть едет, прав AI-РОП"
    assert [(each["role"], each["prevails"]) for each in row["positions"]] == [("ai-grc", True), ("ai-rop", False)]
    assert row["positions"][1]["reason"] == "Клиент ждёт вторую неделю"
    assert (await last(desk, "rule_conflict"))["uid"] == row["decision"]
    assert await desk.signals(order) == []
    (told,) = await desk.messages(desk.admin, kind="ruling")
    assert told["params"] == {"ruling": row["id"]}
    with pytest.raises(ConflictError):
        await desk.gate.perform(RuleConflict(order=order.code, reason=WORDS), CEO)


@pytest.mark.parametrize("has_person", [False, True])
async def test_a_ruling_drops_what_the_losing_role_asked_people_for_and_nothing_that_a_person_asked(
    desk: Desk, order: Order, has_person: bool
) -> None:
    await desk.full_check(order)
    asker = Actor.agent("ai-rop", person_id=desk.head.id) if has_person else ROP
    waiting = await desk.ask(AdvanceOrder(order=order.code, to=Status.AWAITING_PAYMENT), asker)
    await says(desk, GRC, order, HOLD, "Продавец не проверен")
    done = await desk.do(RuleConflict(order=order.code, reason=WORDS), CEO)
    assert done.result.get("dropped_approvals", []) == ([] if has_person else [waiting.approval_id])
    assert (await desk.approval(waiting.approval_id)).status == ("pending" if has_person else "superseded")
    running = "SELECT count(*) FROM clocks WHERE subject_kind = 'approval' AND state <> 'done'"
    assert await desk.value(running) == has_person


async def test_only_the_arbiter_rules(desk: Desk, order: Order) -> None:
    await conflict(desk, order)
    for asker in (ROP, GRC, desk.owner.actor, Actor.agent("ai-ceo", person_id=desk.owner.id)):
        with pytest.raises(ForbiddenError):
            await desk.gate.perform(RuleConflict(order=order.code, reason=WORDS), asker)
    assert await ruled(desk) == []


async def test_a_second_conflict_of_the_same_circles_cites_the_first(desk: Desk, order: Order) -> None:
    for _ in range(2):
        await conflict(desk, order)
        await desk.do(RuleConflict(order=order.code, reason=WORDS), CEO)
    first, second = await ruled(desk)
    assert (first["precedent_id"], second["precedent_id"]) == (None, first["id"])
    assert len(await asked(desk)) == 2


async def test_a_human_sets_a_ruling_aside_and_it_is_cited_no_more(desk: Desk, order: Order) -> None:
    await conflict(desk, order)
    await desk.do(RuleConflict(order=order.code, reason=WORDS), CEO)
    (row,) = await ruled(desk)
    overrule = OverruleRuling(ruling_id=row["id"], reason="Проверка была, её не видно")
    for asker in (desk.admin.actor, desk.anna.actor, CEO):
        with pytest.raises(ForbiddenError):
            await desk.gate.perform(overrule, asker)
    await desk.do(overrule, desk.head.actor)
    (row,) = await ruled(desk)
    assert (row["overruled_by"], row["overruled_because"]) == (desk.head.id, "Проверка была, её не видно")
    with pytest.raises(ConflictError):
        await desk.gate.perform(overrule, desk.owner.actor)
    with pytest.raises(NotFoundError):
        await desk.gate.perform(OverruleRuling(ruling_id=999, reason="нет такого"), desk.owner.actor)
    await conflict(desk, order)
    await desk.do(RuleConflict(order=order.code, reason=WORDS), CEO)
    assert (await ruled(desk))[-1]["precedent_id"] is None


async def test_a_ruling_waits_for_nobody_even_in_a_run_that_has_read_foreign_texts_but_shadow_only_writes_it_down(
    desk: Desk, order: Order
) -> None:
    await conflict(desk, order)
    async with desk.db.transaction() as tx:
        decision = (await last(desk, "take_position"))["uid"]
        await modes.set_mode(tx, EVERY_ROLE, Mode.SHADOW, reason="проба", set_by=None, now=desk.now, decision=decision)
    done = await desk.do(RuleConflict(order=order.code, reason=WORDS), CEO)
    assert done.outcome is Outcome.SHADOW
    assert await ruled(desk) == []


# ── precedents ───────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_precedents_tell_the_open_conflict_and_what_was_ruled(desk: Desk, order: Order) -> None:
    await conflict(desk, order)
    found = await precedents(desk, Precedents(order=order.code))
    assert found["conflict"]["winner"]["name"] == "AI-GRC"
    assert (found["conflict"]["rule"], found["conflict"]["precedent_ruling"]) == ("order-of-priority", None)
    assert [each["stance"] for each in found["open_positions"]] == ["proceed", "hold"]
    await desk.do(RuleConflict(order=order.code, reason=WORDS), CEO)
    found = await precedents(desk, Precedents(order=order.code))
    assert (found["conflict"], found["open_positions"]) == (None, [])
    (line,) = found["rulings"]
    assert (line["order"], line["winner"], line["losers"]) == (order.code, "governance", ["sales_operations"])
    assert line["reason"].text == WORDS
    assert (await precedents(desk, Precedents(circle="revenue")))["rulings"] == []
    with pytest.raises(InvalidInputError):
        await precedents(desk, Precedents(circle="marketing"))


async def test_a_manager_sees_rulings_on_own_orders_only(desk: Desk, order: Order) -> None:
    await conflict(desk, order)
    await desk.do(RuleConflict(order=order.code, reason=WORDS), CEO)
    (other,) = [member for member in desk.managers if member.id != order.owner_id][:1]
    mine = Actor.agent("ai-rop", person_id=order.owner_id)
    assert len((await precedents(desk, Precedents(), mine))["rulings"]) == 1
    theirs = Actor.agent("ai-rop", person_id=other.id)
    assert (await precedents(desk, Precedents(), theirs))["rulings"] == []
    with pytest.raises(ForbiddenError):
        await precedents(desk, Precedents(order=order.code), theirs)


# ── the arbiter's turn ───────────────────────────────────────────────────────────────────────────────────────────────
class Said:
    """A model that says these texts one after another; without any left it is out of reach."""

    name = "said"

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.offered: list[int] = []

    async def complete(
        self, messages: Sequence[BaseMessage], tools: Sequence[ToolSchema], *, deadline_s: float
    ) -> Completion:
        """The next text."""
        self.offered.append(len(tools))
        if not self.answers:
            raise ModelUnavailableError(model=self.name, trouble=Trouble.SERVER, problem="no text left")
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


def runner(desk: Desk, model: ChatModel) -> Runner:
    opened = OpenDesk.of(desk.db, desk.policy, desk.timeline)
    crew = Crew(desk.policy, Prompts.load(), model_of=lambda _role: model, offline=OfflineModel())
    return runner_of(opened, crew)


async def arbitrate(desk: Desk, model: ChatModel) -> turns.Turn:
    number = (await asked(desk))[-1]["id"]
    await runner(desk, model).run(number)
    async with desk.db.reading() as tx:
        return await turns.get(tx, number)


async def test_the_arbiter_words_the_ruling_and_it_is_stored_with_those_words(desk: Desk, order: Order) -> None:
    await conflict(desk, order)
    model = Said(WORDS)
    turn = await arbitrate(desk, model)
    (row,) = await ruled(desk)
    assert (turn.answer, row["reason"], row["winner"]) == (WORDS, WORDS, "governance")
    assert model.offered == [0]
    journaled = await last(desk, "rule_conflict")
    assert (journaled["outcome"], journaled["actor"], journaled["author"]) == ("done", "ai-ceo", "said")
    assert await desk.signals(order) == []


@pytest.mark.parametrize("answers", [(), ("Пусть едет, всё равно.",) * 2, ("AI-GRC прав: 4711 причин.",) * 2])
async def test_without_fit_words_the_catalogue_says_the_same_ruling(
    desk: Desk, order: Order, answers: tuple[str, ...]
) -> None:
    await conflict(desk, order)
    turn = await arbitrate(desk, Said(*answers))
    (row,) = await ruled(desk)
    assert row["winner"] == "governance"
    assert turn.answer == row["reason"]
    assert "AI-GRC" in row["reason"]
    assert "AI-РОП" in row["reason"]


async def test_a_conflict_that_ended_meanwhile_is_not_ruled_on(desk: Desk, order: Order) -> None:
    await conflict(desk, order)
    await says(desk, GRC, order, PROCEED, "Проверка пришла")
    turn = await arbitrate(desk, Said())
    assert await ruled(desk) == []
    assert turn.answer is not None
    assert order.code in turn.answer


async def test_switched_off_the_arbiter_rules_nothing_and_the_signal_stays_with_the_people(
    desk: Desk, order: Order
) -> None:
    await conflict(desk, order)
    decision = (await last(desk, "take_position"))["uid"]
    async with desk.db.transaction() as tx:
        await modes.set_mode(tx, "ai-ceo", Mode.OFF, reason="стоп", set_by=None, now=desk.now, decision=decision)
    turn = await arbitrate(desk, Said(WORDS))
    assert await ruled(desk) == []
    assert await desk.signals(order) == ["circle_conflict"]
    assert turn.answer is not None
    assert "остановлен" in turn.answer


async def test_a_ruling_that_is_only_written_down_is_not_told_as_done(desk: Desk, order: Order) -> None:
    await conflict(desk, order)
    decision = (await last(desk, "take_position"))["uid"]
    async with desk.db.transaction() as tx:
        await modes.set_mode(tx, "ai-ceo", Mode.SHADOW, reason="проба", set_by=None, now=desk.now, decision=decision)
    turn = await arbitrate(desk, Said(WORDS))
    assert (await ruled(desk), turn.outcome["done"]) == ([], [])


async def test_every_error_of_a_position_is_one_of_ours(desk: Desk) -> None:
    with pytest.raises(DeskError):
        await desk.gate.perform(TakePosition(order="нет-такого", stance=HOLD, reason="Так надо"), GRC)


# ── over HTTP ────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_people_read_rulings_and_set_them_aside_over_http(desk: Desk, order: Order) -> None:
    await conflict(desk, order)
    await desk.do(RuleConflict(order=order.code, reason=WORDS), CEO)
    async with open_door(desk) as door:
        (line,) = (await door.get("/api/rulings", by=desk.admin)).json()["items"]
        assert (line["order"], line["winner"], line["overruled_by"]) == (order.code, "governance", None)
        path, body = f"/api/rulings/{line['id']}/overrule", {"reason": "Проверка была"}
        assert (await door.post(path, body, by=desk.admin)).status_code == 403
        assert (await door.post(path, body, by=desk.owner)).status_code == 200
        (line,) = (await door.get("/api/rulings", by=desk.admin, circle="governance")).json()["items"]
        assert line["overruled_by"] == desk.owner.name
        other = next(member for member in desk.managers if member.id != order.owner_id)
        assert (await door.get("/api/rulings", by=other)).json()["items"] == []


async def test_the_leaders_card_names_both_sides_and_the_reason(desk: Desk, order: Order) -> None:
    await conflict(desk, order)
    await desk.do(RuleConflict(order=order.code, reason=WORDS), CEO)
    (told,) = await desk.messages(desk.admin, kind="ruling")
    card = await shown(desk, told["id"])
    for said in ("AI-GRC", "AI-РОП", order.code, "задержать", "отменить"):
        assert said in card
