"""What a role agent may do: everything about it only makes the rules' verdict stricter (docs/DOMAIN.md 8)."""

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.agency import FOREIGN_TEXT_READ, NOT_ITS_TOOL, SWITCHED_OFF, Mode, Standing, strictest, tempered
from domain.authority import GateVerdict
from domain.people import Role
from domain.policy import Autonomy, VerdictKind
from policy import load_policy

APPROVALS: Final = load_policy().approvals
K: Final = VerdictKind
STRICTNESS: Final = {K.ALLOW: 0, K.NEEDS_APPROVAL: 1, K.SHADOW: 2, K.REFUSE: 3}

RULED: Final = st.one_of(
    st.sampled_from([GateVerdict(K.ALLOW, "rule"), GateVerdict(K.REFUSE, "rule")]),
    st.builds(
        GateVerdict,
        st.just(K.NEEDS_APPROVAL),
        st.just("rule/money"),
        st.sets(st.sampled_from([Role.OWNER, Role.HEAD]), min_size=1).map(frozenset),
        st.integers(1, 2),
    ),
)
STANDINGS: Final = st.builds(
    Standing,
    holds=st.booleans(),
    autonomy=st.sampled_from(Autonomy),
    mode=st.sampled_from(Mode),
    caution=st.sampled_from([None, FOREIGN_TEXT_READ]),
    asked=st.booleans(),
)
FREE: Final = Standing(holds=True, autonomy=Autonomy.ACT, mode=Mode.ACT)
ALLOWED: Final = GateVerdict(K.ALLOW, "rule")


def _level(verdict: GateVerdict) -> int:
    return STRICTNESS[verdict.kind]


def _asked(standing: Standing, *, asked: bool) -> Standing:
    return Standing(
        holds=standing.holds,
        autonomy=standing.autonomy,
        mode=standing.mode,
        caution=standing.caution,
        asked=asked,
    )


# ── in general ───────────────────────────────────────────────────────────────────────────────────────────────────────
@given(RULED, STANDINGS, st.none() | RULED)
def test_who_the_agent_is_never_loosens_what_the_rules_say(
    ruled: GateVerdict, standing: Standing, person: GateVerdict | None
) -> None:
    verdict = tempered(ruled, standing, APPROVALS, person=person)
    assert _level(verdict) >= _level(ruled)
    assert person is None or _level(verdict) >= _level(person)


@given(RULED, STANDINGS, st.none() | RULED)
def test_an_approval_that_the_rules_ask_for_keeps_its_voters_and_quorum(
    ruled: GateVerdict, standing: Standing, person: GateVerdict | None
) -> None:
    verdict = tempered(ruled, standing, APPROVALS, person=person)
    if verdict.kind is K.NEEDS_APPROVAL and K.NEEDS_APPROVAL in (ruled.kind, person and person.kind):
        assert verdict in (ruled, person)
    elif verdict.kind is K.NEEDS_APPROVAL:
        assert (verdict.voters, verdict.quorum) == (frozenset(APPROVALS.default_voters), 1)


@given(RULED, STANDINGS, st.none() | RULED)
def test_being_asked_lifts_the_agents_own_autonomy_and_nothing_else(
    ruled: GateVerdict, standing: Standing, person: GateVerdict | None
) -> None:
    unasked = tempered(ruled, _asked(standing, asked=False), APPROVALS, person=person)
    asked = tempered(ruled, _asked(standing, asked=True), APPROVALS, person=person)
    if asked == unasked:
        return
    # Only this differs: what its autonomy alone would have put before people is done.
    assert (unasked.kind, unasked.rule, asked) == (K.NEEDS_APPROVAL, f"{ruled.rule}/propose", ruled)
    assert (standing.autonomy, standing.caution, standing.mode, standing.holds) == (
        Autonomy.PROPOSE,
        None,
        Mode.ACT,
        True,
    )
    assert (ruled.kind, person and person.kind) == (K.ALLOW, K.ALLOW)


@given(RULED, STANDINGS, st.none() | RULED, st.sampled_from(Mode))
def test_a_stricter_mode_never_lets_more_happen(
    ruled: GateVerdict, standing: Standing, person: GateVerdict | None, mode: Mode
) -> None:
    stricter = Standing(
        holds=standing.holds,
        autonomy=standing.autonomy,
        mode=strictest(standing.mode, mode),
        caution=standing.caution,
        asked=standing.asked,
    )
    before = tempered(ruled, standing, APPROVALS, person=person)
    assert _level(tempered(ruled, stricter, APPROVALS, person=person)) >= _level(before)


@given(RULED, STANDINGS, st.none() | RULED)
def test_nothing_happens_where_the_mode_is_off_or_only_watched(
    ruled: GateVerdict, standing: Standing, person: GateVerdict | None
) -> None:
    verdict = tempered(ruled, standing, APPROVALS, person=person)
    if standing.mode is Mode.OFF:
        assert verdict == GateVerdict(K.REFUSE, SWITCHED_OFF)
    if standing.mode is Mode.SHADOW or standing.autonomy is Autonomy.SHADOW:
        assert verdict.kind in (K.SHADOW, K.REFUSE)


# ── case by case ─────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("standing", "person", "kind", "rule"),
    [
        (FREE, None, K.ALLOW, "rule"),
        (FREE, ALLOWED, K.ALLOW, "rule"),
        (FREE, GateVerdict(K.REFUSE, "no-rule"), K.REFUSE, "no-rule"),
        (Standing(holds=False, autonomy=Autonomy.ACT, mode=Mode.ACT), None, K.REFUSE, NOT_ITS_TOOL),
        (Standing(holds=True, autonomy=Autonomy.PROPOSE, mode=Mode.ACT), None, K.NEEDS_APPROVAL, "rule/propose"),
        (Standing(holds=True, autonomy=Autonomy.PROPOSE, mode=Mode.ACT, asked=True), ALLOWED, K.ALLOW, "rule"),
        (
            Standing(holds=True, autonomy=Autonomy.PROPOSE, mode=Mode.ACT, asked=True),
            None,
            K.NEEDS_APPROVAL,
            "rule/propose",
        ),
        (
            Standing(holds=True, autonomy=Autonomy.ACT, mode=Mode.ACT, caution=FOREIGN_TEXT_READ),
            ALLOWED,
            K.NEEDS_APPROVAL,
            f"rule/{FOREIGN_TEXT_READ}",
        ),
        (Standing(holds=True, autonomy=Autonomy.SHADOW, mode=Mode.ACT, asked=True), ALLOWED, K.SHADOW, "rule/shadow"),
        (Standing(holds=True, autonomy=Autonomy.ACT, mode=Mode.OFF, asked=True), ALLOWED, K.REFUSE, SWITCHED_OFF),
    ],
)
def test_an_allowed_action_case_by_case(
    standing: Standing, person: GateVerdict | None, kind: VerdictKind, rule: str
) -> None:
    verdict = tempered(ALLOWED, standing, APPROVALS, person=person)
    assert (verdict.kind, verdict.rule) == (kind, rule)


def test_the_strictest_of_no_modes_is_to_act() -> None:
    assert strictest() is Mode.ACT
    assert strictest(Mode.ACT, Mode.OFF, Mode.SHADOW) is Mode.OFF
