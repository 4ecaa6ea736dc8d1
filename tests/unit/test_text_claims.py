"""A text claims only the deeds of its run; what others did is no claim."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.policy import Action
from guardrails.text.claims import PROPOSED, unfounded_claims


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
        ("Заказ 1042 переназначен на Веру.", Action.REASSIGN_ORDER),
        ("Заказ 1042 переназначен на Веру по вашей просьбе.", Action.REASSIGN_ORDER),
        ("Готово: 1042 теперь у Веры.", Action.REASSIGN_ORDER),
        ("Готово.", Action.REMIND),
        ("Сделано!", Action.REMIND),
        ("Выполнено: 1042 → Вера.", Action.REASSIGN_ORDER),
        ("Теперь 1042 ведёт Вера.", Action.REASSIGN_ORDER),
        ("Задача для Анны создана, срок завтра.", Action.CREATE_TASK),
        ("Задачу создал.", Action.CREATE_TASK),
        ("Напоминание Борису ушло.", Action.REMIND),
        ("Эскалация поднята.", Action.ESCALATE),
        ("Срок продлён на 2 часа.", Action.EXTEND_CLOCK),
        ("Блокер снят.", Action.CLOSE_BLOCKER),
        ("Оплата подтверждена.", Action.CONFIRM_PAYMENT),
        ("Заказ отменён.", Action.CANCEL_ORDER),
        ("Возврат оформлен.", Action.PROPOSE_REFUND),
        ("Деньги возвращены клиенту.", Action.PROPOSE_REFUND),
        ("Скидка 10 % применена.", Action.PROPOSE_DISCOUNT),
        ("Заказ 1042 переназначил на Веру.", Action.REASSIGN_ORDER),
        ("1042 передал Вере.", Action.REASSIGN_ORDER),
        ("По вашей просьбе переназначил 1042.", Action.REASSIGN_ORDER),
        ("Веру назначила ответственной.", Action.ASSIGN_ORDER),
        ("Переназначаю 1042 на Веру.", Action.REASSIGN_ORDER),
        ("Сейчас переназначу.", Action.REASSIGN_ORDER),
        ("Переназначение выполнено.", Action.REASSIGN_ORDER),
        ("Приоритет повышен.", Action.REPRIORITISE),
        ("Отложено до 18:00.", Action.SNOOZE),
        ("Order 1042 has been reassigned to Vera.", Action.REASSIGN_ORDER),
        ("Reassigned 1042 to Vera.", Action.REASSIGN_ORDER),
        ("Payment confirmed.", Action.CONFIRM_PAYMENT),
        ("I issued a refund.", Action.PROPOSE_REFUND),
        ("Заказ 1042 пepeнaзнaчeн на Веру.", Action.REASSIGN_ORDER),
        ("Заказ 1042 перена\u200bзначен на Веру.", Action.REASSIGN_ORDER),
    ],
)
def test_a_claim_needs_its_deed(text: str, action: Action) -> None:
    assert unfounded_claims(text, done=())
    assert unfounded_claims(text, done=(action.value,)) == []


@pytest.mark.parametrize(
    "text",
    [
        "Написал клиенту.",
        "Я позвонил продавцу.",
        "Отправила письмо клиенту.",
        "Письмо клиенту отправлено.",
        "Клиента предупредил.",
        "Я связался с клиентом.",
        "Уведомил клиента.",
        "I've emailed the client.",
    ],
)
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
        "1042 переназначил Олег.",
        "Заказ 1042 переназначил Олег вчера.",
        "Заказ переназначен Олегом.",
        "Заказ 1042 вчера переназначен на Веру.",
        "Заказ не переназначен: Вера отсутствует.",
        "Заказ переназначен на Веру?",
        "Если заказ переназначен на Веру, срок не меняется.",
        "Возврат не оформлен.",
        "Клиент не уведомлён.",
        "Блокер открыт 12.11, ведёт Борис.",
        "Не сделано: нужны данные.",
        "Запрос 5 ждёт решения.",
        "Есть Вера Иванова и Вера Петрова. На кого?",
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


@pytest.mark.parametrize(
    "text",
    ["Предложил возврат, решает руководитель.", "Запрос на возврат отправлен на согласование.", "Запросил возврат."],
)
def test_a_proposal_is_claimed_only_where_one_was_made(text: str) -> None:
    assert unfounded_claims(text, done=())
    assert unfounded_claims(text, done=(PROPOSED,)) == []


@pytest.mark.parametrize("text", ["Заказ 1042 переназначен на Веру.", "Блокер снят.", "1042 теперь у Веры."])
def test_how_things_stand_may_be_described_when_nobody_asked_for_a_deed(text: str) -> None:
    assert unfounded_claims(text, done=())
    assert unfounded_claims(text, done=(), describes=True) == []


@given(st.text(), st.sets(st.sampled_from(Action)))
def test_no_text_breaks_the_check(text: str, done: set[Action]) -> None:
    unfounded_claims(text, done=done)
