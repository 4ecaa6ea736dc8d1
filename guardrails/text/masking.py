"""Masking: names from the CRM, phones, e-mails, addresses, handles and links become tokens before a provider sees them.

The same thing has the same token throughout a run, so a model can speak of it; `restored` puts it back into answers
and into the arguments of tool calls. Names of the staff stay: they are how one speaks of colleagues.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Final, cast

_STREETS: Final = (
    *("улица", "ул.", "проспект", "просп.", "пр-т", "переулок", "пер."),
    *("шоссе", "набережная", "наб.", "б-р", "бульвар"),
)
# Each kind with its signs: a text that holds none of them needs no search, which costs thirty times as much.
_PATTERNS: Final[tuple[tuple[str, tuple[str, ...], re.Pattern[str]], ...]] = (
    ("ССЫЛКА", ("://", "www."), re.compile(r"\bhttps?://\S+|\bwww\.\S+", re.IGNORECASE)),
    ("ПОЧТА", ("@",), re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("НИК", ("@",), re.compile(r"(?<![\w@])@[A-Za-z][A-Za-z0-9_]{3,31}\b")),
    ("ТЕЛЕФОН", ("",), re.compile(r"(?<![\w+])(?:\+\d|\b8|\b00\d)[\d\s()\-]{8,16}\d\b")),
    (
        "АДРЕС",
        _STREETS,
        re.compile(
            r"\b(?:ул(?:ица|\.)|просп(?:ект|\.)|пр-т|пер(?:еулок|\.)|шоссе|наб(?:ережная|\.)|б-р|бульвар)\s*[\w\s.-]{2,40}?"
            r",?\s*(?:д(?:ом|\.)?\s*)?\d+\w?(?:\s*,?\s*(?:кв|к|корп|стр)\.?\s*\d+)*",
            re.IGNORECASE,
        ),
    ),
)
_TOKEN: Final = re.compile(r"(ЛИЦО|ССЫЛКА|ПОЧТА|НИК|ТЕЛЕФОН|АДРЕС)-(\d+)")
_REPEATED: Final = re.compile(r"(ЛИЦО-\d+)(?:\s+\1)+")
_SHORTEST_NAME: Final = 3
_INFLECTED: Final = r"[а-яёa-z]{0,4}"


class Mask:
    """The tokens of one run: what is masked, and how it is put back."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._tokens: dict[str, str] = {}
        self._originals: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._names: list[tuple[str, re.Pattern[str], str]] = []
        self._nameless: dict[str, str] = {}
        self.learn(names)

    def learn(self, names: Iterable[str]) -> None:
        """People's names that the CRM gave; every word of three letters or more is masked, in any case ending."""
        known = {name for _, _, name in self._names}
        for name in dict.fromkeys(name.strip() for name in names):
            if name and name not in known:
                self._names += [(*_stem(word), name) for word in re.findall(r"[^\W\d_]+", name) if _long(word)]
        self._names.sort(key=lambda each: -len(each[0]))

    def masked(self, text: str) -> str:
        """The text with tokens in the place of personal data."""
        found = self._nameless.get(text)
        if found is None:
            found = self._nameless[text] = self._without_patterns(text)
        folded = _folded(found) if self._names else ""
        named = found
        for stem, pattern, name in self._names:
            if stem in folded:  # a search for each name in each text would cost more than all else
                named = pattern.sub(lambda _, name=name: self._token("ЛИЦО", name), named)
        return named if named is found else _REPEATED.sub(r"\1", named)

    def masked_value(self, value: object) -> object:
        """The same for every string of a JSON value; keys stay."""
        return _walked(value, self.masked)

    def restored(self, text: str) -> str:
        """The text with the originals in the place of the tokens; unknown tokens stay."""
        return _TOKEN.sub(lambda match: self._originals.get(match[0], match[0]), text)

    def restored_value(self, value: object) -> object:
        """The same for every string of a JSON value."""
        return _walked(value, self.restored)

    def _without_patterns(self, text: str) -> str:
        folded = _folded(text)
        for kind, signs, pattern in _PATTERNS:
            if any(sign in folded for sign in signs):
                text = pattern.sub(lambda match, kind=kind: self._token(kind, match[0]), text)
        return text

    def _token(self, kind: str, original: str) -> str:
        if _TOKEN.fullmatch(original):
            return original
        if original not in self._tokens:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            token = f"{kind}-{self._counts[kind]}"
            self._tokens[original], self._originals[token] = token, original
        return self._tokens[original]


def _long(word: str) -> bool:
    return len(word) >= _SHORTEST_NAME


def _stem(word: str) -> tuple[str, re.Pattern[str]]:
    """The word in any case ending: its last vowel may change, and up to four letters may follow; folded first."""
    stem = word[:-1] if len(word) > _SHORTEST_NAME and word[-1].lower() in "аяоеьйи" else word
    return _folded(stem), _inflected(stem)


@lru_cache(maxsize=4096)
def _inflected(stem: str) -> re.Pattern[str]:
    return re.compile(rf"\b{re.escape(stem)}{_INFLECTED}\b", re.IGNORECASE)


def _folded(text: str) -> str:
    """The text so that whatever a pattern takes for the same letter, in any case, is the same."""
    return text.casefold().replace("ı", "i").replace("\u0307", "")


def _walked(value: object, change: Callable[[str], str]) -> object:
    match value:
        case str():
            return change(value)
        case Mapping():
            return {name: _walked(inner, change) for name, inner in cast("Mapping[str, object]", value).items()}
        case list() | tuple():
            return [_walked(inner, change) for inner in cast("list[object]", value)]
        case _:
            return value
