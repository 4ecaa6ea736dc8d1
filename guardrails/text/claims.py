"""Claims of deeds: a text may say "done" only of what this run has really done (docs/DOMAIN.md 8).

A table of what people say for each action; a claim without its effect is a finding.
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


_CLAIMS: Final[tuple[tuple[str, tuple[Action, ...]], ...]] = (
    (r"переназначил[аи]?|переназначен\w*|передал[аи]?\s+(?:заказ|заявк)\w*", (Action.REASSIGN_ORDER, Action.MASS_REASSIGN)),
    (r"(?<!пере)назначил[аи]?", (Action.ASSIGN_ORDER, Action.REASSIGN_ORDER, Action.CREATE_TASK)),
    (r"(?:создал[аи]?|поставил[аи]?|завёл|завел[аи]?)\s+задач\w*|задача\s+(?:создана|поставлена)", (Action.CREATE_TASK,)),
    (r"напомнил[аи]?|отправил[аи]?\s+напоминани\w*", (Action.REMIND,)),
    (r"эскалировал[аи]?|поднял[аи]?\s+эскалаци\w*", (Action.ESCALATE, Action.RAISE_SIGNAL)),
    (r"отложил[аи]?\s+(?:эскалаци|нарушени|сигнал)\w*", (Action.SNOOZE,)),
    (r"продлил[аи]?\s+(?:срок|таймер)\w*|срок\s+продл[её]н", (Action.EXTEND_CLOCK,)),
    (r"закрыл[аи]?\s+(?:нарушени|эскалаци|сигнал)\w*", (Action.RESOLVE, Action.RESOLVE_SIGNAL)),
    (r"(?:открыл|снял|закрыл)[аи]?\s+блокер\w*", (Action.OPEN_BLOCKER, Action.CLOSE_BLOCKER)),
    (r"отменил[аи]?\s+заказ|заказ\s+отмен[её]н\b", (Action.CANCEL_ORDER,)),
    (r"подтвердил[аи]?\s+(?:оплату|плат[её]ж)|оплата\s+подтверждена", (Action.RECORD_PAYMENT,)),
)  # fmt: skip
_COMPILED: Final = tuple((re.compile(rf"\b(?:{phrase})\b", re.IGNORECASE), actions) for phrase, actions in _CLAIMS)
_FIRST_PERSON: Final = re.compile(r"(?:^|[.!?\n:;—-]\s*|\bя\s+(?:уже\s+)?|\bготово[:,.]?\s+)$", re.IGNORECASE)


def unfounded_claims(text: str, *, done: Collection[str]) -> list[Claimed]:
    """First-person claims of deeds (“Переназначил 1042…”, “я создал задачу”) whose action is not among `done`."""
    return [
        Claimed(match[0], actions)
        for pattern, actions in _COMPILED
        for match in pattern.finditer(text)
        if _FIRST_PERSON.search(text[: match.start()]) and not set(actions) & set(done)
    ]
