"""From words to calls: a table of requests, each with the pattern that asks for it and the arguments it needs.

What is missing is asked for; what fits nothing gets the list of what can be asked.
"""

import re
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from typing import Any, Final

from agents.intents import asked_actions, asked_orders
from locales import Texts

Arguments = Mapping[str, Any]
Call = tuple[str, Arguments]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the words come to: calls to make, or something to say."""

    calls: tuple[Call, ...] = ()
    says: str = ""


_QUESTIONS: Final[tuple[tuple[str, str], ...]] = (
    (r"почему|зачем|\bwhy\b|чем\s+объясн", "look_at_decisions"),
    (r"гор[ия]т|горящ|пожар|срочн|критичн|on\s+fire|\bhot\b|urgent", "hot_list"),
    (r"срыва|перегруж|загруз|нагрузк|кто\s+(?:свободен|работает|на\s+смене)|менеджер|who\s+breaks|managers?\b|\bload\b", "look_at_managers"),
    (r"прогноз|ожида(?:ем|ется)|сколько\s+(?:прид[её]т|будет)|forecast", "load_forecast"),
    (r"календар|график|выходн|отпуск|расписани|calendar|day\s+off", "look_at_calendar"),
    (r"согласовани|одобр|апрув|ждут\s+решени|approvals?\b", "look_at_approvals"),
    (r"сигнал|signals?\b", "look_at_signals"),
    (r"kpi|показател|метрик|итоги|как\s+дела|пульс|статистик|результат|pulse|numbers", "look_at_kpis"),
    (r"журнал|решени[яй]\b|journal|decisions", "look_at_decisions"),
    (r"прецедент|precedent", "precedents"),
    (r"очеред|сколько\s+(?:заказ|заявк)|ждут\s+менеджера|заказы\b|queue|orders\b", "look_at_queue"),
)  # fmt: skip
_ROLES: Final[Mapping[str, str]] = {
    r"ceo": "ai-ceo", r"роп(?:а)?|rop": "ai-rop", r"ром(?:а)?|rom": "ai-rom", r"cro": "ai-cro",
    r"traffic\w*|трафик\w*": "ai-traffic", r"cfo": "ai-cfo", r"quality|качеств\w*": "ai-quality",
    r"sre|cto": "ai-sre", r"grc": "ai-grc",
}  # fmt: skip
_CONSULT: Final = re.compile(
    r"\b(?:спроси(?:те)?|узнай(?:те)?\s+у|ask)\s+(?:у\s+)?(?:ai[- ])?([\w-]+)[\s,:]+(.{3,})", re.IGNORECASE | re.DOTALL
)
_NAME: Final = r"(?!(?:заказ|заявк|этот|эти|его|е[её]|их|и|по|на|от|до|order|it|this|пожалуйста|please)\w*\b)[^\W\d_][\w-]+(?:\s+[А-ЯЁA-Z][\w-]*)?"
_WHOM: Final = (
    re.compile(rf"\b(?:[Нн]а|[Tt]o)\s+({_NAME})"),
    re.compile(rf"\d\s+(?:пожалуйста\s+)?({_NAME})"),
    re.compile(rf"\b(?:[Пп]ередай|[Оо]тдай|[Пп]ереназначь|[Нн]азначь|[Aa]ssign|[Rr]eassign)(?:те)?\s+({_NAME})"),
)
_NOBODY: Final = re.compile(
    r"(?:час|день|завтра|сегодня|недел|друг|кого|кому|свободн|любо|менеджер|минут|выходн|основани|всяк|another|anyone|somebody|someone|whoever)",
    re.IGNORECASE,
)
_AMOUNT: Final = re.compile(r"(\d+(?:[.,]\d{1,2})?)\s*(?:€|евро|eur)", re.IGNORECASE)
_SPAN: Final = re.compile(
    r"(?:на|for)\s+(?:ещё\s+|еще\s+)?(\d{1,3}\s+|\d{1,3}(?=\D))?(мин|час|ч\b|дн|день|сут|min|hour|day)", re.IGNORECASE
)
_PERIOD: Final = re.compile(
    r"(?:за|последни\w+|last)\s+(\d{1,2})?\s*(час|дн|день|недел|месяц|сут|hour|day|week|month)", re.IGNORECASE
)
_MINUTES: Final = {"мин": 1, "min": 1, "час": 60, "ч": 60, "hou": 60, "дн": 1440, "ден": 1440, "сут": 1440, "day": 1440}


def read(words: str, offered: Set[str], say: Texts) -> Reading:
    """The calls that the words ask for, with the tools on offer; else what to ask back."""
    consult = _CONSULT.search(words)
    if consult is not None and "consult_role" in offered:
        role = next((role for name, role in _ROLES.items() if re.fullmatch(name, consult[1].lower())), None)
        if role is not None:
            return Reading(calls=(("consult_role", {"role": role, "question": consult[2].strip()[:600]}),))
    orders = sorted(asked_orders(words))
    actions = sorted(asked_actions(words))
    if actions:
        return _ordered(words, orders, actions, offered, say)
    return _questioned(words.lower(), orders, offered, say)


def _questioned(lowered: str, orders: list[str], offered: Set[str], say: Texts) -> Reading:
    for pattern, tool in _QUESTIONS:
        if tool in offered and re.search(pattern, lowered):
            if tool == "look_at_decisions" and orders:
                return Reading(calls=tuple((tool, {"order": code}) for code in orders[:3]))
            if orders and tool not in ("look_at_approvals", "look_at_signals"):
                break
            return Reading(calls=((tool, _asked_period(lowered, tool)),))
    if orders and "look_at_order" in offered:
        return Reading(calls=tuple(("look_at_order", {"order": code}) for code in orders[:3]))
    return Reading(says=say.get("offline-help"))


def _asked_period(lowered: str, tool: str) -> Arguments:
    found = _PERIOD.search(lowered)
    if tool not in ("look_at_kpis", "look_at_managers") or found is None:
        return {}
    count, unit = int(found[1] or 1), found[2]
    days = {"недел": 7, "week": 7, "месяц": 30, "month": 30}.get(unit, 1)
    return {"period": f"{count}h" if unit in ("час", "hour") else f"{count * days}d"}


# ── orders to act ────────────────────────────────────────────────────────────────────────────────────────────────────
Builder = Callable[[str, str], Arguments | None]
"""The arguments from the words and the order's code; None when something lacks."""


