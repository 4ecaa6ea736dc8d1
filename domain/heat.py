"""The heatmap of limits: tables of kept and broken ones in five steps of colour (docs/DOMAIN.md 5 and 11)."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import reduce
from operator import add
from typing import Final, Generic, TypeVar

from domain.measures import Tally

STEPS: Final = 5

R = TypeVar("R", bound=Hashable)
C = TypeVar("C", bound=Hashable)


class Metric(StrEnum):
    """What a cell shows of its limits: the share that was kept, the share that was broken, how many were broken."""

    KEPT = "kept"
    BROKEN = "broken"
    COUNT = "count"


def step(tally: Tally, bound: Decimal) -> int | None:
    """The colour of a cell, from 1 (fine) to 5; None without data.

    `bound` is the target's share of broken limits (`targets.yaml: sla_breach_rate_critical_below`): below it is 1,
    below twice as much 2, and so on.
    """
    if not tally.of:
        return None
    return min(STEPS, 1 + int(Fraction(tally.hits, tally.of) / Fraction(bound)))


@dataclass(frozen=True, slots=True)
class Grid(Generic[R, C]):
    """A table of broken of all limits: its cells, and the totals of rows, of columns, and of everything."""

    rows: Sequence[R]
    columns: Sequence[C]
    cells: Mapping[tuple[R, C], Tally]
    by_row: Mapping[R, Tally] = field(init=False)
    by_column: Mapping[C, Tally] = field(init=False)
    total: Tally = field(init=False)

    def __post_init__(self) -> None:
        """Add up."""
        of_row = {row: _sum(self.cell(row, column) for column in self.columns) for row in self.rows}
        of_column = {column: _sum(self.cell(row, column) for row in self.rows) for column in self.columns}
        object.__setattr__(self, "by_row", of_row)
        object.__setattr__(self, "by_column", of_column)
        object.__setattr__(self, "total", _sum(of_row.values()))

    def cell(self, row: R, column: C) -> Tally:
        """One cell; of nothing where nothing was decided."""
        return self.cells.get((row, column), Tally())


def _sum(tallies: Iterable[Tally]) -> Tally:
    return reduce(add, tallies, Tally())


def hours_shown(hours: Iterable[int]) -> Sequence[int]:
    """The hours of the day from the first to the last in which anything was decided."""
    seen = sorted(set(hours))
    return range(seen[0], seen[-1] + 1) if seen else ()
