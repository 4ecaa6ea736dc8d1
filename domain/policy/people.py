"""Policy of people and circles: assignment, circles, signals, authority, approvals (docs/DOMAIN.md 4, 7, 8, 9)."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from domain.orders import Status
from domain.people import ActorKind, Role
from domain.policy.values import Duration, Key, Money, PolicyModel
from domain.severity import Severity


class ConstraintKind(StrEnum):
    """Personal constraints that AI-ROM may set on a manager (docs/DOMAIN.md 4)."""

    MAX_LOAD = "max_load"
    NO_EBIKES = "no_ebikes"
    MAX_PRICE = "max_price"
    SLOW_DOWN = "slow_down"


class ConstraintRule(PolicyModel):
    """What a constraint does: excludes the manager where it applies, or adds `penalty` to load/capacity."""

    excludes: bool
    penalty: Decimal = Field(default=Decimal(0), ge=0)


class Assignment(PolicyModel):
    """`assignment.yaml`: the weight of an order by stage, capacity, accept attempts, constraints."""

    stage_weights: Mapping[Status, Annotated[Decimal, Field(ge=0)]]
    default_capacity: Decimal = Field(gt=0)
    accept_attempts: int = Field(ge=1)
    constraints: Mapping[ConstraintKind, ConstraintRule]


class Circle(PolicyModel):
    """One circle; the smaller `priority` prevails in a conflict (the arbiter has None: it takes no side)."""

    name: str
    priority: int | None = Field(default=None, ge=1)


class Hearing(PolicyModel):
    """Who hears what from whom."""

    source: Key = Field(alias="from")
    target: Key = Field(alias="to")
    what: tuple[Key, ...] = Field(min_length=1)


class Circles(PolicyModel):
    """`circles.yaml`: the circles with their priority, the arbiter, who hears from whom."""

    circles: Mapping[Key, Circle]
    arbiter: Key
    hears: tuple[Hearing, ...]


class SignalCode(StrEnum):
    """Every signal code (docs/DOMAIN.md 9)."""

    SLA_BREACH = "sla_breach"
    STUCK_24H = "stuck_24h"
    STUCK_72H = "stuck_72h"
    NO_ELIGIBLE_MANAGER = "no_eligible_manager"
    NOT_ACCEPTED = "not_accepted"
    INCOMPLETE_CHECKLIST = "incomplete_checklist"
    ILLEGAL_TRANSITION = "illegal_transition"
    MISSING_NEXT_STEP = "missing_next_step"
    BLOCKER_OVERDUE = "blocker_overdue"
    DELIVERY_FAILED = "delivery_failed"
    CLIENT_UNDECIDED = "client_undecided"
    SHIPMENT_BLOCKED = "shipment_blocked"
    PENDING_SPIKE = "pending_spike"
    CANCEL_SPIKE = "cancel_spike"
    RESPONSE_DELAY = "response_delay"
    CHANNEL_OUTAGE = "channel_outage"
    HIGH_RISK_OVERDUE = "high_risk_overdue"
    MANAGER_SLA_PATTERN = "manager_sla_pattern"
    REPEAT_ERROR = "repeat_error"
    OVERLOAD = "overload"
    TRAINING_NEED = "training_need"
    MARGIN_LEAK = "margin_leak"
    LOW_MARGIN = "low_margin"
    FORECAST_GAP = "forecast_gap"
    DEFECT_RISK = "defect_risk"
    CLAIM_OPENED = "claim_opened"
    REPEAT_DEFECT = "repeat_defect"
    FUNNEL_DROP = "funnel_drop"
    CHANNEL_NOISE = "channel_noise"
    INFLOW_PEAK = "inflow_peak"
    UNATTRIBUTED = "unattributed"
    API_DEGRADED = "api_degraded"
    DATA_CONTRACT = "data_contract"
    INTEGRATION_DOWN = "integration_down"
    SANCTION_SCREEN_MISSING = "sanction_screen_missing"
    PRICE_OUT_OF_WINDOW = "price_out_of_window"
    DOC_DRIFT = "doc_drift"
    APPROVAL_EXPIRED = "approval_expired"
    CIRCLE_CONFLICT = "circle_conflict"


class SignalRule(PolicyModel):
    """Who owns a signal and how urgent it is unless its raiser knows better."""

    circle: Key
    severity: Severity


class Signals(PolicyModel):
    """`signals.yaml`: owner circle and default severity of every code."""

    codes: Mapping[SignalCode, SignalRule]


class Action(StrEnum):
    """Every action that the gate judges; what is not here does not exist."""

    INTAKE_ORDER = "intake_order"
    ACCEPT_ORDER = "accept_order"
    DECLINE_ORDER = "decline_order"
    ADVANCE_ORDER = "advance_order"
    CANCEL_ORDER = "cancel_order"
    ANSWER_CHECKLIST = "answer_checklist"
    SUPPLEMENT_POINT = "supplement_point"
    ADD_NOTE = "add_note"
    RECORD_CONTACT = "record_contact"
    RECORD_CLIENT_DECISION = "record_client_decision"
    RECORD_PAYMENT = "record_payment"
    RECORD_DELIVERY = "record_delivery"
    RECORD_COMPLIANCE = "record_compliance"
    SET_LOGISTICS = "set_logistics"
    OPEN_CLAIM = "open_claim"
    CLOSE_CLAIM = "close_claim"
    ASSIGN_ORDER = "assign_order"
    REASSIGN_ORDER = "reassign_order"
    CREATE_TASK = "create_task"
    MAKE_PLAN = "make_plan"
    DRAFT_FOLLOW_UP = "draft_follow_up"
    COMPLETE_TASK = "complete_task"
    OPEN_BLOCKER = "open_blocker"
    CLOSE_BLOCKER = "close_blocker"
    ACKNOWLEDGE = "acknowledge"
    SNOOZE = "snooze"
    RESOLVE = "resolve"
    EXTEND_CLOCK = "extend_clock"
    PAUSE_CLOCK = "pause_clock"
    RESUME_CLOCK = "resume_clock"
    SWEEP_CLOCKS = "sweep_clocks"
    REMIND = "remind"
    ESCALATE = "escalate"
    REPRIORITISE = "reprioritise"
    RAISE_SIGNAL = "raise_signal"
    RESOLVE_SIGNAL = "resolve_signal"
    HOLD_SIGNAL = "hold_signal"
    WATCH_SIGNALS = "watch_signals"
    CLOSE_CRISIS = "close_crisis"
    WRITE_POSTMORTEM = "write_postmortem"
    SET_AI_MODE = "set_ai_mode"
    SET_AVAILABILITY = "set_availability"
    SET_CONSTRAINT = "set_constraint"
    ADD_PERSON = "add_person"
    LINK_TELEGRAM = "link_telegram"
    INVITE_PERSON = "invite_person"
    SET_PASSWORD = "set_password"  # noqa: S105 - the name of an action
    GIVE_LOGIN_LINK = "give_login_link"
    OPEN_SESSION = "open_session"
    END_SESSIONS = "end_sessions"
    CREATE_KEY = "create_key"
    REVOKE_KEY = "revoke_key"
    SEND_DIGEST = "send_digest"
    VOTE_APPROVAL = "vote_approval"
    EDIT_APPROVAL = "edit_approval"
    EXPIRE_APPROVAL = "expire_approval"
    MASS_REASSIGN = "mass_reassign"
    AUDIT_ORDERS = "audit_orders"
    RESEND_NOTIFICATION = "resend_notification"
    REPORT_CHANNEL = "report_channel"
    REHANDLE_UPDATE = "rehandle_update"
    RETRY_JOB = "retry_job"
    REPLAY_EVENT = "replay_event"
    IMPORT_HISTORY = "import_history"
    CONFIRM_PAYMENT = "confirm_payment"
    PROPOSE_REFUND = "propose_refund"
    PROPOSE_COMPENSATION = "propose_compensation"
    PROPOSE_DISCOUNT = "propose_discount"
    REFUSE_ON_LEGAL_GROUNDS = "refuse_on_legal_grounds"
    PROPOSE_POLICY_CHANGE = "propose_policy_change"
    TAKE_POSITION = "take_position"
    RULE_CONFLICT = "rule_conflict"
    OVERRULE_RULING = "overrule_ruling"


class Risk(StrEnum):
    """What an action may endanger; any of them needs a human approval (docs/DOMAIN.md 8)."""

    MONEY = "money"
    LEGAL = "legal"
    DISPUTED = "disputed"
    MASS = "mass"
    POLICY = "policy"


class VerdictKind(StrEnum):
    """What the gate says."""

    ALLOW = "allow"
    NEEDS_APPROVAL = "needs_approval"
    REFUSE = "refuse"
    SHADOW = "shadow"
    """Written down, not done: what a role agent would have done while it is only watched."""


def _all_actions(value: object) -> object:
    return frozenset(Action) if value == "*" else value


class AuthorityRule(PolicyModel):
    """One rule of the ordered table; it matches when actor kind, role, ownership and action all do.

    `roles` is only looked at for people. `own_only` matches only what belongs to the asker (their order, task, shift).
    In YAML `actions: "*"` means every action.
    """

    name: Key
    actors: tuple[ActorKind, ...] = Field(min_length=1)
    roles: tuple[Role, ...] = ()
    own_only: bool = False
    actions: Annotated[frozenset[Action], BeforeValidator(_all_actions)] = Field(min_length=1)
    verdict: VerdictKind


class Authority(PolicyModel):
    """`authority.yaml`: the ordered rules; the first that matches wins, no match means refused."""

    rules: tuple[AuthorityRule, ...] = Field(min_length=1)


class MassTogether(PolicyModel):
    """Which changes of different orders by one author count together, and for how long after each.

    `by_hand` holds for a person who names one order, `in_bulk` for a person who names many, and for agents.
    """

    actions: frozenset[Action] = Field(min_length=1)
    by_hand: Duration
    in_bulk: Duration

    @model_validator(mode="after")
    def _bulk_is_watched_longer(self) -> Self:
        if self.in_bulk < self.by_hand:
            raise PydanticCustomError("mass_together", "in_bulk must not be shorter than by_hand")
        return self


class Approvals(PolicyModel):
    """`approvals.yaml`: expiry, who votes per risk, when two people are needed, what counts as a mass change.

    `default_voters` decide where a rule asks for approval and no risk is named. What was approved and has to be done by
    hand is due after `by_hand_within` of the team's working time.
    """

    expires_after: Duration
    by_hand_within: Duration
    two_people_above_eur: Money
    mass_above: int = Field(ge=1)
    mass_together: MassTogether
    voters: Mapping[Risk, tuple[Role, ...]]
    default_voters: tuple[Role, ...] = Field(min_length=1)
