"""How people write numbers: grouped by spaces, with a decimal comma or point, or in words of Russian and English."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

NUMBER: Final = re.compile(
    r"[1-9]\d{0,2}(?:\.\d{3})+,\d{1,2}(?!\d)|[1-9]\d{0,2}(?:,\d{3})+\.\d{1,2}(?!\d)"
    r"|\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)?"
)
_SPACES: Final = re.compile(r"[ \u00a0\u202f]")
_GROUPED: Final = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")

_UNITS: Final[Mapping[int, str]] = {
    1: "один одна одно одного одной одному одну одним one",
    2: "два две двух двум двумя two",
    3: "три трёх трех трём трем тремя трое троих троим втрое трижды three thrice",
    4: "четыре четырёх четырех четырём четырем четырьмя четверо четверых вчетверо four",
    5: "пять пяти пятью пятеро пятерых впятеро five",
    6: "шесть шести шестью шестеро шестерых six",
    7: "семь семи семью семеро семерых seven",
    8: "восемь восьми восемью восьмью eight",
    9: "девять девяти девятью nine",
}
_TEENS: Final[Mapping[int, str]] = {
    10: "десять десяти десятью десяток десятка десятку десятком десятков десятки ten",
    11: "одиннадцать одиннадцати одиннадцатью eleven",
    12: "двенадцать двенадцати двенадцатью дюжина дюжины дюжину twelve dozen",
    13: "тринадцать тринадцати тринадцатью thirteen",
    14: "четырнадцать четырнадцати четырнадцатью fourteen",
    15: "пятнадцать пятнадцати пятнадцатью fifteen",
    16: "шестнадцать шестнадцати шестнадцатью sixteen",
    17: "семнадцать семнадцати семнадцатью seventeen",
    18: "восемнадцать восемнадцати восемнадцатью eighteen",
    19: "девятнадцать девятнадцати девятнадцатью nineteen",
}
_TENS: Final[Mapping[int, str]] = {
    20: "двадцать двадцати двадцатью twenty",
    30: "тридцать тридцати тридцатью thirty",
    40: "сорок сорока forty",
    50: "пятьдесят пятидесяти пятьюдесятью полсотни fifty",
    60: "шестьдесят шестидесяти шестьюдесятью sixty",
    70: "семьдесят семидесяти семьюдесятью seventy",
    80: "восемьдесят восьмидесяти восемьюдесятью eighty",
    90: "девяносто девяноста ninety",
}
_HUNDREDS: Final[Mapping[int, str]] = {
    100: "сто ста сотня сотни сотню сотен сотней hundred hundreds",
    200: "двести двухсот двумстам",
    300: "триста трёхсот трехсот трёмстам тремстам",
    400: "четыреста четырёхсот четырехсот",
    500: "пятьсот пятисот",
    600: "шестьсот шестисот",
    700: "семьсот семисот",
    800: "восемьсот восьмисот",
    900: "девятьсот девятисот",
}
_THOUSAND: Final = "тысяча тысячи тысячу тысяч тысячей тысячам thousand thousands"
_MILLION: Final = "миллион миллиона миллионов миллионы полмиллиона million millions"
_VALUES: Final[Mapping[str, int]] = {
    word: value
    for table in (_UNITS, _TEENS, _TENS, _HUNDREDS, {1000: _THOUSAND, 1_000_000: _MILLION})
    for value, words in table.items()
    for word in words.split()
}
_WORD: Final = "|".join(sorted(_VALUES, key=len, reverse=True))
_IN_WORDS: Final = re.compile(rf"\b(?:{_WORD})(?:[ \u00a0-]+(?:{_WORD}))*\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Readings:
    """What a written number may mean: as one number, or, where spaces part it, as several ('104 103': two codes)."""

    whole: tuple[Decimal, ...]
    parts: tuple[Decimal, ...] = ()

    @property
    def known(self) -> tuple[Decimal, ...]:
        """All of them: who has read this may say any."""
        return (*self.whole, *self.parts)


def readings(written: str) -> Readings:
    """What a match of `NUMBER` may mean; "1,042" is a decimal and a grouped thousand."""
    parts = _SPACES.split(written)
    one = _decimal_point("".join(parts))
    whole = [Decimal(one.replace(",", "."))]
    if _GROUPED.fullmatch(one):
        whole.append(Decimal(re.sub("[.,]", "", one)))
    return Readings(tuple(whole), tuple(Decimal(part.replace(",", ".")) for part in parts) if len(parts) > 1 else ())


def _decimal_point(one: str) -> str:
    """Of two kinds of signs the last parts the decimals: «12.500,50» and "12,500.50" are 12500.50."""
    if "." not in one or "," not in one:
        return one
    groups, _, decimals = one.rpartition(max(".,", key=one.rindex))
    return f"{re.sub('[.,]', '', groups)}.{decimals}"


def numbers_in_words(text: str) -> Iterator[tuple[str, Decimal]]:
    """Numbers that the text spells out, as written and as numbers: «двадцать пять», "one hundred"."""
    for match in _IN_WORDS.finditer(text):
        words = re.split(r"[ \u00a0-]+", match[0])
        start, value = 0, _VALUES[words[0].lower()]
        for i, word in enumerate(words[1:], start=1):
            following = _VALUES[word.lower()]
            joined = _joined(value, following)
            if joined is None:
                yield " ".join(words[start:i]), Decimal(value)
                start, value = i, following
            else:
                value = joined
        yield " ".join(words[start:]), Decimal(value)


def _joined(value: int, following: int) -> int | None:
    """One number of two words, None where the second begins another: 20 and 5 are 25, 5 and 20 are two numbers."""
    if following in (100, 1000) and value < following:
        return value * following
    room = next((size for size in (1000, 100, 10) if value % size == 0), 1)
    return value + following if following < room and not (room == 10 and following >= 10) and value >= 20 else None
