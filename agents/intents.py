"""What a person's own words ask for, found by rules: which orders they name, and which actions they order.

The grants of a run rest on this, so it reads imperatives only ("переназначь", «прошу отложить», "please reassign"):
a question about an action is none, and no model has a say in it. The offline model speaks the same language.
"""

import re
from collections.abc import Mapping
from typing import Final

from guardrails.text.plain_letters import plain

_UNIT: Final = (
    r"\s*(?:€|евро|eur|руб|₽|\$|usd|долл|%|процент|тыс|млн|мин\b|мин\.|минут|мес\b|месяц|недел|лет\b|сек|раз\b|шт\b|км\b|кг\b|мм\b|см\b|час(?:а|ов|ы)?\b|ч\b"
    r"|день|дня|дней|дн\b|сут|min|hour|day|week|month|times\b|года?\b|г\.)"
)
_PHONE: Final = re.compile(r"\+\d[\d\s()-]{7,}\d|\b[78][\s(-]{0,2}\d{3}[\s)-]{0,2}\d{3}[\s-]?\d{2}[\s-]?\d{2}\b")
_DATE: Final = re.compile(
    r"\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}\.\d{2}\.\d{2,4}\b|\b\d{1,2}\s+(?:янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек)\w*\s+\d{4}\b",
    re.IGNORECASE,
)
_CODE: Final = re.compile(
    rf"(?<![\w.:+-])(?<!€)(?<!€ )(?<!eur )(?<!евро )(?:№|#)?\s?(\d{{3,9}})(?!\w)(?!-\d)(?![.:]\d)(?!,\d{{1,2}}(?!\d))(?!(?:[ ,]\d{{3}})*(?:[.,]\d{{1,2}})?{_UNIT})",
    re.IGNORECASE,
)
ASKED: Final[Mapping[str, str]] = {
    "reassign_order": r"переназнач(?:ь|ьте|ить)|переда(?:й|йте|ть)(?!\s+[^.!?]*\bчто\b)|отда(?:й|йте|ть)|reassign",
    "assign_order": r"(?<!пере)назнач(?:ь|ьте|ить)|assign",
    "create_task": r"(?:постав|созда|завед|дай)(?:ь|й|и)?(?:те|ть)?\s+(?:(?!спис)\w+\s+){0,2}задач\w*|create\s+(?:a\s+)?task",
    "remind": r"напомн(?:и|ите|ить)(?!\s*,?\s*(?:пожалуйста,?\s*)?(?:мне|нам|как\w*|почему|зачем|что|когда|где|кто|кому|сколько)\b)|пни(?:те)?|remind(?!\s+(?:me|us)\b)",
    "escalate": r"эскалир(?:уй|уйте|овать)|подн(?:ими|имите|ять)\s+(?:эскалаци|тревог)\w*|escalate",
    "snooze": r"отлож(?:и|ите|ить)|snooze",
    "acknowledge": r"прими(?:те)?\s+(?:эскалаци|нарушени)\w*|acknowledge",
    "resolve": r"закр(?:ой|ойте|ыть)\s+(?:нарушени|эскалаци)\w*|resolve",
    "resolve_signal": r"закр(?:ой|ойте|ыть)\s+сигнал\w*|отклон(?:и|ите|ить)\s+сигнал\w*",
    "extend_clock": r"продл(?:и|ите|ить)|сдвин(?:ь|ьте|уть)\s+срок\w*|extend",
    "reprioritise": r"подн(?:ими|имите|ять)\s+(?:\w+\s+){0,2}?(?:приоритет|в\s+очереди|выше)\w*|опуст(?:и|ите|ить)\s+(?:\w+\s+){0,2}?(?:приоритет|ниже)\w*|prioriti[sz]e",
    "open_blocker": r"(?:откр(?:ой|ойте|ыть)|постав(?:ь|ьте|ить))\s+блокер\w*",
    "close_blocker": r"(?:сним(?:и|ите)|снять|закр(?:ой|ойте|ыть))\s+блокер\w*",
    "raise_signal": r"подн(?:ими|имите|ять)\s+сигнал\w*|заве(?:ди|дите|сти)\s+сигнал\w*",
    "advance_order": r"перевед(?:и|ите)|перевести|продвин(?:ь|ьте|уть)|advance",
    "cancel_order": r"отмен(?:и|ите|ить)(?=\s*(?:$|[,.!;:])|\s+(?:его|е[её]|их|оба|обе|пожалуйста|срочно|сейчас)\b|\s+(?:(?:этот|эту|эти|наш|весь)\s+)?(?:заказ\w*|заявк\w+|сделк\w+|№|#|\d))|cancel(?=\s*(?:$|[,.!;:])|\s+(?:(?:the|this)\s+)?(?:order|it\b|them\b|№|#|\d))",
    "confirm_payment": r"подтверд(?:и|ите|ить)\s+(?:оплат|плат[её]ж)\w*|confirm\s+(?:the\s+)?payment",
    "propose_refund": r"(?:верн(?:и|ите|уть)|оформ(?:и|ите|ить))\s+(?:\w+\s+){0,2}(?:деньги|возврат\w*|оплату|средства)|refund(?=\s+(?:the\s+|this\s+)?(?:client|customer|buyer|order|deposit|payment|money|him|her|them|it|#|№|€|\d))",
    "propose_compensation": r"(?:предлож(?:и|ите|ить)|оформ(?:и|ите|ить)|дай(?:те)?)\s+(?:\w+\s+){0,2}компенсаци\w*",
    "propose_discount": r"(?:предлож(?:и|ите|ить)|сдела(?:й|йте|ть)|дай(?:те)?)\s+(?:\w+\s+){0,2}скидк\w*",
    "mass_reassign": r"(?:раздай|раскидай|перераспредели)(?:те)?|перераспределить",
    "set_constraint": r"огранич(?:ь|ьте|ить)",
    "make_plan": r"(?:состав(?:ь|ьте|ить)|сдела(?:й|йте|ть)|предлож(?:и|ите|ить)|набросай(?:те)?)\s+(?:\w+\s+)?план\w*",
    "draft_follow_up": r"(?:подготов(?:ь|ьте|ить)|напиш(?:и|ите))\s+(?:\w+\s+){0,2}(?:черновик|письмо|сообщение|фоллоу)\w*",
}  # fmt: skip
_PATTERNS: Final = {action: re.compile(rf"\b(?:{phrase})(?!\w)", re.IGNORECASE) for action, phrase in ASKED.items()}
_SENTENCE: Final = re.compile(r"[^.!?;\n]+(?:[.!;\n]+|\?)?|\?")
_QUOTED: Final = re.compile(r"«[^»]*»|\"[^\"\n]*\"|“[^”]*”|„[^“”]*[“”]")
_NOT: Final = re.compile(
    r"\b(?:не|нельзя|никогда|зачем|почему|как|когда|кто|где|чтобы|если|ли|don't|not|never|why|how|who|when|if|did|does|should|can|could)"
    r"(?:\s+[^\s,]+){0,2}?\s+$|\b(?:don't|do\s+not|never)\s+$",
    re.IGNORECASE,
)
_WISHED: Final = re.compile(
    r"(?:^|[,:—-]|\b(?:и|а|потом|затем|прошу|просьба|пожалуйста|нужно|надо|необходимо|давай|давайте|хочу|хотел\s+бы|требуется|пора|срочно|"
    r"and|then|please|just|now|you\s+to|let's|must))\s*$",
    re.IGNORECASE,
)
_TOLD: Final = re.compile(
    r"\b(?:прос(?:ит|ят|ил[аи]?)|говор(?:ит|ят|ил[аи]?)|сказал[аи]?|пиш(?:ет|ут)|(?:на)?писал[аи]?|требу(?:ет|ют)|хочет|хотят|предлага(?:ет|ют)|велел[аи]?"
    r"|скажи(?:те)?|спроси(?:те)?|напиши(?:те)?|ответь(?:те)?|попроси(?:те)?|пример\w*|например|команд[аыу]|фраз[аыу]|допустим|представь(?:те)?"
    r"|says|said|asks?|asked|wants|writes|wrote|told|tell|say|e\.g)\b[,:]?(?:\s+[^\s,:]+){0,2}?[,:]?\s*$",
    re.IGNORECASE,
)
"""Somebody else's words, or words about words: nobody orders anything by them."""
_UNCERTAIN: Final = re.compile(
    r"\b(?:может(?:\s+быть)?|возможно|наверное|вряд\s+ли|maybe|perhaps)\b,?\s*(?:\w+\s+)?$", re.IGNORECASE
)
_CONDITION: Final = re.compile(
    r"\b(?:если|когда|как\s+только|при\s+условии|в\s+случае|при\s+необходимости|if|unless|when|once|as\s+soon\s+as|in\s+case)\b",
    re.IGNORECASE,
)
"""What waits for something is asked back about, not done."""
_TAKEN_BACK: Final = re.compile(
    r"\b(?:не\s+(?:надо|нужно|стоит|следует|сейчас|делай)|нельзя|отставить|отбой|шучу|ли|шутка|don't|do\s+not|never\s+mind)\b",
    re.IGNORECASE,
)
_LATER: Final = re.compile(
    r"(?<!\bдо )(?<!\bна )(?<!\bк )\b(?:завтра|послезавтра|позже|попозже|tomorrow|later)\b", re.IGNORECASE
)
_AT_ONCE: Final = frozenset(
    {"assign_order", "reassign_order", "mass_reassign", "advance_order", "cancel_order", "confirm_payment", "escalate"}
)
"""Actions that take effect at once: asked for later, they are not asked for now."""
_EXCEPT: Final = re.compile(
    r"\b(?:не|кроме|без|исключая|вместо|except|not|but)\s+(?:заказ\w*\s+|order\s+)?((?:[№#]?\s?\d{3,9}(?:\s*,\s*|\s+и\s+|\s+and\s+)?)+)",
    re.IGNORECASE,
)
_INFINITIVE: Final = re.compile(r"^\w+(?:ть|ти)\b|^[a-z]", re.IGNORECASE)


