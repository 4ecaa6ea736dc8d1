"""What buttons carry besides: numbers of rows, pages, choices; what no button of ours has is refused in words."""

from collections.abc import Collection
from enum import StrEnum
from typing import Annotated, TypeVar

from pydantic import Field

from domain.errors import InvalidInputError

Id = Annotated[int, Field(ge=0, lt=2**63)]
"""A number of a row: what no row has is no button of ours."""
Page = Annotated[int, Field(ge=0, lt=10_000)]
"""A page, from 0."""
E = TypeVar("E", bound=StrEnum)


def choice(kind: type[E], arg: str) -> E:
    """The choice that a button carries; raises InvalidInputError for data that no button of ours has."""
    return kind(one_of(tuple(kind), arg))


def one_of(allowed: Collection[str], arg: str) -> str:
    """What a button carries, if it is one of these; raises InvalidInputError otherwise."""
    if arg not in allowed:
        raise InvalidInputError(field="button", value=arg[:20], allowed=tuple(allowed))
    return arg


def number(arg: str) -> int:
    """The number that a button carries; raises InvalidInputError for data that no button of ours has."""
    if not arg.isascii() or not arg.isdecimal() or len(arg) > 15:
        raise InvalidInputError(field="button", value=arg[:20], allowed=("a button of the card",))
    return int(arg)
