"""The people's languages: Fluent catalogues by locale and noun, read once a process.

`ru/<noun>.ftl` and `en/<noun>.ftl` hold the same keys (a test compares them); every file of a locale's folder belongs
to it. Texts are plain, except `cards.ftl` and `bot.ftl`, which carry Telegram's HTML tags: whoever fills those in
escapes the parameters (`bots/words.py`).
"""

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Final

from fluent.runtime import FluentBundle, FluentResource
from fluent.runtime.types import FluentNumber

LOCALES: Final = ("ru", "en")
FOLDER: Final = Path(__file__).parent

Param = str | int | float | Decimal | date | datetime | FluentNumber


class TextError(LookupError):
    """A text cannot be made: its key is not in the catalogue, or a parameter lacks. A mistake of the program."""


class Texts:
    """The texts of one locale."""

    def __init__(self, locale: str) -> None:
        if locale not in LOCALES:
            raise TextError(f"no locale {locale!r}; there is {', '.join(LOCALES)}")
        self.locale = locale
        self._bundle = FluentBundle([locale], use_isolating=False)
        for path in sorted((FOLDER / locale).glob("*.ftl")):
            self._bundle.add_resource(FluentResource(path.read_text("utf-8")))

    def has(self, key: str) -> bool:
        """Whether the catalogue knows the key."""
        return self._bundle.has_message(key)

    def get(self, key: str, **params: Param) -> str:
        """The text of a key with its parameters filled in; numbers are written as the language writes them.

        Raises `TextError` for an unknown key or a parameter that lacks.
        """
        if not self.has(key):
            raise TextError(f"no text {key!r} in {self.locale}")
        pattern = self._bundle.get_message(key).value
        if pattern is None:
            raise TextError(f"text {key!r} in {self.locale} has no value")
        written, errors = self._bundle.format_pattern(pattern, params)
        if errors:
            raise TextError(f"text {key!r} in {self.locale}: {errors[0]}")
        return str(written)


@cache
def texts(locale: str) -> Texts:
    """The texts of a locale, read from the disk once."""
    return Texts(locale)
