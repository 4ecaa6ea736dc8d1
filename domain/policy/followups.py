"""Policy of follow-ups: the timed steps towards a client who has not decided yet (seed document AI-ROP, 3.7)."""

from enum import StrEnum

from pydantic import Field

from domain.policy.values import Duration, PolicyModel


class FollowUpKey(StrEnum):
    """Every step there is a text for: `followup-<key>` and `followup-<key>-draft` in the catalogues."""

    CLARIFY = "clarify"
    CALL = "call"
    ALTERNATIVE = "alternative"
    LAST_WORD = "last_word"


class FollowUpRule(PolicyModel):
    """One step: due after so much working time since the report went to the client; the last one ends the waiting."""

    key: FollowUpKey
    after: Duration
    releases: bool = False


class FollowUps(PolicyModel):
    """`followups.yaml`: the steps in their order; the last one, and only it, lets the bike go."""

    steps: tuple[FollowUpRule, ...] = Field(min_length=1)
