"""What a role agent may do is never more than the rules and its person allow: tempering only makes stricter."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.agency import NOT_ITS_TOOL, SWITCHED_OFF, Mode, Standing, strictest, tempered
from domain.authority import GateVerdict
from domain.people import Role
from domain.policy import Autonomy, VerdictKind
from tests.unit.builders import POLICY

STRICTNESS = {
    VerdictKind.ALLOW: 0,
    VerdictKind.NEEDS_APPROVAL: 1,
    VerdictKind.SHADOW: 2,
    VerdictKind.REFUSE: 3,
}
FREE = Standing(holds=True, autonomy=Autonomy.ACT, mode=Mode.ACT)
ALLOW = GateVerdict(VerdictKind.ALLOW, "agent-steers-the-process")
NEEDS = GateVerdict(VerdictKind.NEEDS_APPROVAL, "agent-proposes-to-people/money", frozenset({Role.OWNER}), 2)
REFUSE = GateVerdict(VerdictKind.REFUSE, "no-rule")

verdicts = st.sampled_from([ALLOW, NEEDS, REFUSE])
standings = st.builds(
    Standing,
    holds=st.booleans(),
    autonomy=st.sampled_from(Autonomy),
    mode=st.sampled_from(Mode),
    caution=st.none() | st.just("foreign-text-read"),
    asked=st.booleans(),
)


@given(verdicts, standings, st.none() | verdicts)
def test_tempering_never_makes_a_verdict_milder(
    verdict: GateVerdict, standing: Standing, person: GateVerdict | None
) -> None:
    found = tempered(verdict, standing, POLICY.approvals, person=person)
    assert STRICTNESS[found.kind] >= STRICTNESS[verdict.kind]
    assert person is None or STRICTNESS[found.kind] >= STRICTNESS[person.kind]


@given(verdicts, standings, st.none() | verdicts)
def test_who_must_vote_is_never_fewer_people_than_the_rules_say(
    verdict: GateVerdict, standing: Standing, person: GateVerdict | None
) -> None:
    found = tempered(verdict, standing, POLICY.approvals, person=person)
    if found.kind is VerdictKind.NEEDS_APPROVAL:
        asked = verdict if verdict.kind is VerdictKind.NEEDS_APPROVAL else person
        if asked is not None and asked.kind is VerdictKind.NEEDS_APPROVAL:
            assert (found.voters, found.quorum) == (asked.voters, asked.quorum)
        assert found.voters
        assert found.quorum >= 1


@given(verdicts, standings, st.none() | verdicts)
def test_nothing_is_done_when_switched_off_in_shadow_or_without_the_tool(
    verdict: GateVerdict, standing: Standing, person: GateVerdict | None
) -> None:
    for changed in (
        replace(standing, mode=Mode.OFF),
        replace(standing, mode=Mode.SHADOW),
        replace(standing, autonomy=Autonomy.SHADOW),
        replace(standing, holds=False),
    ):
        found = tempered(verdict, changed, POLICY.approvals, person=person)
        assert found.kind in (VerdictKind.SHADOW, VerdictKind.REFUSE)


@pytest.mark.parametrize(
    ("standing", "kind", "rule"),
    [
        (FREE, VerdictKind.ALLOW, ALLOW.rule),
        (replace(FREE, holds=False), VerdictKind.REFUSE, NOT_ITS_TOOL),
        (replace(FREE, mode=Mode.OFF), VerdictKind.REFUSE, SWITCHED_OFF),
        (replace(FREE, mode=Mode.SHADOW), VerdictKind.SHADOW, f"{ALLOW.rule}/shadow"),
        (replace(FREE, autonomy=Autonomy.PROPOSE), VerdictKind.NEEDS_APPROVAL, f"{ALLOW.rule}/propose"),
        (replace(FREE, caution="foreign-text-read"), VerdictKind.NEEDS_APPROVAL, f"{ALLOW.rule}/foreign-text-read"),
    ],
)
def test_each_reason_has_its_rule(standing: Standing, kind: VerdictKind, rule: str) -> None:
    found = tempered(ALLOW, standing, POLICY.approvals)
    assert (found.kind, found.rule) == (kind, rule)


def test_what_a_person_orders_by_name_is_done_only_where_that_person_may() -> None:
    ordered = replace(FREE, autonomy=Autonomy.PROPOSE, asked=True)
    assert tempered(ALLOW, ordered, POLICY.approvals, person=ALLOW) == ALLOW
    assert tempered(ALLOW, ordered, POLICY.approvals, person=REFUSE) == REFUSE
    assert tempered(ALLOW, ordered, POLICY.approvals).kind is VerdictKind.NEEDS_APPROVAL


@given(st.lists(st.sampled_from(Mode)))
def test_the_strictest_of_all_modes_holds(modes: list[Mode]) -> None:
    order = [Mode.ACT, Mode.SHADOW, Mode.OFF]
    assert strictest(*modes) is (max(modes, key=order.index) if modes else Mode.ACT)
