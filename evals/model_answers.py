"""What a model server answers: the scripted reply as the wire has it, and the ways in which a bad model spoils it."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

NOT_OF_THE_ENUM = "definitely-not-a-choice"


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call; arguments that are a string go out as they stand, so that a script may forge any nonsense."""

    name: str
    arguments: Mapping[str, object] | str


@dataclass(frozen=True, slots=True)
class Reply:
    """What the model says: a text, tool calls, or both."""

    text: str | None = None
    calls: tuple[Call, ...] = ()
    tokens_in: int = 100
    tokens_out: int = 20
    finish: str | None = None


def says(text: str) -> Reply:
    """A plain answer."""
    return Reply(text=text)


def calls(name: str, /, **arguments: object) -> Reply:
    """An answer that calls one tool."""
    return Reply(calls=(Call(name, arguments),))


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came: its whole body, who it says it is, and its connection's port."""

    body: Mapping[str, Any]
    authorization: str
    peer: int

    @property
    def model(self) -> str:
        """Which model was asked."""
        return str(self.body["model"])

    @property
    def messages(self) -> Sequence[Mapping[str, Any]]:
        """The conversation."""
        return self.body["messages"]

    @property
    def tools(self) -> Sequence[Mapping[str, Any]]:
        """What the model may call."""
        return self.body.get("tools", ())


class FaultKind(StrEnum):
    """Ways of going wrong: first what a model says badly, then what a server does badly."""

    FENCES = "fences"
    CALL_IN_TEXT = "call_in_text"
    THINK = "think"
    THINK_UNCLOSED = "think_unclosed"
    WRONG_ENUM = "wrong_enum"
    DICT_ARGUMENTS = "dict_arguments"
    TRUNCATION = "truncation"
    EMPTY = "empty"
    NO_USAGE = "no_usage"

    RATE_LIMIT = "rate_limit"
    INTERNAL = "internal"
    STATUS = "status"
    HANG = "hang"
    SLOW = "slow"
    GARBAGE = "garbage"
    STREAM = "stream"
    WRONG_TYPE = "wrong_type"
    RESET = "reset"


def completion(reply: Reply, asked: Asked, *, number: int, fault: FaultKind | None) -> dict[str, Any]:
    """The answer as `/chat/completions` gives it, spoiled when `fault` is one of the model's kind."""
    spoil = SPOILS.get(fault) if fault else None
    reply = spoil(reply, asked) if spoil else reply
    message: dict[str, Any] = {"role": "assistant", "content": reply.text}
    if reply.calls:
        message["tool_calls"] = [
            _wire_call(call, f"call-{number}-{place}", as_object=fault is FaultKind.DICT_ARGUMENTS)
            for place, call in enumerate(reply.calls)
        ]
    finish = reply.finish or ("tool_calls" if reply.calls else "stop")
    body: dict[str, Any] = {
        "id": f"chatcmpl-{number}",
        "object": "chat.completion",
        "created": 1_700_000_000,
        "model": asked.model,
        "choices": [{"index": 0, "message": message, "finish_reason": finish, "logprobs": None}],
    }
    if fault is not FaultKind.NO_USAGE:
        tokens = {"prompt_tokens": reply.tokens_in, "completion_tokens": reply.tokens_out}
        body["usage"] = {**tokens, "total_tokens": reply.tokens_in + reply.tokens_out}
    return body


def _wire_call(call: Call, call_id: str, *, as_object: bool) -> dict[str, Any]:
    arguments = call.arguments if as_object or isinstance(call.arguments, str) else _written(call.arguments)
    return {"id": call_id, "type": "function", "function": {"name": call.name, "arguments": arguments}}


def _written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _in_text(reply: Reply) -> str:
    return "\n".join(_written({"name": call.name, "arguments": call.arguments}) for call in reply.calls)


def _fenced(reply: Reply, _: Asked) -> Reply:
    if reply.calls:
        return replace(reply, text=f"Сейчас сделаю.\n```json\n{_in_text(reply)}\n```", calls=())
    return replace(reply, text=f"```markdown\n{reply.text}\n```")


def _called_in_text(reply: Reply, _: Asked) -> Reply:
    return replace(reply, text=_in_text(reply), calls=()) if reply.calls else reply


def _thought(reply: Reply, _: Asked) -> Reply:
    return replace(reply, text=f"<think>\nНадо подумать: 42.\n</think>\n\n{reply.text or ''}")


def _thought_on_and_on(reply: Reply, _: Asked) -> Reply:
    return replace(reply, text=f"{reply.text or ''}\n<think>\nНадо подумать: 42…")


def _misnamed(reply: Reply, asked: Asked) -> Reply:
    schemas = {tool["function"]["name"]: tool["function"]["parameters"] for tool in asked.tools}
    return replace(reply, calls=tuple(_with_wrong_choice(call, schemas.get(call.name, {})) for call in reply.calls))


def _with_wrong_choice(call: Call, schema: Mapping[str, Any]) -> Call:
    if isinstance(call.arguments, str):
        return call
    chosen = set(_choices(schema))
    return replace(
        call, arguments={key: NOT_OF_THE_ENUM if key in chosen else value for key, value in call.arguments.items()}
    )


def _choices(schema: Mapping[str, Any]) -> Iterator[str]:
    definitions = schema.get("$defs", {})
    for name, field in schema.get("properties", {}).items():
        named = definitions.get(field.get("$ref", "").rpartition("/")[2], {})
        if "enum" in field or "const" in field or "enum" in named:
            yield name


def _cut_short(reply: Reply, _: Asked) -> Reply:
    cut = tuple(replace(call, arguments=_half(_written(call.arguments))) for call in reply.calls)
    return replace(reply, text=_half(reply.text) if reply.text else None, calls=cut, finish="length")


def _half(text: str) -> str:
    return text[: len(text) // 2]


def _silent(reply: Reply, _: Asked) -> Reply:
    return replace(reply, text="", calls=())


SPOILS: Mapping[FaultKind, Callable[[Reply, Asked], Reply]] = {
    FaultKind.FENCES: _fenced,
    FaultKind.CALL_IN_TEXT: _called_in_text,
    FaultKind.THINK: _thought,
    FaultKind.THINK_UNCLOSED: _thought_on_and_on,
    FaultKind.WRONG_ENUM: _misnamed,
    FaultKind.TRUNCATION: _cut_short,
    FaultKind.EMPTY: _silent,
}
