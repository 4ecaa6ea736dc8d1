"""What is wrong with a value from outside: where it stands, what the matter is, what is allowed instead.

Turns pydantic's errors into words that name the field and the accepted values; policy files, HTTP bodies and CRM events
share it.
"""

import re
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from math import isfinite
from typing import Any, Final, TypeVar, cast

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from domain.errors import InvalidInputError

M = TypeVar("M", bound=BaseModel)

_QUOTED: Final = re.compile(r"'([^']*)'")
_MARK: Final = "[key]"
_SHOWN: Final = 100

# By the name of the bound, which is also the end of its text `error-bound-<name>`.
BOUNDS: Final[Mapping[str, str]] = {
    "ge": "at least {}",
    "gt": "more than {}",
    "le": "at most {}",
    "lt": "less than {}",
    "min_length": "length at least {}",
    "max_length": "length at most {}",
    "max_digits": "at most {} digits",
    "decimal_places": "at most {} decimal places",
}
_MOMENT: Final = "a time with its zone, such as 2026-11-18T12:00:00+03:00"
# By the beginning of pydantic's error type.
_SHAPES: Final[Mapping[str, tuple[str, ...]]] = {
    "timezone": (_MOMENT,),
    "datetime": (_MOMENT,),
    "date": ("a date, such as 2026-11-18",),
    "bool": ("true", "false"),
    "int": ("a whole number",),
    "float": ("a number",),
    "decimal": ("a number",),
    "string": ("some text",),
    "model": ("an object",),
    "dict": ("an object",),
    "list": ("a list",),
    "tuple": ("a list",),
}


@dataclass(frozen=True, slots=True)
class Mistake:
    """One wrong value: its place (dotted), what is wrong, what was given, what is allowed instead.

    `bound` is the broken bound by its name and its number, where that is the matter.
    """

    field: str
    problem: str
    given: str
    allowed: tuple[str, ...]
    bound: tuple[str, str] | None = None

    @property
    def params(self) -> Mapping[str, str]:
        """The bound as the parameters of an error: `bound`, `bound_at`; nothing where none is broken."""
        return {} if self.bound is None else dict(zip(("bound", "bound_at"), self.bound, strict=True))


def parse(kind: type[M], data: object, *, within: str = "") -> M:
    """The data as a value of this kind; `within` is the place of the data in what the sender sent.

    Raises `InvalidInputError` (`field`, `value`, `problem`; `allowed`) for the first mistake.
    """
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        raise invalid(mistake(error.errors()[0], kind, within=within)) from error


def invalid(mistake: Mistake) -> InvalidInputError:
    """The mistake as the error that every door knows."""
    return InvalidInputError(
        field=mistake.field, value=mistake.given, problem=mistake.problem, allowed=mistake.allowed, **mistake.params
    )


def mistake(error: ErrorDetails, root: type[BaseModel] | None, *, within: str = "") -> Mistake:
    """One of pydantic's errors in words; `root` is the model that was being read, if it is one."""
    steps = [step for step in error["loc"] if step != _MARK]
    field = ".".join(str(step) for step in (*filter(None, [within]), *steps))
    return Mistake(field or "body", _problem(error), _given(error), tuple(_allowed(error, root, steps)), _bound(error))


def _bound(error: ErrorDetails) -> tuple[str, str] | None:
    context = cast("Mapping[str, object]", error.get("ctx", {}))
    return next(((name, str(context[name])) for name in BOUNDS if name in context), None)


def _problem(error: ErrorDetails) -> str:
    match error["type"]:
        case "missing":
            return "is missing"
        case "extra_forbidden":
            return "is not known"
        case "enum" | "literal_error":
            return "is not accepted"
        case _:
            return error["msg"]


def _given(error: ErrorDetails) -> str:
    given = cast("object", error["input"])
    return shown(given) if error["type"] != "missing" and isinstance(given, str | int | float | bool) else ""


def shown(value: object) -> str:
    """A value from outside as an error may repeat it: short, and in characters that JSON and PostgreSQL can carry."""
    return str(value)[:_SHOWN].encode("utf-8", "replace").decode().replace("\x00", "\ufffd")


def storable(value: Any) -> Any:
    """JSON that PostgreSQL can hold: no NUL, no half characters, no endless numbers; all else as it was sent."""
    match value:
        case str():
            return value.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")
        case float():
            return value if isfinite(value) else str(value)
        case dict():
            items = cast("dict[str, Any]", value).items()
            return {storable(key): storable(item) for key, item in items}
        case list():
            return [storable(item) for item in cast("list[Any]", value)]
        case _:
            return value


def _allowed(error: ErrorDetails, root: type[BaseModel] | None, steps: list[int | str]) -> list[str]:
    context = cast("Mapping[str, object]", error.get("ctx", {}))
    if "allowed" in context:
        return [str(value) for value in cast("list[object]", context["allowed"])]
    if error["type"] == "extra_forbidden":
        return keys_at(root, steps[:-1])
    if error["type"] == "missing":
        return _members(_at(root, steps))
    if isinstance(context.get("expected"), str):
        return _QUOTED.findall(cast("str", context["expected"]))
    bounds = [words.format(context[name]) for name, words in BOUNDS.items() if name in context]
    return bounds or list(_SHAPES.get(error["type"].partition("_")[0], ()))


def keys_at(root: object, steps: list[int | str]) -> list[str]:
    """The keys that the model at this place accepts, as they are written outside."""
    here = _at(root, steps)
    if not (isinstance(here, type) and issubclass(here, BaseModel)):
        return []
    return [field.alias or name for name, field in here.model_fields.items()]


def _at(root: object, steps: list[int | str]) -> object:
    here = root
    for step in steps:
        here = _inside(here, step)
    return here


def _members(kind: object) -> list[str]:
    """The values of an enumeration or of a Literal; nothing for other types."""
    if isinstance(kind, type) and issubclass(kind, Enum):
        return [str(member.value) for member in kind]
    return [str(value) for value in typing.get_args(kind)] if typing.get_origin(kind) is typing.Literal else []


def _inside(kind: object, step: int | str) -> object:
    """The type one step further in: a field of a model, a value of a mapping, an item of a sequence."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        named = {alias: field for name, field in kind.model_fields.items() for alias in (name, field.alias)}
        return named[str(step)].annotation if str(step) in named else None
    arguments = typing.get_args(kind)
    if typing.get_origin(kind) is typing.Annotated:
        return _inside(arguments[0], step)
    return arguments[1] if typing.get_origin(kind) is Mapping else next(iter(arguments), None)
