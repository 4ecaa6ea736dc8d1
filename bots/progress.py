"""What a role is at while it works: typing, and its steps in words; in private as a draft, in a group in one message.

All of it passes by itself: typing after 5 seconds, a draft after 30. The group's message is kept by its number
(`store/talk/progress.py`) and taken away when the answer leaves, by whichever worker sends it.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

import structlog
from aiogram.enums import ChatAction
from aiogram.exceptions import TelegramAPIError, TelegramRetryAfter

from bots.door import TelegramDoor
from bots.places import Place, place_of
from bots.words import Words
from domain.notices import NoticeKind
from domain.people import Channel
from domain.progress import Hear, at_work
from store import (
    people,
    rates,
)
from store.agents import turns
from store.agents.turns import TurnState
from store.talk import progress
from store.talk.outbox import Notification
from store.talk.progress import Shown

CALL_SECONDS: Final = 10

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tempo:
    """Seconds: between two signs of typing, before the first step is shown, between two steps, until one fades."""

    typing: float = 4.0
    first: float = 0.7
    step: float = 1.5
    fades: float = 20.0


@dataclass(slots=True, kw_only=True)
class View:
    """One turn as its asker sees it at work."""

    door: TelegramDoor
    turn_id: int
    place: Place
    words: Words
    role: str
    tempo: Tempo
    message_id: int | None
    _step: str | None = None
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _over: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, step: Mapping[str, object]) -> None:
        """A step is taken; it is shown when its time comes, unless the next one is quicker."""
        key = at_work(step)
        if key is not None and key != self._step:
            self._step = key
            self._news.set()

    def end(self) -> None:
        """Show nothing more; what is being sent is let out."""
        self._over.set()
        self._news.set()

    async def show(self) -> None:
        """Type and tell the steps until the end."""
        async with asyncio.TaskGroup() as both:
            both.create_task(self._type())
            both.create_task(self._tell())

    async def _type(self) -> None:
        while not self._over.is_set():
            await self._quietly(
                self.door.bot.send_chat_action(
                    self.place.chat_id,
                    ChatAction.TYPING,
                    message_thread_id=self.place.thread_id,
                    request_timeout=CALL_SECONDS,
                )
            )
            await self._pause(self.tempo.typing)

    async def _tell(self) -> None:
        drawn: str | None = None
        await self._pause(self.tempo.first)
        while not self._over.is_set():
            await _within(self._news, self.tempo.fades)
            self._news.clear()
            if self._step is None or self._over.is_set() or (self.place.is_group and self._step == drawn):
                continue
            await self._pause(await self._wait())
            if not self._over.is_set():
                drawn = self._step
                await self._quietly(self._draw(self.words.say(f"progress-{drawn}", role=self.role)))

    async def _draw(self, said: str) -> None:
        bot, place = self.door.bot, self.place
        if not place.is_group:
            await bot.send_message_draft(place.chat_id, self.turn_id, text=said, request_timeout=CALL_SECONDS)
            return
        if self.message_id is not None:
            await bot.edit_message_text(
                said, chat_id=place.chat_id, message_id=self.message_id, request_timeout=CALL_SECONDS
            )
            return
        sent = await bot.send_message(
            place.chat_id,
            said,
            message_thread_id=place.thread_id,
            reply_parameters=place.reply,
            disable_notification=True,
            request_timeout=CALL_SECONDS,
        )
        self.message_id = sent.message_id
        async with self.door.desk.db.transaction() as tx:
            await progress.keep(tx, Shown(turn_id=self.turn_id, chat_id=place.chat_id, message_id=sent.message_id))

    async def _wait(self) -> float:
        """Seconds until the chat may see another step, whichever worker shows it."""
        interval = timedelta(seconds=self.tempo.step)
        async with self.door.desk.db.transaction() as tx:
            slot = await rates.reserve(tx, f"steps:{self.place.chat_id}", interval=interval, within=interval)
        return slot.wait.total_seconds()

    async def _quietly(self, call: Awaitable[object]) -> None:
        """Nobody misses a step that Telegram does not take: the turn goes on, and so do the next steps."""
        try:
            await call
        except TelegramRetryAfter as error:
            await self._pause(error.retry_after)
        except TelegramAPIError as error:
            log.info("a role's work could not be shown", turn=self.turn_id, reason=str(error))

    async def _pause(self, seconds: float) -> None:
        await _within(self._over, seconds)


async def _within(event: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return


@asynccontextmanager
async def showing(door: TelegramDoor, turn_id: int, tempo: Tempo | None = None) -> AsyncGenerator[Hear]:
    """Show a turn at work while the block runs; its steps are told to what this gives."""
    view = await _view(door, turn_id, tempo or Tempo())
    if view is None:
        yield lambda _: None
        return
    task = asyncio.create_task(view.show())
    try:
        yield view.hear
    finally:
        view.end()
        (failed,) = await asyncio.gather(task, return_exceptions=True)
        if isinstance(failed, BaseException):
            log.error("a role's work could not be shown", turn=turn_id, exc_info=failed)
        if view.message_id is not None:
            await sweep(door)


async def _view(door: TelegramDoor, turn_id: int, tempo: Tempo) -> View | None:
    """The view of a turn that a person waits for in Telegram; None of any other."""
    async with door.desk.db.reading() as tx:
        turn = await turns.get(tx, turn_id)
        if turn.channel != Channel.TELEGRAM or turn.person_id is None or not turn.words:
            return None
        if turn.state not in (TurnState.QUEUED, TurnState.RUNNING):
            return None
        person = await people.get(tx, turn.person_id)
        shown = await progress.of(tx, turn_id)
    given = turn.about.get("place")
    if given is None and person.telegram_id is None:
        return None
    roles = door.desk.policy.roles.roles
    return View(
        door=door,
        turn_id=turn_id,
        place=Place(**given) if given is not None else Place(chat_id=int(person.telegram_id or 0)),
        words=door.words(person),
        role=roles[turn.role].name if turn.role in roles else turn.role,
        tempo=tempo,
        message_id=None if shown is None else shown.message_id,
    )


async def clear(door: TelegramDoor, notification: Notification) -> None:
    """Take away the group's message about the turn whose answer is about to leave."""
    place = place_of(notification)
    if notification.kind != NoticeKind.AGENT_ANSWER or place is None or not place.is_group:
        return
    async with door.desk.db.reading() as tx:
        shown = await progress.of(tx, int(notification.params["turn"]))
    if shown is not None:
        await _take_away(door, shown)


async def sweep(door: TelegramDoor) -> int:
    """Take away messages about turns whose answer has left already; how many there were."""
    async with door.desk.db.reading() as tx:
        left = await progress.left_over(tx)
    for shown in left:
        await _take_away(door, shown)
    return len(left)


async def _take_away(door: TelegramDoor, shown: Shown) -> None:
    try:
        await door.bot.delete_message(shown.chat_id, shown.message_id, request_timeout=CALL_SECONDS)
    except TelegramRetryAfter:
        return
    except TelegramAPIError as error:  # somebody was quicker, or the bot is out
        log.info("a message about a turn is gone already", turn=shown.turn_id, reason=str(error))
    async with door.desk.db.transaction() as tx:
        await progress.forget(tx, shown.turn_id)
