"""Masking: names from the CRM, phones, e-mails, addresses, handles and links become tokens before a provider sees them.

The same thing has the same token throughout a run, so a model can speak of it; `restored` puts it back into answers
and into the arguments of tool calls. A person is one number in all case endings: ЛИЦО-1 is the name as the CRM has it,
ЛИЦО-1_2 another form of it. Names of the staff stay: they are how one speaks of colleagues.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Final, cast

_END: Final = r"(?!\w)"
_STREET: Final = (
    r"(?:ул(?:иц[аеуы]|\.)|просп(?:ект[аеу]?|\.)|пр-т|пер(?:еул(?:ок|к[аеу])|\.)"
    r"|наб(?:ережн(?:ая|ой|ую)|\.)|б-р|бульвар[ае]?)"
)
_HOUSE: Final = r",?\s*(?:д(?:ом|\.)?\s*)?\d+\w*(?:\s*,?\s*(?:кв|к|корп|стр)\.?\s*\d+\w*)*"
_PATTERNS: Final[tuple[tuple[str, str], ...]] = (
    ("МЕТКА", r"(?:ЛИЦО|ССЫЛКА|ПОЧТА|НИК|ТЕЛЕФОН|АДРЕС|МЕТКА)-\d+(?:_\d+)?"),
    (
        "ССЫЛКА",
        (
            r"\b(?:https?://|www\.)[^\s\"'<>«»\\]+"
            r"|\b(?:[a-z0-9-]+\.)+(?:ru|com|de|me|org|net|eu|nl|fr|it|es|at|ch|be|pl)/[^\s\"'<>«»\\]*"
        ),
    ),
    ("ПОЧТА", r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    ("НИК", rf"(?<![\w@])@[A-Za-z][A-Za-z0-9_]{{3,31}}{_END}"),
    (
        "ТЕЛЕФОН",
        (
            rf"(?<![\w+])(?:\+\d(?:[\s().-]{{0,3}}\d){{7,14}}|00[1-9](?:[\s().-]{{0,3}}\d){{7,14}})(?![\s().-]{{0,2}}\d){_END}"
            rf"|(?<![\w.,:+-])[78][\s(-]{{0,2}}\d{{3}}[\s)-]{{0,2}}\d{{3}}[\s-]?\d{{2}}[\s-]?\d{{2}}{_END}"
            rf"|(?<![\w.,:+-])\(?9\d{{2}}\)?[\s-]?\d{{3}}-\d{{2}}-\d{{2}}{_END}"
            rf"|(?<![\w.,:+-])\(?0[1-9]\d{{1,3}}\)?[\s/-]{{0,2}}\d{{3,4}}[\s-]?\d{{3,5}}{_END}"
        ),
    ),
    (
        "АДРЕС",
        (
            rf"\b{_STREET}\s*[\w\s.-]{{2,40}}?{_HOUSE}|\b[А-ЯЁ]\w+\s+(?:шоссе|{_STREET}){_HOUSE}"
            r"|\b[\w-]*(?:stra(?:ß|ss)e|str\.)\s*\d+\w*"
        ),
    ),
)
_TOKEN: Final = re.compile(_PATTERNS[0][1])
_THINGS: Final = "|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _PATTERNS)
_FLAGS: Final = re.IGNORECASE
_EVERY_THING: Final = re.compile(_THINGS, _FLAGS)
_NOTHING: Final = re.compile(r"(?!)")
_SHORTEST_STEM: Final = 3
_LONGEST_NAME: Final = 5
_PARTICLES: Final = frozenset(
    {"van", "von", "der", "den", "de", "da", "di", "del", "la", "le", "фон", "ван", "де", "оглы"}
)
_NO_KEY: Final = '(?!":)'
"""Facts are shown as JSON: its keys are the house's own words."""
_INFLECTED: Final = r"[а-яёa-z]{0,4}"
_FLEETING: Final = re.compile(r"([оеё])([бвгджзклмнпрстфхцчшщ])$", re.IGNORECASE)
_NOMINATIVE: Final = re.compile(r"(?:ий|ый|ой|ая|яя|[аяоеёьйиы])$", re.IGNORECASE)


