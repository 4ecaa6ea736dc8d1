"""Turns a validation error into a `PolicyError` that names file, dotted key and allowed values."""

import re
import typing
from collections.abc import Mapping
from typing import Final, cast

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from domain.errors import PolicyError
from domain.policy import Policy

_QUOTED: Final = re.compile(r"'([^']*)'")
_MARK: Final = "[key]"


def complaint(error: ValidationError) -> PolicyError:
    """The first mistake of the validation, addressed by file and key."""
    first = error.errors()[0]
    field, *path = first["loc"]
    steps = [step for step in path if step != _MARK]
    file = "policy.yaml" if field == "head" else f"{field}.yaml"
    key = ".".join(str(step) for step in steps)
    return PolicyError(file=file, key=key, problem=_problem(first), allowed=_allowed(first, [field, *steps]))


def _problem(first: ErrorDetails) -> str:
    match first["type"]:
        case "missing":
            return "is missing"
        case "extra_forbidden":
            return "no such key is known"
        case "enum" | "literal_error":
            return f"'{first['input']}' is not accepted"
        case _:
            given = cast("object", first["input"])
            return f"{first['msg']} (given: {given})" if isinstance(given, str | int | float) else first["msg"]


def _allowed(first: ErrorDetails, loc: list[int | str]) -> list[str]:
    context = cast("Mapping[str, object]", first.get("ctx", {}))
    if "allowed" in context:
        return [str(value) for value in cast("list[object]", context["allowed"])]
    if first["type"] == "extra_forbidden":
        return _keys_at(loc[:-1])
    if isinstance(context.get("expected"), str):
        return _QUOTED.findall(cast("str", context["expected"]))
    return []


def _keys_at(loc: list[int | str]) -> list[str]:
    """The keys that the model at this place of the policy accepts, as they are written in YAML."""
    here: object = Policy
    for step in loc:
        here = _inside(here, step)
    if not (isinstance(here, type) and issubclass(here, BaseModel)):
        return []
    return [field.alias or name for name, field in here.model_fields.items()]


def _inside(kind: object, step: int | str) -> object:
    """The type one step further in: a field of a model, a value of a mapping, an item of a sequence."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        named = {alias: field for name, field in kind.model_fields.items() for alias in (name, field.alias)}
        return named[str(step)].annotation if str(step) in named else None
    arguments = typing.get_args(kind)
    if typing.get_origin(kind) is typing.Annotated:
        return _inside(arguments[0], step)
    return arguments[1] if typing.get_origin(kind) is Mapping else next(iter(arguments), None)
