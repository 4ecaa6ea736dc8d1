"""A company in which something waits on every page, and what the names in addresses stand for there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from domain.commands import AdvanceOrder, CreateTask, OpenBlocker, OpenClaim, RaiseSignal, RecordContact
from domain.orders import Order, Status
from domain.people import Channel
from domain.policy import SignalCode
from domain.severity import Severity
from guardrails import conversation
from guardrails.desk import Desk as OpenDesk
from store import people
from store.access import auth
from tests.integration.desk import Desk, Member
from tests.integration.walk import Examples

SECRET = "Тайна-7731"
"""Stands on one manager's order only: whoever may not see that order must not find the word anywhere."""


@dataclass(frozen=True, slots=True)
class LivedIn:
    """The company; `mine` leads to what belongs to `manager`, `theirs` to the same things of another manager."""

    company: Desk
    manager: Member
    mine: Examples
    theirs: Examples


async def live_in(company: Desk, desk: OpenDesk) -> LivedIn:
    """Four days of work: late orders of two managers, tasks, blockers, signals, requests, words with a role."""
    theirs = await company.order(bike=f"Canyon {SECRET}", client_name=f"Клиент {SECRET}", city=f"Город {SECRET}")
    mine = await company.order()
    far = await company.to_status(await company.order(), Status.DELIVERED)
    await company.do(OpenClaim(order=far.code, text="царапина"), company.by(far))
    manager, other = _owner(company, mine), _owner(company, theirs)
    assert manager != other
    for order, word in ((mine, "свой"), (theirs, SECRET)):
        await _fill(company, await company.to_status(order, Status.AWAITING_PAYMENT), word)
    company.forward(days=4)
    await company.sweep()
    await company.do(RaiseSignal(code=SignalCode.PENDING_SPIKE, severity=Severity.CRITICAL), company.admin.actor)
    for member in (manager, other, company.head):
        async with company.db.reading() as tx:
            person = await people.get(tx, member.id)
        words = f"Что горит? {SECRET if member == other else ''}"
        await conversation.ask(desk, person, "ai-rop", words, channel=Channel.WEB, locale="ru")
    async with company.db.transaction() as tx:
        code = await auth.add_code(tx, purpose="login", person_id=company.owner.id, now=desk.wall())
    return LivedIn(
        company, manager, await _examples(company, mine, manager, code), await _examples(company, theirs, other, code)
    )


def _owner(company: Desk, order: Order) -> Member:
    return next(member for member in company.managers if member.id == order.owner_id)


async def _fill(company: Desk, order: Order, word: str) -> None:
    due_at = company.now + timedelta(hours=5)
    admin = company.admin.actor
    await company.do(CreateTask(order=order.code, text=f"Позвонить: {word}", due_at=due_at), admin)
    await company.do(OpenBlocker(order=order.code, text=f"Нет ответа: {word}", due_at=due_at), admin)
    await company.do(RecordContact(order=order.code, party="client", text=f"Перезвонит: {word}"), company.by(order))
    severity = Severity.CRITICAL
    await company.do(RaiseSignal(code=SignalCode.DEFECT_RISK, order=order.code, severity=severity), admin)
    await company.confirmed(order)
    move = AdvanceOrder(order=order.code, to=Status.READY_FOR_SHIPMENT, reason=f"Оплачено: {word}")
    await company.ask(move, company.by(order))


_FOUND: Mapping[str, str] = {
    "approval_id": "SELECT max(id) FROM approvals WHERE order_id = :order",
    "approvals/id": "SELECT max(id) FROM approvals WHERE order_id = :order",
    "decisions/id": "SELECT max(id) FROM ai_decisions WHERE order_id = :order",
    "signals/signal_id": "SELECT max(id) FROM ai_signals WHERE order_id = :order",
    "crises/signal_id": "SELECT max(id) FROM ai_signals WHERE code = 'pending_spike'",
    "number": "SELECT max(id) FROM ai_sla_violations WHERE order_id = :order",
    "turn_id": "SELECT max(id) FROM ai_turns WHERE person_id = :person",
    "person_id": "SELECT id FROM people WHERE id = :person",
}
"""The last of its kind that belongs to the order, or to the person."""
_WORDS: Mapping[str, str] = {
    "role": "ai-rop",
    "point": "3",
    "orders/number": "1",
    "name": "add_note",
    "kpi": "share_over_72h",
    "kind": "csv",
}


async def _examples(company: Desk, order: Order, member: Member, login: str) -> Examples:
    found = {name: await company.value(query, **_used(query, order, member)) for name, query in _FOUND.items()}
    assert None not in found.values(), found
    named = {name: str(value) for name, value in found.items()}
    return Examples({**_WORDS, **named, "code": order.code, "login/code": login})


def _used(query: str, order: Order, member: Member) -> Mapping[str, int]:
    return {name: value for name, value in (("order", order.id), ("person", member.id)) if f":{name}" in query}
