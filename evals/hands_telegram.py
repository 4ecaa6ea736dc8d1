"""Hands that play a human in Telegram: they press the buttons that are really there and type what the bot asks for."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from bots.handlers.blockers import MYSELF
from bots.local import LocalTelegram
from bots.taps import Climb, Do, ViolationTap, VoteTap
from domain.commands import (
    AcceptOrder,
    Acknowledge,
    AddNote,
    AdvanceOrder,
    AnswerChecklist,
    CancelOrder,
    CloseBlocker,
    Command,
    DeclineOrder,
    NewOrder,
    OpenBlocker,
    ReassignOrder,
    RecordContact,
    Resolve,
    SetLogistics,
    Snooze,
)
from domain.orders import Status
from domain.policy import Checklist
from evals.company_intents import Does, Intent, Reports, Votes
from evals.hands import GateHands
from evals.hands_check import CheckInHand
from evals.hands_crm import CrmHands
from evals.order_in_hand import OrderInHand
from evals.phone import Phone

LEAST_LOADED = 0
UNTIL = "tomorrow"


class TelegramHands:
    """Everybody's phones, by person; a wish that finds no button to press is not fulfilled, and the person goes on."""

    def __init__(self, telegram: LocalTelegram, chats: Mapping[int, int], checklist: Checklist) -> None:
        self._phones = {person: Phone(telegram, chat) for person, chat in chats.items()}
        self._checklist = checklist

    def can(self, intent: Does | Votes) -> bool:
        """Whether the bot offers this at all; what it does not, people do on the web pages."""
        if isinstance(intent, Votes):
            return True
        kind = type(intent.command)
        return kind is AnswerChecklist or kind in ON_ORDERS or (kind in ON_CARDS and intent.card is not None)

    async def carry_out(self, intent: Does | Votes) -> bool:
        """Press and type; True when the bot took it."""
        phone = self._phones[intent.person_id]
        if isinstance(intent, Votes):
            return await _vote(phone, intent)
        if intent.card is not None:
            return await ON_CARDS[type(intent.command)](phone, intent.card, intent.command)
        assert intent.order is not None
        order = OrderInHand(phone, intent.order)
        if isinstance(intent.command, AnswerChecklist):
            return await CheckInHand(order, self._checklist).fill(intent.command.answers)
        return await ON_ORDERS[type(intent.command)](order, intent.command)


class DemoHands:
    """The hands of a living company: the world through the CRM, people through Telegram, the rest on the pages."""

    def __init__(self, crm: CrmHands, telegram: TelegramHands, pages: GateHands) -> None:
        self._crm = crm
        self._telegram = telegram
        self._pages = pages

    async def take_in(self, orders: Sequence[NewOrder]) -> None:
        """Requests come from the CRM."""
        await self._crm.take_in(orders)

    async def carry_out(self, intent: Intent) -> bool:
        """By whichever way it goes."""
        if isinstance(intent, Reports):
            return await self._crm.report(intent)
        hands = self._telegram if self._telegram.can(intent) else self._pages
        return await hands.carry_out(intent)


# ── on an order's card ───────────────────────────────────────────────────────────────────────────────────────────────
async def _accept(order: OrderInHand, _command: AcceptOrder) -> bool:
    return await order.press(Do.ACCEPT)


async def _decline(order: OrderInHand, command: DeclineOrder) -> bool:
    return (
        await order.press(Do.DECLINE)
        and await order.then(Do.DECLINE_OTHER)
        and await order.phone.answer(command.reason)
    )


async def _contact(order: OrderInHand, command: RecordContact) -> bool:
    return await order.press(Do.SELLER if command.party == "seller" else Do.CLIENT)


async def _note(order: OrderInHand, command: AddNote) -> bool:
    return await order.press(Do.NOTE) and await order.phone.answer(command.text)


