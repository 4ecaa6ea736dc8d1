"""The heatmap's tables as they are written: each cell's number, colour, words and the address of what is behind it."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar
from urllib.parse import urlencode

from domain.heat import Grid, Metric, step
from domain.measures import Tally
from locales.words import Words

R = TypeVar("R", bound=Hashable)
C = TypeVar("C", bound=Hashable)

Asked = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell. `shown` is empty without data; `tone` is the class of its colour; `address` is where its number leads.

    `words` say it in full.
    """

    shown: str
    tone: str
    words: str
    address: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row with its total, and how many limits it is about."""

    name: str
    cells: Sequence[Cell]
    total: Cell
    tally: Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table: `columns` are short names with full ones; the last line is the total."""

    columns: Sequence[tuple[str, str]]
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis(Generic[R]):
    """What rows or columns are called, in full and in short, and what they add to an address."""

    name: Callable[[R], str]
    short: Callable[[R], str]
    asked: Callable[[R], Asked]


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Writes tables for one reader; `asked` is what the addresses have in common, `bound` the target's broken share."""

    words: Words
    metric: Metric
    bound: Decimal
    asked: Asked

    def table(self, grid: Grid[R, C], rows: Axis[R], columns: Axis[C]) -> Table:
        """The whole table with its totals."""
        total = self.words.plain("heat-total")
        of_columns = [
            self._cell(grid.by_column[column], columns.name(column), columns.asked(column), total=True)
            for column in grid.columns
        ]
        last = Line(name=total, cells=of_columns, total=self._cell(grid.total, total, {}, total=True), tally=grid.total)
        return Table(
            columns=[(columns.short(column), columns.name(column)) for column in grid.columns],
            lines=[*(self._line(grid, row, rows, columns) for row in grid.rows), last],
        )

    def _line(self, grid: Grid[R, C], row: R, rows: Axis[R], columns: Axis[C]) -> Line:
        name, of_row = rows.name(row), rows.asked(row)
        cells = [
            self._cell(grid.cell(row, column), f"{name}, {columns.name(column)}", {**of_row, **columns.asked(column)})
            for column in grid.columns
        ]
        tally = grid.by_row[row]
        return Line(name=name, cells=cells, total=self._cell(tally, name, of_row, total=True), tally=tally)

    def _cell(self, tally: Tally, about: str, asked: Asked, *, total: bool = False) -> Cell:
        tone = step(tally, self.bound)
        if tone is None:
            return Cell(shown="", tone="", words=self.words.plain("heat-cell-none", about=about), address=None)
        kept = tally.of - tally.hits
        words = self.words.plain("heat-cell", about=about, kept=kept, broken=tally.hits, of=tally.of)
        given = {key: str(value) for key, value in {**self.asked, **asked}.items() if value is not None}
        address = f"/heatmap/behind?{urlencode(given)}" if tally.hits else None
        return Cell(shown=number(tally, self.metric), tone="" if total else f"s{tone}", words=words, address=address)


def number(tally: Tally, metric: Metric) -> str:
    """What stands in a cell of something: whole percent, or a number of limits.

    What is not all is never 100, what is not nothing is never 0.
    """
    if metric is Metric.COUNT:
        return str(tally.hits)
    hits = tally.hits if metric is Metric.BROKEN else tally.of - tally.hits
    least, most = (1 if hits else 0), (100 if hits == tally.of else 99)
    return str(min(max(round(100 * hits / tally.of), least), most))
