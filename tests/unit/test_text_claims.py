"""A text claims only the deeds of its run; what others did is no claim."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.policy import Action
from guardrails.text.claims import unfounded_claims


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("Переназначил заказ 1042, новый ответственный: Вера.", Action.REASSIGN_ORDER),
        ("Я уже переназначила 1042 на Веру.", Action.REASSIGN_ORDER),
        ("Готово. Передал заказ Вере.", Action.REASSIGN_ORDER),
        ("Сделано: назначил Веру.", Action.ASSIGN_ORDER),
        ("Хорошо, создал задачу для Анны.", Action.CREATE_TASK),
        ("• Поставил Анне задачу на завтра", Action.CREATE_TASK),
        ("Я посмотрел заказ и поставил задачу.", Action.CREATE_TASK),
        ("Напомнил Борису.", Action.REMIND),
        ("Мы напомнили Борису.", Action.REMIND),
        ("Эскалировал 1042.", Action.ESCALATE),
        ("Только что поднял эскалацию.", Action.ESCALATE),
        ("Отложил нарушение до завтра.", Action.SNOOZE),
        ("Продлил срок на 2 часа.", Action.EXTEND_CLOCK),
        ("Закрыл нарушение.", Action.RESOLVE),
        ("Снял блокер.", Action.CLOSE_BLOCKER),
        ("Отменил заказ 1042.", Action.CANCEL_ORDER),
        ("Отменил 1042.", Action.CANCEL_ORDER),
        ("Подтвердил оплату.", Action.CONFIRM_PAYMENT),
        ("Перевёл заказ в оплату.", Action.ADVANCE_ORDER),
        ("Вернул клиенту деньги.", Action.PROPOSE_REFUND),
        ("I have reassigned 1042 to Vera.", Action.REASSIGN_ORDER),
        ("I've just created a task.", Action.CREATE_TASK),
    ],
)
def test_a_claim_needs_its_deed(text: str, action: Action) -> None:
    assert unfounded_claims(text, done=())
    assert unfounded_claims(text, done=(action.value,)) == []


@pytest.mark.parametrize("text", ["Написал клиенту.", "Я позвонил продавцу.", "Отправила письмо клиенту."])
def test_what_no_role_can_do_is_always_unfounded(text: str) -> None:
    assert unfounded_claims(text, done=tuple(Action))


@pytest.mark.parametrize(
    "text",
    [
        "Олег переназначил 1042 на Веру.",
        "Заказ переназначили вчера по просьбе Олега.",
        "Переназначили 14.11 по просьбе Олега.",
        "Заказ отменён клиентом.",
        "Оплата подтверждена 12.11.",
        "Клиент отменил заказ сам.",
        "Переназначьте 1042 на Веру.",
        "Могу переназначить 1042 на Веру.",
        "Я не переназначил 1042: Вера отсутствует.",
        "Предложил возврат, решает руководитель.",
        "Нужно решение человека: запрос 5 отправлен на согласование, голосов нужно: 2.",
        "Включён теневой режим: действие записано в журнал, но не выполнено.",
        "Это уже сделано.",
        "Следующий шаг: позвонить клиенту.",
        "12.11: переназначение, кто: Олег, правило: admin-may.",
        "Vera reassigned 1042.",
        "1042 was reassigned yesterday.",
    ],
)
def test_what_others_did_or_might_do_is_no_claim(text: str) -> None:
    assert unfounded_claims(text, done=()) == []


@given(st.text(), st.sets(st.sampled_from(Action)))
def test_no_text_breaks_the_check(text: str, done: set[Action]) -> None:
    unfounded_claims(text, done=done)
