"""Requests for a human decision, and what came of them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncConnection

from bots.app import TelegramDoor
from bots.card import Card, keyboard
from bots.taps import SEEN_CHARS, VoteTap
from bots.words import Words, clip, lines
from store import approvals, orders
from store.approvals import Approval, Vote
from store.outbox import Notification


async def approval_request(
    tx: AsyncConnection, _door: TelegramDoor, words: Words, notification: Notification
) -> Card | None:
    """A request to vote on; pointless once it is decided."""
    approval = await approvals.get(tx, int(notification.params["approval"]))
    return None if approval.status != "pending" else await approval_card(tx, words, approval)


async def approval_card(tx: AsyncConnection, words: Words, approval: Approval) -> Card:
    """A request for a decision: what, why, on which evidence, how much, how many votes, until when."""
    order = None if approval.order_id is None else await orders.get_by_id(tx, approval.order_id)
    votes = await approvals.votes(tx, approval.id)
    text = lines(
        words.say("approval-title", id=str(approval.id), what=words.plain(f"action-{approval.action}")),
        words.say("approval-order", code=order.code, bike=order.bike, status=words.plain(f"status-{order.status}"))
        if order
        else None,
        words.say("approval-to", status=words.plain(f"status-{approval.arguments['to']}"))
        if "to" in approval.arguments
        else None,
        words.say("approval-risks", risks=", ".join(words.plain(f"risk-{risk}") for risk in approval.risks)),
        words.say("approval-amount", amount=words.money(approval.amount_eur)) if approval.amount_eur else None,
        words.say("approval-why", why=words.reason(approval.why)) if approval.why else None,
        _evidence(words, approval.evidence),
        words.say("approval-votes", given=sum(vote.vote == "approve" for vote in votes), quorum=approval.quorum),
        words.say("approval-expires", due=words.due(approval.expires_at))
        if approval.status == "pending"
        else words.say("approval-status", status=words.plain(f"approval-{approval.status}")),
        *(_vote(words, vote) for vote in votes),
    )
    if approval.status != "pending":
        return Card(text)
    seen = approval.arguments_hash[:SEEN_CHARS]
    return Card(
        text,
        keyboard(
            [
                (words.plain("button-approve"), VoteTap(ballot="approve", approval=approval.id, seen=seen)),
                (words.plain("button-reject"), VoteTap(ballot="reject", approval=approval.id, seen=seen)),
            ]
        ),
    )


def _evidence(words: Words, evidence: Mapping[str, Any]) -> Any:
    if evidence.get("client_total_eur") is None:
        return None
    total, paid = Decimal(evidence["client_total_eur"]), Decimal(evidence["paid_eur"])
    return words.say("approval-evidence", total=words.money(total), paid=words.money(paid))


def _vote(words: Words, vote: Vote) -> Markup:
    said = words.say("approval-vote", name=vote.name, vote=vote.vote)
    return words.say("approval-vote-because", vote=said, reason=clip(vote.reason)) if vote.reason else said


def voted(card: Card) -> Card:
    """The card after this reader's vote: nothing left to press."""
    return Card(card.text)


async def approval_outcome(
    tx: AsyncConnection, _door: TelegramDoor, words: Words, notification: Notification
) -> Card | None:
    """What came of a request, without buttons."""
    approval = await approvals.get(tx, int(notification.params["approval"]))
    return Card((await approval_card(tx, words, approval)).text)
