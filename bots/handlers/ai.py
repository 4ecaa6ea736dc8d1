"""The role agents' switches in the bot: /ai tells, /pause, /shadow and /resume turn them, for all or for one role."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from aiogram import Router
from aiogram.filters import Command as Slash
from aiogram.filters import CommandObject
from aiogram.types import Message
from markupsafe import Markup

from bots.reader import Introduce, Reader
from bots.words import Words, clip, lines
from domain.agency import EVERY_ROLE, Mode
from domain.commands import SetAiMode
from domain.validation import parse
from guardrails.ai_report import AiReport, ai_report
from store.modes import Switch

SWITCHES: Final[Mapping[str, Mode]] = MappingProxyType({"pause": Mode.OFF, "shadow": Mode.SHADOW, "resume": Mode.ACT})


def router() -> Router:
    """The router of this purpose."""
    made = Router(name="ai")
    made.message.middleware(Introduce())
    made.message(Slash("ai"))(on_ai)
    made.message(Slash(*SWITCHES))(on_switch)
    return made


async def on_ai(message: Message, reader: Reader) -> None:
    """`/ai`: how far each role is let."""
    reader.require_leads("read_ai")
    await message.answer(_state(reader.words, await ai_report(reader.door.desk)))


async def on_switch(message: Message, command: CommandObject, reader: Reader) -> None:
    """`/pause`, `/shadow`, `/resume`: of all roles, or `/pause ai-rop`; what follows is the reason."""
    role, reason = _asked(command.args or "")
    asked = {"role": role, "mode": SWITCHES[command.command], "reason": reason or reader.words.plain("ai-by-hand")}
    await reader.perform(parse(SetAiMode, asked))
    await message.answer(_state(reader.words, await ai_report(reader.door.desk)))


def _asked(said: str) -> tuple[str, str]:
    """The role where one is named first, and the rest."""
    first, _, rest = said.strip().partition(" ")
    return (first.lower(), rest.strip()) if first.lower().startswith("ai-") else (EVERY_ROLE, said.strip())


def _state(words: Words, report: AiReport) -> Markup:
    said = [
        words.say("ai-role", name=role.name, mode=words.plain(f"mode-{role.mode}"), why=_why(words, role.switch))
        for role in report.roles
    ]
    every = words.say("ai-all", mode=words.plain(f"mode-{report.mode}"), why=_why(words, report.switch))
    return lines(every, "", *said)


def _why(words: Words, switch: Switch | None) -> str:
    if switch is None:
        return ""
    return words.plain("ai-why", by=switch.set_by or words.plain("ai-operator"), reason=clip(switch.reason))
