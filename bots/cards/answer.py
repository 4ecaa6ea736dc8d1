"""What a role has answered: its name, one part of its checked text, and what can be done about it at once."""

import re
from typing import Final

from markupsafe import escape
from sqlalchemy.ext.asyncio import AsyncConnection

from bots.card import Button, Card, columns, keyboard
from bots.cards.follow_up import written_draft
from bots.cards.report import report_cards
from bots.door import TelegramDoor
from bots.taps import Do, OrderTap, Talk, TalkTap
from bots.words import Words, clip, lines
from domain.choices import choices, codes
from domain.errors import NotFoundError
from domain.journal import Outcome
from domain.people import LEADERS, Role
from domain.splitting import parts
from store import people
from store.agents import effects, turns
from store.agents.turns import (
    Turn,
    TurnKind,
)
from store.desk import approvals, orders
from store.talk.outbox import Notification

ORDERS_SHOWN: Final = 3
QUOTED: Final = re.compile(r"«[^»]*»|“[^”]*”|\"[^\"]*\"")
"""What an answer only gives as an example, or repeats, is not what it is about."""
CODES_TRIED: Final = 12
"""Numbers of an answer that are looked up, for not each is an order's code."""


async def agent_answer(
    tx: AsyncConnection, door: TelegramDoor, words: Words, notification: Notification
) -> Card | None:
    """One message of the answer; its text is shown as it was checked, without any marks of its own."""
    turn = await turns.get(tx, int(notification.params["turn"]))
    if turn.kind is TurnKind.DIGEST:
        written = await report_cards(tx, door, words, role=turn.role, text=turn.answer or "")
        return written[int(notification.params.get("part", 1)) - 1]
    if turn.kind is TurnKind.FOLLOW_UP:
        order = await orders.get_by_id(tx, int(turn.about["order_id"]))
        role = door.desk.policy.roles.roles[turn.role].name
        return written_draft(words, order, str(turn.about["step"]), role=role, text=turn.answer or "")
    told, part = parts(turn.answer or ""), int(notification.params.get("part", 1))
    roles = door.desk.policy.roles.roles
    name = roles[turn.role].name if turn.role in roles else turn.role
    head = (
        words.say("card-answer", role=name)
        if len(told) == 1
        else words.say("card-answer-part", role=name, part=part, parts=len(told))
    )
    text = lines(head, escape(told[part - 1]))
    if part < len(told):
        return Card(text, more=True)
    if turn.kind is not TurnKind.NEXT_STEPS:
        rows = await _offered(tx, words, turn)
        return Card(text, keyboard(*rows))
    button = (words.plain("button-open"), OrderTap(do=Do.OPEN, order=int(turn.about["order_id"])))
    return Card(text, keyboard([button]))


async def _offered(tx: AsyncConnection, words: Words, turn: Turn) -> list[list[Button]]:
    """Choices of a question asked back, requests that wait for people, orders that the answer names."""
    chosen: list[Button] = [
        (clip(each, 40), TalkTap(do=Talk.CHOOSE, subject=turn.id, arg=number))
        for number, each in enumerate(choices(turn.answer or ""))
    ]
    waiting = await _waiting(tx, turn)
    asked: list[Button] = [
        (words.plain("talk-approval", id=str(each)), TalkTap(do=Talk.APPROVAL, subject=each)) for each in waiting
    ]
    return [*columns(chosen, 2), *columns(asked, 2), *columns(await _orders(tx, words, turn), 3)]


async def _waiting(tx: AsyncConnection, turn: Turn) -> list[int]:
    """Requests of this turn that leaders decide: shown to leaders only."""
    assert turn.person_id is not None
    if (await people.get(tx, turn.person_id)).role not in LEADERS:
        return []
    made = [effect for effect in await effects.of_turn(tx, turn.id) if effect.outcome == Outcome.WAITING]
    found = [await approvals.get(tx, int(effect.result["approval"])) for effect in made]
    return [each.id for each in found if each.status == "pending"]


async def _orders(tx: AsyncConnection, words: Words, turn: Turn) -> list[Button]:
    """The orders whose codes stand in the answer, as far as its reader may see them."""
    assert turn.person_id is not None
    reader = await people.get(tx, turn.person_id)
    found: list[Button] = []
    for code in codes(QUOTED.sub("", turn.answer or ""), CODES_TRIED):
        try:
            order = await orders.get(tx, code)
        except NotFoundError:
            continue
        if reader.role is not Role.MANAGER or order.owner_id == reader.id:
            found.append((words.plain("order-code", code=order.code), TalkTap(do=Talk.ORDER, subject=order.id)))
    return found[:ORDERS_SHOWN]
