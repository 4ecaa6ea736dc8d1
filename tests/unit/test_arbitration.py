"""Who prevails between circles: by the order of priority, hold before proceed among equals (docs/DOMAIN.md 7)."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.arbitration import Position, Rule, Stance, disagree, rule, stance_of
from domain.errors import ConflictError
from domain.orders import Status
from domain.policy import Action
from tests.unit.builders import POLICY

CIRCLES = POLICY.circles
PARTIES = sorted(name for name in POLICY.roles.roles if name != CIRCLES.arbiter)
PROCEED, HOLD = Stance.PROCEED, Stance.HOLD


def stands(role: str, stance: Stance, number: int = 1) -> Position:
    circle = POLICY.roles.roles[role].circle
    return Position(id=number, role=role, circle=circle, stance=stance, reason="потому что")


def place(position: Position) -> int:
    found = CIRCLES.circles[position.circle].priority
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("one", "other", "winner", "by"),
    [
        (("ai-grc", HOLD), ("ai-rop", PROCEED), "ai-grc", Rule.ORDER_OF_PRIORITY),
        (("ai-quality", PROCEED), ("ai-rop", HOLD), "ai-quality", Rule.ORDER_OF_PRIORITY),
        (("ai-cfo", HOLD), ("ai-rop", PROCEED), "ai-cfo", Rule.ORDER_OF_PRIORITY),
        (("ai-cfo", PROCEED), ("ai-grc", HOLD), "ai-grc", Rule.ORDER_OF_PRIORITY),
        (("ai-rop", HOLD), ("ai-cro", PROCEED), "ai-rop", Rule.ORDER_OF_PRIORITY),
        (("ai-grc", PROCEED), ("ai-quality", HOLD), "ai-quality", Rule.STRICTER_OF_EQUALS),
        (("ai-rop", PROCEED), ("ai-sre", HOLD), "ai-sre", Rule.STRICTER_OF_EQUALS),
    ],
)
def test_the_circle_that_comes_first_prevails_and_hold_among_equals(
    one: tuple[str, Stance], other: tuple[str, Stance], winner: str, by: Rule
) -> None:
    positions = [stands(*one, number=1), stands(*other, number=2)]
    ruling = rule(positions, CIRCLES)
    (loser,) = ruling.losers
    assert (ruling.winner.role, ruling.rule) == (winner, by)
    assert {ruling.winner.role, loser.role} == {one[0], other[0]}
    assert ruling.losing_circles == (loser.circle,)
    assert rule(list(reversed(positions)), CIRCLES) == ruling


def test_whoever_agrees_with_the_winner_is_no_loser() -> None:
    ruling = rule([stands("ai-grc", HOLD, 1), stands("ai-rom", HOLD, 2), stands("ai-rop", PROCEED, 3)], CIRCLES)
    assert (ruling.winner.role, [each.role for each in ruling.losers]) == ("ai-grc", ["ai-rop"])


@pytest.mark.parametrize(
    "positions",
    [
        [],
        [stands("ai-grc", HOLD)],
        [stands("ai-grc", HOLD), stands("ai-rop", HOLD, 2)],
        [stands("ai-rop", HOLD), stands("ai-rom", PROCEED, 2)],
        [stands("ai-ceo", HOLD), stands("ai-rom", PROCEED, 2)],
    ],
)
def test_without_two_circles_on_different_sides_there_is_nothing_to_rule_on(positions: list[Position]) -> None:
    assert not disagree(positions, CIRCLES)
    with pytest.raises(ConflictError):
        rule(positions, CIRCLES)


@given(
    st.lists(st.tuples(st.sampled_from(PARTIES), st.sampled_from(Stance)), max_size=8, unique_by=lambda pair: pair[0]),
    st.randoms(use_true_random=False),
)
def test_nobody_of_a_lower_place_ever_prevails_and_the_order_of_speaking_changes_nothing(
    pairs: list[tuple[str, Stance]], random: Random
) -> None:
    positions = [stands(role, stance, number) for number, (role, stance) in enumerate(pairs)]
    if not disagree(positions, CIRCLES):
        return
    ruling = rule(positions, CIRCLES)
    best = min(map(place, positions))
    assert place(ruling.winner) == best
    assert {each.stance for each in ruling.losers} == set(Stance) - {ruling.winner.stance}
    sides = {each.stance for each in positions if place(each) == best}
    assert ruling.winner.stance is (HOLD if HOLD in sides else PROCEED)
    assert (ruling.rule is Rule.STRICTER_OF_EQUALS) == (len(sides) == 2)
    random.shuffle(positions)
    assert rule(positions, CIRCLES).winner == ruling.winner


@pytest.mark.parametrize(
    ("action", "at", "to", "stance"),
    [
        (Action.ADVANCE_ORDER, Status.UNDER_INSPECTION, Status.AWAITING_PAYMENT, PROCEED),
        (Action.ADVANCE_ORDER, Status.AWAITING_PAYMENT, Status.UNDER_INSPECTION, None),
        (Action.CONFIRM_PAYMENT, Status.AWAITING_PAYMENT, None, PROCEED),
        (Action.CANCEL_ORDER, Status.AWAITING_PAYMENT, None, HOLD),
        (Action.REFUSE_ON_LEGAL_GROUNDS, Status.PENDING_MANAGER, None, HOLD),
        (Action.PROPOSE_REFUND, Status.DELIVERED, None, None),
    ],
)
def test_a_proposal_is_a_position_where_it_takes_a_side(
    action: Action, at: Status, to: Status | None, stance: Stance | None
) -> None:
    assert stance_of(action, at=at, to=to) is stance
