"""How a model is shown foreign texts: as data in marks of their own, which the texts themselves cannot forge."""

import json
import re
from collections.abc import Mapping
from typing import Final

from domain.foreign import Fact, Foreign, rewritten

OPENED: Final = "«чужой текст: "
CLOSED: Final = "»"
_MARKS: Final = re.compile("[«»]")


def marked(text: Foreign) -> str:
    """The text inside its marks; the marks' own characters inside it are blunted."""
    blunted = _MARKS.sub("'", text.text)
    return f"{OPENED}{blunted}{CLOSED}"


def as_data(facts: Mapping[str, Fact]) -> str:
    """Facts as the compact JSON that a model reads, foreign texts marked."""
    return json.dumps(rewritten(facts, marked), ensure_ascii=False, separators=(",", ":"), default=str)
