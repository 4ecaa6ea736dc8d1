"""Policy of the role agents: what a role is and holds, how far it is let, what it may use (docs/DOMAIN.md 7 and 8)."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Final, Self

from pydantic import Field

from domain.errors import NotFoundError
from domain.policy.people import Action
from domain.policy.values import Duration, Key, Money, PolicyModel


class ToolKind(StrEnum):
    """What a tool does: looks, changes the desk, can only ask people to decide, or asks another role."""

    READ = "read"
    WRITE = "write"
    PROPOSE = "propose"
    CONSULT = "consult"


class Tool(StrEnum):
    """Every tool a role can hold; a tool that changes the desk bears the name of the gate's action."""

    kind: ToolKind

    def __new__(cls, name: str, kind: ToolKind) -> Self:
        """A member is its name; the kind stands beside it."""
        tool = str.__new__(cls, name)
        tool._value_ = name
        tool.kind = kind
        return tool

    LOOK_AT_QUEUE = "look_at_queue", ToolKind.READ
    LOOK_AT_ORDER = "look_at_order", ToolKind.READ
    HOT_LIST = "hot_list", ToolKind.READ
    LOOK_AT_KPIS = "look_at_kpis", ToolKind.READ
    LOOK_AT_MANAGERS = "look_at_managers", ToolKind.READ
    LOOK_AT_SIGNALS = "look_at_signals", ToolKind.READ
    LOOK_AT_DECISIONS = "look_at_decisions", ToolKind.READ
    LOOK_AT_APPROVALS = "look_at_approvals", ToolKind.READ
    LOAD_FORECAST = "load_forecast", ToolKind.READ
    LOOK_AT_CALENDAR = "look_at_calendar", ToolKind.READ
    LOOK_AT_CIRCLES = "look_at_circles", ToolKind.READ
    PRECEDENTS = "precedents", ToolKind.READ

    ASSIGN_ORDER = "assign_order", ToolKind.WRITE
    REASSIGN_ORDER = "reassign_order", ToolKind.WRITE
    CREATE_TASK = "create_task", ToolKind.WRITE
    REMIND = "remind", ToolKind.WRITE
    ESCALATE = "escalate", ToolKind.WRITE
    SNOOZE = "snooze", ToolKind.WRITE
    RESOLVE = "resolve", ToolKind.WRITE
    ACKNOWLEDGE = "acknowledge", ToolKind.WRITE
    EXTEND_CLOCK = "extend_clock", ToolKind.WRITE
    REPRIORITISE = "reprioritise", ToolKind.WRITE
    OPEN_BLOCKER = "open_blocker", ToolKind.WRITE
    CLOSE_BLOCKER = "close_blocker", ToolKind.WRITE
    RAISE_SIGNAL = "raise_signal", ToolKind.WRITE
    RESOLVE_SIGNAL = "resolve_signal", ToolKind.WRITE
    DRAFT_FOLLOW_UP = "draft_follow_up", ToolKind.WRITE
    MAKE_PLAN = "make_plan", ToolKind.WRITE
    TAKE_POSITION = "take_position", ToolKind.WRITE

    ADVANCE_ORDER = "advance_order", ToolKind.PROPOSE
    CANCEL_ORDER = "cancel_order", ToolKind.PROPOSE
    CONFIRM_PAYMENT = "confirm_payment", ToolKind.PROPOSE
    PROPOSE_REFUND = "propose_refund", ToolKind.PROPOSE
    PROPOSE_COMPENSATION = "propose_compensation", ToolKind.PROPOSE
    PROPOSE_DISCOUNT = "propose_discount", ToolKind.PROPOSE
    REFUSE_ON_LEGAL_GROUNDS = "refuse_on_legal_grounds", ToolKind.PROPOSE
    MASS_REASSIGN = "mass_reassign", ToolKind.PROPOSE
    SET_CONSTRAINT = "set_constraint", ToolKind.PROPOSE
    PROPOSE_POLICY_CHANGE = "propose_policy_change", ToolKind.PROPOSE

    CONSULT_ROLE = "consult_role", ToolKind.CONSULT


class Duty(StrEnum):
    """What a role is called for; each duty of a role has its prompt, `prompts/<role>/<duty>.md`."""

    CHAT = "chat"
    CONSULT = "consult"
    NEXT_STEPS = "next_steps"
    FOLLOW_UP = "follow_up"
    DIGEST_SHIFT = "digest_shift"
    DIGEST_DAILY = "digest_daily"
    DIGEST_CRISIS = "digest_crisis"
    REVIEW = "review"
    BRIEF = "brief"
    ARBITRATION = "arbitration"
    RETROSPECTIVE = "retrospective"


