"""What a model said, as it can be kept: the journal and the checkpoints hold no NUL, no half characters, no NaN."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from agents.models.model import Completion


def storable(completion: Completion) -> Completion:
    """The completion with everything replaced that PostgreSQL refuses: one such character would sink the whole run."""
    calls = tuple(
        replace(
            call,
            id=_text(call.id),
            name=_text(call.name),
            arguments=cast("Mapping[str, object]", _value(call.arguments)),
        )
        for call in completion.calls
    )
    return replace(completion, text=_text(completion.text), calls=calls)


def _text(text: str) -> str:
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def _value(value: object) -> object:
    match value:
        case str():
            return _text(value)
        case float() if not math.isfinite(value):
            return str(value)
        case Mapping():
            return {_text(str(key)): _value(inner) for key, inner in cast("Mapping[Any, object]", value).items()}
        case list() | tuple():
            return [_value(inner) for inner in cast("Sequence[object]", value)]
        case _:
            return value
