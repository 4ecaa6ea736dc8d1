"""Masking: names from the CRM, phones, e-mails, addresses, handles and links become tokens before a provider sees them.

The same thing has the same token throughout a run, so a model can speak of it; `restored` puts it back into answers
and into the arguments of tool calls. A person is one number in all case endings: ЛИЦО-1 is the name as the CRM has it,
ЛИЦО-1_2 another form of it. Names of the staff stay: they are how one speaks of colleagues.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final, cast

from domain.naming import case_forms
from guardrails.text.short_names import latin, short_forms

_END: Final = r"(?!\w)"
_GAP: Final = r"[\s().\u200b-\u200d\u2060\ufeff-]"
_BETWEEN: Final = r"[\s\u200b-\u200d\u2060\ufeff-]"
_STREET: Final = (
    r"(?:ул(?:иц[аеуы]\b|\.|(?=\s))|просп(?:ект[аеу]?\b|\.)|пр-к?т\b|пр\.|пер(?:еул(?:ок|к[аеу])\b|\.)|пл(?:ощад[ьи]\b|\.)"
    r"|наб(?:ережн(?:ая|ой|ую)\b|\.)|б-р\b|бульвар[ае]?\b|мкр\.?|микрорайон[ае]?\b|проезд[ае]?\b|тракт[ае]?\b|алле[яие]\b)"
)
_HOUSE: Final = r",?\s*(?:д(?:ом|\.)?\s*)?\d+[а-я]?(?:[/-]\d+)?\b(?:\s*,?\s*(?:кв|к|корп|стр)\.?\s*\d+\w*)*"
_PATTERNS: Final[tuple[tuple[str, str], ...]] = (
    ("МЕТКА", r"(?:ЛИЦО|ССЫЛКА|ПОЧТА|НИК|ТЕЛЕФОН|АДРЕС|СЧЁТ|ДОКУМЕНТ|МЕТКА)-\d+(?:_\d+)*"),
    (
        "ССЫЛКА",
        (
            r"\b(?:https?://|www\.)[^\s\"'<>«»\\]+"
            r"|\b(?:[a-z0-9-]{1,63}\.){1,6}(?:ru|com|de|me|org|net|eu|nl|fr|it|es|at|ch|be|pl|рф)/[^\s\"'<>«»\\]*"
            rf"|(?<![\w@.])(?:[a-z0-9-]{{1,63}}\.){{1,6}}(?:ru|com|de|org|net|eu|nl|fr|pl|su|ua|рф){_END}(?!\.\w)"
        ),
    ),
    (
        "ПОЧТА",
        (
            r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+|\"[\w.+ -]{1,40}\\?\"@[\w-]+(?:\.[\w-]+)+"
            r"|[\w.+-]{1,64}\s*(?:\(at\)|\[at\]|\(собака\)|\[собака\]|\sсобака\s|\s@\s)\s*"
            r"[\w-]+(?:\s*(?:\.|\(dot\)|\[dot\]|\sточка\s)\s*[\w-]+)+"
        ),
    ),
    (
        "НИК",
        (
            rf"(?<![\w@])@[A-Za-z][A-Za-z0-9_]{{2,31}}(?:\.[A-Za-z0-9_]+)*{_END}"
            r"|\b(?:телеграм\w*|telegram|tg|тг|инста\w*|inst\w*|whats?app|вотсап\w*|ватсап\w*|skype|скайп\w*|вк|vk|viber|вайбер\w*)"
            rf"(?:\s*[:=]\s*[A-Za-z][\w.:]{{2,31}}|\s+(?=[A-Za-z]*[\d_.])[A-Za-z][\w.]{{3,31}}){_END}"
        ),
    ),
    (
        "ДОКУМЕНТ",
        (r"\b(?:паспорт\w*|снилс|инн|passport)(?:\s+(?:серия|номер|no\.?|№))*\s*[:№]?\s*\d[\d\s-]{5,18}\d\b"),
    ),
    (
        "СЧЁТ",
        (
            r"\b(?-i:[A-Z]{2})\d{2}(?:[ \u00a0]?(?-i:[A-Z0-9]){4}){2,7}(?:[ \u00a0]?(?-i:[A-Z0-9]){1,4})?\b"
            r"|(?<![\w.,:+-])\d{4}(?:[ \u00a0-]\d{4}){3}(?:[ \u00a0-]\d{1,3})?\b(?![.,:-]\d)"
            r"|(?<![\w.,:+-])\d{16,20}\b(?![.,]\d)"
        ),
    ),
    (
        "ТЕЛЕФОН",
        (
            rf"(?<![\w+])(?:[+＋]\d(?:(?:{_GAP}|/){{0,3}}\d){{7,14}}|00[1-9](?:{_GAP}{{0,3}}\d){{7,14}})(?!{_GAP}{{0,2}}\d){_END}"
            rf"|(?<![\w.,:+-])[78](?:{_BETWEEN}|\(){{0,2}}\d{{3}}(?:{_BETWEEN}|\)){{0,2}}\d{{3}}{_BETWEEN}?\d{{2}}{_BETWEEN}?\d{{2}}{_END}"
            rf"|(?<![\w.,:+-])[78]\.\d{{3}}\.\d{{3}}\.\d{{2}}\.\d{{2}}{_END}"
            rf"|(?<![\w.,:+-])\(?9\d{{2}}\)?{_BETWEEN}?\d{{3}}-\d{{2}}-\d{{2}}{_END}|(?<![\w.,:+-])(?:\(9\d{{2}}\)\s?|9\d{{2}})\d{{7}}{_END}"
            rf"|(?<![\w.,:+-])9\d{{2}}\s\d{{3}}\s\d{{2}}\s\d{{2}}{_END}(?!\s?\d)|(?<![\w.,:+-])\d{{3}}-\d{{2}}-\d{{2}}{_END}(?!-)"
            rf"|(?<![\w.,:+-])\(?0[1-9]\d{{1,3}}\)?[\s/-]{{0,2}}\d{{3,4}}[\s-]?\d{{3,5}}{_END}"
        ),
    ),
    (
        "АДРЕС",
        (
            rf"\b{_STREET}\s*(?:\d+(?:-[а-я]+)?\s+(?=(?-i:[А-ЯЁ])))?[\w\s.-]{{2,40}}?{_HOUSE}|\b[А-ЯЁ]\w+\s+(?:шоссе|ш\.|{_STREET}){_HOUSE}"
            r"|\bадрес\w*\s*[:—–-]\s*[^.;\n\"»<]{4,80}\d[^.;\n\"»<]{0,20}"
            r"|\b(?-i:[А-ЯЁ])[а-яё-]+,?\s+(?:д\.?\s*)?\d+[а-я]?\s*,?\s+кв\.?\s*\d+"
            r"|\b(?:(?-i:[A-ZÄÖÜ])\w+\s)?[\w-]{0,40}(?:stra(?:ß|ss)e|str\.|weg|platz|allee|gasse|damm|ufer|straat|gracht|laan|plein|kade)\s*\d+\w*"
            r"|\b(?:rue|avenue|boulevard|viale|piazza|calle|avenida|plaza|(?-i:Via|Am|An\sder|Im|Zum)|unter\sden)\s(?:d[eiu]\w*\s|l[ao]\s)?(?-i:[A-ZÀ-Ö])[\w'-]+,?\s\d+\w*"
            r"|\b\d+\w?,?\s(?:rue|avenue|boulevard)\s(?:d[eu]\w*\s)?(?-i:[A-ZÀ-Ö])[\w'-]+"
        ),
    ),
)
_TOKEN: Final = re.compile(_PATTERNS[0][1])
_FLAGS: Final = re.IGNORECASE
_THINGS: Final = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _PATTERNS), _FLAGS)
_WORD: Final = r"[^\W\d_]+"
_UMLAUTS: Final = {"ä": "a", "ö": "o", "ü": "u"}
_SHORTEST_STEM: Final = 3
_LONGEST_NAME: Final = 5
_PARTICLES: Final = frozenset(
    {"van", "von", "der", "den", "de", "da", "di", "del", "la", "le", "фон", "ван", "де", "оглы"}
)
_NO_KEY: Final = '(?!":)'
"""Facts are shown as JSON: its keys are the house's own words."""
_INFLECTED: Final = r"[а-яёa-z]{0,4}"
_FLEETING: Final = re.compile(r"([оеёя])([бвгджзклмнпрстфхцчшщ])$", re.IGNORECASE)
_NOMINATIVE: Final = re.compile(r"(?:ий|ый|ой|ая|яя|(?<=[вб])ей|[аяоеёьйиы])$", re.IGNORECASE)


