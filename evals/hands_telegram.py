"""Hands that play a human in Telegram: they press the buttons that are really there and type what the bot asks for."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import structlog

from bots.local import LocalTelegram
from bots.taps import Climb, Do, OrderTap, ViolationTap, VoteTap
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
    OrderCommand,
    ReassignOrder,
    RecordContact,
    Resolve,
    SetLogistics,
    Snooze,
)
from evals.company_intents import Does, Intent, Reports, Votes
from evals.hands import GateHands
from evals.hands_check import fill_check
from evals.hands_crm import CrmHands
from evals.phone import Button, Phone

log = structlog.get_logger()

LEAST_LOADED = "0"


class OrderInHand:
    """One order on somebody's phone: its card, and the buttons under it."""

    def __init__(self, phone: Phone, code: str) -> None:
        self.phone = phone
        self.code = code
        self.id = int(code)

    async def press(self, do: Do, arg: str = "") -> bool:
        """Press a button of the order's newest card; a stale or missing card is fetched anew, once."""
        button = await self._button(do, arg)
        if button is not None and await self.phone.press(button):
            return True
        await self.phone.write(f"/order {self.code}")
        fresh = await self._button(do, arg, after=await self.phone.heard_up_to(), wait=True)
        return fresh is not None and await self.phone.press(fresh)

    async def then(self, do: Do, arg: str = "") -> bool:
        """Press what the last button has led to."""
        button = await self._button(do, arg, wait=True)
        return button is not None and await self.phone.press(button)

    async def _button(
        self, do: Do, arg: str, *, after: int = 0, wait: bool = False
    ) -> Button[OrderTap] | None:
        def wanted(tap: OrderTap) -> bool:
            return (tap.order, tap.do, tap.arg) == (self.id, do, arg)

        return await self.phone.find(OrderTap, wanted, after=after, wait=wait)


class TelegramHands:
    """Everybody's phones; a wish that finds no button to press is not fulfilled, and the person goes on."""

    def __init__(self, telegram: LocalTelegram, chats: Mapping[int, int]) -> None:
        self._phones = {person: Phone(telegram, chat) for person, chat in chats.items()}

    def can(self, intent: Does | Votes) -> bool:
        """Whether the bot offers this at all; what it does not, people do on the web pages."""
        if isinstance(intent, Votes):
            return True
        return type(intent.command) in ON_ORDERS or (type(intent.command) in ON_CARDS and intent.card is not None)

    async def carry_out(self, intent: Does | Votes) -> bool:
        """Press and type; True when the bot took it."""
        phone = self._phones[intent.person_id]
        if isinstance(intent, Votes):
            return await _vote(phone, intent)
        command = intent.command
        on_card = ON_CARDS.get(type(command))
        if on_card is not None and intent.card is not None:
            return await on_card(phone, intent.card, command)
        assert isinstance(command, OrderCommand | CloseBlocker)
        return await ON_ORDERS[type(command)](OrderInHand(phone, _code(command)), command)


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
