"""Who may do what with an order: the table is the gate's own answer, and levers are a part of it."""

from dataclasses import replace
from decimal import Decimal

import pytest

from domain import money
from domain.lifecycle import targets
from domain.orders import DeliveryMethod, Status
from domain.people import Role
from domain.policy import Action, Risk, VerdictKind
from domain.rights import AtHand, Deed, Somebody, allowed, deeds, rights
from domain.viewers import Viewer, masked
from tests.unit.builders import FULL_FACTS, ORDER, POLICY

TOTAL = Decimal("2739.20")
NOTHING = AtHand()


def doable(status: Status, at_hand: AtHand = NOTHING, **changes: object) -> tuple[Deed, ...]:
    order = replace(ORDER, status=status, **changes)  # pyright: ignore[reportArgumentType] - names of its fields
    return deeds(order, targets(order, FULL_FACTS, POLICY), at_hand, client_total_eur=TOTAL)


@pytest.mark.parametrize("status", Status)
def test_every_legal_move_is_a_deed_once(status: Status) -> None:
    order = replace(ORDER, status=status)
    moves = [deed.to for deed in doable(status) if deed.to is not None]
    accepts = [Status.UNDER_INSPECTION for deed in doable(status) if deed.action is Action.ACCEPT_ORDER]
    assert sorted([*accepts, *moves]) == sorted(target.to for target in targets(order, FULL_FACTS, POLICY))


@pytest.mark.parametrize("status", [Status.CLOSED, Status.CANCELLED])
def test_nothing_is_steered_on_an_order_that_is_over(status: Status) -> None:
    assert {deed.action for deed in doable(status)} <= {Action.ADVANCE_ORDER, Action.CANCEL_ORDER}


def test_nothing_at_all_is_done_with_an_order_of_history() -> None:
    assert doable(Status.PENDING_MANAGER, source="history") == ()


def test_what_is_not_there_cannot_be_closed() -> None:
    there = AtHand(clocks=True, paused=True, violations=True, tasks=True, blockers=True)
    closing = {Action.COMPLETE_TASK, Action.CLOSE_BLOCKER, Action.RESOLVE, Action.SNOOZE, Action.RESUME_CLOCK}
    assert closing.isdisjoint(deed.action for deed in doable(Status.UNDER_INSPECTION))
    assert closing <= {deed.action for deed in doable(Status.UNDER_INSPECTION, there)}


def test_the_money_in_a_move_decides_how_many_people_agree() -> None:
    (paid,) = rights([deed for deed in doable(Status.AWAITING_PAYMENT) if deed.to is Status.READY_FOR_SHIPMENT], POLICY)
    assert paid.deed.risks == {Risk.MONEY}
    verdict = paid.verdicts[Somebody.MANAGER_OWN]
    assert (verdict.kind, verdict.voters, verdict.quorum) == (
        VerdictKind.NEEDS_APPROVAL,
        {Role.HEAD, Role.OWNER},
        2,
    )
    assert paid.verdicts[Somebody.MANAGER_OTHER].kind is VerdictKind.REFUSE
    assert paid.verdicts[Somebody.VIEWER].kind is VerdictKind.REFUSE


def test_a_viewer_may_do_nothing_and_a_stranger_to_the_order_nothing_either() -> None:
    for status in Status:
        for role in (Role.VIEWER, Role.MANAGER):
            assert allowed(doable(status), role, owns_order=False, policy=POLICY) == frozenset()


def test_a_client_is_known_whole_to_leaders_and_to_who_took_the_order_up() -> None:
    taken = replace(ORDER, status=Status.UNDER_INSPECTION)
    assert Viewer.person(1, Role.ADMIN).knows_client(ORDER)
    assert not Viewer.person(7, Role.MANAGER).knows_client(ORDER)
    assert Viewer.person(7, Role.MANAGER).knows_client(taken)
    assert not Viewer.person(8, Role.MANAGER).knows_client(taken)
    assert not Viewer.person(1, Role.VIEWER).knows_client(taken)


@pytest.mark.parametrize(("name", "shown"), [("Иван Петров", "Иван П."), ("Иван", "Иван"), ("", ""), (" ", "")])
def test_a_client_who_need_not_be_known_keeps_the_surname(name: str, shown: str) -> None:
    assert masked(name) == shown


@pytest.mark.parametrize("method", DeliveryMethod)
def test_what_is_ours_of_each_component_adds_up_to_the_planned_margin(method: DeliveryMethod) -> None:
    parts = money.components(Decimal(2000), method, POLICY)
    deal = money.quote(Decimal(2000), method, POLICY)
    assert sum(part.client for part in parts) == deal.client_total
    assert sum(part.ours for part in parts) == deal.planned_margin
