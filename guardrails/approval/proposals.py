"""Requests for a human decision: written as an approval row with what was asked, by whom, on which evidence."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.authority import GateVerdict
from domain.commands import Command, OrderCommand
from domain.journal import Outcome, digest, plain
from domain.notices import Notice, NoticeKind
from domain.people import Role
from domain.policy import ClockKind, VerdictKind
from domain.stage_clocks import NewClock, Subject, new_clock
from guardrails.approval.sealing import fingerprint
from store import (
    journal,
    people,
)
from store.desk import approvals, clocks, orders
from store.talk import outbox
from tools.outgoing import outgoing
from tools.positions import stand_by
from tools.registry import Context, Examination, Settling
from tools.settle import settle


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A human has to decide: which approval it is, who may vote, how many must, until when."""

    approval_id: int
    voters: frozenset[Role]
    quorum: int
    expires_at: datetime
    known: bool = False


def arguments_of(command: Command) -> dict[str, object]:
    """A command's arguments in JSON's own types, as journal and approvals keep them."""
    arguments = plain(command.model_dump(mode="python", exclude_none=True))
    assert isinstance(arguments, dict)
    return cast("dict[str, object]", arguments)


def request_hash(command: Command) -> str:
    """The hash of what is asked, without the order's version: the same request is not asked twice."""
    return digest({"action": command.action, "arguments": _asked(command)})


def _asked(command: Command) -> dict[str, object]:
    arguments = arguments_of(command)
    arguments.pop("version", None)
    return arguments


async def propose(
    tx: AsyncConnection,
    command: Command,
    context: Context,
    exam: Examination,
    verdict: GateVerdict,
    *,
    supersedes: int | None = None,
) -> Waiting:
    """Write the approval, start its clock, ask the voters; a request that is pending already is not asked twice.

    `supersedes` is the approval in whose place an edited request comes.
    """
    await stand_by(tx, command, context, why=exam.why)
    wanted = request_hash(command)
    pending = await approvals.pending_with_hash(tx, wanted)
    if pending is not None:
        return await _known(tx, pending, command, context)
    expires_at = _expiry(context)
    order_id = None if context.order is None else context.order.id
    asked = {
        "action": command.action.value,
        "arguments": _asked(command),
        "risks": sorted(exam.risks),
        "rule": _rule(verdict, context),
        "voters": sorted(verdict.voters),
        "quorum": verdict.quorum,
        "amount_eur": exam.amount_eur,
        "order_id": order_id,
        "requested_by": context.actor.name,
        "requested_kind": context.actor.kind.value,
        "requested_person": context.person_id,
        "why": exam.why,
        "evidence": plain(dict(exam.evidence)),
        "expires_at": expires_at,
        "supersedes": supersedes,
    }
    written = {name: json.dumps(asked[name], ensure_ascii=False) for name in ("arguments", "evidence")}
    hashes = {"arguments_hash": fingerprint(asked), "request_hash": wanted}
    rest = {"now": context.now, "decision": context.decision}
    approval_id = await approvals.add(tx, {**asked, **written, **hashes, **rest})
    if approval_id is None:  # somebody else asked for the same at this very moment
        pending = await approvals.pending_with_hash(tx, wanted)
        assert pending is not None
        return await _known(tx, pending, command, context)
    await _watch(tx, approval_id, order_id, context)
    await _ask(tx, approval_id, order_id, verdict, context)
    result = {"approval": approval_id, "quorum": verdict.quorum, "expires_at": expires_at}
    await _journal(tx, command, context, approval_id, result, evidence=exam.evidence)
    if isinstance(command, OrderCommand) and context.order is not None:
        order = await orders.lock_by_id(tx, context.order.id)
        await settle(tx, order, context, Settling.STEP)
    return Waiting(approval_id=approval_id, voters=verdict.voters, quorum=verdict.quorum, expires_at=expires_at)


def _rule(verdict: GateVerdict, context: Context) -> str:
    """The rule that asks people, and whether the asker had read foreign text: the order's step does not wait for it."""
    if context.caution is None or verdict.rule.endswith(f"/{context.caution}"):
        return verdict.rule
    return f"{verdict.rule}/{context.caution}"


async def _known(tx: AsyncConnection, approval: approvals.Approval, command: Command, context: Context) -> Waiting:
    """Asked again while it is pending: journaled, but nobody is asked twice."""
    await _journal(tx, command, context, approval.id, {"approval": approval.id, "known": True})
    return Waiting(
        approval_id=approval.id,
        voters=frozenset(Role(role) for role in approval.voters),
        quorum=approval.quorum,
        expires_at=approval.expires_at,
        known=True,
    )


async def _journal(
    tx: AsyncConnection,
    command: Command,
    context: Context,
    approval_id: int,
    result: Mapping[str, object],
    *,
    evidence: Mapping[str, object] | None = None,
) -> None:
    entry = context.entry(
        uid=context.decision,
        action=command.action,
        order_id=None if context.order is None else context.order.id,
        facts=evidence or {},
        proposed=_asked(command),
        result=result,
        outcome=Outcome.WAITING,
        verdict=VerdictKind.NEEDS_APPROVAL,
    )
    await journal.append(tx, [replace(entry, approval_id=approval_id)])


def _approval_clock(subject_id: int, order_id: int | None, context: Context) -> NewClock:
    return new_clock(
        ClockKind.APPROVAL,
        Subject(kind="approval", id=subject_id, order_id=order_id),
        policy=context.policy,
        calendar=context.calendars.of_team(None),
        opened_at=context.now,
        limit=context.policy.approvals.expires_after,
    )


def _expiry(context: Context) -> datetime:
    return _approval_clock(0, None, context).due_at


async def _watch(tx: AsyncConnection, approval_id: int, order_id: int | None, context: Context) -> None:
    await clocks.open_clocks(tx, [_approval_clock(approval_id, order_id, context)])


async def _ask(
    tx: AsyncConnection, approval_id: int, order_id: int | None, verdict: GateVerdict, context: Context
) -> None:
    voters = await people.with_roles(tx, tuple(verdict.voters))
    askers = await approvals.askers(tx, approval_id)
    notices = [
        Notice(
            person_id=person.id,
            kind=NoticeKind.APPROVAL_REQUEST,
            order_id=order_id,
            params={"approval": approval_id},
            dedup_key=f"approval:{approval_id}:{person.id}",
        )
        for person in voters
        if person.id not in askers
    ]
    await outbox.put(tx, await outgoing(tx, notices, context))