class Mask:
    """The tokens of one run: what is masked, and how it is put back."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._tokens: dict[tuple[str, str], str] = {}
        self._originals: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._names: list[str] = []
        self._pattern, self._people = _EVERY_THING, _NOTHING
        self.learn(names)

    def learn(self, names: Iterable[str]) -> None:
        """People's names that the CRM gave; each of their words is masked, in any case ending."""
        new = [name for name in dict.fromkeys(name.strip() for name in names) if name and name not in self._names]
        if new:
            self._names += new
            people = _people(self._names)
            self._people = re.compile(people or _NOTHING.pattern, _FLAGS)
            self._pattern = re.compile(f"{_THINGS}|{people}" if people else _THINGS, _FLAGS)

    def masked(self, text: str) -> str:
        """The text with tokens in the place of personal data; what looks like a token in it is no token."""
        pattern = self._pattern if _has_things(text) else self._people
        return text if pattern is _NOTHING else pattern.sub(self._replaced, text)

    def masked_value(self, value: object) -> object:
        """The same for every string of a JSON value; keys stay."""
        return _walked(value, self.masked)

    def restored(self, text: str) -> str:
        """The text with the originals in the place of the tokens; unknown tokens stay."""
        return _TOKEN.sub(lambda match: self._originals.get(match[0], match[0]), text)

    def restored_value(self, value: object) -> object:
        """The same for every string of a JSON value."""
        return _walked(value, self.restored)

    def _replaced(self, match: re.Match[str]) -> str:
        kind = str(match.lastgroup)
        if kind.startswith("N"):
            return self._person(self._names[int(kind[1:])], match[0])
        return self._token(kind, match[0])

    def _person(self, name: str, said: str) -> str:
        person = self._token("ЛИЦО", name)
        return person if said == name else self._token(person, said, between="_")

    def _token(self, kind: str, original: str, *, between: str = "-") -> str:
        if (kind, original) not in self._tokens:
            self._counts[kind] = self._counts.get(kind, 1 if between == "_" else 0) + 1
            token = f"{kind}{between}{self._counts[kind]}"
            self._tokens[kind, original], self._originals[token] = token, original
        return self._tokens[kind, original]


@lru_cache(maxsize=256)
def _has_things(text: str) -> bool:
    """Whether anything besides names is to be masked: a prompt is the same each time, and long."""
    return _EVERY_THING.search(text) is not None


def _people(names: Iterable[str]) -> str:
    """The names, the longest first; in one pattern with the rest, so that what one rule has taken no other sees."""
    people = sorted(enumerate(names), key=lambda each: -len(each[1]))
    return "|".join(f"(?P<N{number}>{pattern})" for number, name in people if (pattern := _person(name)))


def _person(name: str) -> str:
    """The words of a name in any case ending, one or several in a row; never a key of the facts.

    What does not read like a name (somebody typed a sentence there) is masked as it stands, and teaches no words.
    """
    if not _reads_like_a_name(name):
        return rf"{re.escape(name)}{_NO_KEY}"
    words = sorted({_forms(word) for word in re.findall(r"[^\W\d_]+", name)}, key=len, reverse=True)
    either = f"(?:{'|'.join(words)})"
    return rf"\b{either}(?:[ \t\u00a0-]+{either})*{_END}{_NO_KEY}" if words else ""


def _reads_like_a_name(name: str) -> bool:
    words = re.findall(r"[^\W\d_]+", name)
    return len(words) <= _LONGEST_NAME and all(word[0].isupper() or word.lower() in _PARTICLES for word in words)


def _forms(word: str) -> str:
    """A pattern for the word in any case ending; very short names only as they are written, with a capital."""
    stem = _NOMINATIVE.sub("", word)
    if len(stem) < _SHORTEST_STEM:
        stem = word if len(word) <= _SHORTEST_STEM else word[:_SHORTEST_STEM]
    if len(word) < _SHORTEST_STEM:
        return rf"(?-i:{_spelled(word)}[а-яё]{{0,2}})"
    fleeting = _FLEETING.search(stem)
    if fleeting is None or len(stem) < _SHORTEST_STEM:
        return f"{_spelled(stem)}{_INFLECTED}"
    soft = "ь" if stem[: fleeting.start()].lower().endswith("л") else ""
    without = f"{stem[: fleeting.start()]}{soft}{fleeting[2]}"
    return f"(?:{_spelled(stem)}{_INFLECTED}|{_spelled(without)}[а-яё]{{1,3}})"


def _spelled(stem: str) -> str:
    return re.sub("[её]", "[её]", re.sub("[ЕЁ]", "[ЕЁ]", re.escape(stem)))


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