ACTIONS_OF_DUTIES: Final[Mapping[Duty, frozenset[Action]]] = MappingProxyType(
    {
        **dict.fromkeys(
            (Duty.DIGEST_SHIFT, Duty.DIGEST_DAILY, Duty.DIGEST_CRISIS, Duty.BRIEF, Duty.RETROSPECTIVE),
            frozenset({Action.SEND_DIGEST}),
        ),
        Duty.ARBITRATION: frozenset({Action.RULE_CONFLICT}),
    }
)
"""What a duty itself does at the gate, without the model choosing it as a tool."""

CHOSEN_BY_RULES: Final[frozenset[Action]] = frozenset(
    action for actions in ACTIONS_OF_DUTIES.values() for action in actions
)
"""Whether and how these are done is the duty's code, whatever a model has read; the model only words them."""


class RoleKpi(StrEnum):
    """Every KPI of docs/DOMAIN.md 7; `domain.kpi.KPIS` has those that are measured, the rest lack their data so far."""

    TIME_TO_CLOSE_CRITICAL_SIGNALS = "time_to_close_critical_signals"
    CONFIRMED_EFFECT_SHARE = "confirmed_effect_share"
    REPEATED_INCIDENTS = "repeated_incidents"
    BUSINESS_PULSE = "business_pulse"
    PENDING_MANAGER_ORDERS = "pending_manager_orders"
    TIME_TO_NEXT_STATUS = "time_to_next_status"
    SHARE_OVER_72H = "share_over_72h"
    SLA_BREACH_RATE = "sla_breach_rate"
    CYCLE_TIME = "cycle_time"
    SHARE_WITHOUT_OWNER = "share_without_owner"
    SHARE_WITHOUT_NEXT_STEP = "share_without_next_step"
    INSPECTION_TO_PAYMENT = "inspection_to_payment"
    PAYMENT_TO_SHIPMENT = "payment_to_shipment"
    REACTION_TIME = "reaction_time"
    REPEATED_ESCALATIONS = "repeated_escalations"
    THROUGHPUT_PER_MANAGER = "throughput_per_manager"
    ERROR_RATE = "error_rate"
    FULLY_DOCUMENTED_SHARE = "fully_documented_share"
    REPEAT_ERROR_SHARE = "repeat_error_share"
    TIME_TO_STABLE_SLA = "time_to_stable_sla"
    LEAD_TO_ORDER = "lead_to_order"
    CHECKOUT_TO_BOOKING = "checkout_to_booking"
    FUNNEL_DROP_OFF = "funnel_drop_off"
    EXPERIMENT_UPLIFT = "experiment_uplift"
    CHANNEL_QUALITY = "channel_quality"
    CONVERSION_BY_SOURCE = "conversion_by_source"
    MARGIN_BY_CHANNEL = "margin_by_channel"
    UNATTRIBUTED_SHARE = "unattributed_share"
    NOISE_RATE = "noise_rate"
    NET_MARGIN_EUR = "net_margin_eur"
    MARGIN_SHARE = "margin_share"
    LEAK_COUNT = "leak_count"
    LEAK_EUR = "leak_eur"
    REALIZED_TO_BOOKED = "realized_to_booked"
    FORECAST_ACCURACY = "forecast_accuracy"
    COMPENSATION_COUNT = "compensation_count"
    COMPENSATION_EUR = "compensation_eur"
    DISPUTE_RATE = "dispute_rate"
    SEVERE_DEFECT_SHARE = "severe_defect_share"
    REPEAT_INCIDENTS = "repeat_incidents"
    GATE_PASS_RATE = "gate_pass_rate"  # noqa: S105 - passing a gate, no password
    API_P95 = "api_p95"
    INCIDENT_COUNT = "incident_count"
    MTTR = "mttr"
    DATA_CONTRACT_VIOLATIONS = "data_contract_violations"
    CRITICAL_PATH_HEALTH = "critical_path_health"
    COMPLIANCE_RISK_COUNT = "compliance_risk_count"
    SANCTIONS_SCREEN_COVERAGE = "sanctions_screen_coverage"
    DOC_TO_PROCESS_DRIFT = "doc_to_process_drift"
    POLICY_UPDATE_LEAD_TIME = "policy_update_lead_time"


