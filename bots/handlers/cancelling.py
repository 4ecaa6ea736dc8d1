"""A cancellation: the reason from the list, a note in own words, the summary, and only then the deed."""

from collections.abc import Mapping
from typing import Any

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from bots.card import Card, columns, keyboard
from bots.cards.move import cancel_sheet
from bots.handlers.forms import Question, gathered, pose, pose_here, question, require_fresh, tap
from bots.handlers.targets import target_of
from bots.handlers.waits import waits_for
from bots.reader import Reader, show
from bots.taps import Do, OrderTap, choice
from bots.typed import filled
from domain.commands import CancelOrder
from domain.errors import StaleError
from domain.orders import CancelReason, Order, Status
from guardrails.approval.proposals import Waiting

WHAT = "cancel"
NOTHING_TO_ADD = ("-", "—")


async def cancel(query: CallbackQuery, tapped: OrderTap, reader: Reader, _state: FSMContext, order: Order) -> None:
    """Why is it cancelled?"""
    require_fresh(tapped, order)
    rules = reader.door.desk.policy.lifecycle.cancel
    buttons = [
        (reader.words.plain(f"reason-{reason}"), tap(order, Do.CANCEL_FOR, reason.value)) for reason in rules.reasons
    ]
    back = (reader.words.plain("button-leave"), OrderTap(do=Do.OPEN, order=order.id))
    await show(query, Card(reader.words.say("ask-cancel", code=order.code), keyboard(*columns(buttons, 1), [back])))


async def cancel_for(query: CallbackQuery, tapped: OrderTap, reader: Reader, state: FSMContext, order: Order) -> None:
    """For this reason: a note is asked for, which some reasons need."""
    require_fresh(tapped, order)
    reason = choice(CancelReason, tapped.arg)
    needed = reason in reader.door.desk.policy.lifecycle.cancel.note_needed_for
    plain = [] if needed else [(reader.words.plain("button-no-note"), tap(order, Do.CANCEL_PLAIN, reason.value))]
    text = reader.words.say(
        "ask-cancel-why", reason=reader.words.plain(f"reason-{reason}"), needed="yes" if needed else "no"
    )
    await pose(
        state, query, question(reader, order, text, WHAT, plain, back=tap(order, Do.CANCEL), reason=reason.value)
    )


async def cancel_plain(query: CallbackQuery, tapped: OrderTap, reader: Reader, state: FSMContext, order: Order) -> None:
    """Without a note: the summary."""
    require_fresh(tapped, order)
    await pose_here(state, query, await _sheet(reader, order.code, reason=choice(CancelReason, tapped.arg), note=""))


async def cancel_said(reader: Reader, data: Mapping[str, Any], said: str) -> Question:
    """With a note: the summary."""
    note = "" if said in NOTHING_TO_ADD else filled(said, "note", 2000)
    return await _sheet(reader, str(data["order"]), reason=str(data["reason"]), note=note)


async def _sheet(reader: Reader, code: str, *, reason: str, note: str) -> Question:
    card, target = await target_of(reader, code, Status.CANCELLED)
    shown = cancel_sheet(reader.words, card, target, reason=reason, note=note)
    data = {"order": code, "version": card.order.version, "reason": reason, "note": note}
    return Question(shown, WHAT, data)


async def cancel_now(
    _query: CallbackQuery, tapped: OrderTap, reader: Reader, state: FSMContext, order: Order
) -> str | None:
    """Confirmed: cancelled at once, or by people's decision once money is in it."""
    known = await gathered(state, WHAT, order)
    if known is None:
        raise StaleError(order=order.code, seen=tapped.version, present=order.version)
    command = CancelOrder(
        order=order.code,
        version=tapped.version,
        reason_code=CancelReason(known["reason"]),
        note=str(known.get("note", "")),
    )
    done = await reader.perform(command)
    await state.clear()
    return await waits_for(reader, done) if isinstance(done, Waiting) else reader.words.say("note-cancelled")
