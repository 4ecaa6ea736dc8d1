"""What a role asks back: «которого: 1042 или 1043?» has two choices that a reader can tap instead of writing."""

import re
from typing import Final

LONGEST: Final = 40
"""Characters of one choice: what is longer is no choice but a sentence."""
MOST: Final = 6

_QUESTION: Final = re.compile(r"[^.!?\n]*\?\s*$")
_LISTED: Final = re.compile(r"(?:[:–—]\s*|^\s*)(?P<choices>[^:–—?]+)\?\s*$")
_OR: Final = re.compile(r"\s*,?\s+(?:или|or)\s+|\s*[,;]\s+", re.IGNORECASE)
_HAS_OR: Final = re.compile(r"\s(?:или|or)\s", re.IGNORECASE)
_CODE: Final = re.compile(r"(?<![\d.,:+-])\d{3,9}(?![\d.,:]\d|\d)")


def choices(text: str) -> tuple[str, ...]:
    """The choices of the question that ends a text, each as it is named there; none where there is nothing to choose.

    What stands behind the colon is taken as it is; without one, the order codes that the question names.
    """
    question = _QUESTION.search(text.strip())
    if question is None or not _HAS_OR.search(question[0]):
        return ()
    listed = _LISTED.search(question[0]) if re.search(r"[:–—]", question[0]) else None
    named = _OR.split(listed["choices"].strip()) if listed is not None else _CODE.findall(question[0])
    found = tuple(dict.fromkeys(each.strip(" «»\"'") for each in named if each.strip()))
    if not 2 <= len(found) <= MOST or any(len(each) > LONGEST for each in found):
        return ()
    return found


def codes(text: str, limit: int) -> tuple[str, ...]:
    """Numbers in a text that may be codes of orders, in their order; whoever uses them looks whether they are."""
    return tuple(dict.fromkeys(_CODE.findall(text)))[:limit]
