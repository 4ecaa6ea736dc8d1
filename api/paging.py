"""Pages by key: an opaque cursor says where the next one begins."""

import base64
import binascii
from collections.abc import Sequence
from typing import Annotated, Any, Final, Generic, Protocol, TypeVar

from fastapi import Query
from pydantic import BaseModel

from domain.errors import InvalidInputError

LARGEST: Final = 200
USUAL: Final = 50


class Numbered(Protocol):
    """A line of a list: its id is its key."""

    @property
    def id(self) -> int:
        """The key."""
        ...


T = TypeVar("T")
N = TypeVar("N", bound=Numbered)

Limit = Annotated[int, Query(ge=1, le=LARGEST, description="How many at most.")]
Cursor = Annotated[str | None, Query(max_length=40, description="`next` of the page before.")]


class Page(BaseModel, Generic[T]):
    """A part of a list, the newest first; `next` leads to the rest, null at its end."""

    items: Sequence[T]
    next: str | None = None


def before(cursor: str | None) -> int | None:
    """The id that the page comes after. Raises InvalidInputError for a cursor that is none of ours."""
    if cursor is None:
        return None
    try:
        key = int(base64.urlsafe_b64decode(cursor.encode() + b"==").decode("ascii"))
    except (binascii.Error, ValueError) as error:
        raise InvalidInputError(field="cursor", value=cursor, allowed=("`next` of the page before",)) from error
    if not 0 < key < 2**63:
        raise InvalidInputError(field="cursor", value=cursor, allowed=("`next` of the page before",))
    return key


def paged(lines: Sequence[N], limit: int) -> Page[Any]:
    """The page of lines that were asked for with one more than `limit`: the one more says that there is a rest."""
    shown = lines[:limit]
    more = len(lines) > limit
    return Page(items=shown, next=_cursor(shown[-1].id) if more else None)


def _cursor(key: int) -> str:
    return base64.urlsafe_b64encode(str(key).encode()).decode().rstrip("=")
