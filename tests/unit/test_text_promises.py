"""No model promises money, discounts, dates or a legal position; speaking of them is allowed."""

import re
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrails.text.promises import Promise, promises
from locales import LOCALES, texts
from prompts import Prompts
from tests.unit.builders import POLICY

PROMPTS: Final = Prompts.load()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Вернём деньги.", Promise.REFUND),
        ("Мы обязательно вернем вам всю сумму.", Promise.REFUND),
        ("Вернём вам 250 €.", Promise.REFUND),
        ("Деньги вам вернутся на карту.", Promise.REFUND),
        ("Деньги мы вернём.", Promise.REFUND),
        ("Оформим вам возврат.", Promise.REFUND),
        ("Возврат уже одобрен.", Promise.REFUND),
        ("Возврат будет произведён завтра.", Promise.REFUND),
        ("Не переживайте, вернём деньги.", Promise.REFUND),
        ("Сделаем скидку 10 %.", Promise.DISCOUNT),
        ("Дадим вам хорошую скидку.", Promise.DISCOUNT),
        ("Скидку сделаем.", Promise.DISCOUNT),
        ("Скидка составит 100 €.", Promise.DISCOUNT),
        ("Снизим вам цену.", Promise.DISCOUNT),
        ("Компенсируем царапину.", Promise.COMPENSATION),
        ("Компенсация будет выплачена.", Promise.COMPENSATION),
        ("Доставим до пятницы.", Promise.DATE),
        ("Доставим велосипед к 20 ноября.", Promise.DATE),
        ("Привезём завтра.", Promise.DATE),
        ("Завтра доставим.", Promise.DATE),
        ("Вы получите заказ через две недели.", Promise.DATE),
        ("Велосипед придёт к пятнице.", Promise.DATE),
        ("Он будет у вас через 3 дня.", Promise.DATE),
        ("По закону вы можете вернуть.", Promise.LEGAL),
        ("Клиент имеет право на возврат.", Promise.LEGAL),
        ("Признаём свою вину.", Promise.LEGAL),
        ("Гарантируем.", Promise.GUARANTEE),
        ("Обещаю, всё получится.", Promise.GUARANTEE),
        ("Даём слово.", Promise.GUARANTEE),
        ("We will fully refund you.", Promise.REFUND),
        ("We'll give you a 10% discount.", Promise.DISCOUNT),
        ("We will deliver it by Friday.", Promise.DATE),
        ("I promise.", Promise.GUARANTEE),
    ],
)
def test_a_promise_is_found(text: str, kind: Promise) -> None:
    assert kind in {found.kind for found in promises(text)}


@pytest.mark.parametrize(
    "text",
    [
        "Мы ничего не обещаем.",
        "Не обещаем и не гарантируем.",
        "Срок клиенту не гарантируем.",
        "Не могу обещать возврат.",
        "Не обещаю, что доставим до пятницы.",
        "Деньги пока не вернём: решает руководитель.",
        "Возврат требует решения руководителя.",
        "Возврат ждёт решения руководителя.",
        "Возврат 250 € предложен, ждёт двух голосов.",
        "Предложил скидку 100 €, решают люди.",
        "Скидка возможна только после утверждения.",
        "Клиент просит вернуть деньги и скидку 10 %.",
        "Клиент спрашивает, когда привезут велосипед.",
        "Срок заказа 1042: 20.11.2026 18:30.",
        "Нарушение закрыто, срок этапа до 18:30.",
        "Компенсация за царапину по правилам от 20 до 50 €.",
        "We cannot promise a refund.",
        "The refund waits for a decision.",
    ],
)
def test_speaking_of_it_is_no_promise(text: str) -> None:
    assert promises(text) == []


@pytest.mark.parametrize("locale", LOCALES)
def test_no_text_of_the_offline_model_promises_anything(locale: str) -> None:
    source = texts(locale)
    for key in ("offline-help", "offline-nobody", "offline-nearest", "offline-forecast", "offline-done-already"):
        assert promises(source.get(key)) == []


@pytest.mark.parametrize("role", POLICY.roles.roles)
def test_no_example_of_a_prompt_is_a_promise(role: str) -> None:
    for prompt in PROMPTS.of(role).values():
        for example in re.findall(r"«([^»]*)»", prompt.text):
            assert promises(example) == []


@given(st.text())
def test_no_text_breaks_the_check(text: str) -> None:
    promises(text)
