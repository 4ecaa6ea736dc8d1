"""Promises that no model may make: money, discount, refund, date, legal position, to anyone, outside an approval.

A table of phrases by kind. Speaking *about* a refund is allowed; promising one, or saying that it is settled, is not.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Promise(StrEnum):
    """What was promised."""

    REFUND = "refund"
    DISCOUNT = "discount"
    COMPENSATION = "compensation"
    DATE = "date"
    LEGAL = "legal"
    GUARANTEE = "guarantee"


@dataclass(frozen=True, slots=True)
class Promised:
    """A promise found in a text."""

    kind: Promise
    said: str


_WE: Final = r"(?:мы\s+|я\s+|вам\s+|клиенту\s+|ему\s+|ей\s+|обязательно\s+|полностью\s+|сразу\s+|точно\s+)*"
_PHRASES: Final[tuple[tuple[Promise, str], ...]] = (
    (Promise.REFUND, rf"{_WE}верн[её]м\s+(?:вам\s+|клиенту\s+)?(?:деньги|средства|оплату|сумму|всю|полную|стоимость|предоплату)"),
    (Promise.REFUND, r"деньги\s+(?:вам\s+)?(?:будут\s+)?верн(?:утся|ём|ем|ут)"),
    (Promise.REFUND, r"возврат\s+(?:уже\s+)?(?:одобрен|согласован|оформлен|гарантирован|будет\s+(?:сделан|выполнен|произвед[её]н))"),
    (Promise.DISCOUNT, rf"{_WE}(?:сделаем|дадим|предоставим|сделаю|дам|предоставлю)\s+(?:вам\s+|клиенту\s+)?(?:\w+\s+)?скидк"),
    (Promise.DISCOUNT, r"(?:ваша\s+)?скидка\s+(?:уже\s+)?(?:одобрена|согласована|составит|будет)"),
    (Promise.DISCOUNT, r"(?:снизим|снижу|уменьшим)\s+(?:вам\s+)?(?:цену|стоимость)"),
    (Promise.COMPENSATION, rf"{_WE}(?:компенсируем|возместим|компенсирую|возмещу|выплатим|выплачу)"),
    (Promise.COMPENSATION, r"компенсаци\w+\s+(?:уже\s+)?(?:одобрен|согласован|составит|будет\s+выплачен)"),
    (Promise.DATE, rf"{_WE}(?:доставим|привез[её]м|отправим|получите)\s+(?:\w+\s+){{0,3}}(?:до|к|не\s+позднее|[0-9]{{1,2}})\s*(?:[0-9]{{1,2}}|понедельник|вторник|сред|четверг|пятниц|суббот|воскресень|конц)"),
    (Promise.DATE, r"(?:будет|прид[её]т|приедет)\s+у\s+вас\s+(?:до|к|через|[0-9])"),
    (Promise.LEGAL, r"(?:по\s+закону|юридически)\s+(?:мы|вы|вам|нам)"),
    (Promise.LEGAL, r"(?:вы|клиент)\s+(?:не\s+)?(?:имеете|имеет|вправе)\s+(?:право|требовать)"),
    (Promise.LEGAL, r"(?:признаём|признаем|признаю|отрицаем)\s+(?:свою\s+|нашу\s+)?(?:вину|ответственность)"),
    (Promise.GUARANTEE, r"\b(?:гарантируем|гарантирую|обещаем|обещаю|обязуемся|клян[её]мся)\b"),
    (Promise.REFUND, r"\bwe(?:'ll| will)\s+(?:fully\s+)?refund"),
    (Promise.DISCOUNT, r"\bwe(?:'ll| will)\s+(?:give|offer)\s+(?:you\s+)?(?:a\s+)?(?:\w+\s+)?discount"),
    (Promise.COMPENSATION, r"\bwe(?:'ll| will)\s+compensate"),
    (Promise.GUARANTEE, r"\bwe\s+(?:guarantee|promise)\b|\bI\s+promise\b"),
)  # fmt: skip
_COMPILED: Final = tuple((kind, re.compile(phrase, re.IGNORECASE)) for kind, phrase in _PHRASES)
_NOT: Final = re.compile(r"(?:\bне|\bнельзя|\bбез)\s+(?:\w+\s+)?$", re.IGNORECASE)


def promises(text: str) -> list[Promised]:
    """Every promise in the text; a denied one («не обещаем») is none."""
    return [
        Promised(kind, match[0].strip())
        for kind, pattern in _COMPILED
        for match in pattern.finditer(text)
        if not _NOT.search(text[: match.start()])
    ]
