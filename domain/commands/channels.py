"""Channels to people: what came in and could not be handled, and whether anything gets through."""

from typing import ClassVar

from domain.commands.base import Command, Id, Line, Word
from domain.policy import Action


class RehandleUpdate(Command):
    """Try a Telegram update anew that was given up: what somebody wrote or tapped, and nobody could handle."""

    action: ClassVar[Action] = Action.REHANDLE_UPDATE
    update_id: Id


class ReportChannel(Command):
    """A channel to people is down (`problem` says how), or works again (`problem` empty)."""

    action: ClassVar[Action] = Action.REPORT_CHANNEL
    channel: Word
    problem: Line = ""
