"""The offline model: reads requests by rules, asks back when something lacks, words what the tools said."""

import asyncio
import json
import re
from collections.abc import Mapping
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage

from agents.intents import ASKED
from agents.models.model import Completion
from agents.offline.model import NAME, OfflineModel
from agents.toolbox import parsed, tools_of
from domain.commands import Command
from domain.queries import QUERIES
from guardrails.text.claims import unfounded_claims
from guardrails.text.promises import promises
from locales import LOCALES, texts
from tests.unit.builders import POLICY

ROP: Final = {tool.name: tool for tool in tools_of("ai-rop", POLICY)}
EVERYBODY: Final = {tool.name: tool for role in POLICY.roles.roles for tool in tools_of(role, POLICY)}
RU: Final = texts("ru")


def answer(*messages: BaseMessage, role: str = "ai-rop") -> Completion:
    schemas = [tool.schema for tool in tools_of(role, POLICY)]
    return asyncio.run(OfflineModel().complete([SystemMessage("роль"), *messages], schemas, deadline_s=1))


def calls(words: str, role: str = "ai-rop") -> list[tuple[str, Mapping[str, Any]]]:
    return [(call.name, call.arguments) for call in answer(HumanMessage(words), role=role).calls]


def says(words: str, role: str = "ai-rop") -> str:
    said = answer(HumanMessage(words), role=role)
    assert said.calls == ()
    return said.text


def worded(tool: str, facts: object) -> str:
    heard = [HumanMessage("что там?"), AIMessage(""), ToolMessage(json.dumps(facts), tool_call_id="1", name=tool)]
    return answer(*heard).text


@pytest.mark.parametrize(
    ("words", "tool", "arguments"),
    [
        ("что горит?", "hot_list", {}),
        ("What is on fire?", "hot_list", {}),
        ("очередь", "look_at_queue", {}),
        ("кто срывает SLA?", "look_at_managers", {}),
        ("кто срывает SLA за последние 3 дня?", "look_at_managers", {"period": "3d"}),
        ("что с 1042?", "look_at_order", {"order": "1042"}),
        ("почему переназначили 1042?", "look_at_decisions", {"order": "1042"}),
        ("показатели за неделю", "look_at_kpis", {"period": "7d"}),
        ("показатели за 12 часов", "look_at_kpis", {"period": "12h"}),
        ("прогноз", "load_forecast", {}),
        ("что на согласовании?", "look_at_approvals", {}),
        ("сигналы", "look_at_signals", {}),
        ("календарь", "look_at_calendar", {}),
        ("прецеденты", "precedents", {}),
        ("переназначь 1042 на Веру", "reassign_order", {"order": "1042", "manager": "Веру"}),
        ("переназначь 1042 на веру", "reassign_order", {"order": "1042", "manager": "веру"}),
        ("передай 1042 Вере Петровой", "reassign_order", {"order": "1042", "manager": "Вере Петровой"}),
        ("передай Вере заказ 1042", "reassign_order", {"order": "1042", "manager": "Вере"}),
        ("назначь Веру на 1042", "assign_order", {"order": "1042", "manager": "Веру"}),
        ("reassign 1042 to Vera", "reassign_order", {"order": "1042", "manager": "Vera"}),
        ("напомни по 1042", "remind", {"order": "1042"}),
        ("продли срок 1042 на 2 часа", "extend_clock", {"order": "1042", "minutes": 120}),
        ("продли срок 1042 на 30 мин", "extend_clock", {"order": "1042", "minutes": 30}),
        ("продли срок 1042 на сутки", "extend_clock", {"order": "1042", "minutes": 1440}),
        ("верни деньги по 1042, 250 €", "propose_refund", {"order": "1042", "amount_eur": "250"}),
        ("верни деньги по 1042, 99,50 евро", "propose_refund", {"order": "1042", "amount_eur": "99.50"}),
        ("подними 1042 в очереди", "reprioritise", {"order": "1042", "urgency": "high"}),
        ("эскалируй 1042", "escalate", {"order": "1042"}),
        ("подготовь черновик по 1042", "draft_follow_up", {"order": "1042"}),
        ("спроси AI-CFO: как маржа?", "consult_role", {"role": "ai-cfo", "question": "как маржа?"}),
    ],
)
def test_a_request_becomes_a_call_that_its_tool_accepts(words: str, tool: str, arguments: Mapping[str, Any]) -> None:
    ((name, given_arguments),) = calls(words)
    assert name == tool
    assert arguments.items() <= given_arguments.items()
    call = parsed(answer(HumanMessage(words)).calls[0], ROP)
    assert call.request(dict.fromkeys(call.people, 7)) is not None


