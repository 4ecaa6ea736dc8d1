"""The next step: what it is in each situation, and that no open order is ever without one."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.checklist import Answer, PointAnswer
from domain.lifecycle import OrderFacts, rule_transition
from domain.next_step import StepKey, next_step
from domain.orders import OPEN_STATUSES, TERMINAL, ClientDecision, Compliance, Order, Status, Verdict
from tests.unit.builders import FULL_CHECK, FULL_FACTS, NOON, ORDER, POLICY, READY

S, K = Status, StepKey
INSPECTED = replace(ORDER, status=S.UNDER_INSPECTION)
ASKED = replace(ORDER, status=S.AWAITING_PAYMENT)
CONFIRMED = replace(ASKED, client_decision=ClientDecision.CONFIRMED)
CLEARED = replace(CONFIRMED, compliance=Compliance.CLEAR)
PAID = replace(ORDER, status=S.READY_FOR_SHIPMENT)
SHIPPED = replace(ORDER, status=S.IN_TRANSIT, carrier="EMS", tracking_number="RU1")
DELIVERED = replace(ORDER, status=S.DELIVERED)
NO_FACTS = OrderFacts()
HALF = replace(FULL_FACTS, answers={n: answer for n, answer in FULL_CHECK.items() if n <= 14})
NO_PHOTOS = replace(FULL_FACTS, answers={n: replace(answer, photos=()) for n, answer in FULL_CHECK.items()})
FAILED = replace(FULL_FACTS, answers={**FULL_CHECK, 24: replace(FULL_CHECK[24], answer=PointAnswer.PROBLEM)})
NO_VERDICT = replace(FULL_FACTS, answers={**FULL_CHECK, 28: replace(FULL_CHECK[28], verdict=None)})

CASES = [
    (ORDER, NO_FACTS, K.ACCEPT_ORDER),
    (replace(ORDER, owner_id=None), NO_FACTS, K.AWAIT_OWNER),
    (INSPECTED, NO_FACTS, K.CONTACT_SELLER),
    (INSPECTED, OrderFacts(contacted=True), K.FILL_CHECKLIST),
    (INSPECTED, HALF, K.FILL_CHECKLIST),
    (INSPECTED, NO_PHOTOS, K.ATTACH_PHOTOS),
    (INSPECTED, NO_VERDICT, K.SET_VERDICT),
    (INSPECTED, replace(FULL_FACTS, has_note=False), K.WRITE_NOTE),
    (INSPECTED, FAILED, K.DECIDE_DISPUTE),
    (INSPECTED, replace(FAILED, approval_pending=True), K.AWAIT_APPROVAL),
    (INSPECTED, FULL_FACTS, K.SEND_REPORT),
    (ASKED, NO_FACTS, K.ASK_CLIENT_DECISION),
    (replace(ASKED, client_decision=ClientDecision.THINKING), NO_FACTS, K.FOLLOW_UP_CLIENT),
    (replace(ASKED, client_decision=ClientDecision.DECLINED), NO_FACTS, K.CANCEL_DECLINED),
    (replace(ASKED, compliance=Compliance.BLOCKED), NO_FACTS, K.RESOLVE_COMPLIANCE),
    (CONFIRMED, NO_FACTS, K.CLEAR_COMPLIANCE),
    (CLEARED, NO_FACTS, K.AWAIT_PAYMENT),
    (CLEARED, OrderFacts(paid=Decimal(100)), K.CONFIRM_PAYMENT),
    (replace(CLEARED, paid_eur=Decimal(100)), NO_FACTS, K.CONFIRM_PAYMENT),
    (PAID, NO_FACTS, K.ARRANGE_DISPATCH),
    (replace(PAID, carrier="EMS"), NO_FACTS, K.SET_DISPATCH_DATE),
    (replace(PAID, carrier="EMS", dispatch_date=NOON.date()), NO_FACTS, K.ENTER_TRACKING),
    (replace(ORDER, **(READY | {"status": S.READY_FOR_SHIPMENT})), NO_FACTS, K.MOVE_TO_TRANSIT),
    (SHIPPED, NO_FACTS, K.WATCH_DELIVERY),
    (SHIPPED, OrderFacts(arrival_due=True), K.CONFIRM_DELIVERY),
    (replace(SHIPPED, delivery_confirmed_at=NOON), NO_FACTS, K.MOVE_TO_DELIVERED),
    (DELIVERED, OrderFacts(claim_open=True), K.RESOLVE_CLAIM),
    (DELIVERED, NO_FACTS, K.CLOSE_ORDER),
]


@pytest.mark.parametrize(("order", "facts", "key"), CASES, ids=[f"{case[0].status}-{case[2]}" for case in CASES])
def test_the_next_step_fits_the_situation(order: Order, facts: OrderFacts, key: StepKey) -> None:
    step = next_step(order, facts, 0, POLICY)
    assert step is not None
    assert step.key == key


def test_every_step_of_the_vocabulary_occurs() -> None:
    assert {key for _, _, key in CASES} | {K.RESOLVE_BLOCKER} == set(StepKey)


@pytest.mark.parametrize("status", OPEN_STATUSES)
def test_a_blocker_is_resolved_before_anything_else(status: Status) -> None:
    step = next_step(replace(ORDER, status=status), FULL_FACTS, 2, POLICY)
    assert step is not None
    assert (step.key, step.params) == ("resolve_blocker", {"count": "2"})


def test_the_step_names_the_points_that_remain() -> None:
    answers = {**FULL_CHECK, 14: Answer(point=14, answer=PointAnswer.NA)}
    step = next_step(INSPECTED, replace(FULL_FACTS, answers=answers), 0, POLICY)
    assert step is not None
    assert (step.key, step.params) == ("fill_checklist", {"remaining": "1", "total": "28", "points": "14"})


@pytest.mark.parametrize("status", sorted(TERMINAL))
def test_a_finished_order_has_no_next_step(status: Status) -> None:
    assert next_step(replace(ORDER, status=status), FULL_FACTS, 1, POLICY) is None


orders = st.builds(
    replace,
    st.just(ORDER),
    status=st.sampled_from(OPEN_STATUSES),
    owner_id=st.none() | st.just(7),
    is_hardtail=st.booleans(),
    verdict=st.none() | st.sampled_from(Verdict),
    client_decision=st.none() | st.sampled_from(ClientDecision),
    compliance=st.sampled_from(Compliance),
    paid_eur=st.sampled_from([Decimal(0), Decimal(5)]),
    carrier=st.sampled_from([None, "", "EMS"]),
    tracking_number=st.sampled_from([None, "", "RU1"]),
    dispatch_date=st.none() | st.just(NOON.date()),
    delivery_confirmed_at=st.none() | st.just(NOON),
    claim_open=st.booleans(),
)
answers = st.sets(st.integers(1, 28)).map(lambda numbers: {number: FULL_CHECK[number] for number in numbers})
facts = st.builds(
    OrderFacts,
    answers=answers,
    has_note=st.booleans(),
    contacted=st.booleans(),
    approval_pending=st.booleans(),
    arrival_due=st.booleans(),
)


@given(orders, facts, st.integers(0, 3))
def test_no_open_order_is_ever_without_a_next_step(order: Order, said: OrderFacts, blockers: int) -> None:
    step = next_step(order, said, blockers, POLICY)
    assert step is not None
    assert step.key in set(StepKey)


FORWARD = {
    K.ACCEPT_ORDER: S.UNDER_INSPECTION,
    K.SEND_REPORT: S.AWAITING_PAYMENT,
    K.DECIDE_DISPUTE: S.AWAITING_PAYMENT,
    K.CONFIRM_PAYMENT: S.READY_FOR_SHIPMENT,
    K.MOVE_TO_TRANSIT: S.IN_TRANSIT,
    K.MOVE_TO_DELIVERED: S.DELIVERED,
    K.CLOSE_ORDER: S.CLOSED,
}


@given(orders, facts)
def test_a_step_that_moves_the_order_forward_is_named_only_when_nothing_lacks(order: Order, said: OrderFacts) -> None:
    step = next_step(order, said, 0, POLICY)
    assert step is not None
    if step.key in FORWARD:
        assert rule_transition(order, FORWARD[StepKey(step.key)], said, POLICY).missing == ()
