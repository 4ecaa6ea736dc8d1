"""The transition table: every pair of statuses, the evidence of every move, what a move touches."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.checklist import Answer, PointAnswer
from domain.errors import TransitionRefusedError
from domain.lifecycle import (
    OrderFacts,
    PriceRuling,
    TransitionKind,
    legal_targets,
    price_ruling,
    rule_transition,
)
from domain.orders import CancelReason, ClientDecision, Compliance, Order, Status, Verdict
from domain.policy import Risk
from tests.unit.builders import FULL_CHECK, FULL_FACTS, NOON, ORDER, POLICY, READY

S, K = Status, TransitionKind

# docs/DOMAIN.md 2, copied by hand: the policy file must say the same. Kinds of an unpaid order with a clean check.
TABLE = {
    (S.PENDING_MANAGER, S.UNDER_INSPECTION): {K.NORMAL},
    (S.PENDING_MANAGER, S.CANCELLED): {K.NORMAL},
    (S.UNDER_INSPECTION, S.AWAITING_PAYMENT): {K.NORMAL},
    (S.UNDER_INSPECTION, S.CANCELLED): {K.NORMAL},
    (S.AWAITING_PAYMENT, S.READY_FOR_SHIPMENT): {K.MONEY},
    (S.AWAITING_PAYMENT, S.UNDER_INSPECTION): {K.REWORK},
    (S.AWAITING_PAYMENT, S.CANCELLED): {K.NORMAL},
    (S.READY_FOR_SHIPMENT, S.IN_TRANSIT): {K.NORMAL},
    (S.READY_FOR_SHIPMENT, S.CANCELLED): {K.MONEY},
    (S.IN_TRANSIT, S.DELIVERED): {K.NORMAL},
    (S.IN_TRANSIT, S.READY_FOR_SHIPMENT): {K.DISPUTED},
    (S.IN_TRANSIT, S.CANCELLED): {K.MONEY, K.LEGAL},
    (S.DELIVERED, S.CLOSED): {K.NORMAL},
}


def at(status: Status) -> Order:
    """The order in a status, with every piece of evidence it can carry."""
    return replace(ORDER, status=status, **READY)


@pytest.mark.parametrize("target", Status)
@pytest.mark.parametrize("source", Status)
def test_every_pair_of_statuses_is_legal_or_refused_as_the_domain_says(source: Status, target: Status) -> None:
    if (source, target) in TABLE:
        ruling = rule_transition(at(source), target, FULL_FACTS, POLICY)
        assert (ruling.kinds, ruling.missing) == (TABLE[source, target], ())
        return
    with pytest.raises(TransitionRefusedError) as refused:
        rule_transition(at(source), target, FULL_FACTS, POLICY)
    assert set(refused.value.allowed) == {to for here, to in TABLE if here is source}
    assert refused.value.params == {"order": "BW-1", "source": source, "target": target}


@pytest.mark.parametrize("status", Status)
def test_legal_targets_are_those_of_the_table(status: Status) -> None:
    assert set(legal_targets(at(status), POLICY)) == {to for here, to in TABLE if here is status}


@pytest.mark.parametrize(
    ("source", "target", "missing"),
    [
        (S.UNDER_INSPECTION, S.AWAITING_PAYMENT, [f"checklist:{n}" for n in range(1, 29)]
            + [f"photo:{n}" for n in (5, 6, 7, 8, 9, 10, 28)] + ["verdict", "note"]),
        (S.AWAITING_PAYMENT, S.READY_FOR_SHIPMENT, ["client_decision", "compliance"]),
        (S.AWAITING_PAYMENT, S.UNDER_INSPECTION, ["reason"]),
        (S.READY_FOR_SHIPMENT, S.IN_TRANSIT, ["carrier", "tracking_number", "dispatch_date"]),
        (S.IN_TRANSIT, S.DELIVERED, ["delivery_confirmation"]),
        (S.IN_TRANSIT, S.READY_FOR_SHIPMENT, []),
        (S.PENDING_MANAGER, S.CANCELLED, ["cancel_reason"]),
        (S.UNDER_INSPECTION, S.CANCELLED, ["cancel_reason"]),
        (S.AWAITING_PAYMENT, S.CANCELLED, ["cancel_reason"]),
        (S.READY_FOR_SHIPMENT, S.CANCELLED, ["cancel_reason"]),
        (S.IN_TRANSIT, S.CANCELLED, ["cancel_reason"]),
        (S.DELIVERED, S.CLOSED, []),
    ],
)  # fmt: skip
def test_a_move_without_evidence_says_exactly_what_lacks(source: Status, target: Status, missing: list[str]) -> None:
    bare = replace(ORDER, status=source)
    assert list(rule_transition(bare, target, OrderFacts(), POLICY).missing) == missing


def test_an_order_without_owner_cannot_be_accepted() -> None:
    ownerless = replace(ORDER, owner_id=None)
    assert rule_transition(ownerless, S.UNDER_INSPECTION, FULL_FACTS, POLICY).missing == ("owner",)


@pytest.mark.parametrize("point", range(1, 29))
def test_each_point_left_out_of_the_check_holds_the_move_back(point: int) -> None:
    answers = {number: answer for number, answer in FULL_CHECK.items() if number != point}
    ruling = rule_transition(at(S.UNDER_INSPECTION), S.AWAITING_PAYMENT, replace(FULL_FACTS, answers=answers), POLICY)
    assert f"checklist:{point}" in ruling.missing


@pytest.mark.parametrize("point", [5, 6, 7, 8, 9, 10, 28])
def test_each_required_photo_holds_the_move_back(point: int) -> None:
    answers = {**FULL_CHECK, point: replace(FULL_CHECK[point], photos=())}
    ruling = rule_transition(at(S.UNDER_INSPECTION), S.AWAITING_PAYMENT, replace(FULL_FACTS, answers=answers), POLICY)
    assert ruling.missing == (f"photo:{point}",)


def test_a_hardtail_needs_neither_shock_nor_its_photo() -> None:
    hardtail = replace(at(S.UNDER_INSPECTION), is_hardtail=True)
    answers = {**FULL_CHECK, 8: Answer(point=8, answer=PointAnswer.NA)}
    assert not rule_transition(hardtail, S.AWAITING_PAYMENT, replace(FULL_FACTS, answers=answers), POLICY).missing


@pytest.mark.parametrize("point", [5, 6, 7, 24])
def test_a_problem_at_a_critical_point_makes_the_move_disputed(point: int) -> None:
    failed = replace(FULL_CHECK[point], answer=PointAnswer.PROBLEM, comment="скол")
    facts = replace(FULL_FACTS, answers={**FULL_CHECK, point: failed})
    ruling = rule_transition(at(S.UNDER_INSPECTION), S.AWAITING_PAYMENT, facts, POLICY)
    assert (ruling.kinds, ruling.missing, ruling.risks) == ({K.DISPUTED}, (), {Risk.DISPUTED})


def test_a_problem_at_a_plain_point_leaves_the_move_normal() -> None:
    failed = replace(FULL_CHECK[12], answer=PointAnswer.PROBLEM, comment="лысая")
    facts = replace(FULL_FACTS, answers={**FULL_CHECK, 12: failed})
    assert rule_transition(at(S.UNDER_INSPECTION), S.AWAITING_PAYMENT, facts, POLICY).kinds == {K.NORMAL}


def test_a_yellow_verdict_passes_and_a_red_one_is_disputed_but_not_missing() -> None:
    yellow = {**FULL_CHECK, 28: replace(FULL_CHECK[28], verdict=Verdict.YELLOW)}
    red = {**FULL_CHECK, 28: replace(FULL_CHECK[28], verdict=Verdict.RED, answer=PointAnswer.PROBLEM, comment="рама")}
    order = at(S.UNDER_INSPECTION)
    passed = rule_transition(order, S.AWAITING_PAYMENT, replace(FULL_FACTS, answers=yellow), POLICY)
    held = rule_transition(order, S.AWAITING_PAYMENT, replace(FULL_FACTS, answers=red), POLICY)
    assert (passed.kinds, passed.missing) == ({K.NORMAL}, ())
    assert (held.kinds, held.missing) == ({K.DISPUTED}, ())


def test_a_verdict_the_order_already_carries_counts_without_answers() -> None:
    order = replace(at(S.UNDER_INSPECTION), verdict=Verdict.RED)
    ruling = rule_transition(order, S.AWAITING_PAYMENT, OrderFacts(), POLICY)
    assert ruling.kinds == {K.DISPUTED}
    assert "verdict" not in ruling.missing


@pytest.mark.parametrize("place", ["order", "facts"])
def test_cancelling_touches_money_once_anything_is_paid(place: str) -> None:
    order = replace(at(S.AWAITING_PAYMENT), paid_eur=Decimal(1 if place == "order" else 0))
    facts = replace(FULL_FACTS, paid=Decimal(1 if place == "facts" else 0))
    ruling = rule_transition(order, S.CANCELLED, facts, POLICY)
    assert (ruling.kinds, ruling.risks) == ({K.MONEY}, {Risk.MONEY})


def test_a_lost_bike_touches_money_and_law() -> None:
    ruling = rule_transition(at(S.IN_TRANSIT), S.CANCELLED, FULL_FACTS, POLICY)
    assert ruling.risks == {Risk.MONEY, Risk.LEGAL}


def test_normal_and_rework_moves_carry_no_risk() -> None:
    assert not rule_transition(ORDER, S.UNDER_INSPECTION, FULL_FACTS, POLICY).risks
    assert not rule_transition(at(S.AWAITING_PAYMENT), S.UNDER_INSPECTION, FULL_FACTS, POLICY).risks


@pytest.mark.parametrize("decision", [None, ClientDecision.DECLINED, ClientDecision.THINKING])
def test_only_a_confirmed_decision_lets_the_order_be_paid(decision: ClientDecision | None) -> None:
    order = replace(at(S.AWAITING_PAYMENT), client_decision=decision)
    assert rule_transition(order, S.READY_FOR_SHIPMENT, FULL_FACTS, POLICY).missing == ("client_decision",)


@pytest.mark.parametrize("compliance", [Compliance.UNKNOWN, Compliance.BLOCKED])
def test_only_clear_compliance_lets_the_order_be_paid(compliance: Compliance) -> None:
    order = replace(at(S.AWAITING_PAYMENT), compliance=compliance)
    assert rule_transition(order, S.READY_FOR_SHIPMENT, FULL_FACTS, POLICY).missing == ("compliance",)


@pytest.mark.parametrize("place", ["order", "facts"])
def test_an_open_claim_keeps_a_delivered_order_open(place: str) -> None:
    order = replace(at(S.DELIVERED), claim_open=place == "order")
    facts = replace(FULL_FACTS, claim_open=place == "facts")
    assert rule_transition(order, S.CLOSED, facts, POLICY).missing == ("claim_closed",)


def test_the_reason_other_needs_a_note_and_blanks_are_none() -> None:
    blank = replace(FULL_FACTS, cancel_reason=CancelReason.OTHER, cancel_note="  ")
    assert rule_transition(ORDER, S.CANCELLED, blank, POLICY).missing == ("cancel_note",)
    noted = replace(blank, cancel_note="переехал")
    assert rule_transition(ORDER, S.CANCELLED, noted, POLICY).missing == ()


@pytest.mark.parametrize("reason", [reason for reason in CancelReason if reason is not CancelReason.OTHER])
def test_every_other_reason_code_stands_alone(reason: CancelReason) -> None:
    assert rule_transition(ORDER, S.CANCELLED, OrderFacts(cancel_reason=reason), POLICY).missing == ()


def test_rework_needs_a_reason_that_is_not_blank() -> None:
    facts = replace(FULL_FACTS, reason=" \n")
    assert rule_transition(at(S.AWAITING_PAYMENT), S.UNDER_INSPECTION, facts, POLICY).missing == ("reason",)


@pytest.mark.parametrize(
    ("price", "ruling"),
    [
        ("499.99", PriceRuling.REFUSED_BELOW),
        ("500", PriceRuling.ACCEPTED),
        ("5000", PriceRuling.ACCEPTED),
        ("5000.01", PriceRuling.BLOCKED_ABOVE),
    ],
)
def test_the_price_window_is_inclusive_and_compliance_blocks_above_it(price: str, ruling: PriceRuling) -> None:
    assert price_ruling(Decimal(price), POLICY) is ruling


answers = st.builds(
    Answer,
    point=st.integers(1, 28),
    answer=st.sampled_from(PointAnswer),
    comment=st.text(max_size=3),
    photos=st.sampled_from([(), ("a.jpg",)]),
    verdict=st.none() | st.sampled_from(Verdict),
    flags=st.sampled_from([(), ("cracked_frame",), ("dead_battery",)]),
)
facts = st.builds(
    OrderFacts,
    answers=st.lists(answers, max_size=40).map(lambda given: {answer.point: answer for answer in given}),
    has_note=st.booleans(),
    paid=st.sampled_from([Decimal(0), Decimal(900)]),
    claim_open=st.booleans(),
    cancel_reason=st.none() | st.sampled_from(CancelReason),
    cancel_note=st.sampled_from(["", "да"]),
    reason=st.sampled_from(["", "да"]),
)
orders = st.builds(
    replace,
    st.just(ORDER),
    status=st.sampled_from(Status),
    owner_id=st.none() | st.just(7),
    is_ebike=st.booleans(),
    is_hardtail=st.booleans(),
    verdict=st.none() | st.sampled_from(Verdict),
    client_decision=st.none() | st.sampled_from(ClientDecision),
    compliance=st.sampled_from(Compliance),
    paid_eur=st.sampled_from([Decimal(0), Decimal(900)]),
    carrier=st.none() | st.just("EMS"),
    tracking_number=st.none() | st.just("RU1"),
    delivery_confirmed_at=st.none() | st.just(NOON),
    claim_open=st.booleans(),
)


@given(orders, st.sampled_from(Status), facts)
def test_no_illegal_route_is_ever_accepted_whatever_the_evidence(
    order: Order, target: Status, said: OrderFacts
) -> None:
    if (order.status, target) in TABLE:
        assert rule_transition(order, target, said, POLICY).kinds
        return
    with pytest.raises(TransitionRefusedError):
        rule_transition(order, target, said, POLICY)


@given(orders, facts)
def test_a_doubtful_bike_never_reaches_the_client_without_a_dispute(order: Order, said: OrderFacts) -> None:
    inspected = replace(order, status=S.UNDER_INSPECTION)
    flagged = any(answer.flags and answer.answer is PointAnswer.PROBLEM for answer in said.answers.values())
    failed = any(
        said.answers[n].answer is PointAnswer.PROBLEM for n in (5, 6, 7, 24, 28) if n in said.answers
    )  # fmt: skip
    ruling = rule_transition(inspected, S.AWAITING_PAYMENT, said, POLICY)
    if flagged or failed:
        assert ruling.kinds == {K.DISPUTED}


@given(orders, facts)
def test_money_once_paid_leaves_only_through_the_money_approval(order: Order, said: OrderFacts) -> None:
    for source in (S.AWAITING_PAYMENT, S.READY_FOR_SHIPMENT, S.IN_TRANSIT):
        paid = replace(order, status=source, paid_eur=Decimal(900))
        assert Risk.MONEY in rule_transition(paid, S.CANCELLED, said, POLICY).risks


@pytest.mark.parametrize("status", [Status.PENDING_MANAGER, Status.UNDER_INSPECTION])
def test_a_paid_order_is_never_cancelled_without_the_money_approval_even_after_a_rework(status: Status) -> None:
    order = replace(ORDER, status=status, paid_eur=Decimal(100))
    facts = OrderFacts(cancel_reason=CancelReason.CLIENT_CHANGED_MIND)
    assert rule_transition(order, Status.CANCELLED, facts, POLICY).kinds == {TransitionKind.MONEY}