def asked_orders(words: str) -> frozenset[str]:
    """The order codes that the words name; amounts, times, dates and phones are none, nor is «кроме 1042»."""
    rest = _EXCEPT.sub(" ; ", _DATE.sub(" ; ", _PHONE.sub(" ; ", plain(words))))
    return frozenset(match[1] for match in _CODE.finditer(rest))


def asked_actions(words: str) -> frozenset[str]:
    """The actions that the words order now; a forbidden, questioned, quoted or conditional one is none.

    «Не отменяй», «почему переназначил», «клиент просит: отмени», «если Вера свободна, отдай ей», «отмени 1042 завтра».
    """
    sentences = [each[0].strip() for each in _SENTENCE.finditer(_QUOTED.sub(" ", plain(words)))]
    return frozenset(
        action
        for sentence in sentences
        if not sentence.endswith("?") and not _CONDITION.search(sentence)
        for action, pattern in _PATTERNS.items()
        for match in pattern.finditer(sentence)
        if _is_ordered(sentence, match) and not (action in _AT_ONCE and _LATER.search(sentence))
    )


def _is_ordered(sentence: str, verb: re.Match[str]) -> bool:
    """Whether the verb is an order: not denied, not told of others, and an infinitive only where somebody wishes it."""
    before, after = sentence[: verb.start()], sentence[verb.end() :]
    if any(pattern.search(before) for pattern in (_NOT, _TOLD, _UNCERTAIN)) or _TAKEN_BACK.search(_clause(after)):
        return False
    return _INFINITIVE.match(verb[0]) is None or _WISHED.search(before) is not None


def _clause(after: str) -> str:
    """What belongs to the verb: up to the next verb that orders something."""
    following = min((match.start() for pattern in _PATTERNS.values() if (match := pattern.search(after))), default=None)
    return after[:following]
