"""How approvals end: rejected, failed, expired, superseded by an edit or by the end of their order."""

from datetime import timedelta
from decimal import Decimal

import pytest

from domain.commands import (
    CancelOrder,
    ConfirmPayment,
    RecordCompliance,
    RecordPayment,
)
from domain.errors import ConflictError, ForbiddenError, InvalidInputError
from domain.orders import CancelReason, Compliance, Order, Status
from domain.people import CRM_FEED, Role
from guardrails.approval.approvals import Ballot
from locales import sentences, texts
from store.database import Database
from store.views import worklists
from tests.integration.asking import last, payable, payment, small_refund
from tests.integration.desk import NOON, Desk

DEADLINE = NOON + timedelta(hours=4)
"""Four working hours after noon."""


@pytest.fixture
async def desk(db: Database) -> Desk:
    """The company at work."""
    return await Desk.open(db)


@pytest.fixture
async def order(desk: Desk) -> Order:
    """An order that waits for the confirmation of its payment."""
    return await payable(desk)


# ── rejection and failure ────────────────────────────────────────────────────────────────────────────────────────────
async def test_one_rejection_with_its_reason_ends_it(desk: Desk, order: Order) -> None:
    waiting = await payment(desk, order)
    await desk.vote(waiting.approval_id, desk.owner)
    result = await desk.vote(waiting.approval_id, desk.head, Ballot.REJECT, reason="Деньги не пришли")
    assert (result.status, result.outcome["reason"]) == ("rejected", "Деньги не пришли")
    rejected = await desk.see(order)
    assert (rejected.status, rejected.next_step) == (Status.AWAITING_PAYMENT, "await_payment")
    assert [row["params"]["status"] for row in await desk.messages(order.owner_id, kind="approval_outcome")] == [
        "rejected"
    ]
    with pytest.raises(ConflictError):
        await desk.vote(waiting.approval_id, desk.owner)
    assert (await payment(desk, order)).approval_id != waiting.approval_id


async def test_a_rejection_without_a_reason_is_refused_and_journaled(desk: Desk, order: Order) -> None:
    waiting = await payment(desk, order)
    with pytest.raises(InvalidInputError, match="reason"):
        await desk.vote(waiting.approval_id, desk.head, Ballot.REJECT, reason="  ")
    assert (await desk.approval(waiting.approval_id)).status == "pending"
    assert (await last(desk, "vote_approval"))["outcome"] == "refused"


async def test_when_the_conditions_have_changed_the_approval_fails_and_nothing_moves(desk: Desk, order: Order) -> None:
    waiting = await payment(desk, order)
    await desk.do(RecordCompliance(order=order.code, state=Compliance.BLOCKED), desk.admin.actor)
    await desk.vote(waiting.approval_id, desk.head)
    result = await desk.vote(waiting.approval_id, desk.owner)
    assert (result.status, result.outcome["missing"]) == ("failed", ["compliance"])
    assert (await desk.see(order)).status is Status.AWAITING_PAYMENT
    row = await last(desk, "advance_order")
    assert (row["outcome"], row["approval_id"], row["approvers"]) == (
        "failed",
        waiting.approval_id,
        [desk.head.id, desk.owner.id],
    )
    assert (await desk.verify()).ok


async def test_an_approval_that_would_now_touch_more_than_was_seen_fails(desk: Desk, order: Order) -> None:
    waiting = await small_refund(desk, order)
    await desk.do(RecordPayment(order=order.code, amount_eur=Decimal(2000), reference="P-9"), CRM_FEED)
    result = await desk.vote(waiting.approval_id, desk.head)
    assert (result.status, result.outcome["params"]["state"]) == ("failed", "outgrown")
    assert (await desk.see(order)).status is Status.AWAITING_PAYMENT


# ── silence ──────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_vote_counts_until_the_last_second_before_the_deadline(desk: Desk, order: Order) -> None:
    waiting = await small_refund(desk, order)
    desk.timeline.move_to(DEADLINE - timedelta(seconds=1))
    assert (await desk.vote(waiting.approval_id, desk.head)).status == "done"


async def test_at_the_deadline_it_has_expired_whether_or_not_the_watchdog_has_seen_it(desk: Desk, order: Order) -> None:
    waiting = await small_refund(desk, order)
    desk.timeline.move_to(DEADLINE)
    with pytest.raises(ConflictError, match="expired"):
        await desk.vote(waiting.approval_id, desk.head)
    assert (await desk.approval(waiting.approval_id)).status == "expired"
    assert (await last(desk, "expire_approval"))["actor"] == "watchdog"


async def test_nothing_is_approved_by_silence_it_expires_and_escalates(desk: Desk, order: Order) -> None:
    waiting = await payment(desk, order)
    await desk.vote(waiting.approval_id, desk.head)
    await desk.pass_time(hours=3, minutes=12)
    assert len(await desk.messages(desk.admin, kind="reminder")) == 1
    await desk.pass_time(minutes=48)
    assert (await desk.approval(waiting.approval_id)).status == "expired"
    silent = await desk.see(order)
    assert (silent.status, silent.next_step) == (Status.AWAITING_PAYMENT, "await_payment")
    assert "approval_expired" in await desk.signals(order)
    for person in (desk.head, desk.owner, desk.admin):
        (alarm,) = await desk.messages(person, kind="signal")
        assert alarm["params"] == {"code": "approval_expired", "approval": waiting.approval_id}
    assert await desk.approvals.expire(waiting.approval_id) is False


