"""Everything that can be asked of the desk, each once: the same types for people, the CRM, timers and (later) models.

A command is a request, parsed at the door; the gate decides whether it happens. `version` is the order's version that
the asker saw: a stale tap is refused. Orders are named by their code.
"""

from domain.commands.access import (
    CreateKey,
    EndSessions,
    GiveLoginLink,
    InvitePerson,
    OpenSession,
    OwnCommand,
    RevokeKey,
    SetPassword,
)
from domain.commands.assignment import AssignOrder, AssignUnattended, MassReassign, ReassignOrder
from domain.commands.base import (
    COMMANDS,
    NO_NUL,
    Code,
    Command,
    Id,
    Instant,
    Line,
    Money,
    OrderCommand,
    Prose,
    Version,
    Word,
)
from domain.commands.channels import RehandleUpdate, ReportChannel
from domain.commands.checklist import AnswerChecklist, Photo, PointAnswer, SupplementPoint
from domain.commands.crises import CloseCrisis, WritePostmortem
from domain.commands.digests import SendDigest
from domain.commands.history import ImportHistory
from domain.commands.holacracy import OverruleRuling, RuleConflict, TakePosition
from domain.commands.intake import Contact, IntakeOrders, NewOrder
from domain.commands.jobs import RetryJob
from domain.commands.joining import LinkTelegram
from domain.commands.ladder import Acknowledge, ExtendClock, PauseClock, Resolve, ResumeClock, Snooze, SweepClocks
from domain.commands.modes import SetAiMode
from domain.commands.money import ConfirmPayment, ProposeCompensation, ProposeDiscount, ProposeRefund
from domain.commands.moves import AcceptOrder, AdvanceOrder, CancelOrder, DeclineOrder
from domain.commands.reports import (
    AddNote,
    CloseClaim,
    OpenClaim,
    RecordClientDecision,
    RecordCompliance,
    RecordContact,
    RecordDelivery,
    RecordPayment,
    SetLogistics,
)
from domain.commands.rules import ProposePolicyChange, RefuseOnLegalGrounds
from domain.commands.signals import HoldSignal, RaiseSignal, ResolveSignal, WatchSignals
from domain.commands.staff import AddPerson, ResendNotification, SetAvailability, SetConstraint
from domain.commands.steering import EscalateOrder, RemindOwner, Reprioritise
from domain.commands.tasks import CloseBlocker, CompleteTask, CreateTask, DraftFollowUp, MakePlan, OpenBlocker, PlanStep

__all__ = [
    "COMMANDS",
    "NO_NUL",
    "AcceptOrder",
    "Acknowledge",
    "AddNote",
    "AddPerson",
    "AdvanceOrder",
    "AnswerChecklist",
    "AssignOrder",
    "AssignUnattended",
    "CancelOrder",
    "CloseBlocker",
    "CloseClaim",
    "CloseCrisis",
    "Code",
    "Command",
    "CompleteTask",
    "ConfirmPayment",
    "Contact",
    "CreateKey",
    "CreateTask",
    "DeclineOrder",
    "DraftFollowUp",
    "EndSessions",
    "EscalateOrder",
    "ExtendClock",
    "GiveLoginLink",
    "HoldSignal",
    "Id",
    "ImportHistory",
    "Instant",
    "IntakeOrders",
    "InvitePerson",
    "Line",
    "LinkTelegram",
    "MakePlan",
    "MassReassign",
    "Money",
    "NewOrder",
    "OpenBlocker",
    "OpenClaim",
    "OpenSession",
    "OrderCommand",
    "OverruleRuling",
    "OwnCommand",
    "PauseClock",
    "Photo",
    "PlanStep",
    "PointAnswer",
    "ProposeCompensation",
    "ProposeDiscount",
    "ProposePolicyChange",
    "ProposeRefund",
    "Prose",
    "RaiseSignal",
    "ReassignOrder",
    "RecordClientDecision",
    "RecordCompliance",
    "RecordContact",
    "RecordDelivery",
    "RecordPayment",
    "RefuseOnLegalGrounds",
    "RehandleUpdate",
    "RemindOwner",
    "ReportChannel",
    "Reprioritise",
    "ResendNotification",
    "Resolve",
    "ResolveSignal",
    "ResumeClock",
    "RetryJob",
    "RevokeKey",
    "RuleConflict",
    "SendDigest",
    "SetAiMode",
    "SetAvailability",
    "SetConstraint",
    "SetLogistics",
    "SetPassword",
    "Snooze",
    "SupplementPoint",
    "SweepClocks",
    "TakePosition",
    "Version",
    "WatchSignals",
    "Word",
    "WritePostmortem",
]
