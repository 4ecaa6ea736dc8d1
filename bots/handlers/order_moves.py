"""Taps that move an order: accept, give back, move on after a look at the summary."""

from collections.abc import Mapping
from typing import Any

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from bots import cards
from bots.card import Card, columns, keyboard
from bots.cards.move import SUPPLIED_BY, move_sheet
from bots.cards.order_facts import lacks
from bots.handlers.forms import Question, gathered, pose, pose_here, question, require_fresh, tap
from bots.handlers.targets import target_of
from bots.handlers.waits import waits_for
from bots.reader import Reader, show
from bots.taps import Do, OrderTap, choice, one_of
from bots.typed import filled
from bots.words import lines
from domain.commands import AcceptOrder, AdvanceOrder, DeclineOrder
from domain.orders import Order, Status
from guardrails.approval.proposals import Waiting

REWORK_REASONS = ("client_asks", "photos", "point", "wear")
"""Why an order goes back into the check, mostly; anything else is typed."""
ASKED_AT_ONCE = frozenset({Do.LOGISTICS, Do.DELIVERED, Do.DECISION, Do.NOTE})


async def accept(
    _query: CallbackQuery, tapped: OrderTap, reader: Reader, _state: FSMContext, order: Order
) -> str | None:
    """The owner takes the order up."""
    await reader.perform(AcceptOrder(order=order.code, version=tapped.version))
    return reader.words.say("note-accepted")


async def decline(query: CallbackQuery, tapped: OrderTap, reader: Reader, _state: FSMContext, order: Order) -> None:
    """Why do you give it back?"""
    require_fresh(tapped, order)
    buttons = [
        (
            reader.words.plain(f"decline-{reason}"),
            OrderTap(do=Do.DECLINE_FOR, order=order.id, version=tapped.version, arg=reason),
        )
        for reason in cards.DECLINE_REASONS
    ]
    other = (
        reader.words.plain("decline-other"),
        OrderTap(do=Do.DECLINE_OTHER, order=order.id, version=tapped.version),
    )
    back = (reader.words.plain("button-back"), OrderTap(do=Do.OPEN, order=order.id))
    await show(
        query, Card(reader.words.say("ask-decline", code=order.code), keyboard(*columns(buttons, 1), [other], [back]))
    )


async def decline_for(query: CallbackQuery, tapped: OrderTap, reader: Reader, _state: FSMContext, order: Order) -> None:
    """Given back for a reason from the list."""
    reason = reader.words.plain(f"decline-{one_of(cards.DECLINE_REASONS, tapped.arg)}")
    await reader.perform(DeclineOrder(order=order.code, version=tapped.version, reason=reason))
    await show(query, Card(reader.words.say("note-declined", code=order.code, reason=reason)))


async def decline_other(
    query: CallbackQuery, tapped: OrderTap, reader: Reader, state: FSMContext, order: Order
) -> None:
    """Given back for a reason in own words."""
    require_fresh(tapped, order)
    await pose(state, query, question(reader, order, reader.words.say("ask-decline-reason"), "decline", []))


# ── moving on ────────────────────────────────────────────────────────────────────────────────────────────────────────
async def move(query: CallbackQuery, tapped: OrderTap, reader: Reader, state: FSMContext, order: Order) -> None:
    """What lacks is asked for at once where the manager can bring it; else the summary before the move."""
    require_fresh(tapped, order)
    card, target = await target_of(reader, order.code, choice(Status, tapped.arg))
    lacking = lacks(reader.words, target)
    if not lacking and target.missing:
        await pose(state, query, _rework(reader, order))
        return
    sheet = move_sheet(reader.words, card, target)
    first = SUPPLIED_BY.get(target.missing[0].partition(":")[0]) if target.missing else None
    if first in ASKED_AT_ONCE:
        await show(query, sheet)
        return
    refused = lines(*(f"• {what}" for what in lacking))
    status = reader.words.plain(f"status-{target.to}")
    alert = lines(reader.words.say("error-evidence-missing", target=status), refused) if lacking else None
    await show(query, sheet, alert=alert)


async def move_now(_query: CallbackQuery, tapped: OrderTap, reader: Reader, state: FSMContext, order: Order) -> str:
    """Confirmed: at once, or through a human decision."""
    to = choice(Status, tapped.arg)
    known = await gathered(state, "rework", order)
    reason = str(known.get("reason", "")) if known and to is Status.UNDER_INSPECTION else ""
    done = await reader.perform(AdvanceOrder(order=order.code, version=tapped.version, to=to, reason=reason))
    await state.clear()
    if isinstance(done, Waiting):
        return await waits_for(reader, done)
    return reader.words.say("note-moved", status=reader.words.plain(f"status-{to}"))


# ── back into the check ──────────────────────────────────────────────────────────────────────────────────────────────
def _rework(reader: Reader, order: Order) -> Question:
    choices = [(reader.words.plain(f"rework-{reason}"), tap(order, Do.REWORK, reason)) for reason in REWORK_REASONS]
    return question(reader, order, reader.words.say("ask-rework", code=order.code), "rework", choices)


async def rework(query: CallbackQuery, tapped: OrderTap, reader: Reader, state: FSMContext, order: Order) -> None:
    """Back into the check for a reason from the list: the summary."""
    require_fresh(tapped, order)
    reason = reader.words.plain(f"rework-{one_of(REWORK_REASONS, tapped.arg)}")
    await pose_here(state, query, await _rework_sheet(reader, order.code, reason))


async def rework_said(reader: Reader, data: Mapping[str, Any], said: str) -> Question:
    """Back into the check for a reason in own words: the summary."""
    return await _rework_sheet(reader, str(data["order"]), filled(said, "reason", 500, least=3))


async def _rework_sheet(reader: Reader, code: str, reason: str) -> Question:
    card, target = await target_of(reader, code, Status.UNDER_INSPECTION)
    data = {"order": code, "version": card.order.version, "reason": reason}
    return Question(move_sheet(reader.words, card, target, reason=reason), "rework", data)
