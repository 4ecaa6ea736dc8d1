"""JSON as models write it: read tolerantly where the meaning is certain, refused where it would have to be guessed."""

import json
import re
from collections.abc import Mapping
from typing import NoReturn, cast

# A string, or a comma that only closing brackets follow.
_STRING_OR_COMMA = re.compile(r'"(?:[^"\\]|\\.)*+"|,(?=\s*+[}\]])', re.DOTALL)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class NotJsonError(ValueError):
    """The text is no JSON (`at`: where reading stopped, counted in characters)."""

    def __init__(self, problem: str, at: int = 0) -> None:
        self.at = at
        super().__init__(problem)


def _no_constant(name: str) -> NoReturn:
    raise NotJsonError(f"{name} is no JSON")


# Line breaks inside strings are let pass: many models write them.
_DECODER = json.JSONDecoder(strict=False, parse_constant=_no_constant)


def read_json(text: str) -> object:
    """The value of a JSON text; trailing commas are dropped. Raises NotJsonError."""
    stripped = text.strip()
    value, end = read_json_at(stripped, 0)
    if end != len(stripped):
        raise NotJsonError("there is more after the end of the JSON", end)
    return value


def read_json_at(text: str, start: int) -> tuple[object, int]:
    """The JSON value that begins at `start`, and where it ends in `text`; raises NotJsonError."""
    try:
        value, end = _DECODER.raw_decode(text, start)
        return storable(value), end
    except (ValueError, RecursionError):
        return _read_without_commas(text, start)


def _read_without_commas(text: str, start: int) -> tuple[object, int]:
    """As above, with commas before a closing bracket blanked out, which keeps all places where they were."""
    rest = _STRING_OR_COMMA.sub(lambda found: " " if found[0] == "," else found[0], text[start:])
    try:
        value, end = _DECODER.raw_decode(rest)
        return storable(value), start + end
    except json.JSONDecodeError as error:
        raise NotJsonError(f"{error.msg} at character {error.pos}", start + error.pos) from error
    except (ValueError, RecursionError) as error:
        raise NotJsonError(str(error)) from error


def storable(value: object) -> object:
    """The value with NUL and lone surrogates replaced: neither UTF-8 nor PostgreSQL takes them."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, list):
        return [storable(item) for item in cast("list[object]", value)]
    if isinstance(value, dict):
        return {str(storable(key)): storable(item) for key, item in cast("dict[str, object]", value).items()}
    return value


def as_object(value: object) -> Mapping[str, object] | None:
    """The value when it is a JSON object, else None."""
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else None


def as_list(value: object) -> list[object]:
    """The value when it is a JSON array, else an empty list."""
    return cast("list[object]", value) if isinstance(value, list) else []
