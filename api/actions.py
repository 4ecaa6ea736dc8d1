"""What people do over HTTP: every command of the desk under its address, each through the gate.

The bodies are the commands' own fields, less the one that the address names. 200: done; 202: a human has to approve it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from types import FunctionType
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, create_model

from api.crm import ApprovalReport, approval_report
from api.identity import Asker, Signed, desk_of
from api.problems import trace_of
from domain.commands import (
    AcceptOrder,
    Acknowledge,
    AddNote,
    AdvanceOrder,
    AnswerChecklist,
    AssignOrder,
    CancelOrder,
    CloseBlocker,
    CloseClaim,
    CloseCrisis,
    Code,
    Command,
    CompleteTask,
    ConfirmPayment,
    CreateTask,
    DeclineOrder,
    DraftFollowUp,
    EscalateOrder,
    ExtendClock,
    HoldSignal,
    Id,
    Line,
    MakePlan,
    OpenBlocker,
    OpenClaim,
    OrderCommand,
    OverruleRuling,
    PauseClock,
    PointAnswer,
    ProposeCompensation,
    ProposeDiscount,
    ProposePolicyChange,
    ProposeRefund,
    Prose,
    RaiseSignal,
    ReassignOrder,
    RecordClientDecision,
    RecordCompliance,
    RecordContact,
    RecordDelivery,
    RecordPayment,
    RefuseOnLegalGrounds,
    RehandleUpdate,
    RemindOwner,
    Reprioritise,
    ResendNotification,
    Resolve,
    ResolveSignal,
    ResumeClock,
    RetryJob,
    SetAvailability,
    SetConstraint,
    SetLogistics,
    Snooze,
    Version,
    WritePostmortem,
)
from domain.errors import InvalidInputError
from domain.journal import plain
from domain.orders import CancelReason, Status
from domain.validation import parse, shown
from guardrails.approval.proposals import Waiting
from guardrails.gate import Done
from store.desk import orders

router = APIRouter(prefix="/api", tags=["actions"])

ON_ORDERS: Final[Mapping[str, type[OrderCommand]]] = {
    "accept": AcceptOrder,
    "decline": DeclineOrder,
    "cancel": CancelOrder,
    "assign": AssignOrder,
    "reassign": ReassignOrder,
    "priority": Reprioritise,
    "remind": RemindOwner,
    "escalate": EscalateOrder,
    "follow-up": DraftFollowUp,
    "notes": AddNote,
    "contacts": RecordContact,
    "client-decision": RecordClientDecision,
    "payments": RecordPayment,
    "payments/confirm": ConfirmPayment,
    "refund": ProposeRefund,
    "compensation": ProposeCompensation,
    "discount": ProposeDiscount,
    "legal-refusal": RefuseOnLegalGrounds,
    "compliance": RecordCompliance,
    "logistics": SetLogistics,
    "delivery": RecordDelivery,
    "claim": OpenClaim,
    "claim/close": CloseClaim,
    "tasks": CreateTask,
    "blockers": OpenBlocker,
    "checklist": AnswerChecklist,
    "clocks/extend": ExtendClock,
    "clocks/pause": PauseClock,
    "clocks/resume": ResumeClock,
}


@dataclass(frozen=True, slots=True)
class ById:
    """A command whose subject is named by a number in the address: `field` is where the command keeps it."""

    path: str
    command: type[Command]
    field: str


ON_NUMBERS: Final[Sequence[ById]] = (
    ById("violations/{number}/ack", Acknowledge, "violation_id"),
    ById("violations/{number}/snooze", Snooze, "violation_id"),
    ById("violations/{number}/resolve", Resolve, "violation_id"),
    ById("signals/{number}/hold", HoldSignal, "signal_id"),
    ById("signals/{number}/resolve", ResolveSignal, "signal_id"),
    ById("crises/{number}/close", CloseCrisis, "signal_id"),
    ById("crises/{number}/postmortem", WritePostmortem, "signal_id"),
    ById("rulings/{number}/overrule", OverruleRuling, "ruling_id"),
    ById("tasks/{number}/complete", CompleteTask, "task_id"),
    ById("blockers/{number}/close", CloseBlocker, "blocker_id"),
    ById("people/{number}/availability", SetAvailability, "person_id"),
    ById("managers/{number}/constraint", SetConstraint, "manager_id"),
    ById("notifications/{number}/resend", ResendNotification, "notification_id"),
    ById("updates/{number}/rehandle", RehandleUpdate, "update_id"),
    ById("jobs/{number}/retry", RetryJob, "job_id"),
)


class ActionReport(BaseModel):
    """What came of an action: `done`, `unchanged`, or `waiting` for the approval named."""

    outcome: str
    order: str | None = None
    status: Status | None = None
    version: int | None = None
    decision: UUID | None = None
    result: Mapping[str, Any] = {}
    approval: ApprovalReport | None = None


async def perform(
    request: Request, response: Response, asker: Asker, commands: Sequence[Command], code: str | None = None
) -> ActionReport:
    """Ask the gate; the report is of the last command, with the order as it stands afterwards."""
    desk = desk_of(request)
    *_, last = await desk.gate.perform_all(commands, asker.actor, trace_id=trace_of(request))
    waits = isinstance(last, Waiting)
    response.status_code = HTTPStatus.ACCEPTED if waits else HTTPStatus.OK
    report = _report(last)
    if code is None:
        return report
    async with desk.db.reading() as tx:
        order = await orders.get(tx, code)
    return report.model_copy(update={"order": order.code, "status": order.status, "version": order.version})


def _report(done: Done | Waiting) -> ActionReport:
    if isinstance(done, Waiting):
        return ActionReport(outcome="waiting", approval=approval_report(done))
    result: Any = plain(dict(done.result))
    return ActionReport(outcome=done.outcome.value, decision=done.decision, result=result)


def body_of(command: type[Command], field: str) -> type[BaseModel]:
    """The command's own fields, less the one that the address names."""
    fields: dict[str, Any] = {
        name: (info.annotation, info) for name, info in command.model_fields.items() if name != field
    }
    config = ConfigDict(frozen=True, extra="forbid")
    return create_model(f"{command.__name__}Body", __config__=config, __doc__=command.__doc__, **fields)


