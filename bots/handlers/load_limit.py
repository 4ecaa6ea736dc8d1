"""How much one manager may carry at most: chosen by a leader, with the reason in words."""

from collections.abc import Mapping
from typing import Any, Final

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from bots.card import Button, Card, columns, keyboard
from bots.reader import Reader, ask, show
from bots.taps import StaffTap
from bots.typed import filled
from domain.commands import SetConstraint
from domain.errors import InvalidInputError, NotFoundError
from domain.policy.people import ConstraintKind
from store.views import listings
from store.views.listings import ManagerLine

WHAT: Final = "load_limit"
NONE: Final = "none"
OFFERED: Final = (3, 5, 8, 10, 15)
"""In full orders, as the load is counted."""


async def manager(reader: Reader, person_id: int) -> ManagerLine:
    """The manager as they stand; raises `NotFoundError` for whoever is none."""
    async with reader.door.desk.db.reading() as tx:
        found = await listings.managers(tx, person_id=person_id)
    if not found:
        raise NotFoundError(kind="manager", name=str(person_id))
    return found[0]


async def offer(query: CallbackQuery, tap: StaffTap, reader: Reader) -> None:
    """At most how much?"""
    line, words = await manager(reader, tap.person), reader.words
    fitting = [str(limit) for limit in OFFERED if limit < line.capacity]
    choices: list[Button] = [
        (words.plain("button-at-most", load=limit), _tap(tap, limit)) for limit in fitting if limit != _present(line)
    ]
    free: list[Button] = [(words.plain("button-no-limit"), _tap(tap, NONE))] if _present(line) else []
    back: Button = (words.plain("button-back"), StaffTap(do="open", person=line.id))
    text = words.say("ask-load-limit", name=line.name, capacity=line.capacity)
    await show(query, Card(text, keyboard(*columns(choices, 3), free, [back])))


async def chosen(query: CallbackQuery, tap: StaffTap, reader: Reader, state: FSMContext) -> None:
    """Why so much?"""
    line = await manager(reader, tap.person)
    if tap.arg not in (NONE, *map(str, OFFERED)):
        raise InvalidInputError(field="button", value=tap.arg, allowed=(NONE, *map(str, OFFERED)))
    question = reader.words.say("ask-load-limit-why", name=line.name)
    await ask(state, query, question, WHAT, person=line.id, limit=tap.arg)


async def said(reader: Reader, data: Mapping[str, Any], words: str) -> str:
    """The reason: the limit holds, or none does any more."""
    line = await manager(reader, int(data["person"]))
    limit = None if data["limit"] == NONE else float(data["limit"])
    command = SetConstraint(
        manager_id=line.id,
        max_load=limit,
        lift_load=limit is None,
        reason=filled(words, "reason", 500, least=3),
    )
    await reader.perform(command)
    if limit is None:
        return reader.words.say("note-load-limit-off", name=line.name)
    return reader.words.say("note-load-limit", name=line.name, load=str(data["limit"]))


def _present(line: ManagerLine) -> str:
    """The limit in force as its button names it; empty where there is none."""
    limit = line.constraints.get(ConstraintKind.MAX_LOAD)
    return "" if limit is None else f"{float(limit):g}"


def _tap(tap: StaffTap, limit: str) -> StaffTap:
    return StaffTap(do="limit", person=tap.person, arg=limit)
