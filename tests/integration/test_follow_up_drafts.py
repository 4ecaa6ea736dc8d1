"""Follow-ups: a step of the plan becomes the owner's task with a draft that the owner sends by hand."""

from datetime import timedelta

import pytest

from bots.taps import Do, OrderTap
from domain.commands import CompleteTask, DraftFollowUp, RecordClientDecision
from domain.errors import ConflictError, ForbiddenError, InvalidInputError
from domain.journal import Outcome
from domain.orders import ClientDecision, Order, Status
from domain.policy import FollowUpKey
from guardrails.gate import Done
from store.database import Database
from tests.integration.agents_asking import CEO, ROP, ordered
from tests.integration.desk import Desk, Member
from tests.integration.phone import line
from tests.integration.talking import at_work, work

OPEN = "SELECT key, params, owner_id, due_at FROM tasks WHERE key LIKE 'followup-%' AND state = 'open' ORDER BY id"


@pytest.fixture
async def desk(db: Database) -> Desk:
    """The company at work."""
    return await Desk.open(db)


@pytest.fixture
async def order(desk: Desk) -> Order:
    """The report is out; the client is to decide. The plan: 4, 24, 48 and 72 working hours from here (12:00)."""
    return await desk.to_status(await desk.order(), Status.AWAITING_PAYMENT)


def _owner(desk: Desk, order: Order) -> Member:
    return next(member for member in desk.managers if member.id == order.owner_id)


async def test_the_step_that_is_due_becomes_the_owners_task_with_a_draft_on_the_phone(desk: Desk, order: Order) -> None:
    desk.forward(hours=5)
    done = await desk.do(DraftFollowUp(order=order.code), ROP)
    (task,) = await desk.rows(OPEN)
    assert (task["key"], task["owner_id"], task["params"]) == ("followup-clarify", order.owner_id, {"step": "clarify"})
    assert task["due_at"] == done.result["due_at"] > desk.now
    assert await desk.clock(order, "task") is not None
    owner = _owner(desk, order)
    async with line(desk) as phone:
        await phone.deliver()
        (card,) = [said for said in await phone.says(owner) if "Черновик" in said]
    assert "Спросите, что осталось неясным" in card
    assert f"отчёт о проверке: {order.bike}" in card


async def test_a_role_words_the_draft_for_this_client_and_it_comes_as_text_to_copy(desk: Desk, order: Order) -> None:
    worded = f"Добрый день! Отчёт о проверке {order.bike} у вас. Что осталось неясным?"
    owner = _owner(desk, order)
    await desk.do(RecordClientDecision(order=order.code, decision=ClientDecision.THINKING), owner.actor)
    async with line(desk) as phone, at_work(phone.door.desk, worded) as runner:
        tap = OrderTap(do=Do.DRAFT, order=order.id, version=(await desk.see(order)).version, arg="clarify")
        await phone.write(owner, f"/order {order.code}")
        await phone.press(owner, tap.model_copy(update={"do": Do.PLAN, "arg": ""}))
        for _ in range(2):  # asked for twice, worded once
            await phone.press(owner, tap)
        (turn,) = await work(runner, desk)
        assert (turn.role, turn.answer) == ("ai-rop", worded)
        await phone.deliver()
        drafts = [said for said in await phone.says(owner) if worded in said]
    assert len(drafts) == 1
    assert "отправьте сами" in drafts[0]


async def test_a_step_taken_once_is_not_given_twice_and_the_next_one_comes_after_it(desk: Desk, order: Order) -> None:
    desk.forward(hours=5)
    first = await desk.do(DraftFollowUp(order=order.code), ROP)
    named = DraftFollowUp(order=order.code, step=FollowUpKey.CLARIFY)
    again = await desk.do(named, ROP)
    assert (again.outcome, again.result["task_id"]) == (Outcome.UNCHANGED, first.result["task_id"])
    ahead = await desk.do(DraftFollowUp(order=order.code), ROP)
    assert ahead.result["step"] == "call"
    assert ahead.result["due_at"] > desk.now + timedelta(days=1)


async def test_a_step_that_a_later_one_has_overtaken_is_refused_with_what_is_left(desk: Desk, order: Order) -> None:
    desk.forward(days=8)
    with pytest.raises(InvalidInputError) as refused:
        await desk.do(DraftFollowUp(order=order.code, step=FollowUpKey.CLARIFY), ROP)
    assert "last_word" in refused.value.allowed
    assert "clarify" not in refused.value.allowed


@pytest.mark.parametrize("decision", [ClientDecision.CONFIRMED, ClientDecision.DECLINED])
async def test_when_the_client_decides_nothing_is_left_to_send(
    desk: Desk, order: Order, decision: ClientDecision
) -> None:
    desk.forward(hours=5)
    await desk.do(DraftFollowUp(order=order.code), ROP)
    await desk.do(RecordClientDecision(order=order.code, decision=decision), desk.by(order))
    assert await desk.rows(OPEN) == []
    assert await desk.clock(order, "task") is None
    with pytest.raises(ConflictError) as refused:
        await desk.do(DraftFollowUp(order=order.code), ROP)
    assert refused.value.params["state"] == "decided"
    async with line(desk) as phone:
        await phone.deliver()
        assert [said for said in await phone.says(_owner(desk, order)) if "Черновик" in said] == []


async def test_a_client_who_is_thinking_keeps_the_plan(desk: Desk, order: Order) -> None:
    desk.forward(hours=5)
    done = await desk.do(DraftFollowUp(order=order.code), ROP)
    await desk.do(RecordClientDecision(order=order.code, decision=ClientDecision.THINKING), desk.by(order))
    assert len(await desk.rows(OPEN)) == 1
    await desk.do(CompleteTask(task_id=done.result["task_id"]), desk.by(order))


async def test_owner_and_leaders_may_ask_for_it_also_through_a_role(desk: Desk, order: Order) -> None:
    owner = _owner(desk, order)
    stranger = next(member for member in desk.managers if member.id != owner.id)
    command = DraftFollowUp(order=order.code)
    for refused in (desk.do(command, stranger.actor), desk.do(command, CEO), ordered(desk, command, stranger)):
        with pytest.raises(ForbiddenError):
            await refused
    assert isinstance(await ordered(desk, command, owner), Done)
    assert (await desk.do(command, desk.admin.actor)).result["step"] == "call"
