"""Promises that no model may make: money, discount, refund, date, legal position, to anyone, outside an approval.

A table of phrases by kind. Speaking *about* a refund is allowed; promising one is not. That one is settled («возврат
одобрен») may be said only where the facts tell of that approval: such phrases are marked, the caller judges.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from guardrails.text.plain_letters import plain


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
    """A promise found in a text; a `settled` one says that it has been approved or done. `sentence` is where it stands."""

    kind: Promise
    said: str
    settled: bool
    sentence: str


_BETWEEN: Final = r"(?:(?!(?:не|ли)\b)[\w%€.,]+\s+){0,4}?"
_FEW: Final = r"(?:(?!(?:не|ли)\b)\w+\s+){0,3}?"
_MONEY: Final = r"(?:деньги|денег|средства|оплату|сумму|стоимость|предоплату|аванс|плат[её]ж|разниц|остаток|уплаченн|полностью|вс[юё]|полную|\d[\d\s.,]*(?:€|евро|eur|%|руб))"
_WEEKDAY: Final = r"понедельник\w*|вторник\w*|сред[уеы]\b|четверг\w*|пятниц\w+|суббот\w+|воскресень\w+"
_NUMBER: Final = r"(?:\d+|од(?:ин|ну|на|ного)|дв[аеу]\w*|тр[иёе]\w*|четыр\w+|пят[ьи]|шест[ьи]|сем[ьи]|восемь|десят[ьи]|пар[уы]|нескольк\w+)"
_WHEN: Final = rf"(?:(?:до|к|ко|не\s+позднее|через|в|во|на|за|в\s+течение)\s+)?(?:(?:следующ|ближайш|эт)\w*\s+)?(?:{_NUMBER}|недел|{_WEEKDAY}|конц[ау]|сегодня|завтра|послезавтра|праздник|выходн|январ|феврал|март|апрел|ма[яй]\b|июн|июл|август|сентябр|октябр|ноябр|декабр|нов(?:ому|ый)\s+год)"
_DAY: Final = rf"(?:сегодня|завтра|послезавтра|(?:до|к|ко)\s+\w+|(?:до|к)\s+конц[уа]\s+\w+|во?\s+(?:(?:следующ|ближайш|эт)\w*\s+)?(?:{_WEEKDAY})|через\s+(?:{_NUMBER}\s+)?(?:день|дня|дней|недел[юиь]|месяц\w*)|на\s+(?:этой|следующей)\s+неделе|не\s+позднее\s+\w+)"
_PAPER: Final = r"(?:\w+\s+)?(?:отч[её]т|черновик|письмо|сообщени|фото|ссылк|ответ|сводк|напоминани|счёт|документ)"
_NO_PAPER: Final = rf"(?!{_PAPER})"
_BIKE: Final = r"(?:велосипед|заказ|посылк\w+|байк)"
_FUTURE: Final[tuple[tuple[Promise, str], ...]] = (
    (Promise.REFUND, rf"(?:верн[её]м|верну|вернут|возвращаем|возвращаю|возвратим|отдадим|переведём\s+обратно)\s+{_BETWEEN}{_MONEY}"),
    (Promise.REFUND, r"(?:верн[её]м|верну|возвратим)\s+(?:вам|клиенту|покупателю)\s+\d"),
    (Promise.REFUND, rf"(?:деньги|средства|предоплату|оплату|сумму)\s+{_BETWEEN}(?:верн(?:утся|[её]м|ут|у)|возвращаем|возвратим|(?:придут|поступят)\s+(?:вам|к\s+вам|клиенту|на\s+(?:вашу\s+)?карту)|будут\s+(?:возвращены|перечислены))\b"),
    (Promise.REFUND, r"деньги\s+в\s+безопасности"),
    (Promise.REFUND, rf"(?:оформим|сделаем|провед[её]м|произвед[её]м|осуществим|оформлю|сделаю|проведу)\s+{_FEW}возврат\b"),
    (Promise.REFUND, rf"возврат\s+{_FEW}(?:гарантирован|гарантируется|положен|полагается|оформим|сделаем|поступит|прид[её]т|возможен\s+в\s+полном|будет\s*[.!,]|будет\s+(?:сделан|выполнен|произвед[её]н|одобрен|оформлен|провед[её]н))"),
    (Promise.REFUND, r"(?:получите|получит|получишь)\s+(?:(?!не\b)\w+\s+){0,3}?(?:деньги|возврат|средства|компенсаци|скидк)"),
    (Promise.REFUND, r"(?:можете|может)\s+рассчитывать\s+на\s+(?:\w+\s+){0,2}(?:возврат|скидк|компенсаци|деньги)"),
    (Promise.DISCOUNT, rf"(?:сделаем|дадим|предоставим|сделаю|дам|предоставлю|дарим|(?:готовы?|можем|могу)\s+(?:вам\s+)?(?:дать|сделать|предложить|предоставить)|предлагаем)\s+{_BETWEEN}скидк(?!\w*\s+(?:\S+\s+){{0,3}}?(?:после|если)\b)"),
    (Promise.DISCOUNT, rf"скидк[ау]\s+{_BETWEEN}(?:составит|будет|дадим|сделаем|предоставим|дам|сделаю|гарантирована|ваша\b)"),
    (Promise.DISCOUNT, r"(?:ваша|для\s+вас)\s+(?:\w+\s+){0,2}?скидк|цена\s+для\s+вас|отдадим\s+за\s+\d|подешевле\s+(?:сделаем|отдадим)"),
    (Promise.DISCOUNT, rf"(?:снизим|снижу|уменьшим|скинем|скину|уступим|уступлю|сбросим|сброшу)\s+{_FEW}(?:цену|стоимость|\d|сто\b|двести|триста|пятьсот|пятьдесят)"),
    (Promise.DISCOUNT, r"\b(?:подарим|подарю)\b|в\s+подарок\s+(?:вы\s+)?получите|доставим\s+бесплатно|доставка\s+(?:будет\s+|для\s+вас\s+)?бесплатн"),
    (Promise.COMPENSATION, r"\b(?:компенсируем|возместим|компенсирую|возмещу|выплатим|выплачу)"),
    (Promise.COMPENSATION, rf"компенсаци\w+\s+{_BETWEEN}(?:составит|ваша\b|будет\s+(?:выплачен|одобрен))"),
    (Promise.COMPENSATION, r"\b(?:оплатим|заплатим)\s+(?:\w+\s+){0,2}(?:ремонт|доставк|обслуживани|расход)|расходы\s+(?:\w+\s+)?на\s+себя|за\s+наш\s+сч[её]т"),
    (Promise.DATE, rf"\b(?:доставим|привез[её]м|отправим|отправлю|отгрузим|получите|доедет|приедет)\s+{_NO_PAPER}(?:[\w№]+\s+){{0,3}}?{_WHEN}"),
    (Promise.DATE, rf"{_DAY}\s+(?:(?!не\b)\w+\s+){{0,3}}?(?:доставим|привез[её]м|отгрузим|отправим|отправлю|получите|приедет|доедет)(?!\w)(?!\s+{_PAPER})"),
    (Promise.DATE, rf"{_DAY}\s+(?:(?!не\b)\w+\s+){{0,2}}?(?:вс[её]\s+будет|{_BIKE}\s+(?:уже\s+)?(?:прид[её]т\s+(?:к\s+вам|клиенту)|прибудет|будет\s*(?:[.!,]|$|у\s+вас|у\s+клиента|доставлен)))"),
    (Promise.DATE, rf"(?:будет|прид[её]т|приедет|окажется)\s+у\s+(?:вас|клиента|него|не[её])\s+{_WHEN}"),
    (Promise.DATE, rf"{_BIKE}\s+{_FEW}(?:прид[её]т|будет\s+доставлен|прибудет|будет\s+у\s+вас)\s+(?:(?!не\b)\w+\s+)?{_WHEN}|{_BIKE}\s+{_FEW}будет\s+{_WHEN}"),
    (Promise.DATE, rf"\b(?:срок\s+доставки|доставка)\s*(?:[—–:-]|будет|составит|займ[её]т|ожидается)?\s*(?:(?:до|к|в|во|через|за|около)\s+)?(?:{_NUMBER}\s+)?(?:дн[яей]|день|дней|недел|сут|{_WEEKDAY}|завтра|послезавтра)"),
    (Promise.DATE, rf"\bждите\s+(?:(?:велосипед|заказ|посылк|доставк|его)\w*\s+)?{_DAY}|\bуспеем\s+(?:\w+\s+){{0,2}}?(?:до|к|ко)\s+(?:нов|праздник|выходн|отпуск|дн[юя]\s+рожд|{_WEEKDAY})"),
    (Promise.LEGAL, r"(?:по\s+закону|юридически)\s+(?:мы|вы|вам|нам|клиент)|закон\s+на\s+(?:вашей|нашей)"),
    (Promise.LEGAL, r"(?:вы|клиент|покупатель)\s+(?:не\s+)?(?:имеете|имеет|вправе)\s*(?:полное\s+)?(?:право|требовать|вернуть)|можете\s+подать\s+в\s+суд"),
    (Promise.LEGAL, r"(?:признаём|признаем|признаю|отрицаем)\s+(?:свою\s+|нашу\s+)?(?:вину|ответственность)"),
    (Promise.LEGAL, r"\bмы\s+виноваты|\b(?:наша|ваша|моя)\s+вина|претензия\s+(?:не)?обоснован"),
    (Promise.LEGAL, r"(?:мы|компания)\s+(?:не\s+)?(?:обязаны|обязана|нес[её]м\s+ответственност)|ответственность\s+нес[её]т"),
    (Promise.GUARANTEE, r"\b(?:гарантируем|гарантирую|гарантирован[аоы]?|обещаем|обещаю|обязуемся|обязуюсь|клян[её]мся|ручаюсь|ручаемся)\b"),
    (Promise.GUARANTEE, r"\b(?:да[юё]м?\s+(?:вам\s+)?(?:слово|гарантию)|можете\s+не\s+сомневаться)\b|\bгарантия\s+(?:на\s+\w+\s+)?(?:\d|год|два\b|три\b|полгода)"),
    (Promise.GUARANTEE, r"\b(?:точно|обязательно|непременно|наверняка)\s+(?:\w+\s+)?(?:привез[её]м|доставим|верн[её]м|отправим|успеем)"),
    (Promise.REFUND, r"\b(?:we|I)(?:'ll|\s+will)\s+(?:\w+\s+)?(?:refund|return\s+(?:\w+\s+){0,2}money|pay\s+(?:\w+\s+)?back)|\bwe(?:'re|\s+are)\s+refunding"),
    (Promise.REFUND, r"\b(?:refund|money)\s+will\s+be\s+(?:returned|refunded|paid)|\brefund\s+is\s+on\s+(?:its|the)\s+way|\byou(?:'ll|\s+will)\s+(?:get|receive)\s+(?:\w+\s+){0,3}(?:money|refund|discount)|\bentitled\s+to\s+(?:a\s+)?refund"),
    (Promise.DISCOUNT, r"\b(?:we|I)(?:'ll|\s+will|\s+can)\s+(?:give|offer)\s+(?:[\w%]+\s+){0,4}(?:discount|off)\b|\byou\s+get\s+\d+\s*%\s*off"),
    (Promise.COMPENSATION, r"\b(?:we|I)(?:'ll|\s+will)\s+compensate"),
    (Promise.DATE, r"\b(?:we(?:'ll|\s+will)\s+(?:deliver|ship)|will\s+(?:arrive|be\s+delivered)|(?:bike|parcel|order)\s+arrives|you(?:'ll|\s+will)\s+have\s+(?:it|your\s+bike))\s+(?:\w+\s+){0,3}?(?:by|on|before|until|in|tomorrow|next)\b|\bdelivery\s+(?:by|on|before|within)\b"),
    (Promise.LEGAL, r"\b(?:our|your)\s+fault\b"),
    (Promise.GUARANTEE, r"\b(?:we|I)\s+(?:guarantee|promise)\b|\bis\s+guaranteed\b"),
)  # fmt: skip
_SETTLED: Final[tuple[tuple[Promise, str], ...]] = (
    (Promise.REFUND, rf"возврат\s+{_BETWEEN}(?:одобрен|согласован|утвержд[её]н|оформлен|сделан|выполнен|провед[её]н|исполнен)[аоы]?\b"),
    (Promise.REFUND, rf"(?:деньги|средства|сумма)\s+{_BETWEEN}(?:возвращены|возвращена)"),
    (Promise.DISCOUNT, rf"скидка\s+{_BETWEEN}(?:одобрена|согласована|утверждена|применена|предоставлена)"),
    (Promise.COMPENSATION, rf"компенсаци\w+\s+{_BETWEEN}(?:одобрен|согласован|утвержд[её]н|выплачен)[аоы]?\b"),
    (Promise.REFUND, r"\b(?:refund|money)\s+(?:\w+\s+){0,2}?(?:is|was|has\s+been)\s+(?:approved|returned|refunded|done)"),
    (Promise.DISCOUNT, r"\bdiscount\s+(?:is|was|has\s+been)\s+approved"),
    (Promise.COMPENSATION, r"\bcompensation\s+(?:is|was|has\s+been)\s+approved"),
)  # fmt: skip
_COMPILED: Final = tuple(
    (kind, re.compile(phrase, re.IGNORECASE), settled)
    for table, settled in ((_FUTURE, False), (_SETTLED, True))
    for kind, phrase in table
)
_NOT: Final = re.compile(
    r"(?:\bне|\bнельзя|\bбез)\s+(?:(?:мы|я|вам|вас|клиенту|будем|можем|могу|станем|сможем|нам|пока|сейчас)\s+){0,2}$"
    r"|\bне\s+(?:обеща|гарантир|можем\s+обещ|могу\s+обещ)[^.!?\n]*$"
    r"|\b(?:do\s+not|don't|cannot|can't|not)\s+(?:\w+\s+)?$",
    re.IGNORECASE,
)
_ASKS: Final = re.compile(
    r"(?:прос[ия]т|спрашива[ею]т|хо[чт]\w*т|жд[её]т|требу[ею]т|интересу\w+т?ся|если|когда|asks?|wants?|if)\b[^.!?\n]*$",
    re.IGNORECASE,
)
_QUOTES: Final = re.compile('[«»"“”„]')
_ENDS: Final = re.compile(r"[.!?…\n](?=\s|$)")


def promises(text: str) -> list[Promised]:
    """Every promise in the text, however it is spelled; a denied one («не обещаем») is none."""
    read = _QUOTES.sub("", plain(text))
    return [
        Promised(kind, match[0].strip(), settled, _sentence(read, match))
        for kind, pattern, settled in _COMPILED
        for match in pattern.finditer(read)
        if not _is_none(read, match, settled=settled)
    ]


def _is_none(text: str, match: re.Match[str], *, settled: bool) -> bool:
    """Denied; or settled, and only asked about or made conditional."""
    before = text[: match.start()]
    return bool(_NOT.search(before)) or (settled and bool(_ASKS.search(before)))


def _sentence(text: str, match: re.Match[str]) -> str:
    start = max((end.end() for end in _ENDS.finditer(text, 0, match.start())), default=0)
    end = _ENDS.search(text, match.end())
    return text[start : end.start() if end else len(text)].strip()
