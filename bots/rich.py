"""A digest as Telegram shows it best: headings and figures bold, long lists folded, never cut within a list or tag."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup, escape

from bots.words import lines
from domain.splitting import LONGEST_PART, parts, units

SHOWN_ROWS: Final = 4
"""Rows of a list that stand open; the others are folded."""
_FIGURE: Final = re.compile(r"(?P<label>[^:\n]{3,80}): (?P<value>[^\n]{1,40})")
_ROW: Final = re.compile(r"(?:•|\d+\.)\s")


@dataclass(frozen=True, slots=True)
class Piece:
    """Something that is not cut: its HTML, and its length as Telegram counts it."""

    html: Markup
    length: int


def pages(text: str, *, urgent: Sequence[str] = (), limit: int = LONGEST_PART) -> tuple[Markup, ...]:
    """The text as messages; rows that say one of the words `urgent` are marked."""
    told: list[list[Markup]] = [[]]
    filled = 0
    for piece in _pieces(text.strip(), urgent, limit):
        if told[-1] and filled + piece.length > limit:
            told.append([])
            filled = 0
        told[-1].append(piece.html)
        filled += piece.length + 2
    return tuple(Markup("\n").join(page).strip() for page in told)


def _pieces(text: str, urgent: Sequence[str], limit: int) -> Iterator[Piece]:
    """The title, then block by block: figures, a heading with its list, or a paragraph."""
    title, _, rest = text.partition("\n")
    yield _piece(Markup("<b>{}</b>").format(title), title)
    for block in re.split(r"\n{2,}", rest.strip("\n")):
        yield from _block(block.split("\n"), urgent, limit)


def _block(block: Sequence[str], urgent: Sequence[str], limit: int) -> Iterator[Piece]:
    rows = list(block)
    if rows[0].endswith(":") and len(rows) > 1:
        yield _piece(Markup("\n<b>{}</b>").format(rows.pop(0).rstrip(":")), block[0])
    elif rows[0].strip():
        yield Piece(Markup(""), 0)
    many = len(rows) > SHOWN_ROWS + 1 and all(_ROW.match(row) for row in rows)
    shown, folded = (rows[:SHOWN_ROWS], rows[SHOWN_ROWS:]) if many else (rows, [])
    for row in shown:
        for part in parts(row, limit - 100):
            yield _piece(_row(part, urgent), part)
    for chunk in _chunks(folded, limit - 100):
        html = Markup("<blockquote expandable>{}</blockquote>").format(lines(*(_row(row, urgent) for row in chunk)))
        yield _piece(html, "\n".join(chunk))


def _row(row: str, urgent: Sequence[str]) -> Markup:
    if any(word in row for word in urgent):
        return Markup("🔴 {}").format(row.removeprefix("• "))
    figure = None if _ROW.match(row) else _FIGURE.fullmatch(row)
    return escape(row) if figure is None else Markup("{}: <b>{}</b>").format(figure["label"], figure["value"])


def _chunks(rows: Sequence[str], limit: int) -> Iterator[list[str]]:
    chunk: list[str] = []
    for row in rows:
        if chunk and sum(map(units, chunk)) + len(chunk) + units(row) > limit:
            yield chunk
            chunk = []
        chunk.append(row)
    if chunk:
        yield chunk


def _piece(html: Markup, plain: str) -> Piece:
    return Piece(html, units(plain) + 3)
