"""A role that asked people on somebody's behalf tells them what was decided."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.agency import Mode
from domain.journal import plain
from domain.people import ActorKind, Channel
from guardrails.thread_names import person_thread
from store import people
from store.agents import modes, turns
from store.agents.turns import (
    NewTurn,
    TurnKind,
)
from store.desk import orders
from store.desk.approvals import Approval
from tools.registry import Context

DECIDED: Final = frozenset({"done", "rejected", "expired", "failed"})
"""Ends that are an answer; what an edit supersedes goes on under another number."""
SOON: Final = 5
"""After what people ask themselves, before what nobody waits for."""


async def answer_asker(
    tx: AsyncConnection, approval: Approval, status: str, outcome: Mapping[str, object], context: Context
) -> None:
    """Ask the role that made this request to tell its person how it ended, in the caller's commit.

    Nothing is asked where no person stands behind the request, and of a role that is switched off: the bare outcome
    reaches the person in any case.
    """
    role, person_id = approval.requested_by, approval.requested_person
    if approval.requested_kind != ActorKind.AGENT or person_id is None or status not in DECIDED:
        return
    if role not in context.policy.roles.roles or await modes.mode_of(tx, role) is Mode.OFF:
        return
    person = await people.get(tx, person_id)
    if not person.active:
        return
    thread = person_thread(role, person_id)
    earlier = await turns.history(tx, thread, limit=1)
    turn = NewTurn(
        thread=thread,
        role=role,
        kind=TurnKind.APPROVAL_DECIDED,
        channel=Channel.TELEGRAM.value,
        trace_id=context.trace_id,
        person_id=person_id,
        about={
            "asker": {"name": person.name, "role": person.role.value},
            "approval": plain(await _told(tx, approval, status, outcome)),
        },
        dedup_key=f"approval:{approval.id}:decided",
        locale=earlier[0].locale if earlier else "ru",
    )
    await turns.ask(tx, turn, now=context.now, priority=SOON)


async def _told(
    tx: AsyncConnection, approval: Approval, status: str, outcome: Mapping[str, object]
) -> dict[str, object]:
    """What the role may know of it: no more than its person, who asked for it."""
    order = None if approval.order_id is None else await orders.get_by_id(tx, approval.order_id)
    known = {
        "id": approval.id,
        "action": approval.action,
        "order": None if order is None else order.code,
        "amount_eur": approval.amount_eur,
        "why": approval.why,
        "status": status,
        "reason": outcome.get("reason"),
        "error": outcome.get("error"),
        "missing": outcome.get("missing"),
    }
    return {name: value for name, value in known.items() if value not in (None, "", [])}
