"""What happens to an event that cannot be taken in: it waits or is rejected, is kept and journaled, and says why."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.commands import Command, IntakeOrders
from domain.errors import (
    ConflictError,
    DeskError,
    EvidenceMissingError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    StaleError,
    TransitionRefusedError,
)
from domain.journal import Outcome
from domain.orders import OPEN_STATUSES, Order
from domain.policy import Evidence, VerdictKind
from guardrails.approval.proposals import arguments_of
from guardrails.crm.events import (
    ACTION_OF,
    Incoming,
)
from guardrails.crm.results import error_record
from store import feed as feed_store
from store import journal
from store.desk import signals
from store.feed import Held, Keep
from tools.registry import Context
from tools.signals import signal_row

# Refusals of one event; anything else (the database is away, a mistake of ours) ends the whole request.
REFUSALS = (
    ConflictError,
    EvidenceMissingError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    StaleError,
    TransitionRefusedError,
)
ILLEGAL = "illegal_transition"


class FaultError(DeskError):
    """The event met a fault of ours: it is kept, and can be replayed once that is mended."""

    code = "internal-error"


def is_the_database(error: Exception) -> bool:
    """Whether the server went away, which is no fault of an event: the sender may try again."""
    return isinstance(error, OperationalError | InterfaceError) or (
        isinstance(error, DBAPIError) and error.connection_invalidated
    )


# Evidence that only the event itself could have brought: no later event will.
_OWN_EVIDENCE = frozenset({Evidence.REASON.value, Evidence.CANCEL_REASON.value, "cancel_note"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why an event was not taken in, and what stood in quarantine of it before."""

    incoming: Incoming
    error: DeskError
    order: Order | None = None
    previous: Held | None = None
    source: str = "events"

    @property
    def state(self) -> str:
        """`waiting` when it may succeed later by itself, else `rejected`."""
        return "waiting" if may_come_true(self.error) else "rejected"


def may_come_true(error: DeskError) -> bool:
    """Whether what is missing may still come: the order, the evidence, the status the fact belongs to."""
    match error:
        case NotFoundError():
            return error.params.get("kind") == "order"
        case EvidenceMissingError():
            return not _OWN_EVIDENCE.intersection(error.missing)
        case ConflictError():
            return error.params.get("kind") == "company" or _belongs_to_a_later_status(error)
        case _:
            return False


def _belongs_to_a_later_status(error: ConflictError) -> bool:
    path: Mapping[str, int] = {status.value: place for place, status in enumerate(OPEN_STATUSES)}
    present = path.get(str(error.params.get("state")))
    if present is None:
        return False
    return any(path.get(str(status), -1) > present for status in error.allowed)


async def keep(tx: AsyncConnection, refusal: Refusal, context: Context) -> None:
    """Put the event into quarantine; journal the refusal once, and raise the signal of an illegal move."""
    error = error_record(refusal.error)
    incoming = refusal.incoming
    await feed_store.keep(
        tx,
        Keep(
            source=refusal.source,
            event_id=incoming.event_id,
            order_ref=incoming.order_ref or None,
            raw=incoming.raw,
            error_code=refusal.error.code,
            error=error,
            state=refusal.state,
        ),
        now=context.now,
    )
    action = _action(incoming)
    said_before = refusal.previous is not None and dict(refusal.previous.error) == error
    if action is None or said_before:
        return
    await _journal(tx, refusal, action, error, context)
    if isinstance(refusal.error, TransitionRefusedError):
        await _signal(tx, refusal, context)


def _action(incoming: Incoming) -> str | None:
    """What the journal calls it; None for something that names no kind of event that there is."""
    if incoming.command is not None:
        return incoming.command.action
    return IntakeOrders.action if incoming.request is not None else ACTION_OF.get(incoming.kind)


async def _journal(
    tx: AsyncConnection, refusal: Refusal, action: str, error: Mapping[str, object], context: Context
) -> None:
    incoming = refusal.incoming
    refused = isinstance(refusal.error, ForbiddenError)
    entry = context.entry(
        uid=context.decision,
        action=action,
        order_id=None if refusal.order is None else refusal.order.id,
        facts={"event": incoming.event_id, "occurred_at": incoming.occurred_at, "order": incoming.order_ref},
        proposed=_proposed(incoming.command),
        result={"kept": refusal.state, "error": error},
        outcome=Outcome.REFUSED,
        verdict=VerdictKind.REFUSE if refused else VerdictKind.ALLOW,
    )
    rule = str(refusal.error.params.get("rule", refusal.error.code)) if refused else refusal.error.code
    await journal.append(tx, [replace(entry, rule=rule)])


def _proposed(command: Command | None) -> Mapping[str, object]:
    return {} if command is None else arguments_of(command)


async def _signal(tx: AsyncConnection, refusal: Refusal, context: Context) -> None:
    order = refusal.order
    assert order is not None
    row = signal_row(
        ILLEGAL,
        context,
        order_id=order.id,
        evidence={
            "order": order.code,
            "from": order.status,
            "to": refusal.error.params.get("target", ""),
            "event": refusal.incoming.event_id,
            "allowed": list(refusal.error.allowed),
        },
    )
    await signals.raise_many(tx, [row])
