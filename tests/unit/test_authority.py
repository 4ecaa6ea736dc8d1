"""The gate's rules: deny by default, nobody but those named, every risk through a human."""

from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.authority import NO_RULE, Action, GateVerdict, Risk, VerdictKind, is_approved, judge
from domain.people import LEADERS, ActorKind, Role
from tests.unit.builders import POLICY

A, R = Action, Role
ALLOW, NEEDS, REFUSE = VerdictKind.ALLOW, VerdictKind.NEEDS_APPROVAL, VerdictKind.REFUSE

MANAGER = {
    A.ACCEPT_ORDER, A.DECLINE_ORDER, A.ADVANCE_ORDER, A.CANCEL_ORDER, A.ANSWER_CHECKLIST, A.ADD_NOTE, A.RECORD_CONTACT,
    A.SUPPLEMENT_POINT,
    A.RECORD_CLIENT_DECISION, A.RECORD_PAYMENT, A.RECORD_DELIVERY, A.SET_LOGISTICS, A.OPEN_CLAIM, A.CREATE_TASK,
    A.COMPLETE_TASK, A.OPEN_BLOCKER, A.CLOSE_BLOCKER, A.ACKNOWLEDGE, A.RAISE_SIGNAL,
    A.SET_AVAILABILITY, A.DRAFT_FOLLOW_UP, A.TAKE_POSITION,
}  # fmt: skip
TIMER = {
    A.ASSIGN_ORDER, A.REASSIGN_ORDER, A.CREATE_TASK, A.COMPLETE_TASK, A.EXTEND_CLOCK, A.PAUSE_CLOCK, A.RESUME_CLOCK,
    A.REMIND, A.ESCALATE, A.RAISE_SIGNAL, A.RESOLVE_SIGNAL, A.SEND_DIGEST, A.EXPIRE_APPROVAL, A.AUDIT_ORDERS,
    A.RESEND_NOTIFICATION, A.WATCH_SIGNALS, A.SWEEP_CLOCKS, A.REPORT_CHANNEL,
    A.LINK_TELEGRAM,
}  # fmt: skip
FEED = {
    A.INTAKE_ORDER, A.ADVANCE_ORDER, A.CANCEL_ORDER, A.ANSWER_CHECKLIST, A.ADD_NOTE, A.RECORD_CONTACT,
    A.RECORD_CLIENT_DECISION, A.RECORD_PAYMENT, A.RECORD_DELIVERY, A.RECORD_COMPLIANCE, A.SET_LOGISTICS,
}  # fmt: skip
AGENT = {
    A.ASSIGN_ORDER, A.REASSIGN_ORDER, A.CREATE_TASK, A.REMIND, A.ESCALATE, A.SNOOZE, A.EXTEND_CLOCK, A.OPEN_BLOCKER,
    A.CLOSE_BLOCKER, A.RAISE_SIGNAL, A.SEND_DIGEST, A.ACKNOWLEDGE, A.RESOLVE, A.RESOLVE_SIGNAL,
    A.TAKE_POSITION, A.RULE_CONFLICT, A.REPRIORITISE, A.MAKE_PLAN, A.DRAFT_FOLLOW_UP,
}  # fmt: skip
OPERATOR = {A.ADD_PERSON, A.REPLAY_EVENT, A.RESEND_NOTIFICATION, A.IMPORT_HISTORY, A.SET_AI_MODE}
MONEY_ASKED = {A.CONFIRM_PAYMENT, A.PROPOSE_REFUND, A.PROPOSE_COMPENSATION, A.PROPOSE_DISCOUNT}
ASKED = {*MONEY_ASKED, A.REFUSE_ON_LEGAL_GROUNDS, A.PROPOSE_POLICY_CHANGE}
AGENT_PROPOSES = {
    *ASKED,
    A.ADVANCE_ORDER,
    A.CANCEL_ORDER,
    A.CLOSE_CLAIM,
    A.SET_CONSTRAINT,
    A.MASS_REASSIGN,
}
HEAD_ONLY = {A.ADD_PERSON, A.OVERRULE_RULING}
MACHINERY = {A.EXPIRE_APPROVAL, A.WATCH_SIGNALS, A.SWEEP_CLOCKS, A.RULE_CONFLICT, A.REPORT_CHANNEL, A.LINK_TELEGRAM}
LEADER = set(Action) - MACHINERY - HEAD_ONLY - ASKED


