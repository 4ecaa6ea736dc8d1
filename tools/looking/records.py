"""What stands in journal rows, signals and approvals as facts: the house's own words bare, everything typed as foreign.

Their JSON was written by commands, so it holds both. A text is the house's own only when nobody can type it: its key is
not one that holds typed words, and it reads as a code, an instant or a list of numbers.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from domain.foreign import Fact, ForeignKind, foreign

TYPED: Final[Mapping[str, ForeignKind]] = {
    **dict.fromkeys(("client", "client_name", "crm_id"), "client"),
    **dict.fromkeys(("seller", "seller_name"), "seller"),
    "bike": "bike",
    "city": "city",
    **dict.fromkeys(("listing_url", "url", "photo", "photos"), "url"),
    **dict.fromkeys(
        (
            *(
                "text",
                "note",
                "reason",
                "comment",
                "instead_of",
                "resolution",
                "why",
                "said",
                "reference",
                "carrier",
                "name",
            ),
            *("tracking_number", "tracking", "person_name", "team", "value", "file", "raw", "event_id", "flags"),
        ),
        "note",
    ),
}
"""Keys whose values somebody types, and what they are."""

UNTOLD: Final = frozenset({"client_contact", "phone", "email", "handle", "telegram_id", "password"})
"""How to reach somebody is never needed for a decision about the process."""

LISTED: Final = 20
DEEPEST: Final = 6

_KEY: Final = re.compile(r"[a-z0-9][a-z0-9_:.\-]{0,59}")
_OWN_WORD: Final = re.compile(r"[A-Za-z0-9_:.+/\-]{1,64}|[\d, ]{1,120}")


def told(value: object, key: str = "", depth: int = 0) -> Fact:
    """A JSON value as a fact; long lists are cut, and say how many more there are."""
    match value:
        case None | bool() | int() | float():
            return value
        case str():
            return _text(value, key)
        case Mapping():
            return _object(cast("Mapping[str, Any]", value), depth)
        case Sequence():
            return _list(cast("Sequence[object]", value), key, depth)
        case _:
            return _text(str(value), key)


def _text(text: str, key: str) -> Fact:
    kind = TYPED.get(key)
    if kind is None and _OWN_WORD.fullmatch(text):
        return text
    return foreign(kind or "note", text)


def _object(value: Mapping[str, Any], depth: int) -> Fact:
    if depth >= DEEPEST:
        return {"not_shown": len(value)}
    shown = {name: inner for name, inner in value.items() if name not in UNTOLD}
    if all(_KEY.fullmatch(name) for name in shown):
        return {name: told(inner, name, depth + 1) for name, inner in shown.items()}
    return [{"name": foreign("note", name), "is": told(inner, "", depth + 1)} for name, inner in shown.items()]


def _list(value: Sequence[object], key: str, depth: int) -> Fact:
    if depth >= DEEPEST:
        return {"not_shown": len(value)}
    shown: list[Fact] = [told(inner, key, depth + 1) for inner in value[:LISTED]]
    return [*shown, {"not_shown": len(value) - LISTED}] if len(value) > LISTED else shown
