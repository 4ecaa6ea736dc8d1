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


_BETWEEN: Final = r"(?:(?!не\b)[\w%€.,]+\s+){0,3}?"
_MONEY: Final = r"(?:деньги|денег|средства|оплату|сумму|стоимость|предоплату|аванс|плат[её]ж|вс[юё]|полную|\d[\d\s.,]*(?:€|евро|eur|%|руб))"
_WHEN: Final = r"(?:(?:до|к|ко|не\s+позднее|через|в|на|за)\s+)?(?:\d|один|два|две|три|пар[уы]|недел|понедельник|вторник|сред[уые]|четверг|пятниц|суббот|воскресень|конц[ау]|сегодня|завтра|послезавтра|январ|феврал|март|апрел|ма[яй]\b|июн|июл|август|сентябр|октябр|ноябр|декабр|нов(?:ому|ый)\s+год)"
_PHRASES: Final[tuple[tuple[Promise, str], ...]] = (
    (Promise.REFUND, rf"(?:верн[её]м|верну|возвращаем|возвратим|отдадим|переведём\s+обратно)\s+{_BETWEEN}{_MONEY}"),
    (Promise.REFUND, r"(?:деньги|средства|предоплату|оплату)\s+(?:(?!не\b)\w+\s+){0,3}(?:верн(?:утся|[её]м|ут|у)|возвращаем|возвратим)\b"),
    (Promise.REFUND, r"(?:оформим|сделаем|провед[её]м|оформлю|сделаю)\s+(?:(?!не\b)\w+\s+){0,2}возврат\b"),
    (Promise.REFUND, r"возврат\s+(?:(?!не\b)\w+\s+){0,2}?(?:одобрен|согласован|оформлен|гарантирован|оформим|сделаем|будет\s+(?:сделан|выполнен|произвед[её]н|одобрен))"),
    (Promise.DISCOUNT, rf"(?:сделаем|дадим|предоставим|сделаю|дам|предоставлю|дарим)\s+{_BETWEEN}скидк"),
    (Promise.DISCOUNT, rf"скидк[ау]\s+{_BETWEEN}(?:одобрена|согласована|составит|будет|дадим|сделаем|предоставим|дам|сделаю|гарантирована)"),
    (Promise.DISCOUNT, r"(?:снизим|снижу|уменьшим|скинем|уступим|сбросим)\s+(?:(?!не\b)\w+\s+){0,2}(?:цену|стоимость|\d)"),
    (Promise.COMPENSATION, r"\b(?:компенсируем|возместим|компенсирую|возмещу|выплатим|выплачу)"),
    (Promise.COMPENSATION, r"компенсаци\w+\s+(?:(?!не\b)\w+\s+){0,2}?(?:одобрен|согласован|составит|будет\s+(?:выплачен|одобрен))"),
    (Promise.DATE, rf"\b(?:доставим|привез[её]м|отправим|отгрузим|получите|доедет|приедет)\s+(?:[\w№]+\s+){{0,3}}?{_WHEN}"),
    (Promise.DATE, r"(?:завтра|сегодня|послезавтра|до\s+\w+|к\s+\w+)\s+(?:(?!не\b)\w+\s+){0,2}(?:доставим|привез[её]м|отгрузим|получите|приедет|доедет)"),
    (Promise.DATE, rf"(?:будет|прид[её]т|приедет|окажется)\s+у\s+(?:вас|клиента|него|не[её])\s+{_WHEN}"),
    (Promise.DATE, rf"(?:велосипед|заказ|посылк\w+|байк)\s+(?:(?!не\b)\w+\s+){{0,2}}(?:прид[её]т|будет\s+доставлен|прибудет|будет\s+у\s+вас)\s+(?:(?!не\b)\w+\s+)?{_WHEN}"),
    (Promise.LEGAL, r"(?:по\s+закону|юридически)\s+(?:мы|вы|вам|нам|клиент)"),
    (Promise.LEGAL, r"(?:вы|клиент|покупатель)\s+(?:не\s+)?(?:имеете|имеет|вправе)\s*(?:полное\s+)?(?:право|требовать|вернуть)"),
    (Promise.LEGAL, r"(?:признаём|признаем|признаю|отрицаем)\s+(?:свою\s+|нашу\s+)?(?:вину|ответственность)"),
    (Promise.LEGAL, r"(?:мы|компания)\s+(?:не\s+)?(?:обязаны|обязана|нес[её]м\s+ответственность)"),
    (Promise.GUARANTEE, r"\b(?:гарантируем|гарантирую|гарантирован[аоы]?|обещаем|обещаю|обязуемся|обязуюсь|клян[её]мся|ручаюсь|ручаемся)\b"),
    (Promise.GUARANTEE, r"\b(?:да[юё]м?\s+(?:вам\s+)?(?:слово|гарантию)|можете\s+не\s+сомневаться)\b"),
    (Promise.REFUND, r"\b(?:we|I)(?:'ll|\s+will)\s+(?:(?!не\b)\w+\s+)?(?:refund|return\s+(?:(?!не\b)\w+\s+){0,2}money|pay\s+(?:(?!не\b)\w+\s+)?back)"),
    (Promise.REFUND, r"\b(?:refund|money)\s+(?:is\s+approved|will\s+be\s+(?:returned|refunded|paid))"),
    (Promise.DISCOUNT, r"\b(?:we|I)(?:'ll|\s+will)\s+(?:give|offer)\s+(?:[\w%]+\s+){0,4}discount"),
    (Promise.COMPENSATION, r"\b(?:we|I)(?:'ll|\s+will)\s+compensate"),
    (Promise.DATE, r"\b(?:we(?:'ll|\s+will)\s+(?:deliver|ship)|will\s+(?:arrive|be\s+delivered))\s+(?:(?!не\b)\w+\s+){0,3}?(?:by|on|before|until|in|tomorrow|next)\b"),
    (Promise.GUARANTEE, r"\b(?:we|I)\s+(?:guarantee|promise)\b|\bis\s+guaranteed\b"),
)  # fmt: skip
_COMPILED: Final = tuple((kind, re.compile(phrase, re.IGNORECASE)) for kind, phrase in _PHRASES)
_NOT: Final = re.compile(
    r"(?:\bне|\bнельзя|\bбез)\s+(?:(?:мы|я|вам|вас|клиенту|будем|можем|могу|станем|сможем|нам|пока|сейчас)\s+){0,2}$"
    r"|\bне\s+(?:обеща|гарантир|можем\s+обещ|могу\s+обещ)[^.!?\n]*$"
    r"|\b(?:do\s+not|don't|cannot|can't|not)\s+(?:\w+\s+)?$",
    re.IGNORECASE,
)


def promises(text: str) -> list[Promised]:
    """Every promise in the text; a denied one («не обещаем») is none."""
    return [
        Promised(kind, match[0].strip())
        for kind, pattern in _COMPILED
        for match in pattern.finditer(text)
        if not _NOT.search(text[: match.start()])
    ]
