"""Policy of an order's path: statuses, transitions and their evidence, the 28-point check (docs/DOMAIN.md 2 and 3)."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from pydantic import Field

from domain.orders import CancelReason, DeliveryMethod, Status
from domain.policy.timing import TimeBase
from domain.policy.values import Duration, Key, PolicyModel


class TransitionKind(StrEnum):
    """What a transition touches; disputed, money and legal pass only through a human approval."""

    NORMAL = "normal"
    REWORK = "rework"
    DISPUTED = "disputed"
    MONEY = "money"
    LEGAL = "legal"


class Evidence(StrEnum):
    """What a transition may demand; each names the machine-readable item reported when it lacks."""

    OWNER = "owner"
    CHECKLIST = "checklist"
    PHOTOS = "photos"
    VERDICT = "verdict"
    NOTE = "note"
    CLIENT_DECISION = "client_decision"
    COMPLIANCE = "compliance"
    CARRIER = "carrier"
    TRACKING_NUMBER = "tracking_number"
    DISPATCH_DATE = "dispatch_date"
    DELIVERY_CONFIRMATION = "delivery_confirmation"
    CLAIM_CLOSED = "claim_closed"
    CANCEL_REASON = "cancel_reason"
    REASON = "reason"


class Circumstance(StrEnum):
    """Facts of an order that change the kind of a transition."""

    PAID = "paid"
    RED_VERDICT = "red_verdict"
    CRITICAL_PROBLEM = "critical_problem"


class StepKey(StrEnum):
    """Every next step an order can have; the catalogue entry `step-<key>` renders it."""

    RESOLVE_BLOCKER = "resolve_blocker"
    AWAIT_APPROVAL = "await_approval"
    AWAIT_OWNER = "await_owner"
    ACCEPT_ORDER = "accept_order"
    CONTACT_SELLER = "contact_seller"
    FILL_CHECKLIST = "fill_checklist"
    ATTACH_PHOTOS = "attach_photos"
    SET_VERDICT = "set_verdict"
    WRITE_NOTE = "write_note"
    DECIDE_DISPUTE = "decide_dispute"
    SEND_REPORT = "send_report"
    RESOLVE_COMPLIANCE = "resolve_compliance"
    ASK_CLIENT_DECISION = "ask_client_decision"
    FOLLOW_UP_CLIENT = "follow_up_client"
    CANCEL_DECLINED = "cancel_declined"
    CLEAR_COMPLIANCE = "clear_compliance"
    AWAIT_PAYMENT = "await_payment"
    CONFIRM_PAYMENT = "confirm_payment"
    ARRANGE_DISPATCH = "arrange_dispatch"
    SET_DISPATCH_DATE = "set_dispatch_date"
    ENTER_TRACKING = "enter_tracking"
    MOVE_TO_TRANSIT = "move_to_transit"
    WATCH_DELIVERY = "watch_delivery"
    CONFIRM_DELIVERY = "confirm_delivery"
    MOVE_TO_DELIVERED = "move_to_delivered"
    RESOLVE_CLAIM = "resolve_claim"
    CLOSE_ORDER = "close_order"


class StatusRule(PolicyModel):
    """One status: its stage limit, which hours count, and the step that remains when nothing lacks.

    Terminal statuses have neither. A status with `limit_by_delivery` takes its limit from `transit_limits`.
    """

    stage_limit: Duration | None = None
    limit_by_delivery: bool = False
    time: TimeBase = TimeBase.WORKING
    next_step: StepKey | None = None


class TransitionRule(PolicyModel):
    """One legal move. `kinds` hold unless a circumstance of `kinds_if` is present: then its kinds replace them."""

    source: Status = Field(alias="from")
    target: Status = Field(alias="to")
    kinds: tuple[TransitionKind, ...] = Field(min_length=1)
    kinds_if: Mapping[Circumstance, tuple[TransitionKind, ...]] = Field(
        default_factory=dict[Circumstance, tuple[TransitionKind, ...]]
    )
    evidence: tuple[Evidence, ...] = ()


class CancelRule(PolicyModel):
    """Reason codes that a cancellation may name, and those that need a note beside."""

    reasons: tuple[CancelReason, ...] = Field(min_length=1)
    note_needed_for: tuple[CancelReason, ...] = ()


class Lifecycle(PolicyModel):
    """`lifecycle.yaml`: statuses, transit limits, the transition table, cancellation, usual carriers, CRM codes."""

    statuses: Mapping[Status, StatusRule]
    transit_limits: Mapping[DeliveryMethod, Duration]
    transitions: tuple[TransitionRule, ...] = Field(min_length=1)
    cancel: CancelRule
    carriers: tuple[str, ...] = Field(min_length=1)
    crm_codes: Mapping[Key, Status]

    def stage_limit(self, status: Status, method: DeliveryMethod) -> timedelta | None:
        """How long an order may stay in a status; None for a terminal one."""
        rule = self.statuses[status]
        return self.transit_limits[method] if rule.limit_by_delivery else rule.stage_limit

    def targets(self, source: Status) -> tuple[Status, ...]:
        """Where an order may go from a status, in the order of the table."""
        return tuple(rule.target for rule in self.transitions if rule.source is source)

    def transition(self, source: Status, target: Status) -> TransitionRule | None:
        """The rule of a move, or None when the table does not know it."""
        return next((rule for rule in self.transitions if (rule.source, rule.target) == (source, target)), None)


class Section(StrEnum):
    """Sections of the 28-point check."""

    IDENTIFICATION = "identification"
    CONDITION = "condition"
    MECHANICS = "mechanics"
    HISTORY = "history"
    RESULT = "result"


class NotApplicable(StrEnum):
    """When a point may be answered "not applicable"."""

    NEVER = "never"
    HARDTAIL = "hardtail"
    ALWAYS = "always"


class ChecklistPoint(PolicyModel):
    """One point: a problem at a critical one makes the forward move disputed; an artefact is a required photo."""

    number: int = Field(ge=1)
    key: Key
    section: Section
    critical: bool = False
    artefact: bool = False
    not_applicable: NotApplicable = NotApplicable.NEVER


class RedFlag(PolicyModel):
    """A finding that forces the verdict red, and the points where it may be reported."""

    flag: Key
    points: tuple[int, ...] = Field(min_length=1)
    ebike_only: bool = False


class Checklist(PolicyModel):
    """`checklist.yaml`: the points in order, the point that carries the verdict, what forces it red."""

    points: tuple[ChecklistPoint, ...] = Field(min_length=1)
    verdict_point: int
    forced_red: tuple[RedFlag, ...] = ()

    def point(self, number: int) -> ChecklistPoint | None:
        """The point with this number, or None."""
        return next((point for point in self.points if point.number == number), None)
