"""Keys of pages: where the next page of a list begins, as opaque words in an address."""

import base64
import binascii
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

import orjson
from pydantic import ConfigDict, TypeAdapter

from domain.errors import InvalidInputError

_KEY: Final = TypeAdapter(list[str], config=ConfigDict(strict=True))
_NUMBER: Final = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,9})?")


def _is_instant(value: str) -> bool:
    try:
        return value == "infinity" or datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _is_whole(bound: int) -> Callable[[str], bool]:
    return lambda value: _NUMBER.fullmatch(value) is not None and "." not in value and abs(int(value)) < bound


_FORMS: Final[Mapping[str, Callable[[str], bool]]] = {
    "timestamptz": _is_instant,
    "bigint": _is_whole(2**63),
    "int": _is_whole(2**31),
    "numeric": lambda value: _NUMBER.fullmatch(value) is not None,
    "boolean": lambda value: value in {"true", "false"},
}
"""PostgreSQL's types of keys, and whether a value is one of theirs: keys come back by addresses that anybody writes."""


def written_key(key: Sequence[str]) -> str:
    """The key of a page's last line, each value as PostgreSQL writes it."""
    return base64.urlsafe_b64encode(orjson.dumps(list(key))).decode().rstrip("=")


def read_key(written: str, types: Mapping[str, str]) -> dict[str, str]:
    """The values of a key by their names. Raises InvalidInputError for words that are no values of these types."""
    try:
        key = _KEY.validate_json(base64.urlsafe_b64decode(written + "=" * (-len(written) % 4)))
    except (binascii.Error, ValueError) as error:
        raise _no_key(written) from error
    if len(key) != len(types) or not all(_FORMS[kind](value) for kind, value in zip(types.values(), key, strict=True)):
        raise _no_key(written)
    return dict(zip(types, key, strict=True))


def _no_key(written: str) -> InvalidInputError:
    return InvalidInputError(field="after", value=written[:40], allowed=("the key of a page",))
