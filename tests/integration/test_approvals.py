"""Approvals: who may vote on what, how many it takes, exactly one effect, and nothing by silence (docs/DOMAIN.md 8)."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from structlog.testing import capture_logs

from domain.commands import (
    AdvanceOrder,
    CancelOrder,
    Command,
    IntakeOrders,
    MassReassign,
    RecordClientDecision,
    RecordCompliance,
    RecordPayment,
    SetConstraint,
)
from domain.errors import ConflictError, ForbiddenError, NotFoundError, StaleError
from domain.journal import Outcome
from domain.orders import CancelReason, ClientDecision, Compliance, Order, Status, Verdict
from domain.people import CRM_FEED, Actor, ActorKind, Channel, Role
from guardrails.approval.approvals import (
    Approvals,
    Ballot,
    VoteResult,
)
from guardrails.gate import Gate
from store.database import Database
from tests.integration.asking import last, payable, payment, small_refund
from tests.integration.desk import NOON, Desk
from tools.registry import TOOLS, Tool

DEADLINE = NOON + timedelta(hours=4)
"""Four working hours after noon."""
AI_ROM = Actor(kind=ActorKind.AGENT, name="ai-rom", channel=Channel.GRAPH)


@pytest.fixture
async def desk(db: Database) -> Desk:
    """The company at work."""
    return await Desk.open(db)


@pytest.fixture
async def order(desk: Desk) -> Order:
    """An order that waits for the confirmation of its payment."""
    return await payable(desk)


# ── what is asked ────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_move_that_touches_money_waits_for_people_and_moves_nothing(desk: Desk, order: Order) -> None:
    waiting = await payment(desk, order)
    assert (waiting.voters, waiting.quorum, waiting.expires_at) == ({Role.HEAD, Role.OWNER}, 2, DEADLINE)
    asked = await desk.see(order)
    assert (asked.status, asked.next_step) == (Status.AWAITING_PAYMENT, "await_approval")
    for voter in (desk.head, desk.owner):
        assert len(await desk.messages(voter, kind="approval_request")) == 1
    assert await desk.messages(desk.admin, kind="approval_request") == []
    row = await last(desk, "advance_order")
    assert (row["outcome"], row["verdict"], row["approval_id"]) == ("waiting", "needs_approval", waiting.approval_id)


async def test_an_approval_shows_what_is_at_stake(desk: Desk, order: Order) -> None:
    approval = await desk.approval((await payment(desk, order)).approval_id)
    assert approval.amount_eur == desk.total(order)
    assert (approval.risks, approval.requested_person) == (["money"], order.owner_id)
    assert approval.evidence["compliance"] == "clear"


async def test_the_same_request_pending_twice_is_one_approval(desk: Desk, order: Order) -> None:
    first = await payment(desk, order)
    by_admin = AdvanceOrder(order=order.code, to=Status.READY_FOR_SHIPMENT, version=(await desk.see(order)).version)
    second = await desk.ask(by_admin, desk.admin.actor)
    assert (second.approval_id, second.known) == (first.approval_id, True)
    asked = await asyncio.gather(*(payment(desk, order) for _ in range(6)))
    assert {waiting.approval_id for waiting in asked} == {first.approval_id}
    assert len(await desk.messages(desk.head, kind="approval_request")) == 1


async def test_a_full_payment_asks_for_its_confirmation_by_itself(desk: Desk, order: Order) -> None:
    total = desk.total(order)
    await desk.do(RecordPayment(order=order.code, amount_eur=total - 1, reference="P-1"), CRM_FEED)
    assert await desk.pending() == []
    await desk.do(RecordPayment(order=order.code, amount_eur=Decimal(1), reference="P-2"), CRM_FEED)
    (approval,) = await desk.pending()
    assert (approval.action, approval.requested_by) == ("advance_order", "dispatcher")
    again = RecordPayment(order=order.code, amount_eur=Decimal(1), reference="P-2")
    assert (await desk.do(again, CRM_FEED)).outcome is Outcome.UNCHANGED
    assert (await desk.see(order)).paid_eur == total


# ── votes and quorum ─────────────────────────────────────────────────────────────────────────────────────────────────
async def test_above_500_euros_it_takes_two_different_people(desk: Desk, order: Order) -> None:
    waiting = await payment(desk, order)
    first = await desk.vote(waiting.approval_id, desk.head)
    assert (first.status, first.approving, first.quorum) == ("pending", 1, 2)
    with pytest.raises(ConflictError, match="voted"):
        await desk.vote(waiting.approval_id, desk.head)
    assert (await desk.see(order)).status is Status.AWAITING_PAYMENT
    second = await desk.vote(waiting.approval_id, desk.owner)
    assert (second.status, second.approving) == ("done", 2)
    moved = await desk.see(order)
    assert (moved.status, moved.payment_confirmed_at) == (Status.READY_FOR_SHIPMENT, NOON)


async def test_up_to_500_euros_one_person_is_enough(desk: Desk, order: Order) -> None:
    waiting = await small_refund(desk, order)
    assert waiting.quorum == 1
    assert (await desk.vote(waiting.approval_id, desk.head)).status == "done"
    assert (await desk.see(order)).status is Status.CANCELLED


async def test_the_effect_is_journaled_with_its_approvers_in_the_name_of_who_asked(desk: Desk, order: Order) -> None:
    result = await desk.approve((await payment(desk, order)).approval_id)
    row = await last(desk, "advance_order")
    assert (row["outcome"], row["verdict"], row["actor"]) == ("done", "needs_approval", desk.by(order).name)
    assert row["approvers"] == [desk.head.id, desk.owner.id]
    assert (row["approval_id"], str(row["uid"])) == (result.approval_id, result.outcome["decision"])
    assert (await desk.approval(result.approval_id)).status == "done"


async def test_who_asked_does_not_vote(desk: Desk, order: Order) -> None:
    waiting = await small_refund(desk, order, desk.head.actor)
    with pytest.raises(ForbiddenError, match="not-your-own-request"):
        await desk.vote(waiting.approval_id, desk.head)
    assert (await desk.vote(waiting.approval_id, desk.owner)).status == "done"


@pytest.mark.parametrize("last_report", [RecordPayment, RecordCompliance, RecordClientDecision])
async def test_whose_report_makes_the_desk_ask_for_the_confirmation_does_not_confirm_it(
    desk: Desk, last_report: type[Command]
) -> None:
    order = await desk.to_status(await desk.order(), Status.AWAITING_PAYMENT)
    for kind, report in _reports(order, desk.total(order)).items():
        if kind is not last_report:
            await desk.do(report, CRM_FEED)
    assert await desk.pending() == []
    await desk.do(_reports(order, desk.total(order))[last_report], desk.head.actor)
    (approval,) = await desk.pending()
    assert (approval.requested_by, approval.requested_person) == ("dispatcher", desk.head.id)
    assert await desk.messages(desk.head, kind="approval_request") == []
    with pytest.raises(ForbiddenError, match="not-your-own-request"):
        await desk.vote(approval.id, desk.head)
    assert (await desk.vote(approval.id, desk.owner)).approving == 1


def _reports(order: Order, total: Decimal) -> Mapping[type[Command], Command]:
    """All that has to be known before a payment can be confirmed."""
    return {
        RecordPayment: RecordPayment(order=order.code, amount_eur=total, reference="P-1"),
        RecordCompliance: RecordCompliance(order=order.code, state=Compliance.CLEAR),
        RecordClientDecision: RecordClientDecision(order=order.code, decision=ClientDecision.CONFIRMED),
    }


@pytest.mark.parametrize("name", ["Анна", "Олег", "Виктор"])
async def test_only_those_whom_the_risk_concerns_vote(desk: Desk, order: Order, name: str) -> None:
    waiting = await small_refund(desk, order)
    with pytest.raises(ForbiddenError):
        await desk.vote(waiting.approval_id, desk.people[name])
    row = await last(desk, "vote_approval")
    assert (row["outcome"], row["actor"], row["rule"]) == ("refused", desk.people[name].actor.name, "forbidden")


async def test_no_timer_and_no_model_votes(desk: Desk, order: Order) -> None:
    waiting = await small_refund(desk, order)
    seen = (await desk.approval(waiting.approval_id)).arguments_hash
    with pytest.raises(ForbiddenError):
        await desk.approvals.vote(waiting.approval_id, Ballot.APPROVE, seen_hash=seen, by=AI_ROM)


async def test_a_vote_on_something_else_than_was_seen_is_refused(desk: Desk, order: Order) -> None:
    waiting = await small_refund(desk, order)
    with pytest.raises(StaleError):
        await desk.approvals.vote(waiting.approval_id, Ballot.APPROVE, seen_hash="0" * 32, by=desk.head.actor)
    assert (await desk.approval(waiting.approval_id)).status == "pending"


# Columns of the request, and the value somebody writes into them behind the desk's back; every one misleads a voter.
TAMPERED = {
    "action": "'cancel_order'",
    "arguments": "jsonb_set(arguments, '{order}', to_jsonb(CAST(:other AS text)))",
    "amount_eur": "1",
    "quorum": "1",
    "risks": "'{disputed}'",
    "voters": "voters || '{manager}'",
    "requested_person": "NULL",
    "evidence": "'{}'",
    "why": "'оплачено'",
    "expires_at": "expires_at + interval '1 day'",
}


@pytest.mark.parametrize("column", TAMPERED)
async def test_no_vote_counts_on_a_request_that_says_something_else_than_what_was_asked(
    desk: Desk, order: Order, owner_db: Database, column: str
) -> None:
    other = await payable(desk)
    waiting = await payment(desk, order)
    seen = (await desk.approval(waiting.approval_id)).arguments_hash
    changed = text(f"UPDATE approvals SET {column} = {TAMPERED[column]} WHERE id = :id")
    async with owner_db.transaction() as tx:
        values = {"id": waiting.approval_id} | ({"other": other.code} if column == "arguments" else {})
        await tx.execute(changed, values)
    for voter in (desk.head, desk.owner):
        with pytest.raises(ConflictError, match="altered"):
            await desk.approvals.vote(waiting.approval_id, Ballot.APPROVE, seen_hash=seen, by=voter.actor)
    assert await desk.value("SELECT count(*) FROM approval_votes") == 0
    assert {(await desk.see(one)).status for one in (order, other)} == {Status.AWAITING_PAYMENT}
    with pytest.raises(ConflictError, match="altered"):
        await desk.approvals.edit(waiting.approval_id, {"reason": "Проверено"}, by=desk.admin.actor)


async def test_a_vote_on_what_stood_there_before_does_not_count_for_what_stands_there_now(
    desk: Desk, order: Order, owner_db: Database
) -> None:
    other = await payable(desk)
    first, second = await payment(desk, order), await payment(desk, other)
    await desk.vote(first.approval_id, desk.head)
    put = text("UPDATE approval_votes SET approval_id = :second WHERE approval_id = :first")
    async with owner_db.transaction() as tx:
        await tx.execute(put, {"first": first.approval_id, "second": second.approval_id})
    assert (await desk.vote(second.approval_id, desk.owner)).approving == 1
    assert (await desk.see(other)).status is Status.AWAITING_PAYMENT


async def test_the_application_cannot_rewrite_what_was_asked_nor_what_was_voted(db: Database) -> None:
    columns = (*TAMPERED, "arguments_hash", "request_hash", "supersedes")
    rewriting = [f"UPDATE approvals SET {column} = {column}" for column in columns]
    rewriting += ["DELETE FROM approvals", "UPDATE approval_votes SET vote = 'approve'", "DELETE FROM approval_votes"]
    for statement in rewriting:
        with pytest.raises(ProgrammingError, match="permission denied"):
            async with db.transaction() as tx:
                await tx.execute(text(statement))


async def test_the_vote_of_somebody_demoted_or_gone_no_longer_counts(desk: Desk, order: Order) -> None:
    second = await desk.hire("Пётр", Role.HEAD)
    third = await desk.hire("Полина", Role.HEAD)
    waiting = await payment(desk, order)
    await desk.vote(waiting.approval_id, desk.head)
    await desk.alter(desk.head, role="viewer")
    assert (await desk.vote(waiting.approval_id, second)).approving == 1
    await desk.alter(second, active=False)
    assert (await desk.vote(waiting.approval_id, third)).approving == 1
    assert (await desk.vote(waiting.approval_id, desk.owner)).status == "done"


async def test_a_lost_bike_needs_somebody_for_the_law_and_somebody_for_the_money(desk: Desk) -> None:
    second = await desk.hire("Пётр", Role.HEAD)
    order = await desk.to_status(await desk.order(), Status.IN_TRANSIT)
    cancel = CancelOrder(order=order.code, reason_code=CancelReason.LOGISTICS_IMPOSSIBLE)
    waiting = await desk.ask(cancel, desk.by(order))
    assert (await desk.approval(waiting.approval_id)).risks == ["legal", "money"]
    for head in (desk.head, second):
        assert (await desk.vote(waiting.approval_id, head)).status == "pending"
    assert (await desk.vote(waiting.approval_id, desk.owner)).status == "done"


async def test_sixteen_people_voting_at_once_over_eight_connections_cause_exactly_one_effect(
    desk: Desk, order: Order
) -> None:
    heads = [await desk.hire(f"Голова {number}", Role.HEAD) for number in range(16)]
    waiting = await payment(desk, order)
    seen = (await desk.approval(waiting.approval_id)).arguments_hash
    narrow = Database(desk.db.url, pool_size=8, max_overflow=0)
    crowd = Approvals(Gate(narrow, desk.policy, desk.timeline))
    results = await asyncio.gather(
        *(crowd.vote(waiting.approval_id, Ballot.APPROVE, seen_hash=seen, by=head.actor) for head in heads),
        return_exceptions=True,
    )
    await narrow.close()
    done = [result for result in results if isinstance(result, VoteResult)]
    assert sorted(result.status for result in done) == ["done", "pending"]
    assert sum(isinstance(result, ConflictError) for result in results) == 14
    assert await desk.value("SELECT count(*) FROM approval_votes") == 2
    moves = "SELECT count(*) FROM order_status_events WHERE to_status = 'ready_for_shipment'"
    assert await desk.value(moves) == 1


# ── mass changes, disputes, models ───────────────────────────────────────────────────────────────────────────────────
async def test_six_orders_at_once_wait_for_approval_and_five_do_not(desk: Desk) -> None:
    codes = [order.code for order in await desk.orders(18) if order.owner_id == desk.anna.id]
    assert len(codes) == 6
    six = MassReassign(from_manager=desk.anna.id, orders=tuple(codes), reason="Отпуск")
    waiting = await desk.ask(six, desk.admin.actor)
    assert (waiting.voters, waiting.quorum) == ({Role.HEAD, Role.OWNER}, 1)
    assert (await desk.loads())["Анна"] == 6
    await desk.do(MassReassign(from_manager=desk.anna.id, orders=tuple(codes[:5]), reason="Отпуск"), desk.admin.actor)
    assert (await desk.loads())["Анна"] == 1
    assert (await desk.vote(waiting.approval_id, desk.head)).status == "done"
    assert (await desk.loads())["Анна"] == 0
    assert (await last(desk, "mass_reassign"))["result"] == {"moved": [codes[5]], "left": sorted(codes[:5])}


async def test_a_red_verdict_makes_the_move_to_payment_disputed(desk: Desk) -> None:
    order = await desk.to_status(await desk.order(), Status.UNDER_INSPECTION)
    await desk.full_check(order, verdict=Verdict.RED)
    waiting = await desk.ask(AdvanceOrder(order=order.code, to=Status.AWAITING_PAYMENT), desk.by(order))
    assert (await desk.approval(waiting.approval_id)).risks == ["disputed"]
    await desk.vote(waiting.approval_id, desk.head)
    assert (await desk.see(order)).status is Status.AWAITING_PAYMENT


async def test_what_a_model_proposes_is_done_by_people_and_in_its_name(desk: Desk) -> None:
    constraint = SetConstraint(manager_id=desk.anna.id, max_load=3, reason="Адаптация")
    waiting = await desk.ask(constraint, AI_ROM)
    assert waiting.voters == {Role.ADMIN, Role.HEAD, Role.OWNER}
    assert (await desk.vote(waiting.approval_id, desk.admin)).status == "done"
    assert await desk.value("SELECT constraints FROM managers WHERE id = :id", id=desk.anna.id) == {"max_load": 3}
    row = await last(desk, "set_constraint")
    assert (row["actor"], row["approvers"]) == ("ai-rom", [desk.admin.id])


async def test_an_approval_that_does_not_exist_cannot_be_voted_on(desk: Desk) -> None:
    with pytest.raises(NotFoundError):
        await desk.approvals.vote(4711, Ballot.APPROVE, seen_hash="0", by=desk.head.actor)


async def test_a_vote_and_a_change_of_the_order_at_once_do_not_spoil_each_other(desk: Desk, order: Order) -> None:
    waiting = await payment(desk, order)
    await desk.vote(waiting.approval_id, desk.head)
    thinking = RecordClientDecision(order=order.code, decision=ClientDecision.THINKING)
    vote, change = await asyncio.gather(
        desk.vote(waiting.approval_id, desk.owner), desk.gate.perform(thinking, desk.by(order)), return_exceptions=True
    )
    assert isinstance(vote, VoteResult)
    moved = (await desk.see(order)).status is Status.READY_FOR_SHIPMENT
    assert (vote.status, moved, isinstance(change, ConflictError)) in [("done", True, True), ("failed", False, False)]


async def test_a_fault_while_voting_undoes_the_vote_and_is_journaled(
    desk: Desk, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def break_down(*_: object) -> Any:
        raise ZeroDivisionError

    waiting = await small_refund(desk, order)
    monkeypatch.setitem(TOOLS, CancelOrder, Tool(CancelOrder, break_down))
    with capture_logs(), pytest.raises(ZeroDivisionError):
        await desk.vote(waiting.approval_id, desk.head)
    assert (await desk.approval(waiting.approval_id)).status == "pending"
    assert await desk.value("SELECT count(*) FROM approval_votes") == 0
    assert (await last(desk, "vote_approval"))["outcome"] == "failed"
    monkeypatch.undo()
    assert (await desk.vote(waiting.approval_id, desk.head)).status == "done"


async def test_a_wave_larger_than_five_needs_no_approval(desk: Desk) -> None:
    requests = tuple(desk.request() for _ in range(6))
    assert (await desk.do(IntakeOrders(orders=requests), CRM_FEED)).outcome is Outcome.DONE
