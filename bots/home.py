"""Where everybody begins: the greeting with its buttons, the help, the menu of commands, all by role."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from aiogram.types import BotCommand, Message
from markupsafe import Markup

from bots.card import Button, Card, columns, keyboard
from bots.door import TelegramDoor
from bots.taps import HOT, MineTap, My, MyTap, QueueTap
from bots.words import Words, lines
from domain.people import Role
from locales import Texts
from store.people import Person

_TALK: Final = ("rop", "ceo", "rom", "ask")
_DESK: Final = ("crisis", "approvals", "queue", "hot", "managers", "kpi", "digest", "journal")
_KEEPING: Final = ("dead", "strangers", "ai", "pause", "shadow", "resume", "setup", "web")
_LEADING: Final = (*_DESK, "order", "orders", "shift", "me", *_TALK, *_KEEPING, "help")

MENUS: Final[Mapping[Role, Sequence[str]]] = MappingProxyType(
    {
        Role.MANAGER: ("orders", "hot", "order", "shift", "me", "approvals", "journal", "web", *_TALK, "help"),
        Role.ADMIN: _LEADING,
        Role.HEAD: _LEADING,
        Role.OWNER: _LEADING,
        Role.VIEWER: ("queue", "hot", "order", "crisis", "managers", "kpi", "journal", "web", "help"),
    }
)
"""What each role is offered, the most used first; each command's text is `menu-<command>`."""
STRANGERS_MENU: Final = ("start",)


def commands(role: Role | None, texts: Texts) -> list[BotCommand]:
    """Telegram's menu for a role, or (None) for strangers."""
    offered = STRANGERS_MENU if role is None else MENUS[role]
    return [BotCommand(command=name, description=texts.get(f"menu-{name}")) for name in offered]


def help_text(words: Words, role: Role) -> Markup:
    """What can be done here, a line a command."""
    known = [words.say("help-line", command=f"/{name}", what=words.plain(f"menu-{name}")) for name in MENUS[role]]
    return lines(words.say("help-head"), *known, None if role is Role.VIEWER else words.say("help-words"))


def card(words: Words, person: Person) -> Card:
    """Who you are here, and the ways that are used most."""
    said = words.say("home-card", name=person.name, role=words.plain(f"role-{person.role}"))
    return Card(said, keyboard(*columns(_buttons(words, person.role), 2)))


def _buttons(words: Words, role: Role) -> list[Button]:
    if role is Role.VIEWER:
        return []
    shift = (words.plain("button-my-shift"), MyTap(do=My.SHIFT))
    hot = (words.plain("button-hot"), QueueTap(status=HOT))
    if role is Role.MANAGER:
        orders = (words.plain("button-mine"), MineTap())
        return [orders, hot, shift, (words.plain("button-my-numbers"), MyTap(do=My.NUMBERS, arg="7"))]
    return [(words.plain("button-queue"), QueueTap()), hot, shift]


async def greet(message: Message, door: TelegramDoor, person: Person) -> None:
    """Welcome, in one message."""
    shown = card(door.words(person), person)
    await message.answer(shown.text, reply_markup=shown.keyboard)
