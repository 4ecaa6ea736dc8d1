"""Pictures of numbers: lines and bars that `static/charts.js` draws, and coloured bars that are drawn here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

import orjson

LEAST_SHARE: Final = 0.12
"""So wide at least is a part of a bar that is not empty: its number must fit in, and a finger must hit it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a chart: what it is called, its colour (a number of `app.css`), its values.

    `address` is where what its number counts is listed.
    """

    name: str
    ink: int
    values: Sequence[int]
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart over steps of time; `words` describe it to those who do not see it."""

    title: str
    words: str
    kind: Literal["lines", "bars"]
    at: Sequence[datetime]
    lines: Sequence[Line]
    hourly: bool
    zone: str

    @property
    def data(self) -> str:
        """What the script draws, as JSON."""
        lines = [{"name": line.name, "values": list(line.values)} for line in self.lines]
        given = {"kind": self.kind, "hourly": self.hourly, "zone": self.zone, "lines": lines}
        return orjson.dumps({**given, "at": [at.timestamp() for at in self.at]}).decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A part of a bar in percent of its width: where it begins and how wide it is."""

    start: float
    width: float

    @property
    def middle(self) -> float:
        """Where its number stands."""
        return self.start + self.width / 2


def segments(counts: Sequence[int]) -> list[Segment | None]:
    """The parts of a bar that is full whatever the sum: in proportion, yet none too narrow for its number."""
    shown = sum(count > 0 for count in counts)
    spare, total = 1 - LEAST_SHARE * shown, sum(counts)
    parts: list[Segment | None] = []
    start = 0.0
    for count in counts:
        width = 100 * (LEAST_SHARE + spare * count / total) if count else 0.0
        parts.append(Segment(start=round(start, 2), width=round(width, 2)) if count else None)
        start += width
    return parts