def ask(
    action: str,
    kind: ActorKind = ActorKind.PERSON,
    role: Role | None = None,
    *,
    own: bool = False,
    risks: frozenset[Risk] = frozenset(),
    amount: Decimal | None = None,
) -> GateVerdict:
    """Judge with the shipped policy."""
    return judge(action, kind, role, owns_order=own, risks=risks, amount_eur=amount, policy=POLICY)


def permitted(kind: ActorKind, role: Role | None, *, own: bool) -> set[Action]:
    """Every action that is allowed without further ado."""
    return {action for action in Action if ask(action, kind, role, own=own).kind is ALLOW}


@pytest.mark.parametrize("own", [True, False])
def test_leaders_run_everything_but_what_belongs_to_the_timer(own: bool) -> None:
    assert permitted(ActorKind.PERSON, R.ADMIN, own=own) == LEADER
    assert permitted(ActorKind.PERSON, R.HEAD, own=own) == LEADER | HEAD_ONLY
    assert permitted(ActorKind.PERSON, R.OWNER, own=own) == LEADER | HEAD_ONLY


def test_a_manager_acts_on_own_orders_only() -> None:
    assert permitted(ActorKind.PERSON, R.MANAGER, own=True) == MANAGER
    assert permitted(ActorKind.PERSON, R.MANAGER, own=False) == set()


@pytest.mark.parametrize("own", [True, False])
def test_a_viewer_and_a_person_without_role_may_do_nothing(own: bool) -> None:
    assert permitted(ActorKind.PERSON, R.VIEWER, own=own) == set()
    assert permitted(ActorKind.PERSON, None, own=own) == set()


@pytest.mark.parametrize("own", [True, False])
@pytest.mark.parametrize(
    ("kind", "actions"),
    [
        (ActorKind.TIMER, TIMER),
        (ActorKind.FEED, FEED),
        (ActorKind.AGENT, AGENT),
        (ActorKind.OPERATOR, OPERATOR),
    ],
)
def test_timer_feed_and_agents_do_exactly_what_is_listed(kind: ActorKind, actions: set[Action], own: bool) -> None:
    assert permitted(kind, None, own=own) == actions


@pytest.mark.parametrize("role", LEADERS)
@pytest.mark.parametrize("own", [True, False])
def test_money_law_and_rules_wait_for_somebody_else_even_when_the_owner_asks(role: Role, own: bool) -> None:
    waiting = {action for action in Action if ask(action, role=role, own=own).kind is NEEDS}
    assert waiting == ASKED


def test_a_manager_asks_for_money_on_own_orders_only() -> None:
    assert {action for action in Action if ask(action, role=R.MANAGER, own=True).kind is NEEDS} == MONEY_ASKED
    assert {action for action in Action if ask(action, role=R.MANAGER, own=False).kind is NEEDS} == set()


def test_the_timer_asks_people_to_confirm_a_payment() -> None:
    assert {action for action in Action if ask(action, ActorKind.TIMER).kind is NEEDS} == {A.ADVANCE_ORDER}


def test_an_agent_proposes_what_it_may_not_do() -> None:
    proposed = {action for action in Action if ask(action, ActorKind.AGENT).kind is NEEDS}
    assert proposed == AGENT_PROPOSES
    verdict = ask(A.CANCEL_ORDER, ActorKind.AGENT)
    assert (verdict.voters, verdict.quorum) == (frozenset(LEADERS), 1)


@pytest.mark.parametrize("role", Role)
def test_a_role_claimed_by_a_machine_opens_nothing(role: Role) -> None:
    for kind in (ActorKind.TIMER, ActorKind.FEED, ActorKind.AGENT):
        assert permitted(kind, role, own=True) == permitted(kind, None, own=True)


@given(st.text(), st.sampled_from(ActorKind), st.none() | st.sampled_from(Role), st.booleans())
def test_an_action_nobody_named_is_refused(action: str, kind: ActorKind, role: Role | None, own: bool) -> None:
    if action not in set(Action) and role is not Role.VIEWER:
        assert ask(action, kind, role, own=own) == GateVerdict(REFUSE, NO_RULE)


