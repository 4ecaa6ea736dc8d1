"""What a person's own words ask for, found by rules: which orders they name, and which actions they order.

The grants of a run rest on this, so it reads imperatives only ("переназначь", «прошу отложить», "please reassign"):
a question about an action is none, and no model has a say in it. The offline model speaks the same language.
"""

import re
from collections.abc import Mapping
from typing import Final

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
    "remind": r"напомн(?:и|ите|ить)|пни(?:те)?|remind",
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
    "cancel_order": r"отмен(?:и|ите|ить)(?!\s+(?:\w+\s+)?(?:эскалац|напомин|задач|блокер|сигнал|встреч|нарушен|отпуск|запрос|одобрен|согласован|план))|cancel",
    "confirm_payment": r"подтверд(?:и|ите|ить)\s+(?:оплат|плат[её]ж)\w*|confirm\s+(?:the\s+)?payment",
    "propose_refund": r"(?:верн(?:и|ите|уть)|оформ(?:и|ите|ить))\s+(?:\w+\s+){0,2}(?:деньги|возврат\w*|оплату|средства)|refund",
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
_INFINITIVE: Final = re.compile(r"^\w+(?:ть|ти)\b|^[a-z]", re.IGNORECASE)


def asked_orders(words: str) -> frozenset[str]:
    """The order codes that the words name; amounts, times, dates, phones and percentages are none."""
    rest = _DATE.sub(" ; ", _PHONE.sub(" ; ", words))
    return frozenset(match[1] for match in _CODE.finditer(rest))


def asked_actions(words: str) -> frozenset[str]:
    """The actions that the words order; a forbidden, questioned or quoted one («не отменяй», «почему переназначил») is none."""
    sentences = [each[0].strip() for each in _SENTENCE.finditer(_QUOTED.sub(" ", words))]
    return frozenset(
        action
        for sentence in sentences
        if not sentence.endswith("?")
        for action, pattern in _PATTERNS.items()
        for match in pattern.finditer(sentence)
        if _is_ordered(sentence[: match.start()], match[0])
    )


def _is_ordered(before: str, verb: str) -> bool:
    """Whether the verb is an order: not denied, and an infinitive only where somebody wishes it."""
    if _NOT.search(before):
        return False
    return _INFINITIVE.match(verb) is None or _WISHED.search(before) is not None
