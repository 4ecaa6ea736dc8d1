"""Tool calls that a model writes into its text as JSON, where its server has no better way; pure.

Accepted: a text that is nothing but such JSON, bare, fenced or in `<tool_call>` tags; and, among other words, JSON in
those places or at the start of a line whose name is one of the tools offered. JSON that names no tool stays text.
"""

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass
from itertools import islice

from agents.models.tolerant_json import NotJsonError, as_list, as_object, read_json_at

NAME_KEYS = ("name", "tool", "tool_name", "function")
ARGUMENT_KEYS = ("arguments", "args", "parameters", "input")
WITHOUT_ARGUMENTS = {*NAME_KEYS, "id", "type"}
MOST_PLACES = 32
"""So many lines that begin like JSON are looked at: reading must not take long, whatever a model writes."""

_TAG = re.compile(r"</?tool_calls?>", re.IGNORECASE)
_WRAPPING = rf"```[\w+-]*+|{_TAG.pattern}"
_WRAPPER = re.compile(_WRAPPING, re.IGNORECASE)
_OPENING = re.compile(rf"^(?:[ \t]|{_WRAPPING})*+(?=[{{\[])", re.MULTILINE | re.IGNORECASE)
_NAME = re.compile(rf'"(?:{"|".join(NAME_KEYS)})"\s*+:\s*+"([^"]*+)"')


@dataclass(frozen=True, slots=True)
class WrittenCall:
    """A call as it was written: `arguments` still in any form."""

    name: str
    arguments: object


@dataclass(frozen=True, slots=True)
class Written:
    """Calls found in a text, and the text without them; `broken` tells of a call that cannot be read."""

    text: str
    calls: tuple[WrittenCall, ...]
    broken: str | None = None


def written_calls(text: str, offered: Set[str]) -> Written:
    """Find the calls in a text that has no other calls."""
    calls: list[WrittenCall] = []
    kept: list[str] = []
    done = seen = 0
    for start in _openings(text):
        if start < seen:
            continue
        try:
            value, end = read_json_at(text, start)
        except NotJsonError as error:
            if _means_a_call(text[start:], offered):
                return Written(text, (), broken=f"the tool call is no complete JSON: {error}")
            continue
        seen = end
        found = _calls_of(value, offered)
        alone = _is_wrapping(text[:start]) and _is_wrapping(text[end:])
        if found and (alone or all(call.name in offered for call in found)):
            calls += found
            kept.append(text[done:start])
            done = end
    rest = "".join(kept) + text[done:]
    return Written(_TAG.sub("", rest) if calls else rest, tuple(calls))


def _openings(text: str) -> Iterator[int]:
    return islice((found.end() for found in _OPENING.finditer(text)), MOST_PLACES)


def _is_wrapping(text: str) -> bool:
    return not _WRAPPER.sub("", text).strip()


def _means_a_call(rest: str, offered: Set[str]) -> bool:
    """Whether broken JSON names an offered tool."""
    return any(found[1] in offered for found in _NAME.finditer(rest))


def _calls_of(value: object, offered: Set[str]) -> tuple[WrittenCall, ...]:
    """The calls that a JSON value describes: one, a list of them, or either under `tool_calls`; or none at all."""
    described = as_object(value)
    if described is not None and "tool_calls" in described:
        value = described["tool_calls"]
    calls = [_call_of(entry, offered) for entry in as_list(value) or [value]]
    return () if None in calls else tuple(call for call in calls if call is not None)


def _call_of(entry: object, offered: Set[str]) -> WrittenCall | None:
    described = as_object(entry)
    if described is not None:
        described = as_object(described.get("function")) or described
    if described is None:
        return None
    name = next((described[key] for key in NAME_KEYS if key in described), None)
    held = next((key for key in ARGUMENT_KEYS if key in described), None)
    if not isinstance(name, str):
        return None
    if held is None:
        return WrittenCall(name, None) if name in offered and set(described) <= WITHOUT_ARGUMENTS else None
    return WrittenCall(name, described[held])