@given(
    st.sampled_from(Action),
    st.tuples(st.sampled_from(ActorKind), st.none() | st.sampled_from(Role), st.booleans()),
    st.sets(st.sampled_from(Risk), min_size=1).map(frozenset),
    st.none() | st.decimals(0, 9999, places=2),
)
def test_a_risk_is_never_allowed_outright_and_never_opens_what_is_refused(
    action: Action, asker: tuple[ActorKind, Role | None, bool], risks: frozenset[Risk], amount: Decimal | None
) -> None:
    kind, role, own = asker
    plain = ask(action, kind, role, own=own)
    risky = ask(action, kind, role, own=own, risks=risks, amount=amount)
    assert risky.kind is (REFUSE if plain.kind is REFUSE else NEEDS)
    if risky.kind is NEEDS:
        assert risky.voters
        assert risky.voters <= {Role.OWNER, Role.HEAD}
        assert risky.quorum in {1, 2}


@pytest.mark.parametrize(
    ("risk", "voters"),
    [
        (Risk.MONEY, {R.HEAD, R.OWNER}),
        (Risk.LEGAL, {R.OWNER}),
        (Risk.MASS, {R.HEAD, R.OWNER}),
        (Risk.DISPUTED, {R.HEAD, R.OWNER}),
        (Risk.POLICY, {R.HEAD, R.OWNER}),
    ],
)
def test_each_risk_has_its_voters_even_when_the_owner_asks(risk: Risk, voters: set[Role]) -> None:
    verdict = ask(A.ADVANCE_ORDER, role=R.OWNER, risks=frozenset({risk}), amount=Decimal(100))
    assert verdict == GateVerdict(NEEDS, f"leaders-run-the-desk/{risk}", frozenset(voters), 1)


def test_combined_risks_may_be_voted_on_by_those_who_answer_for_any_of_them() -> None:
    for one, other in combinations(Risk, 2):
        together = ask(A.CANCEL_ORDER, role=R.ADMIN, risks=frozenset({one, other}), amount=Decimal(1)).voters
        apart = [ask(A.CANCEL_ORDER, role=R.ADMIN, risks=frozenset({risk})).voters for risk in (one, other)]
        assert together == apart[0] | apart[1]


@pytest.mark.parametrize(
    ("votes", "enough"),
    [([R.HEAD, R.OWNER], True), ([R.OWNER, R.OWNER], True), ([R.HEAD, R.HEAD], False), ([R.OWNER], False)],
)
def test_a_lost_paid_bike_takes_an_owner_and_one_more(votes: list[Role], enough: bool) -> None:
    assert is_approved(votes, frozenset({Risk.MONEY, Risk.LEGAL}), 2, POLICY) is enough


def test_no_vote_of_somebody_who_does_not_answer_for_the_risk_suffices() -> None:
    assert not is_approved([R.ADMIN, R.MANAGER], frozenset({Risk.MONEY}), 1, POLICY)
    assert is_approved([R.ADMIN], frozenset(), 1, POLICY)


@pytest.mark.parametrize(
    ("amount", "quorum"), [("0", 1), ("500", 1), ("500.01", 2), ("-500.01", 2), (None, 2)]
)  # fmt: skip
def test_above_five_hundred_euro_or_an_unknown_sum_two_people_vote(amount: str | None, quorum: int) -> None:
    sum_eur = None if amount is None else Decimal(amount)
    assert ask(A.CANCEL_ORDER, role=R.HEAD, risks=frozenset({Risk.MONEY}), amount=sum_eur).quorum == quorum


def test_without_the_money_risk_one_vote_is_enough() -> None:
    assert ask(A.ADVANCE_ORDER, role=R.HEAD, risks=frozenset({Risk.DISPUTED}), amount=Decimal(4000)).quorum == 1


def test_a_risk_does_not_let_a_manager_touch_somebody_elses_order() -> None:
    assert ask(A.CANCEL_ORDER, role=R.MANAGER, own=False, risks=frozenset({Risk.MONEY})).kind is REFUSE
    assert ask(A.CANCEL_ORDER, role=R.MANAGER, own=True, risks=frozenset({Risk.MONEY})).kind is NEEDS
