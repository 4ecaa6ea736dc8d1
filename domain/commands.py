"""Everything that can be asked of the desk, each once: the same types for people, the CRM, timers and (later) models.

A command is a request, parsed at the door; the gate decides whether it happens. `version` is the order's version that
the asker saw: a stale tap is refused. Orders are named by their code.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from domain.history import LogCase, LogReject
from domain.orders import CancelReason, ClientDecision, Compliance, DeliveryMethod, Status, Verdict
from domain.people import Role
from domain.policy import Action

NO_NUL = StringConstraints(pattern=r"^[^\x00]*$")
"""Every text is kept in PostgreSQL, which holds all characters but this one."""

Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Version = Annotated[int, Field(ge=0, le=2**31 - 1)]
Word = Annotated[str, StringConstraints(max_length=40), NO_NUL]
Code = Annotated[str, StringConstraints(min_length=1, max_length=40, strip_whitespace=True), NO_NUL]
Line = Annotated[str, StringConstraints(max_length=200, strip_whitespace=True), NO_NUL]
Prose = Annotated[str, StringConstraints(max_length=2000, strip_whitespace=True), NO_NUL]
Money = Annotated[Decimal, Field(max_digits=10, decimal_places=2)]


class Command(BaseModel):
    """Base of all commands; `action` is what the authority rules and the journal call it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    action: ClassVar[Action]


class OrderCommand(Command):
    """A command about one existing order."""

    order: Code
    version: Version | None = None


# ── intake ───────────────────────────────────────────────────────────────────────────────────────────────────────────
class Contact(BaseModel):
    """How to reach a client; kept for the manager, masked before any model sees it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    phone: Line | None = None
    email: Line | None = None
    handle: Line | None = None


class NewOrder(BaseModel):
    """A client's request for one used bike (docs/DOMAIN.md 10: bike price 500 to 5,000 EUR inclusive)."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    crm_id: Code
    client_name: Line
    client_contact: Contact = Contact()
    city: Line = ""
    bike: Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True), NO_NUL]
    listing_url: Annotated[str, StringConstraints(max_length=2000), NO_NUL] | None = None
    seller_name: Line = ""
    price_eur: Money
    delivery_method: DeliveryMethod = DeliveryMethod.CARGO
    is_ebike: bool = False
    is_hardtail: bool = False
    created_at: AwareDatetime | None = None


class IntakeOrders(Command):
    """One or many new requests, taken in and shared out as one decision (docs/DOMAIN.md 4)."""

    action: ClassVar[Action] = Action.INTAKE_ORDER
    orders: tuple[NewOrder, ...] = Field(min_length=1, max_length=10_000)


# ── a manager's work on an order ─────────────────────────────────────────────────────────────────────────────────────
class AcceptOrder(OrderCommand):
    """The owner takes the order up: accept clock stops, the check begins."""

    action: ClassVar[Action] = Action.ACCEPT_ORDER


class DeclineOrder(OrderCommand):
    """The owner cannot take the order; it goes to somebody else."""

    action: ClassVar[Action] = Action.DECLINE_ORDER
    reason: Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True), NO_NUL]


class AdvanceOrder(OrderCommand):
    """Move the order to another status of the transition table (docs/DOMAIN.md 2)."""

    action: ClassVar[Action] = Action.ADVANCE_ORDER
    to: Status
    reason: Prose = ""


class CancelOrder(OrderCommand):
    """Cancel with a reason code; `other` needs a note."""

    action: ClassVar[Action] = Action.CANCEL_ORDER
    reason_code: CancelReason
    note: Prose = ""