def _add(path: str, endpoint: FunctionType, command: type[Command], field: str) -> None:
    """One route; its body is worked out from the command, so its type is known only now.

    Where nothing in it is required, it may be left out.
    """
    body = body_of(command, field)
    endpoint.__annotations__["body"] = body
    if not any(info.is_required() for info in body.model_fields.values()):
        endpoint.__defaults__ = (body(),)
    router.add_api_route(
        path,
        endpoint,
        methods=["POST"],
        name=command.action.value,
        summary=(command.__doc__ or "").partition(".")[0],
        responses={202: {"description": "A human has to approve it.", "model": ActionReport}},
    )


def _on_order(path: str, command: type[OrderCommand]) -> None:
    async def act(request: Request, response: Response, asker: Signed, code: Code, body: BaseModel) -> ActionReport:
        asked = parse(command, {**body.model_dump(exclude_unset=True), "order": code})
        return await perform(request, response, asker, (asked,), code)

    _add(f"/orders/{{code}}/{path}", act, command, "order")


def _on_number(entry: ById) -> None:
    async def act(request: Request, response: Response, asker: Signed, number: Id, body: BaseModel) -> ActionReport:
        asked = parse(entry.command, {**body.model_dump(exclude_unset=True), entry.field: number})
        return await perform(request, response, asker, (asked,))

    _add(f"/{entry.path}", act, entry.command, entry.field)


for _path, _command in ON_ORDERS.items():
    _on_order(_path, _command)
for _entry in ON_NUMBERS:
    _on_number(_entry)


@router.post("/signals", responses={202: {"description": "A human has to approve it.", "model": ActionReport}})
async def raise_signal(request: Request, response: Response, asker: Signed, body: RaiseSignal) -> ActionReport:
    """Name a tension that somebody has to deal with: about one order, one person, or the company."""
    return await perform(request, response, asker, (body,))


@router.post("/policy/changes", responses={202: {"description": "A human has to approve it.", "model": ActionReport}})
async def propose_policy_change(
    request: Request, response: Response, asker: Signed, body: ProposePolicyChange
) -> ActionReport:
    """Propose to change one value of the company's rules from a day on."""
    return await perform(request, response, asker, (body,))


@router.post("/plans", responses={202: {"description": "A human has to approve it.", "model": ActionReport}})
async def make_plan(request: Request, response: Response, asker: Signed, body: MakePlan) -> ActionReport:
    """Tasks for several people as one decision, about one order or one open signal."""
    return await perform(request, response, asker, (body,))


# ── the two whose addresses say more ─────────────────────────────────────────────────────────────────────────────────
class Transition(BaseModel):
    """Where the order is to go. A cancellation needs its reason code; dispatch facts may be given on the way."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    to: Status
    reason: Prose = ""
    reason_code: CancelReason | None = None
    version: Version | None = None
    carrier: Line | None = None
    tracking: Line | None = None
    dispatch_date: date | None = None


@router.post(
    "/orders/{code}/transitions", responses={202: {"description": "A human has to approve it.", "model": ActionReport}}
)
async def move(request: Request, response: Response, asker: Signed, code: Code, body: Transition) -> ActionReport:
    """Move the order along the transition table; facts given with the move and the move itself are one commit."""
    commands: list[Command] = []
    given = {"carrier": body.carrier, "tracking_number": body.tracking, "dispatch_date": body.dispatch_date}
    facts = {name: value for name, value in given.items() if value is not None}
    if facts:
        commands.append(parse(SetLogistics, {**facts, "order": code, "version": body.version}))
    version = None if facts else body.version  # the facts have been checked against it, and have counted it up
    commands.append(_move(code, body, version))
    return await perform(request, response, asker, commands, code)


def _move(code: str, body: Transition, version: int | None) -> Command:
    if body.to is not Status.CANCELLED:
        return AdvanceOrder(order=code, to=body.to, reason=body.reason, version=version)
    reason_code = body.reason_code or (CancelReason(body.reason) if body.reason in tuple(CancelReason) else None)
    if reason_code is None:
        raise InvalidInputError(field="reason_code", value=shown(body.reason), allowed=tuple(CancelReason))
    note = "" if body.reason == reason_code else body.reason
    return CancelOrder(order=code, reason_code=reason_code, note=note, version=version)


class Answering(BaseModel):
    """The answer to one point, and the version of the order that was seen."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    answer: str
    comment: Prose | None = None
    photos: Sequence[str] | None = None
    flags: Sequence[str] = ()
    verdict: str | None = None
    version: Version | None = None


@router.put("/orders/{code}/checklist/{point}")
async def answer_point(
    request: Request, response: Response, asker: Signed, *, code: Code, point: int, body: Answering
) -> ActionReport:
    """Answer one of the 28 points; a later answer replaces an earlier one."""
    said = body.model_dump(exclude={"version"}, exclude_none=True)
    answer = parse(PointAnswer, {**said, "point": point})
    command = AnswerChecklist(order=code, answers=(answer,), version=body.version)
    return await perform(request, response, asker, (command,), code)
