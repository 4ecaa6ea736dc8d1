"""Joining: an invitation ties a Telegram account to the person it was made for."""

from typing import Annotated, ClassVar

from pydantic import AwareDatetime, StringConstraints

from domain.commands.base import NO_NUL, Command, Id
from domain.policy import Action


class LinkTelegram(Command):
    """Use an invitation up: its person is reached through this account from now on.

    `invitation` is the code's SHA-256 (hex): a code is never written down. `at` is wall time, in which codes live.
    """

    action: ClassVar[Action] = Action.LINK_TELEGRAM
    invitation: Annotated[str, StringConstraints(min_length=64, max_length=64), NO_NUL]
    telegram_id: Id
    at: AwareDatetime
