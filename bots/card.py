"""A card: one message with its buttons, ready to be sent or put in the place of an older one."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from markupsafe import Markup

from bots.words import lines

Button = tuple[str, CallbackData | str]
Row = Iterable[Button]


@dataclass(frozen=True, slots=True)
class About:
    """What a card is about that may change after it was shown: a `violation`, a `signal` or an `approval`."""

    kind: str
    id: int


@dataclass(frozen=True, slots=True)
class Card:
    """HTML text and buttons (none: no keyboard); `more` of the same text follows in the next message.

    `about`: what is to be shown anew when it changes.
    """

    text: Markup
    keyboard: InlineKeyboardMarkup | None = None
    more: bool = False
    about: About | None = None

    def under(self, note: str | None) -> "Card":
        """The same card below a note of what has just happened."""
        return self if note is None else replace(self, text=lines(note, "", self.text))

    def above(self, row: Row) -> "Card":
        """The same card with one more row of buttons, before the others."""
        more, rest = keyboard(row), [] if self.keyboard is None else self.keyboard.inline_keyboard
        rows = [] if more is None else more.inline_keyboard
        return replace(self, keyboard=InlineKeyboardMarkup(inline_keyboard=[*rows, *rest]))

    def over(self, row: Row) -> "Card":
        """The same card with one more row of buttons, after the others."""
        more, rest = keyboard(row), [] if self.keyboard is None else self.keyboard.inline_keyboard
        rows = [] if more is None else more.inline_keyboard
        return replace(self, keyboard=InlineKeyboardMarkup(inline_keyboard=[*rest, *rows]))


def keyboard(*rows: Row) -> InlineKeyboardMarkup | None:
    """Buttons in rows; a string instead of callback data is an address. Empty rows are left out."""
    written = [[_button(label, target) for label, target in row] for row in rows]
    filled = [row for row in written if row]
    return InlineKeyboardMarkup(inline_keyboard=filled) if filled else None


def columns(buttons: Iterable[Button], count: int) -> list[list[Button]]:
    """Buttons laid out in so many columns."""
    laid = list(buttons)
    return [laid[start : start + count] for start in range(0, len(laid), count)]


def _button(label: str, target: CallbackData | str) -> InlineKeyboardButton:
    if isinstance(target, str):
        return InlineKeyboardButton(text=label, url=target)
    return InlineKeyboardButton(text=label, callback_data=target.pack())
