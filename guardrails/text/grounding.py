"""Grounding: every number, date and order code in a text comes from the facts of the run, or from the asker's words.

Numbers are compared at the precision at which the text writes them: 15.3 in the facts lets a text say 15.3 or 15.
Minutes and hours may be split (150 minutes: 2 h 30 min), lists may be counted. Everything else is a finding.
"""

import contextlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Final, cast

from domain.foreign import Foreign
from guardrails.text.written_numbers import NUMBER, numbers_in_words, readings

_LIST_MARK: Final = re.compile(r"^[ \t]*(?:[1-9]|[1-4]\d)[.)][ \t]+", re.MULTILINE)
_CLOCK_TIME: Final = re.compile(r"(?<!\d)(?<!\d:)([01]?\d|2[0-3]):([0-5]\d)(?::[0-5]\d(?:\.\d+)?)?(?!\d|:\d)")
_ISO_DATE: Final = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?=T\d|(?!\w))")
_OFFSET: Final = re.compile(
    r"(?<!\d)(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(?:Z|[+-]\d{2}:\d{2})(?!\w)"
)
_DAY: Final = re.compile(r"(?<![\d.,])(\d{1,2})\.(\d{2})(?:\.(\d{4}|\d{2}))?(?![\d]|[.,]\d)")
_MONTHS: Final = (
    r"янв(?:ар[ьяею]|\.)?", r"фев(?:рал[ьяею]|\.)?", r"мар(?:т[аеу]?|\.)?", r"апр(?:ел[ьяею]|\.)?", r"ма[йяею]",
    r"июн[ьяею]?", r"июл[ьяею]?", r"авг(?:уст[аеу]?|\.)?", r"сен(?:тябр[ьяею]|т?\.)?", r"окт(?:ябр[ьяею]|\.)?",
    r"ноя(?:бр[ьяею]|\.)?", r"дек(?:абр[ьяею]|\.)?",
)  # fmt: skip
_MONTHS_EN: Final = (
    "jan(?:uary)?", "feb(?:ruary)?", "mar(?:ch)?", "apr(?:il)?", "may", "june?", "july?", "aug(?:ust)?",
    "sep(?:t(?:ember)?)?", "oct(?:ober)?", "nov(?:ember)?", "dec(?:ember)?",
)  # fmt: skip
_MONTH: Final = "|".join((*_MONTHS, *_MONTHS_EN))
_DAY_IN_WORDS: Final = re.compile(
    rf"(?<![\d.,])(?:(\d{{1,2}})\s*(?:-|–|—|по|до|и|to|and)\s*)?(\d{{1,2}})\s+({_MONTH})(?!\w)(?:\s+(\d{{4}})(?!\d))?",
    re.IGNORECASE,
)
_IDENTITY: Final = re.compile(r"\b[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\b", re.IGNORECASE)
_DIGIT: Final = re.compile(r"\d")
_VERSION: Final = re.compile(r"\b[a-z][a-z-]*/v\d+\b", re.IGNORECASE)


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
        self._identities: set[str] = set()
        for fact in facts:
            self._learn(fact, key="")
        self._learn_text(words)

    def ungrounded(self, text: str) -> list[Ungrounded]:
        """Everything that the text says without a ground, dates and times first, then numbers."""
        rest = _OFFSET.sub(r"\1 \2", _VERSION.sub(" ", _LIST_MARK.sub(" ", text)))
        found: list[Ungrounded] = []
        checks: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], bool]], ...] = (
            (_IDENTITY, self._knows_identity),
            (_ISO_DATE, self._knows_iso),
            (_CLOCK_TIME, self._knows_time),
            (_DAY_IN_WORDS, self._knows_day_in_words),
            (_DAY, self._knows_day),
        )
        for pattern, known in checks:
            found += [Ungrounded(match[0]) for match in pattern.finditer(rest) if not known(match)]
            rest = pattern.sub(" ", rest)
        found += [Ungrounded(match[0]) for match in NUMBER.finditer(rest) if not self._knows_number(match[0])]
        found += [Ungrounded(said) for said, number in numbers_in_words(rest) if not self._has(number)]
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
                    self._learn_text(str(name).replace("_", " "))
                    self._learn(inner, key=str(name))
            case Sequence():
                inside = cast("Sequence[object]", fact)
                self._numbers.add(Decimal(len(inside)))
                for inner in inside:
                    self._learn(inner, key=key)
            case _:
                self._learn_text(str(fact))

    def _learn_number(self, number: Decimal, key: str) -> None:
        if not number.is_finite():
            return
        size = abs(number)
        self._numbers |= {number, size}
        if key.endswith("_minutes"):
            self._numbers |= {size // 60, size % 60, size / 60}
        if key.endswith("_hours"):
            self._numbers |= {size // 24, size % 24, size // 1, Decimal(round((size % 1) * 60))}

    def _learn_text(self, text: str) -> None:
        self._numbers |= {number for _, number in numbers_in_words(text)}
        if _DIGIT.search(text) is None:
            return
        with contextlib.suppress(ValueError):  # most texts are no instants
            self._learn_instant(datetime.fromisoformat(text))
        self._identities |= {match[0].lower() for match in _IDENTITY.finditer(text)}
        rest = _OFFSET.sub(r"\1 \2", _IDENTITY.sub(" ", text))
        self._days |= {(int(y), int(m), int(d)) for y, m, d in _ISO_DATE.findall(rest)}
        rest = _ISO_DATE.sub(" ", rest).replace("T", " ")
        self._times |= {(int(match[1]), int(match[2])) for match in _CLOCK_TIME.finditer(rest)}
        rest = _CLOCK_TIME.sub(" ", rest)
        for match in _DAY_IN_WORDS.finditer(rest):
            self._days |= {(_year(match[4]), _month(match[3]), int(day)) for day in match.group(1, 2) if day}
        rest = _DAY_IN_WORDS.sub(" ", rest)
        for match in _DAY.finditer(rest):
            self._days.add((_year(match[3]), int(match[2]), int(match[1])))
        rest = _DAY.sub(lambda match: " " if match[3] else match[0], rest)  # without a year it may be a decimal
        self._numbers |= {number for match in NUMBER.finditer(rest) for number in readings(match[0]).known}

    def _learn_instant(self, at: datetime) -> None:
        local = at if at.tzinfo is None else at.astimezone(self._zone)
        self._days.add((local.year, local.month, local.day))
        self._times.add((local.hour, local.minute))

    # ── what is said ─────────────────────────────────────────────────────────────────────────────────────────────────
    def _knows_identity(self, match: re.Match[str]) -> bool:
        return match[0].lower() in self._identities

    def _knows_time(self, match: re.Match[str]) -> bool:
        return (int(match[1]), int(match[2])) in self._times

    def _knows_iso(self, match: re.Match[str]) -> bool:
        return self._knows(int(match[1]), int(match[2]), int(match[3]))

    def _knows_day(self, match: re.Match[str]) -> bool:
        if match[3] is None and self._knows_number(match[0]):
            return True
        return self._knows(_year(match[3]), int(match[2]), int(match[1]))

    def _knows_day_in_words(self, match: re.Match[str]) -> bool:
        year, month = _year(match[4]), _month(match[3])
        return all(self._knows(year, month, int(day)) for day in match.group(1, 2) if day)

    def _knows(self, year: int, month: int, day: int) -> bool:
        return any((m, d) == (month, day) and (year == y or 0 in (year, y)) for y, m, d in self._days)

    def _knows_number(self, said: str) -> bool:
        read = readings(said)
        return any(map(self._has, read.whole)) or (bool(read.parts) and all(map(self._has, read.parts)))

    def _has(self, said: Decimal) -> bool:
        if said in self._numbers or (said == said.to_integral_value() and any(int(said) == y for y, *_ in self._days)):
            return True
        step = Decimal(1).scaleb(cast("int", said.as_tuple().exponent))
        return any(abs(known - said) * 2 <= step for known in self._numbers if known != known.to_integral_value())


def _month(written: str) -> int:
    stems = zip(_MONTHS, _MONTHS_EN, strict=True)
    return 1 + next(
        i for i, (ru, en) in enumerate(stems) if re.fullmatch(f"{ru}|{en}", written, re.IGNORECASE) is not None
    )


def _year(written: str | None) -> int:
    """The year, 0 where none is written."""
    if not written:
        return 0
    return int(written) if len(written) == 4 else 2000 + int(written)
