"""What an answer stands on, as tables: facts are nested as the tools gave them, people read rows and columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from locales import facts
from locales.words import Words

MOST_ROWS: Final = 30
MOST_COLUMNS: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class FactTable:
    """Rows of facts; without columns each row is a name and a value. `left_out`: rows that are not shown;
    `columns_left_out`: columns.
    """

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    left_out: int = 0
    columns_left_out: int = 0


def tables(told: Mapping[str, Any], words: Words) -> list[FactTable]:
    """The single facts first, then each list as a table of its own, in the reader's words where they have some."""
    single: list[Sequence[str]] = []
    listed: list[FactTable] = []
    _gather("", told, words, single, listed)
    rest = max(0, len(single) - MOST_ROWS)
    first = [FactTable(name="", columns=(), rows=single[:MOST_ROWS], left_out=rest)] if single else []
    return [*first, *listed]


def _gather(name: str, fact: object, words: Words, single: list[Sequence[str]], listed: list[FactTable]) -> None:
    if isinstance(fact, Mapping):
        for key, inner in cast("Mapping[str, object]", fact).items():
            _gather(f"{name}.{key}" if name else key, inner, words, single, listed)
        return
    rows = cast("list[object]", fact) if isinstance(fact, list) else []
    if rows and all(isinstance(row, Mapping) for row in rows):
        listed.append(_table(_label(words, name), cast("list[Mapping[str, object]]", rows), words))
        return
    single.append((_label(words, name), facts.said(words, name.rpartition(".")[2], cast("object", fact))))


def _table(name: str, rows: list[Mapping[str, object]], words: Words) -> FactTable:
    flat = [_flat(row, words) for row in rows[:MOST_ROWS]]
    known = list(dict.fromkeys(column for row in flat for column in row))
    columns = known[:MOST_COLUMNS]
    shown = [[row.get(column, "") for column in columns] for row in flat]
    return FactTable(
        name=name,
        columns=[_label(words, column) for column in columns],
        rows=shown,
        left_out=max(0, len(rows) - MOST_ROWS),
        columns_left_out=len(known) - len(columns),
    )


def _flat(row: Mapping[str, object], words: Words, above: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, inner in row.items():
        name = f"{above}.{key}" if above else key
        if isinstance(inner, Mapping):
            found |= _flat(cast("Mapping[str, object]", inner), words, name)
        else:
            found[name] = facts.said(words, key, inner)
    return found


def _label(words: Words, path: str) -> str:
    """The last step of the path in words, after the others as they are."""
    above, dot, key = path.rpartition(".")
    return f"{above}{dot}{facts.label(words, key)}"
