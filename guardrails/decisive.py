"""Clocks whose end is a decision of its own: an order nobody accepted goes on, an approval nobody gave runs out."""

import structlog

from domain.commands import ReassignOrder
from domain.errors import DeskError
from domain.journal import Outcome
from domain.people import WATCHDOG
from domain.policy import ClockKind
from domain.remarks import RemarkKey, remark
from guardrails.approval.approvals import Approvals
from guardrails.gate import Done, Gate
from store.desk import orders, sweep
from store.desk.clocks import ClockRow

log = structlog.get_logger()


async def decide(gate: Gate, approvals: Approvals, *, batch: int = 100) -> int:
    """Deal with up to `batch` decisive clocks that are due, each in its own transaction; how many were decided.

    Safe on any number of workers at once: whoever comes second finds the clock restarted or the approval decided. One
    that cannot be decided now is logged (its refusal is journaled) and does not keep the others waiting.
    """
    async with gate.db.reading() as tx:
        due = await sweep.decisive_due(
            tx, now=gate.timeline.now(), batch=batch, accept_attempts=gate.policy.assignment.accept_attempts
        )
    decided = 0
    for clock in due:
        try:
            decided += await _decide(gate, approvals, clock)
        except DeskError as error:
            log.warning("not decided", clock=clock.kind, subject=clock.subject_id, error=str(error))
    return decided


async def _decide(gate: Gate, approvals: Approvals, clock: ClockRow) -> bool:
    if clock.kind == ClockKind.APPROVAL:
        return await approvals.expire(clock.subject_id)
    async with gate.db.reading() as tx:
        order = await orders.by_id(tx, clock.subject_id)
    reason = remark(RemarkKey.NOT_ACCEPTED)
    command = ReassignOrder(order=order.code, because="not_accepted", reason=reason)
    done = await gate.perform(command, WATCHDOG)
    return isinstance(done, Done) and done.outcome is Outcome.DONE
