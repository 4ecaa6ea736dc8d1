"""Requests for a human decision, and what came of them."""

from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncConnection

from bots.card import About, Button, Card, keyboard
from bots.cards.approval_facts import facts
from bots.cards.deeds import who
from bots.door import TelegramDoor
from bots.taps import SEEN_CHARS, Do, OrderTap, VoteTap
from bots.words import Words, clip, lines
from domain.agency import FOREIGN_TEXT_READ
from domain.orders import Order
from domain.people import LEADERS, ActorKind
from store import people
from store.desk import approvals, orders
from store.desk.approvals import (
    Approval,
    Vote,
)
from store.people import Person
from store.talk.outbox import Notification

AMOUNT = "amount_eur"


async def approval_request(
    tx: AsyncConnection, door: TelegramDoor, words: Words, notification: Notification
) -> Card | None:
    """A request to vote on; pointless once it is decided."""
    approval = await approvals.get(tx, int(notification.params["approval"]))
    if approval.status != "pending":
        return None
    return await approval_card(tx, door, words, approval, reader=await people.get(tx, notification.person_id))


async def approval_outcome(
    tx: AsyncConnection, door: TelegramDoor, words: Words, notification: Notification
) -> Card | None:
    """What came of a request, without buttons."""
    approval = await approvals.get(tx, int(notification.params["approval"]))
    reader = await people.get(tx, notification.person_id)
    return Card((await approval_card(tx, door, words, approval, reader=reader)).text)


async def approval_card(
    tx: AsyncConnection, door: TelegramDoor, words: Words, approval: Approval, *, reader: Person
) -> Card:
    """A request: what, until when, who asks and why, on which facts, how much, whose votes it takes and has."""
    order = None if approval.order_id is None else await orders.get_by_id(tx, approval.order_id)
    votes = await approvals.votes(tx, approval.id)
    pending = approval.status == "pending"
    text = lines(
        words.say("approval-title", id=str(approval.id), what=words.plain(f"action-{approval.action}")),
        words.say("approval-expires", due=words.due(approval.expires_at))
        if pending
        else words.say("approval-status", status=words.plain(f"approval-{approval.status}")),
        await _replaced(tx, words, approval),
        *_what(words, approval, order),
        await _asker(tx, door, words, approval),
        words.say("approval-why", why=words.reason(approval.why))
        if approval.why and approval.why != approval.evidence.get("reference")
        else None,
        *facts(words, approval.evidence),
        words.say("approval-foreign") if approval.rule == FOREIGN_TEXT_READ else None,
        words.say("approval-risks", risks=", ".join(words.plain(f"risk-{risk}") for risk in approval.risks))
        if approval.risks
        else None,
        words.say("approval-voters", voters=", ".join(words.plain(f"role-{role}") for role in approval.voters))
        if pending
        else None,
        words.say("approval-votes", given=sum(vote.vote == "approve" for vote in votes), quorum=approval.quorum),
        *(_vote(words, vote) for vote in votes),
    )
    link = [] if order is None else [(words.plain("button-open"), OrderTap(do=Do.SHOW, order=order.id))]
    if not pending:
        return Card(
            text, keyboard(await _next_request(tx, words, approval), link if approval.status == "failed" else [])
        )
    askers = await approvals.askers(tx, approval.id)
    may_vote = reader.role.value in approval.voters and reader.id not in askers
    may_vote = may_vote and reader.id not in {vote.person_id for vote in votes}
    return Card(
        text,
        keyboard(_ballots(words, approval) if may_vote else [], _edit(words, approval, reader), link),
        about=About("approval", approval.id),
    )


def _what(words: Words, approval: Approval, order: Order | None) -> list[Markup | None]:
    return [
        words.say("approval-amount", amount=words.money(approval.amount_eur)) if approval.amount_eur else None,
        words.say("approval-order", code=order.code, bike=order.bike, status=words.plain(f"status-{order.status}"))
        if order
        else None,
        words.say("approval-to", status=words.plain(f"status-{approval.arguments['to']}"))
        if "to" in approval.arguments
        else None,
    ]


async def _asker(tx: AsyncConnection, door: TelegramDoor, words: Words, approval: Approval) -> Markup:
    """Who asked: a person, a role, or a role on somebody's behalf."""
    name = None if approval.requested_person is None else (await people.get(tx, approval.requested_person)).name
    if approval.requested_kind == ActorKind.AGENT and name is not None:
        return words.say("approval-asked-for", role=who(door, approval.requested_by, None), name=name)
    if name is None and approval.requested_kind != ActorKind.AGENT:
        return words.say("approval-asked-by", name=words.plain("card-by-itself"))
    return words.say("approval-asked-by", name=who(door, approval.requested_by, name))


async def _replaced(tx: AsyncConnection, words: Words, approval: Approval) -> Markup | None:
    """Which request this one took the place of, or which one took its place."""
    if approval.status == "superseded":
        new = await approvals.successor(tx, approval.id)
        return None if new is None else words.say("approval-replaced", id=str(new))
    return None if approval.supersedes is None else words.say("approval-replaces", id=str(approval.supersedes))


async def _next_request(tx: AsyncConnection, words: Words, approval: Approval) -> list[Button]:
    """The way to the request that took this one's place."""
    new = await approvals.successor(tx, approval.id) if approval.status == "superseded" else None
    return (
        []
        if new is None
        else [(words.plain("button-approval", id=str(new)), VoteTap(ballot="open", approval=new, seen=""))]
    )


def _vote(words: Words, vote: Vote) -> Markup:
    said = words.say("approval-vote", name=vote.name, vote=vote.vote)
    return words.say("approval-vote-because", vote=said, reason=clip(vote.reason)) if vote.reason else said


def _ballots(words: Words, approval: Approval) -> list[Button]:
    seen = approval.arguments_hash[:SEEN_CHARS]
    return [
        (words.plain("button-approve"), VoteTap(ballot="approve", approval=approval.id, seen=seen)),
        (words.plain("button-reject"), VoteTap(ballot="reject", approval=approval.id, seen=seen)),
    ]


def _edit(words: Words, approval: Approval, reader: Person) -> list[Button]:
    """Another amount, where there is one and a leader looks."""
    if AMOUNT not in approval.arguments or reader.role not in LEADERS:
        return []
    seen = approval.arguments_hash[:SEEN_CHARS]
    return [(words.plain("button-edit-amount"), VoteTap(ballot="edit", approval=approval.id, seen=seen))]
