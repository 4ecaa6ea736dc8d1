"""Dead letters: messages that did not get out, updates that did not get in; sent and handled again by hand."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiogram import Router
from aiogram.filters import Command as Slash
from aiogram.types import CallbackQuery, Message
from markupsafe import Markup

from bots.card import Card, Row, columns, keyboard
from bots.reader import Introduce, Reader, show
from bots.taps import Show, ShowTap
from bots.words import Words, clip, lines
from domain.commands import RehandleUpdate, ResendNotification
from domain.orders import OPEN_STATUSES
from store import people
from store.talk import inbox, outbox
from store.talk.outbox import Notification

SHOWN = 12
REASON = 100
"""So much of what went wrong is shown in a list."""
RESENT_AT_ONCE = 200
OPEN = tuple(status.value for status in OPEN_STATUSES)
# Why a message is not even tried (bots/delivery.py).
UNREACHABLE = ("no-telegram", "blocked")


def router() -> Router:
    """The router of this purpose."""
    made = Router(name="dead")
    made.callback_query.middleware(Introduce())
    made.message.middleware(Introduce())
    made.message(Slash("dead"))(on_dead)
    made.callback_query(ShowTap.filter())(on_tap)
    return made


async def on_dead(message: Message, reader: Reader) -> None:
    """`/dead`: messages that did not get through, updates that could not be handled."""
    await _send(message, await _dead(reader))


async def on_tap(query: CallbackQuery, callback_data: ShowTap, reader: Reader) -> None:
    """A button of a list."""
    if callback_data.show is Show.RESEND:
        await reader.perform(ResendNotification(notification_id=callback_data.arg))
        await show(query, (await _dead(reader)).under(reader.words.say("note-resent", id=str(callback_data.arg))))
        return
    if callback_data.show is Show.RESEND_ALIKE:
        note = await _resend_alike(reader, callback_data.arg)
        await show(query, (await _dead(reader)).under(note))
        return
    if callback_data.show is Show.REHANDLE:
        await reader.perform(RehandleUpdate(update_id=callback_data.arg))
        await show(query, (await _dead(reader)).under(reader.words.say("note-rehandled", id=str(callback_data.arg))))
        return
    await show(query, await _dead(reader))


async def _resend_alike(reader: Reader, notification_id: int) -> Markup:
    """Send again everything that failed for the reason of this message, so many at once."""
    async with reader.door.desk.db.reading() as tx:
        ids = await outbox.alike(tx, notification_id, limit=RESENT_AT_ONCE)
    resent = await reader.perform_all([ResendNotification(notification_id=each) for each in ids or [notification_id]])
    return reader.words.say("note-resent-alike", count=len(resent))


async def _send(message: Message, card: Card) -> None:
    await message.answer(card.text, reply_markup=card.keyboard)


async def _dead(reader: Reader) -> Card:
    reader.require_leads("view_queue")
    messages, updates = await _dead_messages(reader), await _dead_updates(reader)
    if not messages and not updates:
        return Card(reader.words.say("list-dead-empty"))
    sections = [section for section in (messages, updates) if section]
    said = [line for section in sections for line in ("", *section.said)][1:]
    return Card(lines(*said), keyboard(*(row for section in sections for row in section.buttons)))


@dataclass(frozen=True, slots=True)
class _Section:
    """A part of a list, and its buttons."""

    said: Sequence[Markup]
    buttons: Sequence[Row]


async def _dead_messages(reader: Reader) -> _Section | None:
    async with reader.door.desk.db.reading() as tx:
        letters = await outbox.troubled(tx, limit=SHOWN)
        total = await outbox.count_troubled(tx)
        crowds = await outbox.crowds(tx)
    if not letters:
        return None
    words = reader.words
    said = [
        words.say(
            "dead-line",
            id=str(letter.id),
            kind=words.plain(f"notice-{letter.kind}"),
            reason=_undelivered(words, letter),
        )
        for letter in letters
    ]
    buttons = [
        (words.plain("button-resend", id=str(letter.id)), ShowTap(show=Show.RESEND, arg=letter.id))
        for letter in letters
    ]
    alike = [
        (
            words.plain("button-resend-alike", count=crowd.count, reason=clip(_refused(words, crowd.reason), 40)),
            ShowTap(show=Show.RESEND_ALIKE, arg=crowd.id),
        )
        for crowd in crowds
    ]
    more = words.say("list-more", count=total - len(letters)) if total > len(letters) else None
    said = [words.say("list-dead", count=total), *said, *([more] if more else [])]
    return _Section(said, [*columns(alike, 1), *columns(buttons, 2)])


async def _dead_updates(reader: Reader) -> _Section | None:
    async with reader.door.desk.db.reading() as tx:
        updates = await inbox.given_up(tx, limit=SHOWN)
        total = await inbox.count_given_up(tx)
        senders = [None if each.chat_id is None else await people.by_telegram(tx, each.chat_id) for each in updates]
    if not updates:
        return None
    words = reader.words
    said = [
        words.say(
            "dead-update-line",
            id=str(each.update_id),
            who=who.name if who else "—",
            reason=clip(each.error or "—", REASON),
        )
        for each, who in zip(updates, senders, strict=True)
    ]
    buttons = [
        (words.plain("button-rehandle", id=str(each.update_id)), ShowTap(show=Show.REHANDLE, arg=each.update_id))
        for each in updates
    ]
    return _Section([words.say("list-dead-updates", count=total), *said], columns(buttons, 2))


def _undelivered(words: Words, letter: Notification) -> str:
    """Why it did not arrive: what we know ourselves in words, what Telegram answered as it stands."""
    if letter.state == "unknown":
        return words.plain("dead-unknown")
    return _refused(words, letter.error or "—")


def _refused(words: Words, reason: str) -> str:
    if reason in UNREACHABLE:
        return words.plain(f"dead-{reason}")
    return words.plain("dead-refused", answer=clip(reason, REASON))
