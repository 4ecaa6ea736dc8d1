"""What a model answered, made sense of; pure.

Models and their servers differ: thoughts in `<think>` tags, code fences, arguments as an object instead of a string,
calls as JSON inside the text. Where the meaning is certain it is read; a truncated or empty answer is nonsense and goes
back to the model. Whether a tool exists and its arguments fit is the toolbox's question.
"""

import json
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from agents.models.model import ToolCall
from agents.models.tolerant_json import NotJsonError, as_list, as_object, read_json
from agents.models.written_calls import WrittenCall, written_calls

_THOUGHT_TAG = re.compile(r"<(/?)think(?:ing)?>", re.IGNORECASE)
_FENCE = re.compile(r"^[ \t]*```[\w+-]*[ \t]*\n?|```", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Spoken:
    """An answer with a meaning: a text, calls, or both."""

    text: str
    calls: tuple[ToolCall, ...]


@dataclass(frozen=True, slots=True)
class Nonsense:
    """An answer without: why, in words for the model, and what was said."""

    problem: str
    said: str


def read_answer(message: Mapping[str, object], *, finish: str | None, offered: Set[str]) -> Spoken | Nonsense:
    """The meaning of an assistant's message as the chat-completions API gives it; `offered` are the tools' names.

    The message has been read by `read_json`, so that every string in it can be stored.
    """
    said = _text_of(message)
    raw = _raw_calls(message)
    text = without_thoughts(said)
    found = [_native_call(call) for call in raw]
    if not found:
        written = written_calls(text, offered)
        if written.broken:
            return Nonsense(written.broken, said)
        text, found = written.text, list(written.calls)
    text = without_fences(text)
    problem = "the answer was cut off at the length limit; answer shorter" if finish == "length" else None
    if problem is None and not text and not found:
        problem = "the answer is empty"
    calls = _calls(found) if problem is None else problem
    return Nonsense(calls, _as_said(said, raw)) if isinstance(calls, str) else Spoken(text, calls)


def without_thoughts(text: str) -> str:
    """The text without what the model thought aloud, also where one of the tags is missing."""
    kept: list[str] = []
    thinking, done = False, 0
    for tag in _THOUGHT_TAG.finditer(text):
        closes = bool(tag[1])
        if closes and not thinking:
            kept.clear()  # all before it was thought: the server has swallowed the opening tag
        elif not closes and not thinking:
            kept.append(text[done : tag.start()])
        thinking, done = not closes, tag.end()
    if not thinking:
        kept.append(text[done:])
    return "".join(kept).strip()


def without_fences(text: str) -> str:
    """The text without the marks of code fences; what stands between them stays."""
    return _FENCE.sub("", text).strip()


def _text_of(message: Mapping[str, object]) -> str:
    content = message.get("content")
    if not isinstance(content, str):
        parts = (as_object(part) for part in as_list(content))
        texts = (part.get("text") for part in parts if part is not None and part.get("type") == "text")
        content = "".join(text for text in texts if isinstance(text, str))
    refusal = message.get("refusal")
    return content or (refusal if isinstance(refusal, str) else "")


def _raw_calls(message: Mapping[str, object]) -> Sequence[object]:
    """The calls as they came; the field's older name held a single one."""
    calls = as_list(message.get("tool_calls"))
    single = message.get("function_call")
    return calls or ([{"function": single}] if as_object(single) is not None else [])


@dataclass(frozen=True, slots=True)
class _NativeCall:
    id: object
    name: object
    arguments: object


def _native_call(raw: object) -> _NativeCall:
    call = as_object(raw) or {}
    function = as_object(call.get("function")) or call
    return _NativeCall(call.get("id"), function.get("name"), function.get("arguments"))


def _calls(found: Sequence[_NativeCall | WrittenCall]) -> tuple[ToolCall, ...] | str:
    """The calls with ids of their own and arguments as objects, or what is wrong with the first wrong one."""
    calls: list[ToolCall] = []
    taken: set[str] = set()
    for number, call in enumerate(found, start=1):
        if not isinstance(call.name, str) or not call.name.strip():
            return f"tool call {number} names no tool"
        try:
            arguments = _arguments(call.arguments)
        except NotJsonError as error:
            return f"the arguments of {call.name} are no JSON object: {error}"
        call_id = _own_id(call.id if isinstance(call, _NativeCall) else None, number, taken)
        taken.add(call_id)
        calls.append(ToolCall(call_id, call.name.strip(), arguments))
    return tuple(calls)


def _own_id(given: object, number: int, taken: Set[str]) -> str:
    if isinstance(given, str) and given and given not in taken:
        return given
    return next(name for step in range(len(taken) + 1) if (name := f"call-{number + step}") not in taken)


def _arguments(given: object) -> Mapping[str, object]:
    """Arguments as an object, whether they came as one, as JSON text, or as JSON text inside JSON text."""
    value: object = {} if given is None or given == "" else given
    for _ in range(2):
        if isinstance(value, str):
            value = read_json(without_fences(value) if value.lstrip().startswith("```") else value)
    described = as_object(value)
    if described is None:
        raise NotJsonError(f"they are a {type(value).__name__}")
    return described


def _as_said(said: str, raw: Sequence[object]) -> str:
    calls = json.dumps(list(raw), ensure_ascii=False) if raw else ""
    return "\n".join(part for part in (said, calls) if part)