class PointAnswer(BaseModel):
    """The answer to one of the 28 points; a problem needs a comment, point 28 carries the verdict."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    point: int = Field(ge=1, le=28)
    answer: Literal["ok", "problem", "na"]
    comment: Prose = ""
    photos: tuple[Annotated[str, StringConstraints(min_length=1, max_length=300), NO_NUL], ...] = Field(
        default=(), max_length=20
    )
    flags: tuple[Word, ...] = Field(default=(), max_length=5)
    verdict: Verdict | None = None


def _each_once(answers: tuple[PointAnswer, ...]) -> tuple[PointAnswer, ...]:
    if len({answer.point for answer in answers}) < len(answers):
        raise PydanticCustomError("answers", "a point is answered twice", {"allowed": ["each point once"]})
    return answers


class AnswerChecklist(OrderCommand):
    """Answer one or more points of the 28-point check, each once; a later answer replaces an earlier one."""

    action: ClassVar[Action] = Action.ANSWER_CHECKLIST
    answers: Annotated[tuple[PointAnswer, ...], AfterValidator(_each_once)] = Field(min_length=1, max_length=28)


class AddNote(OrderCommand):
    """A note on the order."""

    action: ClassVar[Action] = Action.ADD_NOTE
    text: Annotated[str, StringConstraints(min_length=1, max_length=2000, strip_whitespace=True), NO_NUL]


class RecordContact(OrderCommand):
    """A contact with the client or the seller took place; a message *from* the client starts the reply clock."""

    action: ClassVar[Action] = Action.RECORD_CONTACT
    party: Literal["client", "seller"]
    direction: Literal["out", "in"] = "out"
    text: Prose = ""


class RecordClientDecision(OrderCommand):
    """What the client decided after the report."""

    action: ClassVar[Action] = Action.RECORD_CLIENT_DECISION
    decision: ClientDecision
    note: Prose = ""


class RecordPayment(OrderCommand):
    """A payment was reported; a human still has to confirm it (docs/DOMAIN.md 8)."""

    action: ClassVar[Action] = Action.RECORD_PAYMENT
    amount_eur: Money = Field(gt=0)
    reference: Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True), NO_NUL]


class RecordDelivery(OrderCommand):
    """The carrier or the client confirmed the delivery."""

    action: ClassVar[Action] = Action.RECORD_DELIVERY
    delivered_at: AwareDatetime | None = None


class RecordCompliance(OrderCommand):
    """Result of the compliance screens."""

    action: ClassVar[Action] = Action.RECORD_COMPLIANCE
    state: Compliance


class SetLogistics(OrderCommand):
    """Carrier, tracking number, dispatch date; each may come alone."""

    action: ClassVar[Action] = Action.SET_LOGISTICS
    carrier: Line | None = None
    tracking_number: Line | None = None
    dispatch_date: date | None = None


class OpenClaim(OrderCommand):
    """The client raised a claim after delivery; the order cannot be closed while it is open."""

    action: ClassVar[Action] = Action.OPEN_CLAIM
    text: Annotated[str, StringConstraints(min_length=1, max_length=2000, strip_whitespace=True), NO_NUL]


class CloseClaim(OrderCommand):
    """The claim is settled."""

    action: ClassVar[Action] = Action.CLOSE_CLAIM
    resolution: Annotated[str, StringConstraints(min_length=1, max_length=2000, strip_whitespace=True), NO_NUL]


# ── control ──────────────────────────────────────────────────────────────────────────────────────────────────────────
class ReassignOrder(OrderCommand):
    """Give the order to another manager: a named one, or the least loaded eligible one."""

    action: ClassVar[Action] = Action.REASSIGN_ORDER
    manager_id: Id | None = None
    because: Literal["reassigned", "not_accepted"] = "reassigned"
    reason: Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True), NO_NUL]


class MassReassign(Command):
    """Move open orders of one manager to the others; more than the mass limit only through an approval."""

    action: ClassVar[Action] = Action.MASS_REASSIGN
    from_manager: Id
    orders: tuple[Code, ...] = Field(min_length=1, max_length=1_000)
    reason: Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True), NO_NUL]


class AssignUnattended(Command):
    """Give an owner, clocks and a next step to open orders that lack one (the auditor's work)."""

    action: ClassVar[Action] = Action.AUDIT_ORDERS
    batch: int = Field(default=1_000, ge=1, le=10_000)


class SweepClocks(Command):
    """Act on every clock that is due: remind, breach, climb the ladder."""

    action: ClassVar[Action] = Action.ESCALATE
    batch: int = Field(default=500, ge=1, le=5_000)


class CreateTask(OrderCommand):
    """A task with an owner and a due time on an order."""

    action: ClassVar[Action] = Action.CREATE_TASK
    text: Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True), NO_NUL]
    owner_id: Id | None = None
    due_at: AwareDatetime


class CompleteTask(Command):
    """A task is done."""

    action: ClassVar[Action] = Action.COMPLETE_TASK
    task_id: Id


class OpenBlocker(OrderCommand):
    """Something stands in the way of the order: with an owner and a deadline (seed document AI-ROP, section 4)."""

    action: ClassVar[Action] = Action.OPEN_BLOCKER
    text: Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True), NO_NUL]
    owner_id: Id | None = None
    due_at: AwareDatetime


class CloseBlocker(Command):
    """The blocker is out of the way."""

    action: ClassVar[Action] = Action.CLOSE_BLOCKER
    blocker_id: Id
    resolution: Annotated[str, StringConstraints(min_length=1, max_length=1000, strip_whitespace=True), NO_NUL]