Sentence = Annotated[str, Field(min_length=3)]


class Accountability(PolicyModel):
    """What others may count on the role for, and the tools and duties of the role that make it true."""

    text: Sentence
    served_by: tuple[Key, ...] = Field(min_length=1)


class RoleRule(PolicyModel):
    """One role in the one form of docs/DOMAIN.md 7; its inputs and outputs follow from `circles.yaml: hears`."""

    name: Sentence
    circle: Key
    purpose: Sentence
    domains: tuple[Sentence, ...] = Field(min_length=1)
    accountabilities: tuple[Accountability, ...] = Field(min_length=1)
    kpis: tuple[RoleKpi, ...] = Field(min_length=1)
    tools: tuple[Tool, ...] = Field(min_length=1)
    duties: tuple[Duty, ...] = Field(min_length=1)

    def holds(self, action: str) -> bool:
        """Whether the role may ask the gate for this action: a tool of this name, or a duty that needs it."""
        return action in self.tools or any(action in ACTIONS_OF_DUTIES.get(duty, ()) for duty in self.duties)

    def tools_of(self, *kinds: ToolKind) -> tuple[Tool, ...]:
        """The role's tools of these kinds, in the order of the file."""
        return tuple(tool for tool in self.tools if tool.kind in kinds)


class Roles(PolicyModel):
    """`roles.yaml`: every AI role by its key, such as `ai-rop`."""

    roles: Mapping[Key, RoleRule]

    def role(self, name: str) -> RoleRule:
        """The role of this key; raises NotFoundError that names the roles there are."""
        if name not in self.roles:
            raise NotFoundError(kind="role", name=name, allowed=tuple(self.roles))
        return self.roles[name]

    def holds(self, role: str, action: str) -> bool:
        """Whether this role may ask the gate for the action; one that is not declared holds nothing."""
        return role in self.roles and self.roles[role].holds(action)


class Autonomy(StrEnum):
    """How far an action is let: written down only, put before people, or done."""

    SHADOW = "shadow"
    PROPOSE = "propose"
    ACT = "act"


class RunLimits(PolicyModel):
    """What one run of a role may use; the run ends at the first limit it reaches."""

    model_calls: int = Field(ge=1)
    tool_calls: int = Field(ge=1)
    tokens: int = Field(ge=1)
    eur: Money
    seconds: int = Field(ge=1)


class DayLimits(PolicyModel):
    """What one role may use in one day of the company's calendar."""

    tokens: int = Field(ge=1)
    eur: Money


class Retention(PolicyModel):
    """How long a conversation is remembered: its last `turns`, none of them older than `age` (calendar time)."""

    turns: int = Field(ge=1)
    age: Duration


class Price(PolicyModel):
    """What a model costs, EUR per million tokens."""

    input: Annotated[Decimal, Field(ge=0)]
    output: Annotated[Decimal, Field(ge=0)]

    def cost(self, *, tokens_in: int, tokens_out: int) -> Decimal:
        """EUR for so many tokens, unrounded."""
        return (self.input * tokens_in + self.output * tokens_out) / 1_000_000


class WrittenTexts(PolicyModel):
    """Texts that go out by themselves.

    A next step's text is kept for `next_steps_kept` while its facts stand; after `wait_for_model` the plain version
    goes out instead of the model's.
    """

    next_steps_kept: Duration
    wait_for_model: Duration


class Agents(PolicyModel):
    """`agents.yaml`: limits, memory, autonomy by action, prices of models, waiting."""

    run: RunLimits
    day: DayLimits
    day_of_roles: Mapping[Key, DayLimits] = Field(default_factory=dict[str, DayLimits])
    threads: Retention
    autonomy: Mapping[Tool, Autonomy]
    prices: Mapping[str, Price]
    texts: WrittenTexts

    def autonomy_of(self, action: str) -> Autonomy:
        """How far this action is let; what the file does not name is proposed, except what a duty itself does."""
        unnamed = Autonomy.ACT if action in CHOSEN_BY_RULES else Autonomy.PROPOSE
        return {str(tool): level for tool, level in self.autonomy.items()}.get(action, unnamed)

    def day_of(self, role: str) -> DayLimits:
        """The limits of the role's day: its own where it has them."""
        return self.day_of_roles.get(role, self.day)
