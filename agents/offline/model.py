"""`offline-rules/v1`: the same messages in, the same tool calls and texts out as of any model, by rules alone.

It reads the words of the present turn, calls the tools that they ask for, and words what came of it. It says what it is
in every answer, journal row and report, and asks back rather than guess.
"""

import json
import re
import time
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from langchain_core.messages import BaseMessage, HumanMessage, ToolMessage

from agents.models.model import Completion, ToolCall, ToolSchema
from agents.offline.answers import worded
from agents.offline.requests import Reading, read
from locales import texts

NAME: Final = "offline-rules/v1"
_ENGLISH: Final = re.compile("^[^а-яё]*[a-z]{2}[^а-яё]*$", re.IGNORECASE)


class OfflineModel:
    """Deterministic: the same conversation gets the same answer."""

    name: str = NAME

    async def complete(
        self, messages: Sequence[BaseMessage], tools: Sequence[ToolSchema], *, deadline_s: float
    ) -> Completion:
        """Call the tools that the last words ask for; once they have answered, word what they said."""
        del deadline_s  # rules take no time
        started = time.perf_counter()
        words, heard = _present_turn(messages)
        said = texts("en" if _ENGLISH.search(words) else "ru")
        if heard:
            answer = worded([(message.name or "", _facts(message)) for message in heard], said)
            return _completion(answer, (), started)
        reading: Reading = read(words, {tool.name for tool in tools}, said)
        calls = tuple(
            ToolCall(id=f"call-{number}", name=name, arguments=arguments)
            for number, (name, arguments) in enumerate(reading.calls, start=1)
        )
        return _completion(reading.says, calls, started)


def _present_turn(messages: Sequence[BaseMessage]) -> tuple[str, list[ToolMessage]]:
    """The last words that a person said, and what the tools have answered since."""
    last = max((i for i, message in enumerate(messages) if _is_words(message)), default=-1)
    words = str(messages[last].content) if last >= 0 else ""
    return words, [message for message in messages[last + 1 :] if isinstance(message, ToolMessage)]


def _is_words(message: BaseMessage) -> bool:
    return (
        isinstance(message, HumanMessage)
        and not (message.id or "").endswith("-facts")
        and "-mend-" not in (message.id or "")
    )


def _facts(message: ToolMessage) -> dict[str, Any]:
    read_back: Any = json.loads(str(message.content))
    return read_back if isinstance(read_back, dict) else {"value": read_back}  # pyright: ignore[reportUnknownVariableType] - JSON


def _completion(text: str, calls: tuple[ToolCall, ...], started: float) -> Completion:
    return Completion(
        text=text,
        calls=calls,
        model=NAME,
        tokens_in=0,
        tokens_out=0,
        cost_eur=Decimal(0),
        latency_ms=round((time.perf_counter() - started) * 1000, 3),
    )
