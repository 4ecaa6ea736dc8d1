"""What a row of the journal or a signal holds, in words: names of facts, codes and instants as people say them."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, cast

from bots.words import Words, clip

FAMILIES: Final[Mapping[str, str]] = {
    "to": "status",
    "from": "status",
    "status": "status",
    "decision": "decision",
    "verdict": "verdict",
    "severity": "severity",
    "clock": "clock",
    "method": "delivery",
    "code": "signal",
}
"""Facts that are codes, and the family of their texts; what has no text there stands as it is."""

INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d[\d:.]*(?:Z|[+-]\d\d:\d\d)")
QUOTED: Final = 120


def name_of(words: Words, name: str) -> str:
    """A fact's name; one that has no text is told by its own words."""
    key = f"record-{name}"
    return words.plain(key) if words.texts.has(key) else name.replace("_", " ")


def value_of(words: Words, name: str, value: object) -> str:
    """A fact's value: codes by their texts, instants by the day, lists by commas; the rest as it stands, clipped."""
    if value is None:
        return "—"
    if isinstance(value, bool):
        return words.plain("record-yes" if value else "record-no")
    if isinstance(value, Mapping):
        told = cast("Mapping[str, Any]", value)
        return clip(
            ", ".join(f"{name_of(words, key)} {value_of(words, key, each)}" for key, each in told.items()), QUOTED
        )
    if isinstance(value, Sequence) and not isinstance(value, str):
        return clip(", ".join(value_of(words, name, each) for each in cast("Sequence[Any]", value)) or "—", QUOTED)
    said = str(value)
    if INSTANT.fullmatch(said):
        return words.moment(datetime.fromisoformat(said))
    key = f"{FAMILIES.get(name, 'fact')}-{said}"
    return words.plain(key) if name in FAMILIES and words.texts.has(key) else clip(said, QUOTED)