class Acknowledge(Command):
    """Somebody has seen the violation and is at it: the ladder stops until the acknowledgement expires."""

    action: ClassVar[Action] = Action.ACKNOWLEDGE
    violation_id: Id


class Snooze(Command):
    """Stop the ladder of a violation until a chosen moment."""

    action: ClassVar[Action] = Action.SNOOZE
    violation_id: Id
    option: Literal["30m", "2h", "tomorrow"]


class Resolve(Command):
    """Close a violation with a resolution text."""

    action: ClassVar[Action] = Action.RESOLVE
    violation_id: Id
    resolution: Annotated[str, StringConstraints(min_length=3, max_length=1000, strip_whitespace=True), NO_NUL]


class ResolveSignal(Command):
    """Close a signal with what was done about it, or reject it as no signal at all."""

    action: ClassVar[Action] = Action.RESOLVE_SIGNAL
    signal_id: Id
    resolution: Annotated[str, StringConstraints(min_length=3, max_length=1000, strip_whitespace=True), NO_NUL]
    rejected: bool = False


class WatchSignals(Command):
    """Give every open signal its clock, and stop the clocks of those that are settled (the auditor's work)."""

    action: ClassVar[Action] = Action.WATCH_SIGNALS
    batch: int = Field(default=500, ge=1, le=5_000)


class ExtendClock(OrderCommand):
    """More time for one clock of the order, with a reason."""

    action: ClassVar[Action] = Action.EXTEND_CLOCK
    clock: Word
    minutes: int = Field(gt=0, le=60 * 24 * 30)
    reason: Annotated[str, StringConstraints(min_length=3, max_length=500, strip_whitespace=True), NO_NUL]


class PauseClock(OrderCommand):
    """Pause one clock of the order: reason and a maximum length."""

    action: ClassVar[Action] = Action.PAUSE_CLOCK
    clock: Word
    reason: Annotated[str, StringConstraints(min_length=3, max_length=500, strip_whitespace=True), NO_NUL]
    minutes: int = Field(gt=0, le=60 * 24 * 30)


class ResumeClock(OrderCommand):
    """End the pause of a clock."""

    action: ClassVar[Action] = Action.RESUME_CLOCK
    clock: Word


class SetAvailability(Command):
    """A person goes away until a moment, or is back (`away_until` empty)."""

    action: ClassVar[Action] = Action.SET_AVAILABILITY
    person_id: Id
    away_until: AwareDatetime | None = None


class SetConstraint(Command):
    """AI-ROM's personal constraint on a manager's orders (docs/DOMAIN.md 4)."""

    action: ClassVar[Action] = Action.SET_CONSTRAINT
    manager_id: Id
    max_load: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    no_ebikes: bool = False
    reason: Annotated[str, StringConstraints(min_length=3, max_length=500, strip_whitespace=True), NO_NUL]


class AddPerson(Command):
    """A new person with a role; managers get a capacity."""

    action: ClassVar[Action] = Action.ADD_PERSON
    person_name: Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True), NO_NUL]
    role: Role
    team: Line = "default"
    capacity: int = Field(default=20, ge=0, le=1_000)
    telegram_id: Id | None = None


class ImportHistory(Command):
    """Cases of an event log become orders of history, with their own times.

    `until` is the last instant of the log: given with its last part, it judges what the log left open, and with
    `company_clock` lets company time stand there. The rows themselves stay out of the journal: it has their counts.
    """

    action: ClassVar[Action] = Action.IMPORT_HISTORY
    file: Line
    activities: Mapping[Line, Status]
    team: Word = "default"
    cases: tuple[LogCase, ...] = Field(default=(), max_length=10_000, exclude=True, repr=False)
    rejects: tuple[LogReject, ...] = Field(default=(), max_length=10_000, exclude=True, repr=False)
    until: AwareDatetime | None = None
    company_clock: bool = False


class ResendNotification(Command):
    """Put a dead or unknown notification back into the queue."""

    action: ClassVar[Action] = Action.RESEND_NOTIFICATION
    notification_id: Id


class RehandleUpdate(Command):
    """Try a Telegram update anew that was given up: what somebody wrote or tapped, and nobody could handle."""

    action: ClassVar[Action] = Action.REHANDLE_UPDATE
    update_id: Id


class ReportChannel(Command):
    """A channel to people is down (`problem` says how), or works again (`problem` empty)."""

    action: ClassVar[Action] = Action.REPORT_CHANNEL
    channel: Word
    problem: Line = ""
