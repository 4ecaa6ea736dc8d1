"""What stands in quarantine, in a person's hands: try it again, or decide that it is not to be taken in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils.compat import uuid7

from domain.authority import judge
from domain.errors import ConflictError, DeskError, ForbiddenError, InvalidInputError
from domain.people import Actor
from domain.policy import Action, VerdictKind
from guardrails.crm.feed import Feed
from guardrails.crm.results import (
    EventOutcome,
    RequestOutcome,
)
from guardrails.gate import Gate
from store import feed as feed_store
from store import journal
from store.feed import Held
from tools.registry import Context

PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What became of one kept thing when it was tried again."""

    id: int
    outcome: str
    order: str | None = None
    error: DeskError | None = None


class Quarantine:
    """Only those may replay or discard whom the authority rules let (`replay_event`); both are journaled."""

    def __init__(self, gate: Gate, feed: Feed) -> None:
        self._gate = gate
        self._feed = feed

    async def replay(self, ids: Sequence[int] | None, *, by: Actor) -> list[Replayed]:
        """Try these again, or (None) everything that waits or was rejected, each in its own transaction.

        Raises:
            ForbiddenError: the asker may not.
            NotFoundError: no such number stands in quarantine.
        """
        trace_id = uuid7().hex
        results: list[Replayed] = []
        after = 0
        while True:
            kept = await self._page(ids, after)
            for one in kept:
                await self._judged(by, one, trace_id, what="replay", reason="")
                results.append(await self._again(one, trace_id))
            if ids is not None or not kept:
                return results
            after = kept[-1].id

    async def discard(self, quarantine_id: int, *, reason: str, by: Actor) -> None:
        """It is not to be taken in; it stays readable, with the reason in the journal. Raises like `replay`."""
        if not reason.strip():
            raise InvalidInputError(field="reason", value="", allowed=("why it is not to be taken in",))
        async with self._gate.db.transaction() as tx:
            kept = await feed_store.lock_held(tx, quarantine_id)
        await self._judged(by, kept, uuid7().hex, what="discard", reason=reason)

    async def _page(self, ids: Sequence[int] | None, after: int) -> list[Held]:
        async with self._gate.db.transaction() as tx:
            if ids is None:
                return await feed_store.listed(tx, after=after, limit=PAGE)
            return [await feed_store.lock_held(tx, quarantine_id) for quarantine_id in ids]

    async def _judged(self, by: Actor, kept: Held, trace_id: str, *, what: str, reason: str) -> None:
        """Refuse whom no rule lets; journal who asked for what, and let a discarded thing go in the same commit."""
        async with self._gate.db.transaction() as tx:
            context = await self._gate.context(tx, by, trace_id)
            context = replace(context, rule=_allowed(context))
            await _require_open(tx, kept.id)
            if what == "discard":
                await feed_store.discard(tx, kept.id)
            entry = context.entry(
                uid=context.decision,
                action=Action.REPLAY_EVENT,
                order_id=None,
                facts={"event": kept.event_id, "order": kept.order_ref, "error": kept.error_code, "state": kept.state},
                proposed={"quarantine": kept.id, "what": what, "reason": reason},
                result={"attempts": kept.attempts},
            )
            await journal.append(tx, [entry])

    async def _again(self, kept: Held, trace_id: str) -> Replayed:
        if kept.source == "history":  # a row of an imported log: no event of the CRM
            error = ConflictError(
                kind="quarantine", name=str(kept.id), state="history", allowed=("import the mended log", "discard")
            )
            return Replayed(id=kept.id, outcome=EventOutcome.REJECTED.value, error=error)
        if kept.source == "orders":
            (request,) = await self._feed.take_orders([dict(kept.raw)], trace_id=trace_id)
            good = request.outcome is not RequestOutcome.REJECTED
            outcome = "applied" if good else request.outcome.value
            return Replayed(id=kept.id, outcome=outcome, order=request.order, error=request.error)
        result = await self._feed.again(kept.id, trace_id=trace_id)
        if result is None:
            return Replayed(id=kept.id, outcome=EventOutcome.DUPLICATE.value)
        return Replayed(id=kept.id, outcome=result.outcome.value, order=result.order, error=result.error)


def _allowed(context: Context) -> str:
    verdict = judge(
        Action.REPLAY_EVENT,
        context.actor.kind,
        context.role,
        owns_order=False,
        risks=frozenset(),
        amount_eur=None,
        policy=context.policy,
    )
    if verdict.kind is not VerdictKind.ALLOW:
        raise ForbiddenError(action=Action.REPLAY_EVENT, rule=verdict.rule)
    return verdict.rule


async def _require_open(tx: AsyncConnection, quarantine_id: int) -> None:
    kept = await feed_store.lock_held(tx, quarantine_id)
    if kept.state not in feed_store.OPEN:
        raise ConflictError(kind="quarantine", name=str(kept.id), state=kept.state, allowed=feed_store.OPEN)
