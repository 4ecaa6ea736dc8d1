"""Who is talking: the person behind a Telegram account, with the door, their words, and how to answer them."""

import itertools
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from aiogram import BaseMiddleware
from aiogram.exceptions import TelegramBadRequest
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message, TelegramObject, Update

from bots import joining, reach
from bots.card import Card
from bots.door import TelegramDoor
from bots.questions import Asked
from bots.toasts import CHARS, toast
from bots.words import Words, plain
from domain.commands import Command
from domain.errors import DeskError, ForbiddenError
from domain.people import LEADERS, Actor, Channel, Role
from guardrails.approval.approvals import Ballot
from guardrails.approval.proposals import Waiting
from guardrails.gate import Done
from store import once, people
from store.people import Person

UNCHANGED = "message is not modified"
GONE = ("message to edit not found", "message can't be edited")
"""How Telegram says that a message is not there any more, or is no card of ours."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """The person of this update."""

    person: Person
    door: TelegramDoor
    update_id: int
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def words(self) -> Words:
        """Their language at this very moment: what has just been done is past for the card that tells of it."""
        return self.door.words(self.person)

    @property
    def actor(self) -> Actor:
        """The person asking through Telegram."""
        return Actor.person(self.person.id, Channel.TELEGRAM)

    @property
    def leads(self) -> bool:
        """Whether this person runs the desk."""
        return self.person.role in LEADERS

    @property
    def sees_all(self) -> bool:
        """Whether this person may look at everybody's work, not at their own alone."""
        return self.person.role is not Role.MANAGER

    def require_sees(self, owner_id: int | None) -> None:
        """Refuse to show a manager what belongs to somebody else."""
        if self.person.role is Role.MANAGER and owner_id != self.person.id:
            raise ForbiddenError(action="read_order", rule="managers-see-their-own-orders", role=self.person.role)

    def require_leads(self, what: str) -> None:
        """Refuse those who do not run the desk."""
        if self.person.role not in LEADERS:
            raise ForbiddenError(action=what, rule="leaders-only", role=self.person.role, allowed=LEADERS)

    def require_sees_all(self, what: str) -> None:
        """Refuse those who see their own work alone."""
        if not self.sees_all:
            raise ForbiddenError(action=what, rule="leaders-only", role=self.person.role)

    async def perform(self, command: Command) -> Done | Waiting:
        """Ask the gate; an update that is handled again is told what came of it the first time."""
        return await self.door.desk.gate.perform(command, self.actor, key=self._key(next(self._numbers)))

    async def perform_once(self, command: Command, tap: str) -> Done | Waiting:
        """The same for a tap that counts once however often it is pressed, and is never too late."""
        return await self.door.desk.gate.perform(command, self.actor, key=f"telegram:{self.door.bot.id}:{tap}")

    async def perform_all(self, commands: Sequence[Command]) -> list[Done | Waiting]:
        """Ask the gate for several commands in one commit, as `perform` does."""
        key = self._key(next(self._numbers))
        return await self.door.desk.gate.perform_all(commands, self.actor, key=key)

    async def vote(self, approval_id: int, ballot: Ballot, *, seen: str, reason: str = "") -> None:
        """Vote; an update that is handled again votes no second time."""
        key = self._key(next(self._numbers))
        votes = self.door.desk.approvals
        await votes.vote(approval_id, ballot, seen_hash=seen, by=self.actor, reason=reason, key=key)

    async def edit_request(self, approval_id: int, changes: Mapping[str, object]) -> int:
        """Ask for something else instead, as `vote` does; the new request's number."""
        key = self._key(next(self._numbers))
        return await self.door.desk.approvals.edit(approval_id, changes, by=self.actor, key=key)

    async def has_acted(self) -> bool:
        """Whether this update has had an effect already, and is handled again for its answer."""
        async with self.door.desk.db.reading() as tx:
            return await once.known(tx, self._key(1)) is not None

    def _key(self, number: int) -> str:
        return f"telegram:{self.door.bot.id}:{self.update_id}:{number}"


class Introduce(BaseMiddleware):
    """Finds the person of an update; a stranger is told politely whom to ask, and leaves a trace."""

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Pass the update on with its reader; expected errors become messages here, in one place."""
        door: TelegramDoor = data["door"]
        user = data["event_from_user"]
        async with door.desk.db.reading() as tx:
            person = await people.by_telegram(tx, user.id)
        update: Update = data["event_update"]
        if person is None:
            return await joining.answer_stranger(event, door, update.update_id)
        if person.telegram_blocked_at is not None:  # Telegram told us nothing of their coming back
            async with door.desk.db.transaction() as tx:
                await reach.found(tx, door.desk, person.id)
        reader = Reader(person=person, door=door, update_id=update.update_id)
        try:
            return await handler(event, {**data, "reader": reader})
        except DeskError as error:
            return await say(event, reader.words.refusal(error))


async def say(event: TelegramObject, words: str) -> None:
    """Answer a message with a message, a tap with an alert; `words` are HTML."""
    if isinstance(event, CallbackQuery):
        alert = plain(words)
        await toast(event, alert, alert=True)
        if event.message is not None and len(alert) > CHARS:
            await event.message.answer(words)
    elif isinstance(event, Message):
        await event.answer(words)


async def show(query: CallbackQuery, card: Card, *, alert: str | None = None) -> None:
    """Put a card in the place of the tapped one, and answer the tap; `alert` (HTML) says what was refused."""
    await toast(query, None if alert is None else plain(alert), alert=alert is not None)
    await put_in_place(query, card)


async def put_in_place(query: CallbackQuery, card: Card) -> int | None:
    """Put a card in the place of the tapped one, and below everything else where that one is gone: who tapped it is
    told all the same. The number of the message that holds the card now; the tap is answered already."""
    if query.message is None:
        return None
    if isinstance(query.message, Message):
        try:
            await query.message.edit_text(card.text, reply_markup=card.keyboard)
        except TelegramBadRequest as error:
            if not any(sign in error.message for sign in (UNCHANGED, *GONE)):
                raise
            if UNCHANGED in error.message:
                return query.message.message_id
        else:
            return query.message.message_id
    return (await query.message.answer(card.text, reply_markup=card.keyboard)).message_id


async def ask(state: FSMContext, event: TelegramObject, question: str, what: str, **data: Any) -> None:
    """Ask for words: the next message is the answer to `what`."""
    await state.set_state(Asked.words)
    await state.set_data({"what": what, **data})
    if isinstance(event, CallbackQuery):
        await toast(event)
        if event.message is not None:
            await event.message.answer(question)
    elif isinstance(event, Message):
        await event.answer(question)
