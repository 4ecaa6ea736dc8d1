"""The journal as a file, written while it is read: CSV for tables, JSON for machines."""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Final, cast

from domain.journal import canonical
from store.views.decision_pages import WholeDecision

COLUMNS: Final = tuple(field.name for field in fields(WholeDecision))
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def neutral(value: object) -> object:
    """A cell that no table program takes for a formula: what begins like one is marked as text."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


async def as_csv(rows: AsyncIterator[WholeDecision], *, most: int, cut: str) -> AsyncIterator[str]:
    """One line a row, JSON in its cells where a row holds some; `cut` is the last line where there was more."""
    yield "\ufeff" + _line(COLUMNS)
    count = 0
    async for row in rows:
        count += 1
        if count > most:
            yield _line([cut])
            return
        yield _line(neutral(_cell(getattr(row, name))) for name in COLUMNS)


async def as_json(rows: AsyncIterator[WholeDecision], *, most: int, cut: str) -> AsyncIterator[str]:
    """`{"decisions": [...], "rows": n, "cut": null}`; `cut` says so where there was more."""
    yield '{"decisions": ['
    count, more = 0, False
    async for row in rows:
        if count == most:
            more = True
            break
        yield ("\n" if count == 0 else ",\n") + canonical({name: getattr(row, name) for name in COLUMNS}).decode()
        count += 1
    yield "\n], " + f'"rows": {count}, "cut": {canonical(cut if more else None).decode()}}}\n'


def _cell(value: object) -> object:
    if isinstance(value, Mapping | Sequence) and not isinstance(value, str):
        return canonical(cast("object", value)).decode()
    return value if value is None or isinstance(value, str | int | float) else str(value)


def _line(cells: Iterable[object]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(list(cells))
    return out.getvalue()