@pytest.mark.parametrize(
    "words", ["переназначь 1042", "переназначь 1042 на другого менеджера", "переназначь 1042 на кого-нибудь"]
)
def test_nobody_named_leaves_the_choice_to_the_rules(words: str) -> None:
    ((_, arguments),) = calls(words)
    assert "manager" not in arguments


@pytest.mark.parametrize("locale", LOCALES)
def test_every_request_of_the_help_is_answered(locale: str) -> None:
    examples = re.findall(r"[«“\"]([^»”\"]+)[»”\"]", texts(locale).get("offline-help"))
    assert len(examples) >= 10
    for example in examples:
        assert calls(example), example


@pytest.mark.parametrize(
    ("words", "key", "action"),
    [
        ("переназначь на Веру", "offline-which-order", "reassign_order"),
        ("напомни", "offline-which-order", "remind"),
        ("верни деньги по 1042", "offline-lacking", "propose_refund"),
        ("продли срок 1042", "offline-lacking", "extend_clock"),
        ("отмени 1042", "offline-by-hand", "cancel_order"),
        ("закрой нарушение", "offline-by-hand", "resolve"),
        ("ограничь Бориса", "offline-not-mine", "set_constraint"),
    ],
)
def test_what_lacks_is_asked_for_and_what_rules_cannot_do_is_said(words: str, key: str, action: str) -> None:
    assert says(words) == RU.get(key, action=RU.get(f"action-{action}"))


def test_a_role_does_not_do_what_it_does_not_hold() -> None:
    expected = RU.get("offline-not-mine", action=RU.get("action-propose_refund"))
    assert says("верни деньги по 1042, 250 €", role="ai-sre") == expected


def test_several_orders_at_once_are_asked_back_and_not_mixed_up() -> None:
    said = says("напомни по 1042 и переназначь 1043 на Веру")
    assert RU.get("action-remind") in said
    assert RU.get("action-reassign_order") in said


@pytest.mark.parametrize("words", ["привет", "", "спроси Громову: как дела по смене", "не отменяй"])
def test_what_fits_nothing_is_told_what_can_be_asked(words: str) -> None:
    assert answer(HumanMessage(words)).calls == () or calls(words)[0][0].startswith("look_at")


@pytest.mark.parametrize("action", ASKED)
@pytest.mark.parametrize("locale", LOCALES)
def test_every_action_that_can_be_ordered_has_its_text(action: str, locale: str) -> None:
    assert texts(locale).has(f"action-{action}")
    assert action in EVERYBODY
    assert issubclass(EVERYBODY[action].target, Command)


@pytest.mark.parametrize("tool", sorted({*QUERIES, *ASKED, "consult_role"}))
@pytest.mark.parametrize(
    "facts",
    [
        {"error": "forbidden", "allowed": ["a"], "missing": ["b"]},
        {"error": "no-such-error"},
        {"waiting_for_approval": 5, "voters": ["head"], "quorum": 2, "expires_at": "2026-11-18T12:00:00+00:00"},
        {"shadow": "written down, not done"},
        {"done_already": {}},
        {"done": {}},
        {"done": {"order": "1042", "to_name": "Вера", "code": "x"}},
    ],
)
def test_every_outcome_of_every_tool_has_words(tool: str, facts: object) -> None:
    said = worded(tool, facts)
    assert said
    assert promises(said) == []
    assert unfounded_claims(said, done=(tool,)) == []


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"error": "invalid-input", "said": "Нет.", "allowed": ["at most 3 days, 0:00:00", "2h"]}, "Нет."),
        ({"error": "invalid-input", "said": "Нет.", "allowed": ["30m", "2h"]}, "Нет. Можно: 30m, 2h."),
        ({"error": "conflict", "said": "Нет.", "allowed": ["running"]}, "Нет."),
    ],
)
def test_a_russian_answer_lists_what_is_allowed_only_as_codes_and_numbers(facts: dict[str, object], told: str) -> None:
    assert worded("pause_clock", facts) == told


def test_it_names_itself_and_costs_nothing() -> None:
    said = answer(HumanMessage("что горит?"))
    assert (said.model, said.tokens_in, said.tokens_out, said.cost_eur) == (NAME, 0, 0, 0)


PIECES: Final = (
    *("переназначь", "верни деньги", "продли", "напомни", "отмени", "раздай", "ограничь", "почему", "?"),
    *("1042", "на", "Веру", "2", "часа", "250 €"),
)


@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES)).map(" ".join)), st.sampled_from(list(POLICY.roles.roles)))
def test_any_words_are_answered_or_become_calls(words: str, role: str) -> None:
    said = answer(HumanMessage(words), role=role)
    assert said.text or said.calls
    assert promises(said.text) == []
