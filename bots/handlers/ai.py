"""The role agents' switches in the bot: /ai tells, /pause, /shadow and /resume turn them, for all or for one role."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from aiogram import Router
from aiogram.filters import Command as Slash
from aiogram.filters import CommandObject
from aiogram.types import CallbackQuery, Message
from markupsafe import Markup

from bots.card import Button, Card, columns, keyboard
from bots.reader import Introduce, Reader, show
from bots.taps import SwitchTap
from bots.words import Words, clip, lines
from domain.agency import EVERY_ROLE, Mode
from domain.commands import SetAiMode
from domain.validation import parse
from guardrails.ai_report import AiReport, ai_report
from store.agents.modes import Switch

SWITCHES: Final[Mapping[str, Mode]] = MappingProxyType({"pause": Mode.OFF, "shadow": Mode.SHADOW, "resume": Mode.ACT})


REASON: Final = 100
"""So much of a switch's reason is shown in the list of roles."""


def router() -> Router:
    """The router of this purpose."""
    made = Router(name="ai")
    made.callback_query.middleware(Introduce())
    made.message.middleware(Introduce())
    made.message(Slash("ai"))(on_ai)
    made.message(Slash(*SWITCHES))(on_switch)
    made.callback_query(SwitchTap.filter())(on_tap)
    return made


async def on_ai(message: Message, reader: Reader) -> None:
    """`/ai`: how far each role is let."""
    reader.require_leads("read_ai")
    await message.answer(_state(reader.words, await ai_report(reader.door.desk)))


async def on_switch(message: Message, command: CommandObject, reader: Reader) -> None:
    """`/pause`, `/shadow`, `/resume` ask of whom; `/pause ai-rop` and what follows, the reason, need no question."""
    reader.require_leads("set_ai_mode")
    if not (command.args or "").strip():
        card = _whom(reader, command.command)
        await message.answer(card.text, reply_markup=card.keyboard)
        return
    role, reason = _asked(command.args or "")
    asked = {"role": role, "mode": SWITCHES[command.command], "reason": reason or reader.words.plain("ai-by-hand")}
    await reader.perform(parse(SetAiMode, asked))
    await message.answer(_state(reader.words, await ai_report(reader.door.desk)))


def _whom(reader: Reader, command: str) -> Card:
    """The tap that chooses is the confirmation: nothing is switched by the command alone."""
    words = reader.words
    roles = reader.door.desk.policy.roles.roles
    every: Button = (words.plain("ai-everybody"), SwitchTap(command=command, role=EVERY_ROLE))
    single: list[Button] = [(role.name, SwitchTap(command=command, role=code)) for code, role in roles.items()]
    return Card(words.say("ai-whom", command=command), keyboard([every], *columns(single, 2)))


async def on_tap(query: CallbackQuery, callback_data: SwitchTap, reader: Reader) -> None:
    """The switch is turned; the state says who did it."""
    reader.require_leads("set_ai_mode")
    mode = SWITCHES.get(callback_data.command)
    asked = {"role": callback_data.role, "mode": mode, "reason": reader.words.plain("ai-by-hand")}
    await reader.perform(parse(SetAiMode, asked))
    await show(query, Card(_state(reader.words, await ai_report(reader.door.desk))))


def _asked(said: str) -> tuple[str, str]:
    """The role where one is named first, and the rest."""
    first, _, rest = said.strip().partition(" ")
    return (first.lower(), rest.strip()) if first.lower().startswith("ai-") else (EVERY_ROLE, said.strip())


def _state(words: Words, report: AiReport) -> Markup:
    said = [
        words.say("ai-role", name=role.name, mode=words.plain(f"role-mode-{role.mode}"), why=_why(words, role.switch))
        for role in report.roles
    ]
    every = words.say("ai-all", mode=words.plain(f"mode-{report.mode}"), why=_why(words, report.switch))
    return lines(every, "", *said)


def _why(words: Words, switch: Switch | None) -> str:
    if switch is None:
        return ""
    return words.plain("ai-why", by=switch.set_by or words.plain("ai-operator"), reason=clip(switch.reason, REASON))
