"""What a READ request is answered with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from domain.foreign import Fact, foreigns


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Facts ready to be told, numbers with their units in the key; `foreign` are the foreign texts among them."""

    facts: Mapping[str, Fact]
    foreign: tuple[str, ...] = ()

    @classmethod
    def of(cls, facts: Mapping[str, Fact]) -> Self:
        """The answer with the foreign texts counted, each once."""
        return cls(facts=facts, foreign=tuple(dict.fromkeys(found.text for found in foreigns(facts))))