class Mask:
    """The tokens of one run: what is masked, and how it is put back."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._tokens: dict[tuple[str, str], str] = {}
        self._originals: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._names: list[str] = []
        self._people: re.Pattern[str] | None = None
        self.learn(names)

    def learn(self, names: Iterable[str]) -> None:
        """People's names that the CRM gave; each of their words is masked, in any case ending."""
        new = [name for name in dict.fromkeys(name.strip() for name in names) if name and name not in self._names]
        if new:
            self._names += new
            self._people = _compiled(self._names)

    def named_in(self, text: str) -> list[str]:
        """The names that stand in the text, in any form."""
        found = {str(match.lastgroup) for match in self._people.finditer(text)} if self._people else set[str]()
        return [name for number, name in enumerate(self._names) if f"N{number}" in found]

    def masked(self, text: str) -> str:
        """The text with tokens in the place of personal data; what looks like a token in it is no token."""
        parts: list[str] = []
        end = 0
        for kind, start, until in _things(text):
            parts += [self._without_people(text[end:start]), self._token(kind, text[start:until])]
            end = until
        return "".join([*parts, self._without_people(text[end:])])

    def masked_value(self, value: object) -> object:
        """The same for every string of a JSON value; keys stay."""
        return _walked(value, self.masked)

    def restored(self, text: str) -> str:
        """The text with the originals in the place of the tokens; unknown tokens stay."""
        return _TOKEN.sub(lambda match: self._originals.get(match[0], match[0]), text)

    def restored_value(self, value: object) -> object:
        """The same for every string of a JSON value."""
        return _walked(value, self.restored)

    def _without_people(self, text: str) -> str:
        """What is between the things: one rule never sees what another has taken."""
        if self._people is None or not text:
            return text
        return self._people.sub(lambda match: self._person(self._names[int(str(match.lastgroup)[1:])], match[0]), text)

    def _person(self, name: str, said: str) -> str:
        person = self._token("ЛИЦО", name)
        return person if said == name else self._token(person, said, between="_")

    def _token(self, kind: str, original: str, *, between: str = "-") -> str:
        if (kind, original) not in self._tokens:
            self._counts[kind] = self._counts.get(kind, 1 if between == "_" else 0) + 1
            token = f"{kind}{between}{self._counts[kind]}"
            self._tokens[kind, original], self._originals[token] = token, original
        return self._tokens[kind, original]


