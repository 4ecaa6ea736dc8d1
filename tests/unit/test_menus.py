"""The menu of commands: whatever a role may ask for by a command stands in its menu, and so in its /help."""

from collections.abc import Iterator
from typing import Any, cast

import pytest
from aiogram import Router
from aiogram.filters import Command

from bots.handlers import routers
from bots.home import MENUS, STRANGERS_MENU, commands
from domain.people import Role
from locales import LOCALES, texts

OTHER_NAMES = {"mine", "login"}
"""Other names of /orders and of /web."""


def answered(router: Router) -> Iterator[str]:
    """Every command that the router answers."""
    for inner in router.chain_tail:
        for handler in inner.message.handlers:
            for each in handler.filters or ():
                if isinstance(each.callback, Command):
                    yield from map(str, cast("Any", each.callback).commands)


def test_leaders_are_offered_every_command_that_the_bot_answers() -> None:
    known = {name for router in routers() for name in answered(router)}
    for role in (Role.ADMIN, Role.HEAD, Role.OWNER):
        assert {*MENUS[role], *STRANGERS_MENU, *OTHER_NAMES} == known


def test_nobody_is_offered_what_the_bot_does_not_answer() -> None:
    known = {name for router in routers() for name in answered(router)}
    assert all(set(offered) <= known for offered in MENUS.values())


@pytest.mark.parametrize("locale", LOCALES)
def test_every_menu_fits_telegrams_limits(locale: str) -> None:
    for role in Role:
        menu = commands(role, texts(locale))
        assert len(menu) <= 100
        assert all(1 <= len(each.description) <= 256 for each in menu)
