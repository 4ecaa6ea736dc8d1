"""Keys of pages: where the next page of a list begins, as opaque words in an address."""

import base64
import binascii
from collections.abc import Sequence
from typing import Final

import orjson
from pydantic import ConfigDict, TypeAdapter

from domain.errors import InvalidInputError

_KEY: Final = TypeAdapter(list[str], config=ConfigDict(strict=True))


def written_key(key: Sequence[str]) -> str:
    """The key of a page's last line, each value as PostgreSQL writes it."""
    return base64.urlsafe_b64encode(orjson.dumps(list(key))).decode().rstrip("=")


def read_key(written: str, length: int) -> list[str]:
    """The values of a key. Raises InvalidInputError for words that are none of `length` values."""
    try:
        key = _KEY.validate_json(base64.urlsafe_b64decode(written + "=" * (-len(written) % 4)))
    except (binascii.Error, ValueError) as error:
        raise _no_key(written) from error
    if len(key) != length:
        raise _no_key(written)
    return key


def _no_key(written: str) -> InvalidInputError:
    return InvalidInputError(field="after", value=written[:40], allowed=("the key of a page",))