@lru_cache(maxsize=500)
def _things(text: str) -> Sequence[tuple[str, int, int]]:
    """Kind, beginning and end of each thing; a conversation shows the model the same texts again and again."""
    return [(str(thing.lastgroup), thing.start(), thing.end()) for thing in _THINGS.finditer(text)]


def _compiled(names: Sequence[str]) -> re.Pattern[str] | None:
    """The people of a run in one pattern, the longest names first; None for nobody."""
    people = sorted(enumerate(names), key=lambda each: -len(each[1]))
    written = "|".join(f"(?P<N{number}>{pattern})" for number, name in people if (pattern := _person(name)))
    return re.compile(written, _FLAGS) if written else None


@lru_cache(maxsize=2_000)
def _person(name: str) -> str:
    """The words of a name in any case, short form or alphabet, one or several in a row; never a key of the facts.

    What does not read like a name (somebody typed a sentence there) is masked as it stands, and teaches no words.
    """
    if not _reads_like_a_name(name):
        return rf"{re.escape(name)}{_NO_KEY}"
    words = sorted({_forms(word) for word in re.findall(_WORD, name)}, key=len, reverse=True)
    either = f"(?:{'|'.join(words)})"
    return rf"\b{either}(?:[ \t\u00a0]+{either})*{_END}{_NO_KEY}" if words else ""


def _reads_like_a_name(name: str) -> bool:
    words = re.findall(_WORD, name)
    return len(words) <= _LONGEST_NAME and all(word[0].isupper() or word.lower() in _PARTICLES for word in words)


def _forms(word: str) -> str:
    """A pattern for the word in any case ending, with its short forms and its Latin spelling."""
    others = [*(form for short in short_forms(word) for form in case_forms(short)), *case_forms(latin(word))]
    if not re.search("[а-яё]", word.lower()):
        others = []
    also = "".join(f"|{_spelled(each)}" for each in sorted({each.title() for each in others}, key=len, reverse=True))
    return f"(?:{_inflected(word)}{f'|(?-i:{also[1:]})' if also else ''})"


def _inflected(word: str) -> str:
    """The word in any case ending; very short names only as they are written, with a capital."""
    stem = _NOMINATIVE.sub("", word)
    if len(word) < _SHORTEST_STEM:
        return rf"(?-i:{_spelled(word)}[а-яё]{{0,2}})"
    if len(stem) <= _SHORTEST_STEM and re.fullmatch("[а-яё]+", word.lower()):  # «Вера» is not in «вернуть»
        forms = sorted(case_forms(word) | {word.lower()}, key=len, reverse=True)
        return f"(?:{'|'.join(map(_spelled, forms))})"
    if len(stem) < _SHORTEST_STEM:
        stem = word[:_SHORTEST_STEM]
    fleeting = _FLEETING.search(stem)
    if fleeting is None:
        return f"{_spelled(stem)}{_INFLECTED}"
    soft = "ь" if stem[: fleeting.start()].lower().endswith("л") else ""
    soft = "й" if stem.lower().endswith("яц") else soft
    without = f"{stem[: fleeting.start()]}{soft}{fleeting[2]}"
    return f"(?:{_spelled(stem)}{_INFLECTED}|{_spelled(without)}[а-яё]{{1,3}})"


def _spelled(stem: str) -> str:
    """A pattern that reads ё as е, and an umlaut as it is written without one."""
    yo = re.sub("[её]", "[её]", re.sub("[ЕЁ]", "[ЕЁ]", re.escape(stem)))
    return re.sub("[äöü]", lambda sign: f"(?:{sign[0]}|{_UMLAUTS[sign[0]]}e?)", yo)


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
