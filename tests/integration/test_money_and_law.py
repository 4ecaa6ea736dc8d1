"""Money, law and the rules themselves: a role or a person asks, people decide, somebody carries it out by hand."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

import pytest

from domain.commands import (
    CancelOrder,
    Command,
    CompleteTask,
    ConfirmPayment,
    ProposeCompensation,
    ProposeDiscount,
    ProposePolicyChange,
    ProposeRefund,
    RecordPayment,
    RefuseOnLegalGrounds,
)
from domain.errors import ConflictError, DeskError, ForbiddenError, InvalidInputError, TransitionRefusedError
from domain.orders import CancelReason, Compliance, Order, Status
from domain.people import CRM_FEED, Actor, Role
from guardrails.approval.approvals import Ballot
from guardrails.approval.proposals import Waiting
from policy.changing import standing
from store.database import Database
from store.invariants import broken
from tests.integration.asking import last, payable
from tests.integration.cards import shown
from tests.integration.desk import NOON, Desk

CFO = Actor.agent("ai-cfo")
GRC = Actor.agent("ai-grc")
TODAY = NOON.date()
EUR = Decimal


@pytest.fixture
async def desk(db: Database) -> Desk:
    """The company at work."""
    return await Desk.open(db)


async def paid(desk: Desk, amount: str = "400") -> Order:
    """An order on whose account there is this much."""
    order = await payable(desk)
    await desk.do(RecordPayment(order=order.code, amount_eur=EUR(amount), reference="P-1"), CRM_FEED)
    return await desk.see(order)


def refund(order: Order, amount: str) -> ProposeRefund:
    return ProposeRefund(order=order.code, amount_eur=EUR(amount), reason="Велосипед оказался не тем")


def scratch(order: Order, amount: str, kind: str = "scratch") -> ProposeCompensation:
    return ProposeCompensation(order=order.code, kind=kind, amount_eur=EUR(amount), reason="Скол на раме")


def discount(order: Order, amount: str) -> ProposeDiscount:
    return ProposeDiscount(order=order.code, amount_eur=EUR(amount), reason="Клиент ждал две недели")


def compliance(order: Order) -> RefuseOnLegalGrounds:
    return RefuseOnLegalGrounds(order=order.code, reason="Продавец в санкционном списке ЕС")


def rule(**changes: object) -> ProposePolicyChange:
    usual: dict[str, object] = {
        "file": "approvals",
        "key": "expires_after",
        "value": "6h",
        "reason": "Каждый третий запрос истекает без решения",
        "effective_from": TODAY + timedelta(days=7),
    }
    return ProposePolicyChange.model_validate(usual | changes)


async def refused(desk: Desk, command: Command, by: Actor) -> DeskError:
    with pytest.raises(DeskError) as error:
        await desk.gate.perform(command, by)
    return error.value


async def decided(desk: Desk) -> list[Mapping[str, object]]:
    return [dict(row) for row in await desk.rows("SELECT * FROM money_decisions ORDER BY id")]


# ── who may ask ──────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_nobody_moves_money_alone_whoever_asks(desk: Desk) -> None:
    order = await paid(desk)
    for asker in (CFO, Actor.agent("ai-cfo", person_id=desk.head.id), desk.owner.actor, desk.by(order)):
        for command in (refund(order, "100"), scratch(order, "20"), discount(order, "50")):
            waiting = await desk.gate.perform(command, asker)
            assert isinstance(waiting, Waiting)
            assert waiting.voters == {Role.HEAD, Role.OWNER}
    assert await decided(desk) == []
    assert (await desk.see(order)).paid_eur == EUR(400)


async def test_a_role_that_does_not_hold_the_tool_and_a_stranger_to_the_order_are_refused(desk: Desk) -> None:
    order = await paid(desk)
    (other,) = [member for member in desk.managers if member.id != order.owner_id][:1]
    for asker in (GRC, other.actor, desk.viewer.actor, CRM_FEED, Actor.agent("ai-cfo", person_id=other.id)):
        assert isinstance(await refused(desk, refund(order, "100"), asker), ForbiddenError)
    assert isinstance(await refused(desk, compliance(order), desk.by(order)), ForbiddenError)
    assert isinstance(await refused(desk, rule(), desk.by(order)), ForbiddenError)


# ── refund, compensation, discount ───────────────────────────────────────────────────────────────────────────────────
async def test_an_approved_refund_is_recorded_once_and_becomes_a_task_of_the_head(desk: Desk) -> None:
    order = await paid(desk)
    waiting = await desk.ask(refund(order, "250"), CFO)
    assert waiting.quorum == 1
    assert (await desk.vote(waiting.approval_id, desk.owner)).status == "done"
    with pytest.raises(ConflictError):
        await desk.vote(waiting.approval_id, desk.head)
    (row,) = await decided(desk)
    assert (row["kind"], row["amount_eur"], row["order_id"]) == ("refund", EUR(250), order.id)
    assert (row["approval_id"], row["approved_by"]) == (waiting.approval_id, [desk.owner.id])
    journaled = await last(desk, "propose_refund")
    assert (journaled["uid"], journaled["outcome"], journaled["actor"]) == (row["decision"], "done", "ai-cfo")
    (task,) = await desk.rows("SELECT * FROM tasks WHERE id = :id", id=row["task_id"])
    assert (task["owner_id"], task["key"], task["state"]) == (desk.head.id, "money_refund", "open")
    (told,) = await desk.messages(desk.head, kind="task")
    assert (told["params"]["errand"], told["params"]["order"]) == ("money_refund", order.code)
    card = await shown(desk, told["id"])
    assert "вернуть клиенту 250" in card
    assert order.code in card
    await desk.do(CompleteTask(task_id=task["id"]), desk.head.actor)
    assert (await desk.see(order)).paid_eur == EUR(400)


async def test_a_rejected_refund_leaves_nothing_behind(desk: Desk) -> None:
    order = await paid(desk)
    waiting = await desk.ask(refund(order, "250"), CFO)
    await desk.vote(waiting.approval_id, desk.head, Ballot.REJECT, reason="Сначала фото")
    assert await decided(desk) == []


async def test_no_more_is_given_back_than_was_paid_and_the_bounds_are_named(desk: Desk) -> None:
    order = await paid(desk, "400")
    error = await refused(desk, refund(order, "400.01"), CFO)
    assert (error.params["field"], error.allowed) == ("amount_eur", ("0.01..400.00",))
    await desk.approve((await desk.ask(refund(order, "300"), CFO)).approval_id)
    error = await refused(desk, refund(order, "100.01"), CFO)
    assert error.allowed == ("0.01..100.00",)
    await desk.approve((await desk.ask(scratch(order, "50"), CFO)).approval_id)
    await desk.approve((await desk.ask(refund(order, "50"), CFO)).approval_id)
    assert isinstance(await refused(desk, refund(order, "0.01"), CFO), ConflictError)
    assert isinstance(await refused(desk, scratch(order, "20"), CFO), ConflictError)


async def test_small_amounts_one_after_another_need_two_people_once_they_are_large(desk: Desk) -> None:
    order = await paid(desk, "1200")
    first, second = await desk.ask(refund(order, "400"), CFO), await desk.ask(refund(order, "401"), CFO)
    assert (first.quorum, second.quorum) == (1, 1)
    await desk.vote(first.approval_id, desk.head)
    outgrown = await desk.vote(second.approval_id, desk.head)
    assert (outgrown.status, outgrown.outcome["error"]) == ("failed", "conflict")
    assert (await desk.ask(refund(order, "400"), CFO)).quorum == 2
    assert [row["amount_eur"] for row in await decided(desk)] == [EUR(400)]


async def test_a_compensation_stays_within_the_range_of_its_kind(desk: Desk) -> None:
    order = await paid(desk, "400")
    for amount in ("19.99", "50.01"):
        assert (await refused(desk, scratch(order, amount), CFO)).allowed == ("20.00..50.00",)
    assert "scratch" in (await refused(desk, scratch(order, "30", "bad_mood"), CFO)).allowed
    whole = await refused(desk, scratch(order, "399", "loss"), CFO)
    assert whole.allowed == ("400.00..400.00",)
    await desk.approve((await desk.ask(scratch(order, "400", "loss"), CFO)).approval_id)
    (row,) = await decided(desk)
    assert (row["kind"], row["ground"], row["amount_eur"]) == ("compensation", "loss", EUR(400))


async def test_nothing_is_given_back_where_nothing_was_paid(desk: Desk) -> None:
    order = await payable(desk)
    for command in (refund(order, "1"), scratch(order, "20")):
        error = await refused(desk, command, CFO)
        assert error.params["state"] == "nothing-paid"


async def test_a_refund_outlives_its_order(desk: Desk) -> None:
    order = await paid(desk)
    cancel = CancelOrder(order=order.code, reason_code=CancelReason.CLIENT_CHANGED_MIND)
    await desk.approve((await desk.ask(cancel, desk.by(order))).approval_id)
    await desk.approve((await desk.ask(refund(order, "400"), CFO)).approval_id)
    assert await desk.value("SELECT count(*) FROM tasks WHERE key = 'money_refund' AND state = 'open'") == 1
    async with desk.db.reading() as tx:
        assert await broken(tx) == {}


async def test_a_discount_is_at_most_the_service_fee_and_lowers_what_is_owed(desk: Desk) -> None:
    order = await payable(desk)
    assert (await refused(desk, discount(order, "300.01"), CFO)).allowed == ("0.01..300.00",)
    await desk.approve((await desk.ask(discount(order, "200"), CFO)).approval_id)
    assert (await refused(desk, discount(order, "100.01"), CFO)).allowed == ("0.01..100.00",)
    rest = desk.total(order) - 200
    await desk.do(RecordPayment(order=order.code, amount_eur=rest, reference="P-9"), CRM_FEED)
    assert [approval.action for approval in await desk.pending()] == ["advance_order"]


async def test_a_discount_comes_too_late_once_the_payment_is_confirmed(desk: Desk) -> None:
    order = await desk.to_status(await desk.order(), Status.READY_FOR_SHIPMENT)
    assert isinstance(await refused(desk, discount(order, "10"), CFO), ConflictError)


# ── the confirmation of a payment ────────────────────────────────────────────────────────────────────────────────────
def confirm(order: Order, amount: Decimal, reference: str = "P-7") -> ConfirmPayment:
    return ConfirmPayment(order=order.code, amount_eur=amount, reference=reference)


async def test_the_payment_that_completes_the_sum_moves_the_order_by_two_votes(desk: Desk) -> None:
    order = await payable(desk)
    waiting = await desk.ask(confirm(order, desk.total(order)), Actor.agent("ai-rop"))
    assert waiting.quorum == 2
    assert (await desk.see(order)).paid_eur == 0
    await desk.approve(waiting.approval_id)
    moved = await desk.see(order)
    assert (moved.status, moved.paid_eur) == (Status.READY_FOR_SHIPMENT, desk.total(order))
    assert moved.payment_confirmed_at == desk.now


async def test_a_part_payment_is_counted_and_moves_nothing(desk: Desk) -> None:
    order = await payable(desk)
    await desk.approve((await desk.ask(confirm(order, EUR(100)), CFO)).approval_id)
    assert ((await desk.see(order)).status, (await desk.see(order)).paid_eur) == (Status.AWAITING_PAYMENT, EUR(100))
    (row,) = await desk.rows("SELECT * FROM order_payments WHERE order_id = :id", id=order.id)
    assert (row["reference"], row["amount_eur"]) == ("P-7", EUR(100))


async def test_a_reported_payment_is_confirmed_as_reported_and_counts_once(desk: Desk) -> None:
    order = await payable(desk)
    total = desk.total(order)
    await desk.do(RecordPayment(order=order.code, amount_eur=total, reference="P-7"), CRM_FEED)
    (asked,) = await desk.pending()
    assert (await refused(desk, confirm(order, total - 1), CFO)).allowed == (str(total),)
    await desk.approve((await desk.ask(confirm(order, total), CFO)).approval_id)
    moved = await desk.see(order)
    assert (moved.status, moved.paid_eur) == (Status.READY_FOR_SHIPMENT, total)
    assert (await desk.approval(asked.id)).status == "superseded"
    assert isinstance(await refused(desk, confirm(order, total), CFO), ConflictError)


async def test_more_than_is_owed_is_not_confirmed(desk: Desk) -> None:
    order = await payable(desk)
    error = await refused(desk, confirm(order, desk.total(order) + 1), CFO)
    assert error.allowed == (f"0.01..{desk.total(order)}",)


# ── law ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_refusal_on_legal_grounds_is_the_owners_and_cancels_the_order(desk: Desk) -> None:
    order = await desk.to_status(await desk.order(), Status.UNDER_INSPECTION)
    waiting = await desk.ask(compliance(order), GRC)
    assert waiting.voters == {Role.OWNER}
    with pytest.raises(ForbiddenError):
        await desk.vote(waiting.approval_id, desk.head)
    assert (await desk.vote(waiting.approval_id, desk.owner)).status == "done"
    ended = await desk.see(order)
    assert (ended.status, ended.cancel_reason) == (Status.CANCELLED, CancelReason.COMPLIANCE_BLOCK)
    assert ended.compliance is Compliance.BLOCKED


async def test_a_paid_deal_refused_on_legal_grounds_takes_the_owner_and_one_more(desk: Desk) -> None:
    order = await paid(desk, "1000")
    waiting = await desk.ask(compliance(order), GRC)
    assert (waiting.voters, waiting.quorum) == ({Role.HEAD, Role.OWNER}, 2)
    await desk.approve(waiting.approval_id)
    assert (await desk.see(order)).status is Status.CANCELLED


async def test_a_delivered_order_is_not_refused_any_more_and_the_legal_moves_are_named(desk: Desk) -> None:
    order = await desk.to_status(await desk.order(), Status.DELIVERED)
    error = await refused(desk, compliance(order), GRC)
    assert isinstance(error, TransitionRefusedError)
    assert error.allowed == (Status.CLOSED,)


# ── the rules ────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_an_approved_change_of_the_rules_is_recorded_from_its_day_on(desk: Desk) -> None:
    waiting = await desk.ask(rule(), CFO)
    assert waiting.voters == {Role.HEAD, Role.OWNER}
    asked = await desk.approval(waiting.approval_id)
    assert (asked.evidence["is"], asked.evidence["shall_be"]) == ("4h", "6h")
    await desk.approve(waiting.approval_id)
    (row,) = await desk.rows("SELECT * FROM policy_changes")
    assert (row["file"], row["key"], row["old_value"], row["new_value"]) == ("approvals", "expires_after", "4h", "6h")
    assert (row["effective_from"], row["policy_version"]) == (TODAY + timedelta(days=7), desk.policy.version)
    again = await desk.ask(rule(), CFO)
    assert again.approval_id != waiting.approval_id


async def test_voters_see_what_else_would_have_to_change(desk: Desk) -> None:
    asked = await desk.approval((await desk.ask(rule(), CFO)).approval_id)
    assert "expires_after" in asked.evidence["contradicts"]
    alone = rule(file="money", key="compensations.scratch.maximum_eur", value="60")
    asked = await desk.approval((await desk.ask(alone, CFO)).approval_id)
    assert (asked.evidence["is"], asked.evidence["shall_be"], asked.evidence["contradicts"]) == ("50", "60", None)


@pytest.mark.parametrize(
    ("changes", "field", "allowed"),
    [
        ({"file": "secrets"}, "file", "approvals"),
        ({"key": "expires"}, "key", "expires_after"),
        ({"file": "money", "key": "compensations.scratch.price"}, "key", "compensations.scratch.maximum_eur"),
        ({"file": "money", "key": "service_fees.99"}, "key", "service_fees.0..5"),
        ({"key": "expires_after.hours"}, "key", "expires_after"),
        ({"value": "soon"}, "value", "2h"),
        ({"value": "4h"}, "value", "another value than the present one"),
        ({"file": "money", "key": "price_window.maximum_eur", "value": "100"}, "value", None),
        ({"file": "money", "key": "price_window.maximum_eur", "value": "NaN"}, "value", None),
        ({"effective_from": TODAY - timedelta(days=1)}, "effective_from", None),
        ({"effective_from": TODAY + timedelta(days=367)}, "effective_from", None),
    ],
)
async def test_a_change_that_could_not_be_put_in_force_is_refused_at_once(
    desk: Desk, changes: dict[str, object], field: str, allowed: str | None
) -> None:
    error = await refused(desk, rule(**changes), CFO)
    assert isinstance(error, InvalidInputError)
    assert (error.params["field"], error.allowed != ()) == (field, True), error
    assert allowed is None or allowed in error.allowed


async def test_the_running_rules_stay_as_they_were_loaded(desk: Desk) -> None:
    before = standing(desk.policy, "approvals", "expires_after")
    await desk.approve((await desk.ask(rule(), CFO)).approval_id)
    assert standing(desk.gate.policy, "approvals", "expires_after") == before
