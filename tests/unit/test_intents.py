"""A run's grants rest on what a person orders in so many words: imperatives, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.intents import asked_actions, asked_orders
from domain.policy import Action

NONE: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    ("words", "action"),
    [
        ("переназначь 1042 на Веру", "reassign_order"),
        ("Переназначьте, пожалуйста, 1042 на Веру!", "reassign_order"),
        ("передай 1042 Вере", "reassign_order"),
        ("прошу переназначить 1042", "reassign_order"),
        ("please reassign 1042 to Vera", "reassign_order"),
        ("назначь Веру на 1042", "assign_order"),
        ("поставь Вере задачу по 1042", "create_task"),
        ("создать задачу: позвонить", "create_task"),
        ("напомни по 1042", "remind"),
        ("1042 горит. Напомни Борису.", "remind"),
        ("эскалируй 1042", "escalate"),
        ("подними эскалацию по 1042", "escalate"),
        ("отложи до завтра", "snooze"),
        ("закрой нарушение 5", "resolve"),
        ("закрой сигнал 5", "resolve_signal"),
        ("продли срок 1042 на 2 часа", "extend_clock"),
        ("сдвинь срок 1042", "extend_clock"),
        ("подними 1042 в очереди", "reprioritise"),
        ("открой блокер по 1042", "open_blocker"),
        ("сними блокер", "close_blocker"),
        ("подними сигнал", "raise_signal"),
        ("переведи 1042 в оплату", "advance_order"),
        ("отмени 1042", "cancel_order"),
        ("Отмени заказ 1042, клиент передумал.", "cancel_order"),
        ("нужно отменить заказ 1042", "cancel_order"),
        ("подтверди оплату 1042", "confirm_payment"),
        ("верни деньги по 1042, 250 €", "propose_refund"),
        ("оформи возврат по 1042", "propose_refund"),
        ("предложи компенсацию", "propose_compensation"),
        ("сделай скидку 50 € по 1042", "propose_discount"),
        ("раздай заказы Бориса", "mass_reassign"),
        ("ограничь Бориса", "set_constraint"),
        ("составь план действий", "make_plan"),
        ("подготовь черновик для 1042", "draft_follow_up"),
        ("Борис заболел. Переназначь 1042 на Веру.", "reassign_order"),
        ("Анна сказала, что клиент не отвечает, переназначь 1042 на Веру", "reassign_order"),
        ("переназначь-ка 1042 на Веру", "reassign_order"),
        ("поставь Вере задачу на завтра", "create_task"),
        ("напомни Борису про 1042", "remind"),
        ("отмени, пожалуйста, 1042", "cancel_order"),
        ("не нужно отменять 1042, переназначь его на Веру", "reassign_order"),
    ],
)
def test_an_imperative_orders_one_action(words: str, action: str) -> None:
    assert asked_actions(words) == {action}
    assert action in set(Action)


@pytest.mark.parametrize(
    "words",
    [
        "не отменяй 1042",
        "не надо отменить 1042",
        "не переназначь случайно 1042",
        "нельзя отменить 1042",
        "почему переназначили 1042?",
        "почему ты переназначил 1042",
        "зачем отменили заказ 1042",
        "можно ли отменить 1042?",
        "можно отменить 1042?",
        "как отменить заказ 1042",
        "кто может подтвердить оплату",
        "переназначь 1042?",
        "Клиент отменил заказ 1042.",
        "Клиент напомнил о себе.",
        "Борис отложил 1042",
        "Анна взяла в работу 1042",
        "Клиент пишет: «отмени заказ 1042 и верни деньги»",
        'Клиент пишет: "отмени заказ 1042"',
        "передай Вере, что 1042 готов",
        "дай список задач",
        "отмени напоминание по 1042",
        "где план действий?",
        "что горит?",
        "why did you reassign 1042?",
        "do not cancel 1042",
        "how to cancel 1042",
        "если Вера свободна, отдай ей 1042",
        "отдай 1042 Вере, если она свободна",
        "как только Вера освободится, передай ей 1042",
        "когда Вера придёт, отдай ей 1042",
        "в случае отказа отмени 1042",
        "assign 1042 to Vera if she is free",
        "unless Vera is away, reassign 1042",
        "переназначь 1042 не надо",
        "отмени 1042 нельзя",
        "отмени переназначение 1042",
        "отмени команду",
        "клиент просит: отмени 1042",
        "клиент написал отмени 1042",
        "клиент говорит верни деньги по 1042",
        "Анна сказала переназначь 1042 на Веру",
        "скажи Вере: переназначь 1042",
        "спроси Веру, переназначить ли 1042",
        "может, переназначь 1042 на Веру",
        "завтра переназначь 1042 на Веру",
        "переназначь 1042 завтра на Веру",
        "напомни, как отменить 1042",
        "напомни мне про 1042",
        "remind me how to cancel 1042",
        "refund policy for 1042",
        "cancel rate 1042",
        "пример: отмени 1042",
        "нe oтмeняй 1042",
        "не\u200b отменяй 1042",
        "",
    ],
)
def test_denials_questions_reports_and_quotes_order_nothing(words: str) -> None:
    assert asked_actions(words) == frozenset()


def test_several_orders_are_several_actions() -> None:
    assert asked_actions("напомни по 1042 и переназначь 1043 на Веру") == {"remind", "reassign_order"}
    assert asked_actions("Не отменяй 1042, переназначь на Веру.") == {"reassign_order"}


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("что с 1042?", {"1042"}),
        ("1042, 1043 и 104103.", {"1042", "1043", "104103"}),
        ("1042,1043", {"1042", "1043"}),
        ("№1042 и #1043, заказ № 1044", {"1042", "1043", "1044"}),
        ("верни деньги по 1042, 250 €", {"1042"}),
        ("верни 250 евро по 1042", {"1042"}),
        ("верни €250 по 1042 и EUR 300", {"1042"}),
        ("сумма 12 500,50 € по 1042", {"1042"}),
        ("скидка 250.50 EUR, 100%, 100 %", NONE),
        ("продли 1042 на 120 минут, 100 часов, 300 дней", {"1042"}),
        ("перезвони по 1042 днём", {"1042"}),
        ("переназначь 1042 частично", {"1042"}),
        ("до 18.11.2026, 2026-11-18 и 18 ноября 2026", NONE),
        ("итоги 2025 года", NONE),
        ("в 18:30 по 1042", {"1042"}),
        ("клиент 1042: +7 912 345-67-89 или 8 (912) 345-67-89", {"1042"}),
        ("AI-1042 и BW1042", NONE),
        ("переназначь не 1042, а 1043 на Веру", {"1043"}),
        ("переназначь 1042, но не 1043, на Веру", {"1042"}),
        ("раздай всё, кроме 1042 и 1043", NONE),
        ("вместо 1042 возьми 1043", {"1043"}),
        ("12 и 1234567890", NONE),
    ],
)
def test_order_codes_are_told_from_amounts_times_dates_and_phones(words: str, codes: frozenset[str] | set[str]) -> None:
    assert asked_orders(words) == codes


@given(st.text())
def test_any_words_are_read(words: str) -> None:
    assert asked_actions(words) <= {*Action}
    assert all(code.isdecimal() and 3 <= len(code) <= 9 for code in asked_orders(words))


@given(
    st.sampled_from(["переназначь 1042", "отмени 1042", "напомни Борису по 1042", "продли 1042 на 2 часа"]),
    st.sampled_from(["если", "когда", "как только", "в случае если", "if", "unless"]),
)
def test_nothing_conditional_is_ordered(order: str, condition: str) -> None:
    assert asked_actions(order)
    assert asked_actions(f"{condition} Вера свободна, {order}") == frozenset()
    assert asked_actions(f"{order}, {condition} Вера свободна") == frozenset()


@given(st.integers(100, 999_999_999))
def test_every_code_in_a_request_is_found(code: int) -> None:
    assert asked_orders(f"переназначь {code} на Веру") == {str(code)}
