"""At the bot's door: invitations taken up, and strangers who are told politely, and not too often, whom to ask."""

from datetime import timedelta

import structlog
from aiogram.enums import ChatType
from aiogram.types import CallbackQuery, Message, TelegramObject, User
from markupsafe import escape

from bots import home, reach
from bots.door import TelegramDoor
from bots.toasts import toast
from domain import knocking
from domain.commands import LinkTelegram
from domain.errors import DeskError, NotFoundError
from domain.people import DOORMAN
from guardrails.gate import Done
from locales import sentences, texts
from store import people
from store.access import auth, invitations
from store.people import Person
from store.talk import strangers
from store.talk.strangers import Stranger

log = structlog.get_logger()


async def answer_stranger(event: TelegramObject, door: TelegramDoor, update_id: int) -> None:
    """Whatever a stranger does: a code opens, anything else is turned away."""
    code = knocking.code_in(event.text or "") if isinstance(event, Message) and _is_private(event) else None
    if code is None or not isinstance(event, Message):
        await turn_away(event, door, update_id)
        return
    person = await present(event, door, code, update_id)
    if person is not None:
        await home.greet(event, door, person)


async def turn_away(event: TelegramObject, door: TelegramDoor, update_id: int) -> None:
    """A stranger's event leaves its trace; in a private chat it is answered, once an hour."""
    user = _sender(event)
    if user is None:
        return
    seen = await _met(event, user, door, update_id)
    now = door.desk.wall()
    due = _is_private(event) and knocking.is_due_an_answer(seen.answered_at, now=now)
    said = texts(door.locale).get("join-stranger") if due else None
    if isinstance(event, CallbackQuery):
        await toast(event, said, alert=said is not None)
    elif isinstance(event, Message) and said is not None:
        await event.answer(said)
    if said is not None:
        async with door.desk.db.transaction() as tx:
            await strangers.answered(tx, user.id, now=now)


async def present(message: Message, door: TelegramDoor, code: str, update_id: int) -> Person | None:
    """Somebody shows a code: the person who has joined by it, or None after a precise answer why not."""
    user = message.from_user
    assert user is not None
    async with door.desk.db.reading() as tx:
        holder = await people.by_telegram(tx, user.id)
    seen = None if holder is not None else await _met(message, user, door, update_id)
    if seen is not None and await _is_locked(message, door, seen):
        return None
    try:
        moved = await _link(door, user.id, code, update_id)
    except DeskError as error:
        await _refused(message, door, error, seen)
        return None
    async with door.desk.db.transaction() as tx:
        person = await people.by_telegram(tx, user.id)
        if person is not None:
            await strangers.joined(tx, user.id)
            await reach.found(tx, door.desk, person.id)
    if person is not None and moved:
        await message.answer(door.words(person).say("join-moved"))
    return person


async def _link(door: TelegramDoor, telegram_id: int, code: str, update_id: int) -> bool:
    """Ask the gate to tie the account to the code's person; whether they had another account before."""
    invitation = auth.digest(code).hex()
    async with door.desk.db.reading() as tx:
        known = await invitations.known(tx, invitation)
    if not known:  # guesses are counted with the stranger; the journal is for what could have happened
        raise NotFoundError(kind="invitation", name="")
    command = LinkTelegram(invitation=invitation, telegram_id=telegram_id, at=door.desk.wall())
    done = await door.desk.gate.perform(command, DOORMAN, key=f"telegram:{door.bot.id}:{update_id}:join")
    assert isinstance(done, Done)
    return bool(done.result["moved"])


async def _refused(message: Message, door: TelegramDoor, error: DeskError, seen: Stranger | None) -> None:
    """Say what is the matter with the code; a stranger's attempt is counted."""
    await message.answer(escape(sentences.refusal(error, texts(door.locale))))
    if seen is not None:
        now = door.desk.wall()
        async with door.desk.db.transaction() as tx:
            await strangers.guessed(tx, seen.telegram_id, since=now - knocking.GUESSING_WINDOW, now=now)


async def _is_locked(message: Message, door: TelegramDoor, seen: Stranger) -> bool:
    """Whether too many wrong codes came from there; that is said once an hour."""
    now = door.desk.wall()
    until = knocking.locked_until(seen.guessing_since, seen.guesses_lately, now=now)
    if until is None:
        return False
    log.warning("a stranger guesses at codes", telegram_id=seen.telegram_id, guesses=seen.guesses)
    told = seen.answered_at is not None and seen.guessing_since is not None and seen.answered_at > seen.guessing_since
    if not told:
        minutes = -((now - until) // timedelta(minutes=1))
        await message.answer(texts(door.locale).get("join-locked", minutes=minutes))
        async with door.desk.db.transaction() as tx:
            await strangers.answered(tx, seen.telegram_id, now=now)
    return True


async def _met(event: TelegramObject, user: User, door: TelegramDoor, update_id: int) -> Stranger:
    words = event.text or event.caption or "" if isinstance(event, Message) else ""
    async with door.desk.db.transaction() as tx:
        return await strangers.met(
            tx,
            user.id,
            name=knocking.kept_words(user.full_name),
            username=user.username,
            words=knocking.kept_words(words),
            update_id=update_id,
            now=door.desk.wall(),
        )


def _sender(event: TelegramObject) -> User | None:
    return event.from_user if isinstance(event, (Message, CallbackQuery)) else None


def _is_private(event: TelegramObject) -> bool:
    message = event.message if isinstance(event, CallbackQuery) else event
    return isinstance(event, CallbackQuery) or (isinstance(message, Message) and message.chat.type == ChatType.PRIVATE)
