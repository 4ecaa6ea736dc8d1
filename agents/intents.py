"""What a person's own words ask for, found by rules: which orders they name, and which actions they order.

The grants of a run rest on this, so it reads imperatives only ("переназначь", «прошу отложить», "please reassign"):
a question about an action is none, and no model has a say in it. The offline model speaks the same language.
"""

import re
from collections.abc import Mapping
from typing import Final

_CODE: Final = re.compile(
    r"(?<![\d.,:+-])(?:№|#)?\s?(\d{3,9})(?![\d.,:]*\d)(?!\s*(?:€|евро|eur|руб|%|час|мин|ч\b|день|дн))", re.IGNORECASE
)
_ASKED: Final[Mapping[str, str]] = {
    "reassign_order": r"переназнач(?:ь|ьте|ить)|передай(?:те)?|передать|переда(?:й|ть)\s+заказ|reassign",
    "assign_order": r"(?<!пере)назнач(?:ь|ьте|ить)|\bassign\b",
    "create_task": r"(?:постав|созда|завед|дай)(?:ь|й|и)?(?:те|ть)?\s+(?:\w+\s+){0,2}задач\w*|create\s+(?:a\s+)?task",
    "remind": r"напомн(?:и|ите|ить)|пни(?:те)?|remind",
    "escalate": r"эскалир(?:уй|уйте|овать)|подними(?:те)?\s+(?:эскалаци|тревог)\w*|escalate",
    "snooze": r"отлож(?:и|ите|ить)|snooze",
    "acknowledge": r"взял[аи]?\s+в\s+работу|прими(?:те)?\s+(?:эскалаци|нарушени)\w*|acknowledge",
    "resolve": r"закр(?:ой|ойте|ыть)\s+(?:нарушени|эскалаци)\w*|\bresolve\b",
    "resolve_signal": r"закр(?:ой|ойте|ыть)\s+сигнал\w*|отклон(?:и|ите|ить)\s+сигнал\w*",
    "extend_clock": r"продл(?:и|ите|ить)|сдвин(?:ь|ьте|уть)\s+срок\w*|extend",
    "reprioritise": r"подними(?:те)?\s+(?:приоритет|в\s+очереди|выше)|опусти(?:те)?\s+(?:приоритет|ниже)|prioriti[sz]e",
    "open_blocker": r"(?:откр(?:ой|ойте|ыть)|постав(?:ь|ьте|ить))\s+блокер\w*",
    "close_blocker": r"(?:сним(?:и|ите)|снять|закр(?:ой|ойте|ыть))\s+блокер\w*",
    "raise_signal": r"подними(?:те)?\s+сигнал|заве(?:ди|дите)\s+сигнал",
    "advance_order": r"перевед(?:и|ите)|перевести|продвин(?:ь|ьте|уть)|advance",
    "cancel_order": r"отмен(?:и|ите|ить)|\bcancel\b",
    "confirm_payment": r"подтверд(?:и|ите|ить)\s+(?:оплат|плат[её]ж)\w*|confirm\s+(?:the\s+)?payment",
    "propose_refund": r"(?:верн(?:и|ите|уть)|оформ(?:и|ите|ить))\s+(?:\w+\s+){0,2}(?:деньги|возврат\w*|оплату|средства)|refund",
    "propose_compensation": r"(?:предлож(?:и|ите|ить)|оформ(?:и|ите|ить)|дай(?:те)?)\s+(?:\w+\s+){0,2}компенсаци\w*",
    "propose_discount": r"(?:предлож(?:и|ите|ить)|сдела(?:й|йте|ть)|дай(?:те)?)\s+(?:\w+\s+){0,2}скидк\w*",
    "mass_reassign": r"(?:раздай|раскидай|перераспредели)(?:те)?|перераспределить",
    "set_constraint": r"огранич(?:ь|ьте|ить)",
    "make_plan": r"состав(?:ь|ьте|ить)\s+(?:\w+\s+)?план|план\s+действий",
    "draft_follow_up": r"(?:подготов(?:ь|ьте|ить)|напиш(?:и|ите))\s+(?:\w+\s+){0,2}(?:черновик|письмо|сообщение|фоллоу)\w*",
}  # fmt: skip
_PATTERNS: Final = {action: re.compile(rf"\b(?:{phrase})", re.IGNORECASE) for action, phrase in _ASKED.items()}
_NOT: Final = re.compile(
    r"\b(?:не\s+(?:надо\s+|нужно\s+|стоит\s+)?|нельзя\s+|don't\s+|do\s+not\s+|почему\s+\w*\s*|зачем\s+\w*\s*)$",
    re.IGNORECASE,
)


def asked_orders(words: str) -> frozenset[str]:
    """The order codes that the words name; amounts, times and percentages are none."""
    return frozenset(match[1] for match in _CODE.finditer(words))


def asked_actions(words: str) -> frozenset[str]:
    """The actions that the words order; a forbidden or questioned one («не отменяй», «почему переназначил») is none."""
    return frozenset(
        action
        for action, pattern in _PATTERNS.items()
        for match in pattern.finditer(words)
        if not _NOT.search(words[: match.start()])
    )
