"""The company's rules as frozen values, read from the YAML files of `policy/` (see `policy.load_policy`).

A rule function takes the whole `Policy` or the part it needs; no rule's number stands in code.
"""

from datetime import date
from typing import Literal

from pydantic import Field

from domain.policy.agents import (
    ACTIONS_OF_DUTIES,
    CHOSEN_BY_RULES,
    Accountability,
    Agents,
    Autonomy,
    DayLimits,
    Duty,
    Price,
    Retention,
    RoleKpi,
    RoleRule,
    Roles,
    RunLimits,
    Tool,
    ToolKind,
)
from domain.policy.business import Crisis, MoneyRules, Targets
from domain.policy.digests import DigestKind, DigestRule, Digests, DigestTime
from domain.policy.followups import FollowUpKey, FollowUpRule, FollowUps
from domain.policy.orders import (
    Checklist,
    ChecklistPoint,
    Circumstance,
    Evidence,
    Lifecycle,
    NotApplicable,
    Section,
    StatusRule,
    StepKey,
    TransitionKind,
    TransitionRule,
)
from domain.policy.people import (
    Action,
    Approvals,
    Assignment,
    Authority,
    AuthorityRule,
    Circles,
    ConstraintKind,
    ConstraintRule,
    Risk,
    SignalCode,
    Signals,
    VerdictKind,
)
from domain.policy.timing import (
    CalendarRule,
    Calendars,
    ClockKind,
    ClockRule,
    Clocks,
    DayException,
    Ladder,
    Notifications,
    SeverityLimits,
    SeverityRule,
    SnoozeOption,
    StuckStep,
    TimeBase,
    Weekday,
    Window,
)
from domain.policy.values import PolicyModel

__all__ = [
    "ACTIONS_OF_DUTIES",
    "CHOSEN_BY_RULES",
    "Accountability",
    "Action",
    "Agents",
    "Approvals",
    "Assignment",
    "Authority",
    "AuthorityRule",
    "Autonomy",
    "CalendarRule",
    "Calendars",
    "Checklist",
    "ChecklistPoint",
    "Circles",
    "Circumstance",
    "ClockKind",
    "ClockRule",
    "Clocks",
    "ConstraintKind",
    "ConstraintRule",
    "Crisis",
    "DayException",
    "DayLimits",
    "DigestKind",
    "DigestRule",
    "DigestTime",
    "Digests",
    "Duty",
    "Evidence",
    "FollowUpKey",
    "FollowUpRule",
    "FollowUps",
    "Ladder",
    "Lifecycle",
    "MoneyRules",
    "NotApplicable",
    "Notifications",
    "Policy",
    "PolicyHead",
    "PolicyModel",
    "Price",
    "Retention",
    "Risk",
    "RoleKpi",
    "RoleRule",
    "Roles",
    "RunLimits",
    "Section",
    "SeverityLimits",
    "SeverityRule",
    "SignalCode",
    "Signals",
    "SnoozeOption",
    "StatusRule",
    "StepKey",
    "StuckStep",
    "Targets",
    "TimeBase",
    "Tool",
    "ToolKind",
    "TransitionKind",
    "TransitionRule",
    "VerdictKind",
    "Weekday",
    "Window",
]


class PolicyHead(PolicyModel):
    """`policy.yaml`: the version people speak of, since when it holds, the default language."""

    version: str = Field(pattern=r"^[0-9A-Za-z.]+$")
    effective_from: date
    locale: Literal["ru", "en"]


class Policy(PolicyModel):
    """The whole policy; one field per file, `policy.yaml` being `head`.

    `version` is the written version, a dash, and eight hex digits of the content's digest: a running clock, a decision
    and an assignment keep it, so that it is always known by which rules they were made.
    """

    version: str
    head: PolicyHead
    lifecycle: Lifecycle
    checklist: Checklist
    clocks: Clocks
    calendars: Calendars
    assignment: Assignment
    severity: SeverityLimits
    crisis: Crisis
    circles: Circles
    roles: Roles
    agents: Agents
    followups: FollowUps
    digests: Digests
    signals: Signals
    authority: Authority
    approvals: Approvals
    money: MoneyRules
    targets: Targets
    notifications: Notifications
