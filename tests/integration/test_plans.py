"""Plans: tasks for several people as one decision; more steps than the mass limit wait for people."""

from datetime import timedelta

import pytest

from domain.clocks import Level
from domain.commands import CompleteTask, MakePlan, PlanStep, RaiseSignal
from domain.errors import ConflictError, ForbiddenError, InvalidInputError
from domain.orders import Status
from domain.policy import Risk, SignalCode
from domain.validation import parse
from guardrails.gate import Done
from store.database import Database
from tests.integration.agents_asking import CEO, ROP, ordered
from tests.integration.desk import NOON, Desk, Member
from tests.integration.phone import line

SOON = NOON + timedelta(hours=2)
GOAL = "Разобрать очередь до вечера"


@pytest.fixture
async def desk(db: Database) -> Desk:
    """The company at work."""
    return await Desk.open(db)


def _step(who: Member, text: str = "Обзвонить продавцов") -> PlanStep:
    return PlanStep(text=text, owner_id=who.id, due_at=SOON)


async def _incident(desk: Desk) -> int:
    raised = await desk.do(RaiseSignal(code=SignalCode.PENDING_SPIKE), CEO)
    return int(raised.value)


async def test_a_plan_gives_each_person_a_task_with_its_deadline_and_clock(desk: Desk) -> None:
    order = await desk.order()
    steps = (_step(desk.anna), _step(desk.vera, "Сверить оплату"))
    done = await desk.do(MakePlan(order=order.code, goal=GOAL, steps=steps), ROP)
    tasks = await desk.rows("SELECT * FROM tasks WHERE kind = 'manual' ORDER BY id")
    assert [task["id"] for task in tasks] == done.result["tasks"]
    assert [(task["owner_id"], task["order_id"], task["due_at"]) for task in tasks] == [
        (desk.anna.id, order.id, SOON),
        (desk.vera.id, order.id, SOON),
    ]
    assert tasks[1]["params"] == {"text": "Сверить оплату", "goal": GOAL}
    assert await desk.value("SELECT count(*) FROM clocks WHERE kind = 'task' AND due_at = :due", due=SOON) == 2
    assert [len(await desk.messages(who, kind="task")) for who in (desk.anna, desk.vera)] == [1, 1]
    assert len(await desk.decisions("make_plan")) == 1


async def test_a_plan_against_a_signal_needs_no_order_and_its_ladder_ends_with_a_human(desk: Desk) -> None:
    signal = await _incident(desk)
    done = await desk.do(MakePlan(signal_id=signal, goal=GOAL, steps=(_step(desk.anna),)), CEO)
    (task,) = await desk.rows("SELECT * FROM tasks")
    assert (task["order_id"], task["params"]["signal"]) == (None, signal)
    (row,) = await desk.decisions("make_plan", uid=done.decision)
    assert (row["subject_kind"], row["subject_id"]) == ("signal", signal)
    await desk.pass_time(hours=7)
    levels = await desk.column("SELECT level FROM ai_sla_violations WHERE subject_kind = 'task'")
    assert levels
    assert max(levels) >= Level.L2
    await desk.do(CompleteTask(task_id=task["id"]), desk.anna.actor)
    open_ones = "SELECT count(*) FROM ai_sla_violations WHERE subject_kind = 'task' AND resolved_at IS NULL"
    assert await desk.value(open_ones) == 0


async def test_a_task_without_an_order_reads_well_on_the_phone(desk: Desk) -> None:
    await desk.do(MakePlan(signal_id=await _incident(desk), goal=GOAL, steps=(_step(desk.anna),)), CEO)
    async with line(desk) as phone:
        await phone.deliver()
        assert (await phone.says(desk.anna))[-1].startswith("📌 Задача: Обзвонить продавцов")


async def test_a_plan_of_more_steps_than_the_mass_limit_waits_for_people_and_then_happens_once(desk: Desk) -> None:
    plan = MakePlan(
        signal_id=await _incident(desk), goal=GOAL, steps=tuple(_step(desk.anna, f"Шаг {n}") for n in range(6))
    )
    waiting = await desk.ask(plan, CEO)
    approval = await desk.approval(waiting.approval_id)
    assert (list(approval.risks), approval.why) == ([Risk.MASS], GOAL)
    assert await desk.value("SELECT count(*) FROM tasks") == 0
    await desk.vote(waiting.approval_id, desk.head)
    assert await desk.value("SELECT count(*) FROM tasks") == 6
    assert [row["kind"] for row in await desk.messages(desk.anna)] == ["digest"]


async def test_a_plan_that_cannot_be_kept_makes_none_of_its_tasks(desk: Desk) -> None:
    order = await desk.order()
    await desk.alter(desk.vera, active=False)
    late = PlanStep(text="Поздно", owner_id=desk.anna.id, due_at=NOON)
    for broken in (_step(desk.vera), late):
        with pytest.raises(InvalidInputError):
            await desk.do(MakePlan(order=order.code, goal=GOAL, steps=(_step(desk.anna), broken)), ROP)
    assert await desk.value("SELECT count(*) FROM tasks WHERE kind = 'manual'") == 0


async def test_a_plan_is_about_one_thing_that_is_open(desk: Desk) -> None:
    order = await desk.order()
    step = {"text": "Обзвонить", "owner_id": desk.anna.id, "due_at": SOON}
    for about in ({}, {"order": order.code, "signal_id": 1}):
        with pytest.raises(InvalidInputError):
            parse(MakePlan, {**about, "goal": GOAL, "steps": [step]})
    closed = await desk.to_status(order, Status.CLOSED)
    with pytest.raises(ConflictError):
        await desk.do(MakePlan(order=closed.code, goal=GOAL, steps=(_step(desk.anna),)), ROP)


async def test_a_leader_may_plan_also_through_a_role_and_a_manager_may_not(desk: Desk) -> None:
    order = await desk.order()
    plan = MakePlan(order=order.code, goal=GOAL, steps=(_step(desk.anna),))
    assert isinstance(await ordered(desk, plan, desk.admin), Done)
    for refused in (desk.anna, desk.viewer):
        with pytest.raises(ForbiddenError):
            await desk.do(plan, refused.actor)
        with pytest.raises(ForbiddenError):
            await ordered(desk, plan, refused)
