"""Claims of deeds: a text may say "done" only of what this run has really done (docs/DOMAIN.md 8).

A table of what people say for each action; a claim in the first person without its effect is a finding. What others did
("Олег переназначил"), what is wished ("переназначьте") and how things stand ("заказ отменён клиентом") is none.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from domain.policy import Action


@dataclass(frozen=True, slots=True)
class Claimed:
    """A deed that the text claims and the run has not done."""

    said: str
    actions: tuple[str, ...]


_DEEDS: Final[tuple[tuple[str, tuple[Action, ...]], ...]] = (
    (r"(?:переназначил|передал|отдал)ENDING(?!\s+(?:вопрос|просьб|привет|слов|информ))", (Action.REASSIGN_ORDER, Action.MASS_REASSIGN, Action.ASSIGN_ORDER)),
    (r"назначилENDING", (Action.ASSIGN_ORDER, Action.REASSIGN_ORDER, Action.CREATE_TASK)),
    (r"(?:создал|поставил|зав[её]л)ENDING\s+(?:\w+\s+){0,2}задач\w*", (Action.CREATE_TASK, Action.MAKE_PLAN)),
    (r"(?:напомнил|пнул)ENDING|отправилENDING\s+напоминани\w*", (Action.REMIND,)),
    (r"эскалировалENDING|поднялENDING\s+(?:эскалаци|тревог)\w*", (Action.ESCALATE, Action.RAISE_SIGNAL)),
    (r"(?:поднял|зав[её]л|подал)ENDING\s+сигнал\w*", (Action.RAISE_SIGNAL,)),
    (r"отложилENDING\s+(?:эскалаци|нарушени|сигнал|заказ|\d)\w*", (Action.SNOOZE,)),
    (r"(?:продлил|сдвинул|перен[её]с)ENDING\s+(?:\w+\s+)?(?:срок|таймер|заказ|\d)\w*", (Action.EXTEND_CLOCK,)),
    (r"закрылENDING\s+(?:нарушени|эскалаци|сигнал)\w*", (Action.RESOLVE, Action.RESOLVE_SIGNAL)),
    (r"(?:открыл|поставил)ENDING\s+блокер\w*", (Action.OPEN_BLOCKER,)),
    (r"(?:снял|закрыл)ENDING\s+блокер\w*", (Action.CLOSE_BLOCKER,)),
    (r"отменилENDING\s+(?:заказ|заявк|\d)\w*", (Action.CANCEL_ORDER,)),
    (r"перев[её]лENDING\s+(?:заказ|заявк|\d)\w*", (Action.ADVANCE_ORDER,)),
    (r"подтвердилENDING\s+(?:оплат|плат[её]ж)\w*", (Action.CONFIRM_PAYMENT, Action.RECORD_PAYMENT)),
    (r"(?:вернул|оформил|сделал)ENDING\s+(?:\w+\s+){0,2}(?:деньги|возврат\w*|средства)", (Action.PROPOSE_REFUND,)),
    (r"(?:сделал|дал|предоставил)ENDING\s+(?:\w+\s+){0,2}скидк\w*", (Action.PROPOSE_DISCOUNT,)),
    (r"(?:выплатил|компенсировал|оформил)ENDING\s+(?:\w+\s+){0,2}(?:компенсаци\w*|ущерб|\d+)", (Action.PROPOSE_COMPENSATION,)),
    (r"(?:поднял|поставил)ENDING\s+(?:\w+\s+){0,2}(?:приоритет|в\s+начало|первым)\w*", (Action.REPRIORITISE,)),
    (r"(?:написал|позвонил|отправил|сообщил)ENDING\s+(?:\w+\s+){0,2}(?:клиент|продавц)\w*", ()),
)  # fmt: skip
_DEEDS_EN: Final[tuple[tuple[str, tuple[Action, ...]], ...]] = (
    (r"(?:reassigned|handed\s+over)", (Action.REASSIGN_ORDER, Action.MASS_REASSIGN)),
    (r"assigned", (Action.ASSIGN_ORDER, Action.REASSIGN_ORDER, Action.CREATE_TASK)),
    (r"(?:created|set)\s+(?:\w+\s+){0,2}task", (Action.CREATE_TASK, Action.MAKE_PLAN)),
    (r"reminded", (Action.REMIND,)),
    (r"escalated", (Action.ESCALATE, Action.RAISE_SIGNAL)),
    (r"snoozed", (Action.SNOOZE,)),
    (r"extended", (Action.EXTEND_CLOCK,)),
    (r"cancel(?:l)?ed", (Action.CANCEL_ORDER,)),
    (r"confirmed\s+(?:the\s+)?payment", (Action.CONFIRM_PAYMENT, Action.RECORD_PAYMENT)),
    (r"refunded", (Action.PROPOSE_REFUND,)),
)
_ADVERBS: Final = r"(?:(?:уже|также|затем|потом|сразу|сейчас|только\s+что|сам[аи]?)\s+)*"
_OPENING: Final = r"(?:^|[.!?…\n:;•*—–-])\s*(?:(?:готово|сделано|хорошо|да|ок|принято)[,:.!]?\s+)?"
_ALONE: Final = re.compile(rf"(?:{_OPENING}|\bя\s+|\bя\b[^.!?\n]{{0,80}}(?:,\s*|\bи\s+)){_ADVERBS}$", re.IGNORECASE)
_TOGETHER: Final = re.compile(rf"\bмы\s+{_ADVERBS}$", re.IGNORECASE)
_SELF_EN: Final = re.compile(r"\b(?:I|we)(?:'ve|\s+have)?\s+(?:(?:just|already|also)\s+)*$", re.IGNORECASE)


def _compiled(
    deeds: tuple[tuple[str, tuple[Action, ...]], ...], ending: str
) -> list[tuple[re.Pattern[str], tuple[Action, ...]]]:
    return [(re.compile(rf"\b(?:{deed.replace('ENDING', ending)})\b", re.IGNORECASE), acts) for deed, acts in deeds]


_SAID: Final = (
    *((_ALONE, *each) for each in _compiled(_DEEDS, "а?")),
    *((_TOGETHER, *each) for each in _compiled(_DEEDS, "и")),
    *((_SELF_EN, *each) for each in _compiled(_DEEDS_EN, "")),
)


def unfounded_claims(text: str, *, done: Collection[str]) -> list[Claimed]:
    """First-person claims of deeds (“Переназначил 1042…”, “я создал задачу”) whose action is not among `done`."""
    return [
        Claimed(match[0], actions)
        for person, deed, actions in _SAID
        if not set(actions) & set(done)
        for match in deed.finditer(text)
        if person.search(text[: match.start()])
    ]
