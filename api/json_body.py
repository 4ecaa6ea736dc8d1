"""JSON as the feed reads it: the whole body, before anybody has looked at what is inside."""

import json
from typing import NoReturn, cast

from api.problems import NotJsonError, TooLargeError
from domain.errors import InvalidInputError


def read_json(body: bytes) -> object:
    """The body as JSON. Raises NotJsonError, also for what Python's reader lets pass (NaN) or stumbles over."""
    try:
        return json.loads(body, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise NotJsonError(problem=str(error)[:200]) from error


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def as_list(value: object, *, key: str, most: int) -> tuple[list[object], bool]:
    """One thing, a list of them, or `{key: [...]}`; and whether it was one thing alone.

    Raises TooLargeError beyond `most`, InvalidInputError for anything else than objects and lists.
    """
    if isinstance(value, dict):
        named = cast("dict[str, object]", value)
        if set(named) != {key}:
            return [named], True
        value = named[key]
    if not isinstance(value, list):
        raise InvalidInputError(
            field="body", value=type(value).__name__, allowed=("an object", "a list", f'{{"{key}": [...]}}')
        )
    many = cast("list[object]", value)
    if len(many) > most:
        raise TooLargeError(what=key, given=len(many), allowed=(f"at most {most} {key} at once",))
    return many, False