async def _move(order: OrderInHand, command: AdvanceOrder) -> bool:
    if not await order.press(Do.MOVE, command.to.value):
        return False
    if command.to is Status.UNDER_INSPECTION and not await order.phone.answer(command.reason):
        return False
    return await order.then(Do.MOVE_NOW, command.to.value)


async def _cancel(order: OrderInHand, command: CancelOrder) -> bool:
    reason = command.reason_code.value
    return (
        await order.press(Do.CANCEL)
        and await order.then(Do.CANCEL_FOR, reason)
        and await order.phone.answer(command.note or "-")
        and await order.then(Do.CANCEL_NOW)
    )


async def _logistics(order: OrderInHand, command: SetLogistics) -> bool:
    """The bot asks for the carrier, the day and the number in this order, beginning with what lacks."""
    if not await order.press(Do.LOGISTICS):
        return False
    day = command.dispatch_date and f"{command.dispatch_date:%d.%m.%Y}"
    given = [words for words in (command.carrier, day, command.tracking_number) if words]
    return all([await order.phone.answer(words) for words in given])


async def _block(order: OrderInHand, command: OpenBlocker) -> bool:
    return (
        await order.press(Do.BLOCKER)
        and await order.phone.answer(command.text)
        and await order.then(Do.BLOCK_WHO, MYSELF)
        and await order.then(Do.BLOCK_DUE, UNTIL)
    )


async def _unblock(order: OrderInHand, command: CloseBlocker) -> bool:
    return await order.press(Do.UNBLOCK, str(command.blocker_id))


ON_ORDERS: Mapping[type[Command], Callable[[OrderInHand, Any], Awaitable[bool]]] = {
    AcceptOrder: _accept,
    DeclineOrder: _decline,
    RecordContact: _contact,
    AddNote: _note,
    AdvanceOrder: _move,
    CancelOrder: _cancel,
    SetLogistics: _logistics,
    OpenBlocker: _block,
    CloseBlocker: _unblock,
}


# ── on an escalation's card ──────────────────────────────────────────────────────────────────────────────────────────
async def _climb(phone: Phone, violation: int, do: Climb, arg: str = "", *, wait: bool = False) -> bool:
    def wanted(tap: ViolationTap) -> bool:
        return (tap.violation, tap.do, tap.arg) == (violation, do, arg)

    button = await phone.find(ViolationTap, wanted, wait=wait)
    return button is not None and await phone.press(button)


async def _acknowledge(phone: Phone, card: int, _command: Acknowledge) -> bool:
    return await _climb(phone, card, Climb.ACKNOWLEDGE)


async def _snooze(phone: Phone, card: int, command: Snooze) -> bool:
    return await _climb(phone, card, Climb.SNOOZE) and await _climb(
        phone, card, Climb.SNOOZE_FOR, command.option, wait=True
    )


async def _resolve(phone: Phone, card: int, command: Resolve) -> bool:
    return await _climb(phone, card, Climb.RESOLVE) and await phone.answer(command.resolution)


async def _give(phone: Phone, card: int, command: ReassignOrder) -> bool:
    to = str(command.manager_id or LEAST_LOADED)
    return await _climb(phone, card, Climb.GIVE) and await _climb(phone, card, Climb.GIVE_TO, to, wait=True)


ON_CARDS: Mapping[type[Command], Callable[[Phone, int, Any], Awaitable[bool]]] = {
    Acknowledge: _acknowledge,
    Snooze: _snooze,
    Resolve: _resolve,
    ReassignOrder: _give,
}


# ── approvals ────────────────────────────────────────────────────────────────────────────────────────────────────────
async def _vote(phone: Phone, vote: Votes) -> bool:
    """Press the ballot; a rejection has to be explained."""

    def wanted(tap: VoteTap) -> bool:
        return (tap.approval, tap.ballot) == (vote.approval_id, vote.ballot)

    button = await phone.find(VoteTap, wanted)
    if button is None or not await phone.press(button):
        return False
    return vote.ballot == "approve" or await phone.answer(vote.reason)
