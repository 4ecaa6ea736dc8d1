"""Claims of deeds: a text may say "done" only of what this run has really done, or what its facts tell (docs/DOMAIN.md 8).

Tables of what people say for each action: in the first person («переназначил 1042»), and as done without a doer («1042
переназначен на Веру», "has been reassigned"). What others did («Олег переназначил», «отменён клиентом», «вчера»), what
is wished, asked or denied, is none.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from domain.policy import Action
from guardrails.text.plain_letters import plain

PROPOSED: Final = "proposed"
"""Stands among the deeds of a run that has put something to the people."""

Deeds = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Claimed:
    """A deed that the text claims and the run has not done."""

    said: str
    actions: tuple[str, ...]


_ANY: Final = ("any",)
"""«Готово»: whatever was done will do."""
_OWNERS: Final = (Action.REASSIGN_ORDER, Action.MASS_REASSIGN, Action.ASSIGN_ORDER)
_TASKS: Final = (Action.CREATE_TASK, Action.MAKE_PLAN)
_RESOLVED: Final = (Action.RESOLVE, Action.RESOLVE_SIGNAL)
_PAID: Final = (Action.CONFIRM_PAYMENT, Action.RECORD_PAYMENT)
_TALKED: Final = r"(?:предупредил|уведомил|проинформировал|оповестил|написал|позвонил|сообщил|ответил)"
_DEEDS: Final[Deeds] = (
    (r"(?:переназначил|передал|отдал)ENDING(?!\s+(?:вопрос|просьб|привет|слов|информ))", _OWNERS),
    (r"назначилENDING", (Action.ASSIGN_ORDER, Action.REASSIGN_ORDER, Action.CREATE_TASK)),
    (r"(?:создал|поставил|зав[её]л)ENDING\s+(?:\w+\s+){0,2}задач\w*|задач[уи]\s+(?:\w+\s+){0,2}?(?:создал|поставил|зав[её]л)ENDING", _TASKS),
    (r"(?:напомнил|пнул)ENDING|отправилENDING\s+напоминани\w*|напоминани[ея]\s+(?:\w+\s+)?отправилENDING", (Action.REMIND,)),
    (r"эскалировалENDING|поднялENDING\s+(?:эскалаци|тревог)\w*|эскалацию\s+поднялENDING", (Action.ESCALATE, Action.RAISE_SIGNAL)),
    (r"(?:поднял|зав[её]л|подал)ENDING\s+сигнал\w*|сигнал\s+(?:поднял|зав[её]л|подал)ENDING", (Action.RAISE_SIGNAL,)),
    (r"отложилENDING\s+(?:эскалаци|нарушени|сигнал|заказ|\d)\w*", (Action.SNOOZE,)),
    (r"(?:продлил|сдвинул|перен[её]с)ENDING\s+(?:\w+\s+)?(?:срок|таймер|заказ|\d)\w*|(?:срок|таймер)\w*\s+(?:\w+\s+)?(?:продлил|сдвинул|перен[её]с)ENDING", (Action.EXTEND_CLOCK,)),
    (r"закрылENDING\s+(?:нарушени|эскалаци|сигнал)\w*", _RESOLVED),
    (r"(?:открыл|поставил)ENDING\s+блокер\w*|блокер\w*\s+(?:открыл|поставил)ENDING", (Action.OPEN_BLOCKER,)),
    (r"(?:снял|закрыл)ENDING\s+блокер\w*|блокер\w*\s+(?:снял|закрыл)ENDING", (Action.CLOSE_BLOCKER,)),
    (r"отменилENDING\s+(?:заказ|заявк|\d)\w*|(?:заказ|заявк)[уи]?\s+(?:№?\s?\d+\s+)?отменилENDING", (Action.CANCEL_ORDER,)),
    (r"перев[её]лENDING\s+(?:заказ|заявк|\d)\w*|(?:заказ|заявку)\s+(?:№?\s?\d+\s+)?перев[её]лENDING", (Action.ADVANCE_ORDER,)),
    (r"подтвердилENDING\s+(?:оплат|плат[её]ж)\w*|(?:оплату|плат[её]ж)\s+(?:\w+\s+)?подтвердилENDING", _PAID),
    (r"(?:вернул|оформил|сделал|пров[её]л)ENDING\s+(?:\w+\s+){0,2}(?:деньги|возврат\w*|средства)|(?:деньги|возврат)\s+(?:\w+\s+)?(?:вернул|оформил|сделал)ENDING", (Action.PROPOSE_REFUND,)),
    (r"(?:сделал|дал|предоставил)ENDING\s+(?:\w+\s+){0,2}скидк\w*|скидку\s+(?:\w+\s+)?(?:сделал|дал|предоставил)ENDING", (Action.PROPOSE_DISCOUNT,)),
    (r"(?:выплатил|компенсировал|оформил)ENDING\s+(?:\w+\s+){0,2}(?:компенсаци\w*|ущерб|\d+)", (Action.PROPOSE_COMPENSATION,)),
    (r"(?:поднял|поставил)ENDING\s+(?:\w+\s+){0,2}(?:приоритет|в\s+начало|первым)\w*|приоритет\s+(?:\w+\s+)?(?:поднял|повысил)ENDING", (Action.REPRIORITISE,)),
    (rf"{_TALKED}ENDING\s+(?:\w+\s+){{0,2}}(?:клиент|продавц)\w*|(?:клиент[ау]|продавц[ау])\s+(?:\w+\s+)?{_TALKED}ENDING|отправилENDING\s+(?:\w+\s+){{0,2}}(?:клиент|продавц)\w*|связал(?:ся|ась|ись)\s+с\s+(?:клиент|продавц)\w*", ()),
    (r"(?:предложил|вн[её]с)ENDING\s+(?:\w+\s+){0,2}(?:возврат|скидк|компенсаци|предложени)\w*|(?:запросил|создал|отправил)ENDING\s+(?:\w+\s+){0,3}(?:согласовани|утверждени|решени|возврат|скидк|компенсаци)\w*", (PROPOSED,)),
    (r"вс[её]\s+сделалENDING|сделалENDING(?=\s*(?:[.!,;]|$))", _ANY),
)  # fmt: skip
_DEEDS_EN: Final[Deeds] = (
    (r"(?:reassigned|handed\s+over)", _OWNERS),
    (r"assigned", (Action.ASSIGN_ORDER, Action.REASSIGN_ORDER, Action.CREATE_TASK)),
    (r"(?:created|set)\s+(?:\w+\s+){0,2}task", _TASKS),
    (r"reminded", (Action.REMIND,)),
    (r"escalated", (Action.ESCALATE, Action.RAISE_SIGNAL)),
    (r"snoozed", (Action.SNOOZE,)),
    (r"extended", (Action.EXTEND_CLOCK,)),
    (r"cancel(?:l)?ed", (Action.CANCEL_ORDER,)),
    (r"confirmed\s+(?:the\s+)?payment", _PAID),
    (r"refunded|issued\s+(?:a|the)\s+refund|sent\s+(?:\w+\s+){0,2}money", (Action.PROPOSE_REFUND,)),
    (r"(?:emailed|called|contacted|messaged|notified|informed|told)\s+(?:\w+\s+)?(?:client|seller|customer|buyer)", ()),
)
_NEAR: Final = r"(?:(?!не\b)[\w№%.]+\s+){0,3}?"
_ORDER: Final = r"(?:заказ\w*|заявк\w+|№?\s?\d{3,9})\s+(?:№?\s?\d{3,9}\s+)?(?:уже\s+|теперь\s+)?"
_TO_WHOM: Final = r"(?:на\s+|менеджеру\s+)?(?-i:[А-ЯЁ])\w+"
_STATES: Final[Deeds] = (
    (rf"переназначен[аоы]?|переназначение\s+(?:выполнено|сделано|завершено|прошло)|(?:передан|отдан)[аоы]?\s+{_TO_WHOM}", _OWNERS),
    (rf"назначен[аоы]?\s+(?:{_TO_WHOM}|нов\w+\s+ответственн\w+)|(?-i:[А-ЯЁ])\w+\s+назначен[аы]?\s+ответственн\w+", (Action.ASSIGN_ORDER, Action.REASSIGN_ORDER)),
    (rf"задач[аи]\s+{_NEAR}(?:создан|поставлен|завед[её]н)[аоы]?|(?:создан|поставлен)[аы]\s+{_NEAR}задач[аи]", _TASKS),
    (rf"напоминани[ея]\s+{_NEAR}(?:отправлен[оы]|послан[оы]|ушл[оии])|напомнено", (Action.REMIND,)),
    (rf"эскалаци[яи]\s+{_NEAR}(?:поднят|создан|отправлен)[аы]|эскалирован[аоы]?", (Action.ESCALATE, Action.RAISE_SIGNAL)),
    (rf"сигнал\s+{_NEAR}(?:поднят|создан|завед[её]н)", (Action.RAISE_SIGNAL, Action.ESCALATE)),
    (rf"(?:нарушение|эскалация|сигнал|заказ)\s+{_NEAR}отложен[аоы]?|отложено\s+(?:до|на)", (Action.SNOOZE,)),
    (rf"(?:срок|таймер)\w*\s+{_NEAR}(?:продл[её]н|сдвинут|перенес[её]н)[аоы]?", (Action.EXTEND_CLOCK,)),
    (rf"(?:нарушение|эскалация|сигнал)\s+{_NEAR}закрыт[аоы]?", _RESOLVED),
    (rf"блокер\w*\s+{_NEAR}(?:открыт|поставлен|завед[её]н)[аоы]?", (Action.OPEN_BLOCKER,)),
    (rf"блокер\w*\s+{_NEAR}(?:снят|закрыт)[аоы]?", (Action.CLOSE_BLOCKER,)),
    (rf"{_ORDER}отмен[её]н[аоы]?", (Action.CANCEL_ORDER,)),
    (rf"{_ORDER}перевед[её]н[аоы]?", (Action.ADVANCE_ORDER,)),
    (rf"(?:оплата|плат[её]ж)\s+{_NEAR}(?:подтвержд[её]н|провед[её]н|зачт[её]н)[аоы]?", _PAID),
    (rf"возврат\s+{_NEAR}(?:оформлен|выполнен|сделан|провед[её]н)|деньги\s+{_NEAR}возвращены", (Action.PROPOSE_REFUND,)),
    (rf"скидка\s+{_NEAR}(?:применена|предоставлена|сделана|начислена)", (Action.PROPOSE_DISCOUNT,)),
    (rf"приоритет\s+{_NEAR}(?:повышен|поднят|измен[её]н)|{_ORDER}поднят[аоы]?", (Action.REPRIORITISE,)),
    (rf"(?:письмо|сообщение|отч[её]т)\s+{_NEAR}отправлен[оа]?|(?:клиенту|продавцу)\s+{_NEAR}(?:написано|отправлено|сообщено)|(?:клиент|продавец)\s+{_NEAR}(?:предупрежд[её]н|уведомл[её]н|проинформирован)", ()),
    (rf"(?:запрос|предложение|возврат|скидка|компенсация)\s+{_NEAR}(?:отправлен|передан|внес[её]н|вынесен)[аоы]?\s+на\s+(?:согласование|утверждение|решение)", (PROPOSED,)),
    (r"(?:has|have)\s+been\s+reassigned|is\s+now\s+with\s+(?-i:[A-Z])\w+", _OWNERS),
    (r"task\s+(?:has\s+been|is|was)\s+created", _TASKS),
    (r"(?:has|have)\s+been\s+(?:escalated)", (Action.ESCALATE, Action.RAISE_SIGNAL)),
    (r"(?:has|have)\s+been\s+extended", (Action.EXTEND_CLOCK,)),
    (r"(?:has|have)\s+been\s+cancel(?:l)?ed", (Action.CANCEL_ORDER,)),
    (r"payment\s+(?:has\s+been\s+|is\s+|was\s+)?confirmed", _PAID),
    (r"(?:has|have)\s+been\s+refunded|refund\s+(?:has\s+been|was|is)\s+(?:issued|sent|made)", (Action.PROPOSE_REFUND,)),
)  # fmt: skip
_SAYS_NOW: Final[Deeds] = (
    (r"(?:переназначаю|отдаю|назначаю)(?!\s+(?:вопрос|себя))|(?:сейчас|уже)\s+(?:переназначу|назначу|передам|отдам)", _OWNERS),
    (r"(?:создаю|ставлю)\s+(?:\w+\s+)?задач[уи]", _TASKS),
    (r"эскалирую|поднимаю\s+(?:эскалацию|сигнал)", (Action.ESCALATE, Action.RAISE_SIGNAL)),
    (r"продлеваю|сдвигаю\s+срок", (Action.EXTEND_CLOCK,)),
    (r"отменяю\s+(?:заказ|заявк|\d)\w*", (Action.CANCEL_ORDER,)),
    (r"подтверждаю\s+(?:оплат|плат[её]ж)\w*", _PAID),
    (r"(?:снимаю|закрываю)\s+блокер\w*", (Action.CLOSE_BLOCKER,)),
)  # fmt: skip
_ELLIPTIC: Final[Deeds] = (
    (r"(?:^|(?<=[.!?\n]))\s*(?:да,\s*|хорошо,\s*|ок,\s*)?(?:готово|сделано|выполнено|исполнено|done)(?=\s*(?:[.!,:;—–-]|$))", _ANY),
    (r"теперь\s+(?:№?\s?\d+\s+)?(?:у|вед[её]т|отвечает)\s+(?-i:[А-ЯЁ])\w+|(?:заказ|№?\d{3,9})\s+(?:теперь\s+)?у\s+(?-i:[А-ЯЁ])\w+", _OWNERS),
)  # fmt: skip
_ADVERBS: Final = r"(?:(?:уже|также|затем|потом|сразу|сейчас|только\s+что|сам[аи]?|вс[её])\s+)*"
_OPENING: Final = r"(?:^|[.!?…\n:;•*—–-])\s*(?:(?:готово|сделано|хорошо|да|ок|принято)[,:.!]?\s+)?"
_OBJECT: Final = (
    r"(?:(?:заказ\w*|заявк\w*|№|#|\d{3,9}|и|его|е[её]|их|вс[её]|это|вам|для\s+вас|по\s+ваш\w+\s+\w+|как\s+(?:вы\s+)?просили"
    r"|(?-i:[А-ЯЁ])\w+у),?\s+)+"
)
_ALONE: Final = re.compile(rf"(?:{_OPENING}|\bя\s+|\bя\b[^.!?\n]{{0,80}}(?:,\s*|\bи\s+)){_ADVERBS}$", re.IGNORECASE)
_OBJECT_FIRST: Final = re.compile(rf"{_OPENING}{_OBJECT}{_ADVERBS}$", re.IGNORECASE)
_TOGETHER: Final = re.compile(rf"\bмы\s+{_ADVERBS}$", re.IGNORECASE)
_SELF_EN: Final = re.compile(r"\b(?:I|we)(?:'ve|\s+have)?\s+(?:(?:just|already|also)\s+)*$", re.IGNORECASE)
_BARE_EN: Final = re.compile(r"(?:^|[.!?\n:]\s*)(?:done[,:.!]?\s+)?$", re.IGNORECASE)
_WITH_OBJECT_EN: Final = r"(?=\s+(?:(?:the|it|order)\b|#|\d{3}|(?-i:[A-Z])))"
_DOER_AFTER: Final = re.compile(
    r"\s+(?:менеджер|администратор|клиент|продавец|руководитель|система|сторож|правил[ао])\b"
    r"|\s+(?-i:[А-ЯЁ])[а-яё]*(?:[бвгджзклмнпрстфхцчшщйья]|[бвгджзклмнпрстф]а)(?!\w)",
    re.IGNORECASE,
)
_NOT_NOW: Final = re.compile(
    r"\b(?:не|если|когда|пока|чтобы|будет|будут|может|можно|должен|должна|нужно|надо|ли|прежде|как\s+только|после\s+того"
    r"|not|if|when|once|will|should)\b",
    re.IGNORECASE,
)
_BY_OTHERS: Final = re.compile(
    r"\b(?:вчера|позавчера|ранее|раньше|давно|накануне|прошл\w+|yesterday|earlier|ago|by\s+(?-i:[A-Z])\w+"
    r"|клиентом|продавцом|менеджером|руководител\w+|администратором|системой|сторожем|автоматически|людьми|голосами"
    r"|(?-i:[А-ЯЁ])[а-яё]+(?:ом|ем|ым|ой|ей))\b|(?<!\bдо )(?<!\bна )(?<!\bпо )(?<!\bк )\b\d{1,2}[.:]\d{2}\b",
    re.IGNORECASE,
)
_SENTENCE: Final = re.compile(r"(?:[^.!?\n]|\.(?=\d))*[.!?\n]?")


def _compiled(deeds: Deeds, ending: str) -> list[tuple[re.Pattern[str], tuple[str, ...]]]:
    return [
        (re.compile(rf"(?<!\w)(?:{deed.replace('ENDING', ending)})(?!\w)", re.IGNORECASE), acts) for deed, acts in deeds
    ]


_SAID: Final = (
    *((_ALONE, *each) for each in _compiled(_DEEDS, "а?")),
    *((_TOGETHER, *each) for each in _compiled(_DEEDS, "и")),
    *((_SELF_EN, *each) for each in _compiled(_DEEDS_EN, "")),
    *((_BARE_EN, *each) for each in _compiled(tuple((deed + _WITH_OBJECT_EN, acts) for deed, acts in _DEEDS_EN), "")),
)
_AFTER_OBJECT: Final = _compiled(_DEEDS, "а?")
_DONE_WITHOUT_DOER: Final = _compiled((*_STATES, *_SAYS_NOW), "")
_DONE_IN_A_WORD: Final = _compiled(_ELLIPTIC, "")


def unfounded_claims(text: str, *, done: Collection[str], describes: bool = False) -> list[Claimed]:
    """Claims of deeds (“Переназначил 1042…”, «1042 переназначен») whose action is not among `done`.

    `describes`: nobody has asked for a deed and there are facts to tell, so that «заказ отменён» is how things stand.
    """
    read = plain(text)
    said = [
        Claimed(match[0].strip(), tuple(actions))
        for person, deed, actions in _SAID
        if not _is_founded(actions, done)
        for match in deed.finditer(read)
        if person.search(read[: match.start()])
    ]
    return said if describes else [*said, *_without_doer(read, done)]


def _without_doer(text: str, done: Collection[str]) -> list[Claimed]:
    found: list[Claimed] = []
    for sentence in (match[0] for match in _SENTENCE.finditer(text) if match[0].strip()):
        if sentence.rstrip().endswith("?"):
            continue
        for deed, actions in (*_DONE_WITHOUT_DOER, *_DONE_IN_A_WORD, *_AFTER_OBJECT):
            if _is_founded(actions, done):
                continue
            found += [
                Claimed(match[0].strip(), tuple(actions))
                for match in deed.finditer(sentence)
                if not _NOT_NOW.search(sentence[: match.start()])
                and not _BY_OTHERS.search(sentence)
                and ((deed, actions) not in _AFTER_OBJECT or _is_mine(sentence, match))
            ]
    return found


def _is_founded(actions: Sequence[str], done: Collection[str]) -> bool:
    return bool(done) if actions is _ANY else not set(actions).isdisjoint(done)


def _is_mine(sentence: str, match: re.Match[str]) -> bool:
    """«1042 передал Вере» is the speaker's deed, «1042 передал Олег» somebody else's."""
    return bool(_OBJECT_FIRST.search(sentence[: match.start()])) and not _DOER_AFTER.match(sentence[match.end() :])
