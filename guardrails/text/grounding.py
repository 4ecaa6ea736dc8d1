"""Grounding: every number, date and order code in a text comes from the facts of the run, or from the asker's words.

Numbers are compared at the precision at which the text writes them: 15.3 in the facts lets a text say 15.3 or 15.
Minutes and hours may be split (150 minutes: 2 h 30 min), lists may be counted. Everything else is a finding.
"""

import contextlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Final, cast

from domain.foreign import Foreign

_LIST_MARK: Final = re.compile(r"^\s*(?:\d{1,2}[.)]|[-•*])\s+", re.MULTILINE)
_CLOCK_TIME: Final = re.compile(r"\b([01]?\d|2[0-3]):([0-5]\d)(?::[0-5]\d)?\b")
_ISO_DATE: Final = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_DAY: Final = re.compile(r"\b(\d{1,2})\.(\d{2})(?:\.(\d{4}|\d{2}))?\b")
_MONTHS: Final = (
    "январ",
    "феврал",
    "март",
    "апрел",
    "ма",
    "июн",
    "июл",
    "август",
    "сентябр",
    "октябр",
    "ноябр",
    "декабр",
)
_DAY_IN_WORDS: Final = re.compile(rf"\b(\d{{1,2}})\s+({'|'.join(_MONTHS)})[а-я]*(?:\s+(\d{{4}}))?", re.IGNORECASE)
_NUMBER: Final = re.compile(r"\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)?")
_ROLE_OR_VERSION: Final = re.compile(r"\b[A-Za-z][\w/-]*[-/]v?\d[\w.]*\b")
_DIGIT: Final = re.compile(r"\d")
_SPACES: Final = re.compile(r"[ \u00a0\u202f]")
_WORDS: Final[Mapping[str, int]] = {
    "три": 3, "трёх": 3, "трех": 3, "четыре": 4, "четырёх": 4, "четырех": 4, "пять": 5, "пяти": 5, "шесть": 6,
    "шести": 6, "семь": 7, "семи": 7, "восемь": 8, "восьми": 8, "девять": 9, "девяти": 9, "десять": 10, "десяти": 10,
    "одиннадцать": 11, "двенадцать": 12, "пятнадцать": 15, "двадцать": 20, "двадцати": 20, "тридцать": 30,
    "сорок": 40, "пятьдесят": 50, "шестьдесят": 60, "семьдесят": 70, "восемьдесят": 80, "девяносто": 90, "сто": 100,
    "двести": 200, "триста": 300, "пятьсот": 500, "тысяча": 1000,
}  # fmt: skip
_WORD: Final = re.compile(rf"\b({'|'.join(_WORDS)})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Ungrounded:
    """A number, date or code that the text says and nobody knows."""

    said: str


class Grounds:
    """What may be said: the numbers and instants of facts, and the numbers of the asker's own words."""

    def __init__(self, facts: Iterable[object], *, words: str = "", zone: tzinfo) -> None:
        self._zone = zone
        self._numbers: set[Decimal] = {Decimal(0), Decimal(1), Decimal(2)}
        self._days: set[tuple[int, int, int]] = set()
        self._times: set[tuple[int, int]] = set()
        for fact in facts:
            self._learn(fact, key="")
        self._learn_text(words)

    def ungrounded(self, text: str) -> list[Ungrounded]:
        """Everything that the text says without a ground, in the order of reading."""
        rest = _ROLE_OR_VERSION.sub(" ", _LIST_MARK.sub(" ", text))
        found: list[Ungrounded] = []
        for pattern, known in (
            (_CLOCK_TIME, self._knows_time),
            (_ISO_DATE, self._knows_iso),
            (_DAY_IN_WORDS, self._knows_day_in_words),
            (_DAY, self._knows_day),
        ):
            found += [Ungrounded(match[0]) for match in pattern.finditer(rest) if not known(match)]
            rest = pattern.sub(" ", rest)
        found += [Ungrounded(match[0]) for match in _NUMBER.finditer(rest) if not self._knows_number(match[0])]
        found += [
            Ungrounded(match[0])
            for match in _WORD.finditer(rest)
            if Decimal(_WORDS[match[0].lower()]) not in self._numbers
        ]
        return found

    # ── what is known ────────────────────────────────────────────────────────────────────────────────────────────────
    def _learn(self, fact: object, *, key: str) -> None:
        match fact:
            case bool() | None:
                return
            case int() | float() | Decimal():
                self._learn_number(Decimal(str(fact)), key)
            case datetime():
                self._learn_instant(fact)
            case str():
                self._learn_text(fact)
            case Foreign():
                self._learn_text(fact.text)
            case Mapping():
                for name, inner in cast("Mapping[str, object]", fact).items():
                    self._learn(inner, key=str(name))
            case Sequence():
                inside = cast("Sequence[object]", fact)
                self._numbers.add(Decimal(len(inside)))
                for inner in inside:
                    self._learn(inner, key=key)
            case _:
                self._learn_text(str(fact))

    def _learn_number(self, number: Decimal, key: str) -> None:
        self._numbers |= {number, abs(number)}
        if key.endswith("_minutes"):
            self._numbers |= {number // 60, number % 60}
        if key.endswith("_hours"):
            self._numbers |= {number // 24, number % 24}

    def _learn_text(self, text: str) -> None:
        if _DIGIT.search(text) is None:
            return
        if text[:4].isdecimal():
            with contextlib.suppress(ValueError):  # most texts are no instants
                self._learn_instant(datetime.fromisoformat(text))
        if ":" in text:
            self._times |= {(int(match[1]), int(match[2])) for match in _CLOCK_TIME.finditer(text)}
        if "-" in text:
            self._days |= {(int(y), int(m), int(d)) for y, m, d in _ISO_DATE.findall(text)}
        if "." in text:
            self._days |= {(_year(match[3]), int(match[2]), int(match[1])) for match in _DAY.finditer(text)}
        self._numbers |= {number for match in _NUMBER.finditer(text) for number in _readings(match[0])}

    def _learn_instant(self, at: datetime) -> None:
        local = at if at.tzinfo is None else at.astimezone(self._zone)
        self._days.add((local.year, local.month, local.day))
        self._times.add((local.hour, local.minute))

    # ── what is said ─────────────────────────────────────────────────────────────────────────────────────────────────
    def _knows_time(self, match: re.Match[str]) -> bool:
        return (int(match[1]), int(match[2])) in self._times

    def _knows_iso(self, match: re.Match[str]) -> bool:
        return (int(match[1]), int(match[2]), int(match[3])) in self._days

    def _knows_day(self, match: re.Match[str]) -> bool:
        if self._knows_number(match[0]):
            return True
        return self._knows(_year(match[3]), int(match[2]), int(match[1]))

    def _knows_day_in_words(self, match: re.Match[str]) -> bool:
        month = 1 + next(i for i, stem in enumerate(_MONTHS) if match[2].lower() == stem)
        return self._knows(_year(match[3]), month, int(match[1]))

    def _knows(self, year: int, month: int, day: int) -> bool:
        return any((m, d) == (month, day) and year in (0, y) for y, m, d in self._days)

    def _knows_number(self, said: str) -> bool:
        whole, *parts = _readings(said)
        return self._has(whole) or (bool(parts) and all(map(self._has, parts)))

    def _has(self, said: Decimal) -> bool:
        if said in self._numbers:
            return True
        step = Decimal(1).scaleb(cast("int", said.as_tuple().exponent))
        return any(abs(known - said) * 2 <= step for known in self._numbers if known != known.to_integral_value())


def _readings(written: str) -> Iterator[Decimal]:
    """The number as one, then, where spaces group it, each part by itself: '104 103' may be two codes."""
    parts = _SPACES.split(written)
    try:
        yield Decimal("".join(parts).replace(",", "."))
        if len(parts) > 1:
            yield from (Decimal(part.replace(",", ".")) for part in parts)
    except InvalidOperation:  # pragma: no cover - the pattern admits nothing else
        return


def _year(written: str | None) -> int:
    """The year, 0 where none is written."""
    if not written:
        return 0
    return int(written) if len(written) == 4 else 2000 + int(written)
