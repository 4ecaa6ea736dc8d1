"""/journal: the last decisions, of one order or one author; each opens: who, what, by which rule, on which facts."""

import re
from collections.abc import Mapping
from typing import Any, Final

from aiogram import Router
from aiogram.filters import Command as Slash
from aiogram.filters import CommandObject
from aiogram.types import CallbackQuery, Message
from markupsafe import Markup

from bots.card import Button, Card, columns, keyboard
from bots.cards.deeds import who
from bots.cards.pages import BACK, ON
from bots.cards.recorded import name_of, value_of
from bots.reader import Introduce, Reader, show
from bots.taps import Do, JournalTap, OrderTap
from bots.words import Words, lines
from domain.errors import NotFoundError
from store import people
from store.desk import orders
from store.views import journal_lines
from store.views.journal_lines import (
    JournalFilter,
    JournalLine,
)

PAGE: Final = 8
FACTS: Final = 8
CODE: Final = re.compile(r"[№#]?\s*(\d{3,8})")


def router() -> Router:
    """The router of this purpose."""
    made = Router(name="journal")
    made.callback_query.middleware(Introduce())
    made.message.middleware(Introduce())
    made.message(Slash("journal"))(on_journal)
    made.callback_query(JournalTap.filter())(on_tap)
    return made


async def on_journal(message: Message, command: CommandObject, reader: Reader) -> None:
    """`/journal`, `/journal 1042`, `/journal Анна`, `/journal ai-rop`."""
    card = await _listed(reader, await _asked(reader, (command.args or "").strip()))
    await message.answer(card.text, reply_markup=card.keyboard)


async def _asked(reader: Reader, said: str) -> JournalTap:
    if not said:
        return JournalTap()
    code = CODE.fullmatch(said)
    async with reader.door.desk.db.reading() as tx:
        if code is not None:
            return JournalTap(order=(await orders.get(tx, code[1])).id)
        if said.lower() in reader.door.desk.policy.roles.roles:
            return JournalTap(author=said.lower())
        found = await people.named(tx, said)
    if not found:
        raise NotFoundError(kind="person", name=said[:40])
    return JournalTap(author=f"p{found[0].id}")


async def on_tap(query: CallbackQuery, callback_data: JournalTap, reader: Reader) -> None:
    """Another page, or one row."""
    card = await _opened(reader, callback_data) if callback_data.row else await _listed(reader, callback_data)
    await show(query, card)


def _filter(reader: Reader, tap: JournalTap) -> JournalFilter:
    """What is asked for; a manager reads what they did themselves and what happened to their orders."""
    author = f"person:{tap.author[1:]}" if re.fullmatch(r"p\d+", tap.author) else tap.author
    only = None if reader.sees_all else reader.person.id
    return JournalFilter(order_id=tap.order or None, actor=author or None, only_of=only)


async def _listed(reader: Reader, tap: JournalTap) -> Card:
    words, which = reader.words, _filter(reader, tap)
    async with reader.door.desk.db.reading() as tx:
        found = await journal_lines.listed(tx, which, before=tap.before or None, limit=PAGE + 1)
    shown = found[:PAGE]
    if not shown:
        return Card(words.say("journal-empty"))
    text = lines(
        words.say("journal-title"),
        "",
        *(_line(reader, place, line) for place, line in enumerate(shown, 1)),
    )
    buttons: list[Button] = [
        (str(place), tap.model_copy(update={"row": line.id})) for place, line in enumerate(shown, 1)
    ]
    newest: list[Button] = [(BACK, tap.model_copy(update={"before": 0}))] if tap.before else []
    older: list[Button] = [(ON, tap.model_copy(update={"before": shown[-1].id}))] if len(found) > PAGE else []
    return Card(text, keyboard(*columns(buttons, 4), [*newest, *older]))


def _line(reader: Reader, place: int, line: JournalLine) -> Markup:
    words = reader.words
    return words.say(
        "journal-line",
        number=place,
        at=words.moment(line.at),
        who=_who(reader, line),
        what=words.plain(f"action-{line.action}"),
        about="order" if line.order else "none",
        order=line.order or "",
        outcome=words.plain(f"outcome-{line.outcome}"),
        done="yes" if line.outcome == "done" else "no",
    )


def _who(reader: Reader, line: JournalLine) -> str:
    named = who(reader.door, line.actor, line.name)
    return named if line.name or named != line.actor else reader.words.plain("card-by-itself")


async def _opened(reader: Reader, tap: JournalTap) -> Card:
    words = reader.words
    async with reader.door.desk.db.reading() as tx:
        line = await journal_lines.get(tx, tap.row, only_of=None if reader.sees_all else reader.person.id)
    text = lines(
        words.say("journal-row", id=str(line.id), what=words.plain(f"action-{line.action}")),
        words.say("journal-who", who=_who(reader, line), at=words.moment(line.at)),
        words.say("journal-order", order=line.order) if line.order else None,
        words.say("journal-verdict", verdict=words.plain(f"judged-{line.verdict}"), rule=line.rule),
        words.say("journal-outcome", outcome=words.plain(f"outcome-{line.outcome}")),
        *_section(words, "journal-asked", line.proposed),
        *_section(words, "journal-facts", line.facts),
        *_section(words, "journal-result", line.result),
    )
    back: Button = (words.plain("button-to-list"), tap.model_copy(update={"row": 0}))
    actor = re.sub(r"^person:(\d+)$", r"p\1", line.actor)
    theirs: Button = (words.plain("button-by-author"), JournalTap(author=actor))
    buttons: list[Button] = [back] if ":" in actor else [back, theirs]
    order: list[Button] = (
        [] if line.order_id is None else [(words.plain("button-open"), OrderTap(do=Do.SHOW, order=line.order_id))]
    )
    return Card(text, keyboard(buttons, order))


def _section(words: Words, title: str, told: Mapping[str, Any]) -> list[Markup]:
    """What the row holds, by the names it has there."""
    if not told:
        return []
    rows = [
        words.say("journal-fact", name=name_of(words, name), value=value_of(words, name, value))
        for name, value in list(told.items())[:FACTS]
    ]
    return [words.say(title), *rows]
