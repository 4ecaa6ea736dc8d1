"""My orders on a phone: one short line each, the most urgent first, in pages."""

import re
from collections.abc import Sequence
from typing import Final

from bots.card import Button, Card, columns, keyboard
from bots.cards.pages import turning
from bots.taps import Do, Mine, MineTap, OrderTap
from bots.words import Words, clip, lines
from store.views.listings import OrderLine

PAGE: Final = 8
PAGE_NUMBER: Final = re.compile(r"[0-9]{1,4}")
BIKE_CHARS: Final = 28


def my_orders(words: Words, found: Sequence[OrderLine], total: int, at: MineTap) -> Card:
    """A page with its orders as buttons, the way to the other pages and to the other choices."""
    pages = max(1, -(-total // PAGE))
    head = words.say(f"mine-{at.which}", count=total) if total else words.say(f"mine-{at.which}-empty")
    number = words.say("mine-page", page=at.page + 1, pages=pages) if pages > 1 else None
    text = lines(head, number, "" if found else None, *(_line(words, line) for line in found))
    opening = [(words.plain("order-code", code=line.code), _open(line, at)) for line in found]
    return Card(
        text,
        keyboard(
            *columns(opening, 4),
            turning(at.page, PAGE, total, lambda page: MineTap(which=at.which, page=page)),
            _choices(words, at),
        ),
    )


def _line(words: Words, line: OrderLine) -> str:
    return words.say(
        "mine-line",
        mark="first" if line.urgent or line.hot else "late" if line.due_at and line.due_at < words.now else "none",
        code=line.code,
        bike=clip(line.bike, BIKE_CHARS),
        status=words.plain(f"status-{line.status}"),
        left=words.left(line.due_at) if line.due_at else "—",
    )


def _open(line: OrderLine, at: MineTap) -> OrderTap:
    return OrderTap(do=Do.OPEN, order=line.id, arg=f"{at.which}.{at.page}")


def back_to_list(words: Words, tapped: OrderTap) -> Button | None:
    """The way back to the page that an order was opened from; None for an order opened elsewhere."""
    which, _, page = tapped.arg.partition(".")
    if tapped.do is not Do.OPEN or which not in tuple(Mine) or PAGE_NUMBER.fullmatch(page) is None:
        return None
    return words.plain("button-to-list"), MineTap(which=Mine(which), page=int(page))


def _choices(words: Words, at: MineTap) -> list[Button]:
    return [(words.plain(f"button-mine-{which}"), MineTap(which=which)) for which in Mine if which is not at.which]
