"""Steering without moving: escalate, remind, reprioritise; by people, by a role, by a role for a person."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from domain.commands import CompleteTask, EscalateOrder, RemindOwner, Reprioritise, Resolve, SweepClocks
from domain.errors import ConflictError, ForbiddenError
from domain.foreign import Foreign
from domain.journal import Outcome
from domain.orders import Order, Status
from domain.queries import HotList, LookAtOrder, LookAtQueue, Query
from guardrails.gate import Done
from guardrails.reading import Reader
from store.database import Database
from tests.integration.agents_asking import CEO, ROP, ordered
from tests.integration.desk import Desk
from tests.integration.phone import line

WHY = "Клиент ждёт ответа второй день"


@pytest.fixture
async def desk(db: Database) -> Desk:
    """The company at work."""
    return await Desk.open(db)


@pytest.fixture
async def order(desk: Desk) -> Order:
    """An order just accepted: the first contact is due at 12:15, the admin hears of it at 12:22:30."""
    return await desk.to_status(await desk.order(), Status.UNDER_INSPECTION)


async def _escalations(desk: Desk) -> list[Mapping[str, Any]]:
    return list(await desk.rows("SELECT * FROM escalations ORDER BY id"))


def _escalate(order: Order) -> EscalateOrder:
    return EscalateOrder(order=order.code, reason=WHY)


# ── escalate ─────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_only_the_timer_sweeps_clocks(desk: Desk) -> None:
    for stranger in (ROP, desk.owner.actor):
        with pytest.raises(ForbiddenError):
            await desk.do(SweepClocks(), stranger)


async def test_an_escalated_order_climbs_to_the_admin_now_with_owner_deadline_and_reason(
    desk: Desk, order: Order
) -> None:
    await desk.pass_time(minutes=16)
    done = await desk.do(_escalate(order), ROP)
    (violation,) = await desk.violations(order)
    (escalation,) = await _escalations(desk)
    assert (violation["id"], violation["level"]) == (done.result["violation_id"], 3)
    assert (escalation["level"], escalation["owner_id"], escalation["deadline"]) == (
        3,
        desk.admin.id,
        desk.now + timedelta(hours=2),
    )
    (card,) = await desk.messages(desk.admin, kind="escalation")
    assert (card["params"]["reason"], card["params"]["by"]) == (WHY, "AI-РОП")
    (row,) = await desk.decisions("escalate", uid=done.decision)
    assert (row["actor"], row["outcome"], row["facts"]["reason"]) == ("ai-rop", "done", WHY)


async def test_the_ladder_goes_on_from_the_admins_step_and_tells_the_admin_no_second_time(
    desk: Desk, order: Order
) -> None:
    await desk.pass_time(minutes=16)
    await desk.do(_escalate(order), ROP)
    await desk.pass_time(minutes=10)
    assert len(await desk.messages(desk.admin, kind="escalation")) == 1
    await desk.pass_time(minutes=10)
    assert [row["level"] for row in await _escalations(desk)] == [3, 4]
    assert (await desk.see(order)).hot


async def test_resolving_what_was_escalated_ends_it(desk: Desk, order: Order) -> None:
    await desk.pass_time(minutes=16)
    done = await desk.do(_escalate(order), ROP)
    await desk.do(
        Resolve(violation_id=done.result["violation_id"], resolution="Позвонил клиенту сам"), desk.admin.actor
    )
    (escalation,) = await _escalations(desk)
    assert escalation["resolution"] == "Позвонил клиенту сам"


async def test_an_order_with_nothing_broken_becomes_the_admins_task(desk: Desk, order: Order) -> None:
    done = await desk.do(_escalate(order), CEO)
    (task,) = await desk.rows("SELECT * FROM tasks WHERE id = :id", id=done.result["task_id"])
    assert (task["owner_id"], task["due_at"], task["params"]["text"]) == (
        desk.admin.id,
        desk.now + timedelta(hours=2),
        WHY,
    )
    assert await desk.violations(order) == []
    (message,) = await desk.messages(desk.admin, kind="task")
    assert message["params"]["text"] == f"AI-CEO: {WHY}"
    await desk.do(CompleteTask(task_id=task["id"]), desk.admin.actor)


async def test_the_same_order_is_not_escalated_again_until_a_while_later(desk: Desk, order: Order) -> None:
    await desk.do(_escalate(order), ROP)
    again = await desk.do(_escalate(order), CEO)
    assert (again.outcome, again.result["again_from"]) == (Outcome.UNCHANGED, desk.now + timedelta(minutes=30))
    desk.forward(minutes=31)
    later = await desk.do(_escalate(order), ROP)
    assert (later.outcome, list(later.result)) == (Outcome.UNCHANGED, ["task_id", "due_at"])
    assert len(await desk.messages(desk.admin, kind="task")) == 1


async def test_an_admin_who_escalates_puts_it_before_somebody_else(desk: Desk, order: Order) -> None:
    deputy = await desk.hire("Дарья", desk.admin.role)
    done = await desk.do(_escalate(order), desk.admin.actor)
    assert done.result["admin"] == deputy.id


async def test_without_any_leader_there_is_nobody_to_escalate_to(desk: Desk, order: Order) -> None:
    for leader in (desk.admin, desk.head, desk.owner):
        await desk.alter(leader, active=False)
    with pytest.raises(ConflictError, match="add an admin"):
        await desk.do(_escalate(order), ROP)


async def test_the_admins_card_says_who_escalates_and_why(desk: Desk, order: Order) -> None:
    await desk.pass_time(minutes=16)
    await desk.do(_escalate(order), ROP)
    async with line(desk) as phone:
        await phone.deliver()
        card = (await phone.says(desk.admin))[-1]
    assert card.startswith(f"📣 AI-РОП: {WHY}")


# ── remind ───────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_the_owner_is_reminded_with_the_words_and_who_says_them(desk: Desk, order: Order) -> None:
    done = await desk.do(RemindOwner(order=order.code, text="Позвоните продавцу"), ROP)
    assert order.owner_id is not None
    (message,) = await desk.messages(order.owner_id, kind="nudge")
    assert message["params"] == {"text": "Позвоните продавцу", "by": "AI-РОП"}
    assert done.outcome is Outcome.DONE
    async with line(desk) as phone:
        await phone.deliver()
        owner = next(member for member in desk.managers if member.id == order.owner_id)
        card = next(said for said in await phone.says(owner) if "напоминает" in said)
    assert card.startswith("🔔 AI-РОП напоминает о заказе: Позвоните продавцу")
    assert f"Заказ №{order.code}" in card


async def test_an_owner_is_reminded_once_in_a_while_whoever_asks(desk: Desk, order: Order) -> None:
    await desk.do(RemindOwner(order=order.code), ROP)
    again = await desk.do(RemindOwner(order=order.code), desk.head.actor)
    assert (again.outcome, again.result["again_from"]) == (Outcome.UNCHANGED, desk.now + timedelta(minutes=30))
    desk.forward(minutes=30)
    assert (await desk.do(RemindOwner(order=order.code), desk.head.actor)).outcome is Outcome.DONE
    assert len(await desk.messages(kind="nudge")) == 2


async def test_the_watchdogs_own_reminders_do_not_count(desk: Desk, order: Order) -> None:
    await desk.pass_time(minutes=13)
    assert [row["action"] for row in await desk.decisions("remind")] == ["remind"]
    assert (await desk.do(RemindOwner(order=order.code), ROP)).outcome is Outcome.DONE


async def test_a_closed_order_reminds_nobody(desk: Desk) -> None:
    order = await desk.to_status(await desk.order(), Status.CLOSED)
    for command in (RemindOwner(order=order.code), _escalate(order), _first(order)):
        with pytest.raises(ConflictError, match="open"):
            await desk.do(command, desk.head.actor)


async def test_a_manager_neither_reminds_nor_escalates_nor_jumps_the_queue_not_even_through_a_role(
    desk: Desk, order: Order
) -> None:
    owner = next(member for member in desk.managers if member.id == order.owner_id)
    for command in (RemindOwner(order=order.code), _escalate(order), _first(order)):
        with pytest.raises(ForbiddenError):
            await desk.do(command, owner.actor)
        with pytest.raises(ForbiddenError):
            await ordered(desk, command, owner)


async def test_a_role_does_it_for_the_leader_who_orders_it_and_the_journal_says_for_whom(
    desk: Desk, order: Order
) -> None:
    done = await ordered(desk, _first(order), desk.admin)
    assert isinstance(done, Done)
    (row,) = await desk.decisions("reprioritise")
    assert (row["actor"], row["facts"]["for_person"]) == ("ai-rop", desk.admin.id)


async def test_a_role_that_does_not_hold_the_tool_is_refused(desk: Desk, order: Order) -> None:
    with pytest.raises(ForbiddenError, match="role-holds-no-such-tool"):
        await desk.do(_first(order), CEO)


# ── reprioritise ─────────────────────────────────────────────────────────────────────────────────────────────────────
def _first(order: Order) -> Reprioritise:
    return Reprioritise(order=order.code, urgency="high", reason=WHY)


async def _queue(desk: Desk) -> list[str]:
    return [line["order"] for line in (await _facts(desk, LookAtQueue()))["orders"]]


async def _facts(desk: Desk, query: Query) -> Mapping[str, Any]:
    return (await Reader(desk.db, desk.policy, desk.timeline).ask(query, ROP)).facts


async def test_an_order_put_first_heads_the_queue_with_its_reason_and_comes_back_in_line(desk: Desk) -> None:
    first, second, third = await desk.orders(3)
    assert await _queue(desk) == [first.code, second.code, third.code]
    before = await desk.see(third)
    await desk.do(_first(third), ROP)
    assert await _queue(desk) == [third.code, first.code, second.code]
    after = await desk.see(third)
    assert (after.due_at, after.urgent, after.urgent_because) == (before.due_at, True, WHY)
    back = Reprioritise(order=third.code, urgency="normal", reason="Клиент подождёт")
    await desk.do(back, ROP)
    assert await _queue(desk) == [first.code, second.code, third.code]
    assert (await desk.do(back, ROP)).outcome is Outcome.UNCHANGED


async def test_the_reason_is_told_as_somebodys_words_and_stands_on_the_card(desk: Desk, order: Order) -> None:
    await desk.do(_first(order), ROP)
    facts = await _facts(desk, LookAtOrder(order=order.code))
    assert (facts["put_first"], facts["put_first_because"]) == (True, Foreign(kind="note", text=WHY))
    async with line(desk) as phone:
        card = await phone.write(desk.admin, "/queue")
    assert f"⚡ №{order.code}" in card


async def test_of_equally_bad_orders_the_hot_list_names_the_one_put_first(desk: Desk) -> None:
    orders = [await desk.to_status(order, Status.UNDER_INSPECTION) for order in await desk.orders(2)]
    await desk.pass_time(minutes=40)
    await desk.do(_first(orders[1]), ROP)
    listed = (await _facts(desk, HotList()))["orders"]
    assert [one["order"] for one in listed] == [orders[1].code, orders[0].code]
