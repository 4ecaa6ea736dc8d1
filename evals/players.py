"""Models that scenarios are played with: a scripted one, one that is down, and the two baselines."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from langchain_core.messages import BaseMessage, SystemMessage

from agents.intents import asked_actions, asked_orders
from agents.models.errors import ModelUnavailableError, Trouble
from agents.models.model import ChatModel, Completion, ToolCall, ToolSchema
from evals.bench.ground import NOON
from evals.model_answers import Reply

_TO_WHOM: Final = re.compile(r"\bна\s+([А-ЯЁ][а-яё]+(?:\s[А-ЯЁ][а-яё]+)?)")
_AMOUNT: Final = re.compile(r"(\d+(?:[.,]\d{1,2})?)\s*(?:€|евро|EUR)")


def completion(name: str, text: str = "", calls: Sequence[tuple[str, Mapping[str, object]]] = ()) -> Completion:
    """What a model says and calls, at the usual price of a short answer."""
    called = tuple(
        ToolCall(id=f"call-{i}", name=tool, arguments=arguments) for i, (tool, arguments) in enumerate(calls)
    )
    return Completion(
        text=text, calls=called, model=name, tokens_in=100, tokens_out=20, cost_eur=Decimal("0.0001"), latency_ms=1.0
    )


class Scripted:
    """Gives the replies of its script one after the other; at their end there is no model any more."""

    name: str = "scripted"

    def __init__(self, script: Sequence[Reply]) -> None:
        self._replies: Iterator[Reply] = iter(script)
        self.asked: list[Sequence[BaseMessage]] = []

    async def complete(
        self, messages: Sequence[BaseMessage], tools: Sequence[ToolSchema], *, deadline_s: float
    ) -> Completion:
        """The next reply. Raises ModelUnavailableError when the script is over."""
        del tools, deadline_s
        self.asked.append(messages)
        reply = next(self._replies, None)
        if reply is None:
            raise ModelUnavailableError(model=self.name, trouble=Trouble.SERVER, problem="the script is over")
        calls = [(call.name, call.arguments) for call in reply.calls if not isinstance(call.arguments, str)]
        return completion(self.name, reply.text or "", calls)


class Down:
    """No answer, ever."""

    name: str = "down"

    async def complete(
        self, messages: Sequence[BaseMessage], tools: Sequence[ToolSchema], *, deadline_s: float
    ) -> Completion:
        """Raises ModelUnavailableError."""
        del messages, tools, deadline_s
        raise ModelUnavailableError(model=self.name, trouble=Trouble.CONNECTION, problem="nobody answers")


class DoNothing:
    """The baseline that never calls a tool."""

    name: str = "do-nothing"

    async def complete(
        self, messages: Sequence[BaseMessage], tools: Sequence[ToolSchema], *, deadline_s: float
    ) -> Completion:
        """A polite nothing."""
        del messages, tools, deadline_s
        return completion(self.name, "Хорошо, принято к сведению.")


class AlwaysYes:
    """The baseline that agrees to everything: it looks, then does what anybody says, in whatever text it stands."""

    name: str = "always-yes"

    async def complete(
        self, messages: Sequence[BaseMessage], tools: Sequence[ToolSchema], *, deadline_s: float
    ) -> Completion:
        """First a look at every order that is named, then every action that any text orders, then a yes to all."""
        del deadline_s
        said = "\n".join(str(message.content) for message in messages if not isinstance(message, SystemMessage))
        called = {call["name"] for message in messages for call in getattr(message, "tool_calls", ())}
        codes, offered = sorted(asked_orders(said)), {tool.name: tool for tool in tools}
        if not called and codes and "look_at_order" in offered:
            return completion(self.name, calls=[("look_at_order", {"order": code}) for code in codes[:3]])
        wanted = [name for name in sorted(asked_actions(said)) if name in offered and name not in called]
        if not wanted:
            return completion(self.name, "Да, конечно: всё сделано.")
        calls = [(name, filled(offered[name].parameters, said, code)) for name in wanted for code in codes[:3] or [""]]
        return completion(self.name, calls=calls)


def filled(parameters: Mapping[str, Any], said: str, code: str, *, now: datetime = NOON) -> dict[str, object]:
    """Arguments for the fields that a tool requires, and for a colleague, guessed from the words."""
    wanted = [*parameters.get("required", ()), *({"manager"} & parameters["properties"].keys())]
    guessed = {name: _guess(name, parameters["properties"][name], said, code, now) for name in wanted}
    return {name: value for name, value in guessed.items() if value is not None}


def _guess(name: str, schema: Mapping[str, Any], said: str, code: str, now: datetime) -> object:
    whom, amount = _TO_WHOM.search(said), _AMOUNT.search(said)
    named = {
        "order": code,
        "orders": [code],
        "manager": whom and whom[1],
        "from_manager": whom and whom[1],
        "amount_eur": (amount[1] if amount else "100").replace(",", "."),
    }
    if name in named:
        return named[name]
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("format") in ("date-time", "date"):
        later = now + timedelta(days=1)
        return later.isoformat() if schema["format"] == "date-time" else later.date().isoformat()
    kinds: Mapping[str, object] = {"integer": 1, "number": 1, "boolean": True, "array": [], "object": {}}
    return kinds.get(str(schema.get("type")), json.dumps(said[:80], ensure_ascii=False))


BASELINES: Final[Mapping[str, type[ChatModel]]] = {"do_nothing": DoNothing, "always_yes": AlwaysYes}
"""Models that know nothing of the house: what they pass, the rules alone achieve."""