async def test_an_approval_expires_even_if_the_watchdog_slept_through_its_reminder(desk: Desk, order: Order) -> None:
    waiting = await payment(desk, order)
    await desk.pass_time(days=1)
    assert (await desk.approval(waiting.approval_id)).status == "expired"
    assert await desk.value("SELECT count(*) FROM clocks WHERE kind = 'approval' AND state <> 'done'") == 0


async def test_what_waits_on_an_order_that_is_cancelled_need_not_be_decided_any_more(desk: Desk, order: Order) -> None:
    asked = await payment(desk, order)
    refund = await small_refund(desk, order)
    assert (await desk.vote(refund.approval_id, desk.head)).status == "done"
    assert (await desk.approval(asked.approval_id)).status == "superseded"
    assert (await desk.approval(refund.approval_id)).status == "done"
    await desk.pass_time(days=2)
    assert await desk.messages(kind="signal") == []
    assert await desk.signals() == []


# ── editing ──────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_an_edit_is_a_new_request_with_a_new_hash_and_no_votes(desk: Desk, order: Order) -> None:
    await desk.do(RecordPayment(order=order.code, amount_eur=Decimal(900), reference="P-1"), CRM_FEED)
    cancel = CancelOrder(order=order.code, reason_code=CancelReason.CLIENT_CHANGED_MIND)
    waiting = await desk.ask(cancel, desk.by(order))
    await desk.vote(waiting.approval_id, desk.owner)
    edited_id = await desk.approvals.edit(waiting.approval_id, {"note": "Вернуть полностью"}, by=desk.head.actor)
    old, new = await desk.approval(waiting.approval_id), await desk.approval(edited_id)
    assert (old.status, new.status, new.supersedes) == ("superseded", "pending", old.id)
    assert new.arguments_hash != old.arguments_hash
    assert (new.arguments["note"], new.requested_person) == ("Вернуть полностью", desk.head.id)
    assert await desk.value("SELECT count(*) FROM approval_votes WHERE approval_id = :id", id=edited_id) == 0
    with pytest.raises(ConflictError):
        await desk.vote(old.id, desk.owner)


async def test_a_wrong_amount_is_told_from_another_amount_under_the_same_number(desk: Desk, order: Order) -> None:
    refund = await small_refund(desk, order)
    with pytest.raises(InvalidInputError) as nothing:
        await desk.approvals.edit(refund.approval_id, {"amount_eur": "0"}, by=desk.head.actor)
    assert "нужно число больше нуля" in sentences.refusal(nothing.value, texts("ru"))
    await desk.do(RecordPayment(order=order.code, amount_eur=Decimal(900), reference="P-7"), CRM_FEED)
    other = ConfirmPayment(order=order.code, amount_eur=Decimal(901), reference="P-7")
    with pytest.raises(InvalidInputError) as mismatch:
        await desk.do(other, desk.head.actor)
    assert "записан платёж на другую сумму (900\xa0€)" in sentences.refusal(mismatch.value, texts("ru"))


async def test_an_editor_cannot_approve_their_own_edit(desk: Desk, order: Order) -> None:
    waiting = await small_refund(desk, order)
    edited_id = await desk.approvals.edit(waiting.approval_id, {"note": "Вернуть полностью"}, by=desk.head.actor)
    with pytest.raises(ForbiddenError, match="not-your-own-request"):
        await desk.vote(edited_id, desk.head)
    assert (await desk.vote(edited_id, desk.owner)).status == "done"


async def test_an_edit_does_not_let_those_vote_who_asked_before_it(desk: Desk, order: Order) -> None:
    second = await desk.hire("Полина", Role.HEAD)
    number = (await small_refund(desk, order, desk.head.actor)).approval_id
    for editor, note in ((desk.admin, "Вернуть полностью"), (second, "Вернуть сегодня"), (desk.admin, "Вернуть")):
        number = await desk.approvals.edit(number, {"note": note}, by=editor.actor)
    for asker in (desk.head, second):
        with pytest.raises(ForbiddenError, match="not-your-own-request"):
            await desk.vote(number, asker)
        asked = await desk.messages(asker, kind="approval_request")
        assert [row for row in asked if row["params"]["approval"] == number] == []
    async with desk.db.reading() as tx:
        (waiting,) = await worklists.approvals(tx)
    assert waiting.deciders == [desk.owner.id]
    assert (await desk.vote(number, desk.owner)).status == "done"


@pytest.mark.parametrize(
    "changes", [{"order": "другой"}, {"reason_code": "надоело"}, {"reason_code": "client_changed_mind"}, {"sum": 5}]
)
async def test_an_edit_keeps_its_subject_is_valid_and_changes_something(
    desk: Desk, order: Order, changes: dict[str, object]
) -> None:
    waiting = await small_refund(desk, order)
    with pytest.raises(InvalidInputError):
        await desk.approvals.edit(waiting.approval_id, changes, by=desk.head.actor)
    assert (await desk.approval(waiting.approval_id)).status == "pending"
    row = await last(desk, "edit_approval")
    assert (row["outcome"], row["proposed"]["changes"]) == ("refused", changes)


async def test_a_manager_may_not_edit_what_waits(desk: Desk, order: Order) -> None:
    waiting = await small_refund(desk, order)
    with pytest.raises(ForbiddenError):
        await desk.approvals.edit(waiting.approval_id, {"note": "Ещё"}, by=desk.by(order))