def _named(words: str) -> str | None:
    """Who is named: "на Веру", «1042 Вере», «передай вере»; a name that nobody has is asked back later, never dropped."""
    found = (match[1].strip(" .-") for pattern in _WHOM for match in pattern.finditer(words))
    return next((name for name in found if not _NOBODY.match(name)), None)


def _reason(words: str) -> str:
    return words.strip()[:500]


def _amount(words: str) -> str | None:
    found = _AMOUNT.search(words)
    return None if found is None else found[1].replace(",", ".")


def _reassigned(words: str, code: str) -> Arguments | None:
    who = _named(words)
    return {"order": code, "reason": _reason(words), **({} if who is None else {"manager": who})}


def _extended(words: str, code: str) -> Arguments | None:
    found = _SPAN.search(words)
    if found is None:
        return None
    minutes = int(found[1] or 1) * _MINUTES[found[2].lower()[:3].strip()]
    return {"order": code, "clock": "stage", "minutes": minutes, "reason": _reason(words)}


def _with_amount(words: str, code: str) -> Arguments | None:
    amount = _amount(words)
    return None if amount is None else {"order": code, "amount_eur": amount, "reason": _reason(words)}


def _with_reason(words: str, code: str) -> Arguments | None:
    return {"order": code, "reason": _reason(words)}


def _reprioritised(words: str, code: str) -> Arguments | None:
    urgency = "normal" if re.search(r"опуст|ниже|lower", words, re.IGNORECASE) else "high"
    return {"order": code, "urgency": urgency, "reason": _reason(words)}


_BUILDERS: Final[Mapping[str, Builder]] = {
    "reassign_order": _reassigned,
    "assign_order": lambda words, code: {"order": code, **({} if (who := _named(words)) is None else {"manager": who})},
    "remind": lambda _words, code: {"order": code},
    "escalate": _with_reason,
    "extend_clock": _extended,
    "propose_refund": _with_amount,
    "propose_discount": _with_amount,
    "refuse_on_legal_grounds": _with_reason,
    "reprioritise": _reprioritised,
    "draft_follow_up": lambda _words, code: {"order": code},
}


def _ordered(words: str, orders: list[str], actions: list[str], offered: Set[str], say: Texts) -> Reading:
    if len(actions) > 1:
        named = "; ".join(say.get(f"action-{action}") for action in actions)
        return Reading(says=say.get("offline-one-at-a-time", actions=named))
    action = actions[0]
    said = say.get(f"action-{action}")
    if action not in offered:
        return Reading(says=say.get("offline-not-mine", action=said))
    build = _BUILDERS.get(action)
    if build is None:
        return Reading(says=say.get("offline-by-hand", action=said))
    if not orders:
        return Reading(says=say.get("offline-which-order", action=said))
    calls = [(action, arguments) for code in orders[:5] if (arguments := build(words, code)) is not None]
    if not calls:
        return Reading(says=say.get("offline-lacking", action=said))
    return Reading(calls=tuple(calls))
