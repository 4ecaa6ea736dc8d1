"""What is allowed instead of a refused value, for a reader: codes and numbers; explanations are written in English."""

import re
from collections.abc import Sequence
from typing import Final

from locales import Texts

MOST: Final = 12
_NAMED: Final = ("role", "status")
_EXPLANATION: Final = re.compile(r"[A-Za-z]{2,}\s|\s[A-Za-z]{2,}")


def listed(allowed: Sequence[object], texts: Texts) -> list[str]:
    """The allowed values, by their names where the catalogue has them.

    Nothing where one of them is an English explanation ("at most 3 days") and the reader's language is another.
    """
    values = [str(each) for each in allowed]
    if texts.locale != "en" and any(_EXPLANATION.search(value) for value in values):
        return []
    return [_in_words(value, texts) for value in values[:MOST]]


def _in_words(value: str, texts: Texts) -> str:
    named = next((key for kind in _NAMED if texts.has(key := f"{kind}-{value}")), None)
    return value if named is None else texts.get(named)
