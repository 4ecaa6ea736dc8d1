"""Texts that people outside the house wrote, or that stand in notes and names: data to be told, never instructions.

What is read for a role agent keeps each of them inside a `Foreign`, so that it can be marked, masked and counted.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, cast

ForeignKind = Literal["client", "seller", "note", "bike", "city", "url"]

LONGEST: Final = 600
"""Longer texts are cut: nobody's note fills a model's context."""


@dataclass(frozen=True, slots=True)
class Foreign:
    """One such text and where it comes from; `note` is whatever somebody typed."""

    kind: ForeignKind
    text: str


Fact: TypeAlias = "bool | int | float | str | Foreign | Sequence[Fact] | Mapping[str, Fact] | None"
"""A JSON value in which foreign texts stand as `Foreign`."""


def foreign(kind: ForeignKind, text: str | None) -> Foreign | None:
    """The text as a foreign one, cut to `LONGEST`; None for none."""
    if not text:
        return None
    return Foreign(kind, text if len(text) <= LONGEST else f"{text[:LONGEST]}…")


def foreigns(fact: Fact) -> Iterator[Foreign]:
    """Every foreign text in a nested answer, in the order of reading; repeated ones each time."""
    if isinstance(fact, Foreign):
        yield fact
    elif fact is None or isinstance(fact, str | int | float):
        return  # the most there is in an answer
    elif isinstance(fact, Mapping):
        for inner in cast("Mapping[str, Fact]", fact).values():
            yield from foreigns(inner)
    else:
        for inner in fact:
            yield from foreigns(inner)


def rewritten(fact: Fact, tell: Callable[[Foreign], object]) -> object:
    """The same nested value in JSON's own types, each foreign text replaced by what `tell` makes of it."""
    if isinstance(fact, Foreign):
        return tell(fact)
    if fact is None or isinstance(fact, str | int | float):
        return fact
    if isinstance(fact, Mapping):
        return {name: rewritten(inner, tell) for name, inner in cast("Mapping[str, Fact]", fact).items()}
    return [rewritten(inner, tell) for inner in fact]
