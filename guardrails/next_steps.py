"""What to do next on one order: the rules' checklist at once, a model's words while their facts stand."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils.compat import uuid7

from domain.agency import Mode
from domain.journal import digest
from domain.lifecycle import Target
from domain.orders import Status
from domain.people import Channel, Role
from domain.policy import Duty, Policy
from domain.viewers import Viewer
from guardrails.desk import Desk
from guardrails.order_card import OrderCard, order_card
from guardrails.thread_names import steps_thread
from locales import Texts, sentences, texts, times
from store.agents import modes, turns
from store.agents.turns import (
    NewTurn,
    TurnKind,
)
from store.agents.written import (
    Written,
    kept,
)
from store.people import Person

SOON: Final = 5
"""After people's own words, before what nobody waits for."""
RULES: Final = "rules"


@dataclass(frozen=True, slots=True, kw_only=True)
class NextSteps:
    """`plain` is the rules' checklist, `text` what to show: a model's where one holds, else the same.

    `missing` names what lacks for the next status; `turn` is the request to a role for a better text, None where there
    is no need for one or nobody to ask.
    """

    order: str
    order_id: int
    step: str | None
    due_at: datetime | None
    missing: tuple[str, ...]
    plain: str
    text: str
    author: str
    written_at: datetime
    facts_digest: str
    turn: int | None = None


async def next_steps(desk: Desk, person: Person, code: str, *, channel: Channel, locale: str) -> NextSteps:
    """The order's next steps for a person who may see it; a role is asked to word them where no kept text holds.

    Raises:
        NotFoundError: no such order.
        ForbiddenError: a manager sees their own orders only.
    """
    now, role = desk.timeline.now(), _author(desk.policy)
    async with desk.db.reading() as tx:
        card = await order_card(tx, code, desk.policy)
        Viewer.person(person.id, person.role).require_sees(card.order.owner_id)
        written = await kept(tx, TurnKind.NEXT_STEPS.value, card.order.id, locale)
        mode = await modes.mode_of(tx, role)
    zone = ZoneInfo(desk.gate.calendars.of(person).tz)
    facts = facts_digest(card, now=now)
    plain = checklist(card, texts(locale), now=now, zone=zone, typed=True)
    holds = _holds(written, facts, desk.policy, now=now) if mode is not Mode.OFF else None
    turn = None
    if holds is None and card.order.is_open and mode is not Mode.OFF and person.role is not Role.VIEWER:
        neutral = checklist(card, texts(locale), now=now, zone=zone, typed=False)
        window = int(now.timestamp() // desk.policy.agents.texts.next_steps_kept.total_seconds())
        request = NewTurn(
            thread=steps_thread(role, card.order.id),
            role=role,
            kind=TurnKind.NEXT_STEPS,
            channel=channel.value,
            trace_id=uuid7().hex,
            person_id=person.id,
            about={"order": card.order.code, "order_id": card.order.id, "plain": neutral, "facts_digest": facts},
            locale=locale,
            dedup_key=f"next-steps:{card.order.id}:{person.id}:{channel}:{locale}:{facts}:{window}",
        )
        async with desk.db.transaction() as tx:
            turn = await _asked(tx, request, now=now)
    following = _following(card)
    return NextSteps(
        order=card.order.code,
        order_id=card.order.id,
        step=card.order.next_step,
        due_at=card.order.due_at,
        missing=tuple(following.missing) if following else (),
        plain=plain,
        text=plain if holds is None else holds.text,
        author=RULES if holds is None else holds.model,
        written_at=now if holds is None else holds.at,
        facts_digest=facts,
        turn=turn,
    )


def facts_digest(card: OrderCard, *, now: datetime) -> str:
    """A fingerprint of all that the steps rest on: what changes nothing here leaves a written text true."""
    order, following = card.order, _following(card)
    return digest(
        {
            "version": order.version,
            "status": order.status,
            "owner": order.owner_id,
            "step": [order.next_step, dict(card.particulars.next_step_params)],
            "due": [order.due_at, order.due_at is not None and order.due_at <= now],
            "missing": None if following is None else [following.to, *following.missing],
            "blockers": [[each.id, each.due_at] for each in card.blockers],
            "approvals": [each.id for each in card.approvals],
            "violations": [each.id for each in card.violations],
            "tasks": [each.id for each in card.tasks],
            "check": card.check.answered,
            "notes": len(card.notes),
            "payments": len(card.payments),
        }
    )


def checklist(card: OrderCard, texts: Texts, *, now: datetime, zone: ZoneInfo, typed: bool) -> str:
    """The rules' own checklist, plain text; without `typed` it repeats nothing that anybody typed: a model reads it."""
    order, following = card.order, _following(card)
    if order.next_step is None:
        return texts.get("todo-done", code=order.code)
    params = dict(card.particulars.next_step_params)
    step = sentences.step(order.next_step, params if typed else _counted(params), texts)
    said = [texts.get("todo-title", code=order.code), texts.get("todo-step", step=step)]
    if following is not None:
        status = texts.get(f"status-{following.to}")
        lacking = sentences.missing(following.missing, texts)
        said.append(texts.get("todo-missing" if lacking else "todo-ready", status=status))
        said += [texts.get("todo-line", what=what) for what in lacking]
    if order.due_at is not None:
        moment = times.moment(order.due_at, now=now, zone=zone, texts=texts)
        said.append(texts.get("todo-due", due=moment, left=times.left(order.due_at, now=now, texts=texts)))
    return "\n".join(said)


TYPED: Final = frozenset({"carrier", "tracking_number"})
"""Parameters of a step that somebody typed."""


def _counted(params: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in params.items() if name not in TYPED}


def _following(card: OrderCard) -> Target | None:
    """The next status on the order's way, the first of the table; None where it can only be cancelled, or is over."""
    return next((target for target in card.targets if target.to is not Status.CANCELLED), None)


def _holds(written: Written | None, facts: str, policy: Policy, *, now: datetime) -> Written | None:
    if written is None or written.facts_digest != facts:
        return None
    return written if now - written.at < policy.agents.texts.next_steps_kept else None


def _author(policy: Policy) -> str:
    """The role whose duty next steps are; the policy's checks see to it that there is one."""
    return next(name for name, role in policy.roles.roles.items() if Duty.NEXT_STEPS in role.duties)


async def _asked(tx: AsyncConnection, request: NewTurn, *, now: datetime) -> int:
    assert request.dedup_key is not None
    turn = await turns.ask(tx, request, now=now, priority=SOON)
    return await turns.known(tx, request.dedup_key) if turn is None else turn
