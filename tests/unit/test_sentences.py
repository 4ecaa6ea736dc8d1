"""Sentences: money, remarks, refusals and deadlines, worded for one reader."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from domain.commands import AddPerson
from domain.errors import (
    ConflictError,
    DeskError,
    EvidenceMissingError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
)
from domain.orders import CancelReason, Status
from domain.people import Role
from domain.policy import (
    Action,
    ClockKind,
)
from domain.remarks import RemarkKey, remark
from domain.validation import BOUNDS, parse
from locales import LOCALES, sentences, texts
from locales.allowed import listed
from locales.amounts import euros
from locales.times import exact, left


@pytest.mark.parametrize(
    ("amount", "ru", "en"),
    [
        (Decimal("4357.04"), "4\xa0357,04\xa0€", "€4,357.04"),
        (Decimal("4357.50"), "4\xa0357,50\xa0€", "€4,357.50"),
        (Decimal("4357.00"), "4\xa0357\xa0€", "€4,357"),
    ],
)
def test_money_is_written_as_the_language_writes_it(amount: Decimal, ru: str, en: str) -> None:
    assert (euros(amount, texts("ru")), euros(amount, texts("en"))) == (ru, en)


def test_a_remark_of_the_system_is_said_in_the_readers_language_with_the_persons_words() -> None:
    moved = remark(RemarkKey.MOVED, source=Status.UNDER_INSPECTION, target=Status.AWAITING_PAYMENT)
    assert sentences.reason(moved, texts("ru")) == "Статус изменился: Проверка → Решение и оплата клиента"
    cancelled = remark(RemarkKey.CANCEL_REASON, "не дождался", reason=CancelReason.CLIENT_CHANGED_MIND)
    assert sentences.reason(cancelled, texts("ru")) == "Клиент передумал: не дождался"


def test_somebodys_own_words_stay_as_they_are() -> None:
    assert sentences.reason("@moved? Да, завтра", texts("ru")) == "@moved? Да, завтра"


def test_a_clock_is_called_by_its_name_in_a_refusal() -> None:
    paused = ConflictError(kind="clock", name=ClockKind.ACCEPT, state="paused")
    unknown = NotFoundError(kind="clock", name=ClockKind.STAGE)
    assert sentences.refusal(paused, texts("ru")) == "Таймер «приём заказа» уже на паузе."
    assert sentences.refusal(unknown, texts("ru")) == "Не найдено: таймер «срок этапа»."


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            ConflictError(kind="payment", state="nothing-left", paid_eur="1500.50", returned_eur="1500.50"),
            "Возвращать больше нечего: клиент оплатил 1\xa0500,50\xa0€, вернуть уже решили 1\xa0500,50\xa0€.",
        ),
        (
            ConflictError(kind="order", state=Status.CLOSED, allowed=(Status.UNDER_INSPECTION,)),
            "Сейчас заказ в статусе «Закрыт», в нём это действие недоступно. Оно возможно в статусе: «Проверка».",
        ),
        (
            InvalidInputError(field="amount_eur", rule="window", value="900", low="0.01", high="250"),
            "Такая сумма не подходит: можно от 0,01\xa0€ до 250\xa0€.",
        ),
        (
            ConflictError(kind="discount", state=Status.CANCELLED),
            "Сейчас заказ в статусе «Отменён». Скидку дают, пока заказ открыт и оплата не подтверждена.",
        ),
    ],
)
def test_a_refusal_names_the_present_state_and_what_is_possible(error: DeskError, told: str) -> None:
    assert sentences.refusal(error, texts("ru")) == told


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            InvalidInputError(field="minutes", rule="pause", longest_minutes=4320, allowed=("at most 4320",)),
            "Пауза слишком длинная. Самая долгая: 3 дн.",
        ),
        (
            InvalidInputError(field="value", rule="same", allowed=("another value than the present one",)),
            "Сейчас значение точно такое же. Напишите другое.",
        ),
        (
            InvalidInputError(field="effective_from", rule="day", first="2026-11-25", last="2027-11-26"),
            "Изменение может начать действовать с любого дня от 25 ноября 2026 года до 26 ноября 2027 года.",
        ),
        (
            InvalidInputError(field="price_eur", rule="window", low="500", high="6000"),
            "Цена не подходит: компания берёт велосипеды от 500\xa0€ до 6\xa0000\xa0€.",
        ),
        (
            InvalidInputError(field="state", rule="price", price="7000", high="6000", allowed=("blocked: price is",)),
            "Велосипед за 7\xa0000\xa0€ дороже порога 6\xa0000\xa0€: разрешить его отправку нельзя.",
        ),
        (
            InvalidInputError(field="orders", value="1042", allowed=("orders that somebody has",)),
            "Выберите заказы, у которых есть менеджер.",
        ),
        (
            InvalidInputError(field="amount_eur", rule="recorded", recorded="900.00", allowed=("900.00",)),
            "Под этим номером записан платёж на другую сумму (900\xa0€): проверьте сумму и номер.",
        ),
        (
            InvalidInputError(field="amount_eur", value="0", allowed=("more than 0",)),
            "Такая сумма не подходит: нужно число больше нуля, в евро, не больше двух знаков после запятой.",
        ),
        (InvalidInputError(field="capacity", allowed=("a whole number",)), "Такое значение не подойдёт: вместимость."),
        (
            InvalidInputError(field="locale", allowed=("ru", "en")),
            "Такое значение не подойдёт: locale. Подойдёт: ru, en",
        ),
    ],
)
def test_a_wrong_value_is_refused_without_a_word_of_english_prose(error: DeskError, told: str) -> None:
    assert sentences.refusal(error, texts("ru")) == told


def test_a_broken_bound_of_any_field_is_told_with_its_number() -> None:
    with pytest.raises(InvalidInputError) as refused:
        parse(AddPerson, {"person_name": "Вера", "role": "manager", "capacity": 1_001})
    assert sentences.refusal(refused.value, texts("ru")) == "Слишком много (вместимость): можно не больше 1000."
    with pytest.raises(InvalidInputError) as refused:
        parse(AddPerson, {"person_name": "Вера", "role": "manager", "capacity": -1})
    assert sentences.refusal(refused.value, texts("en")).endswith(": 0 at least.")


def test_an_explanation_is_listed_to_who_reads_its_language() -> None:
    error = InvalidInputError(field="role", allowed=("a role", "head"))
    assert listed(error.allowed, texts("ru")) == []
    assert listed(error.allowed, texts("en")) == ["a role", texts("en").get("role-head")]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("bound", BOUNDS)
def test_every_bound_has_its_sentence(bound: str, locale: str) -> None:
    assert texts(locale).has(f"error-bound-{bound}")


def test_what_lacks_is_told_by_its_points() -> None:
    error = EvidenceMissingError(
        source=Status.UNDER_INSPECTION,
        target=Status.AWAITING_PAYMENT,
        missing=("photo:5", "checklist:1", "checklist:2"),
    )
    assert sentences.refusal(error, texts("ru")).splitlines() == [
        "Чтобы перейти в статус «Решение и оплата клиента», не хватает:",
        "• ответов по пунктам 1, 2",
        "• фото к пункту 5",
    ]


def test_who_may_vote_is_told_to_who_may_not() -> None:
    error = ForbiddenError(action=Action.VOTE_APPROVAL, rule="voters", allowed=(Role.HEAD, Role.OWNER))
    assert sentences.refusal(error, texts("ru")) == "Голосуют по этому запросу: руководитель, владелец."


@pytest.mark.parametrize(
    ("late", "said"),
    [
        (timedelta(0), "срок только что вышел"),
        (timedelta(minutes=-20), "осталось 20 мин"),
        (timedelta(days=1, hours=23), "просрочено на 1 дн. 23 ч"),
    ],
)
def test_a_deadline_is_told_by_what_is_left_of_it(late: timedelta, said: str) -> None:
    due_at = datetime(2026, 11, 25, 9, 5, tzinfo=UTC)
    assert left(due_at, now=due_at + late, texts=texts("ru")) == said


def test_an_exact_instant_names_the_year() -> None:
    at = datetime(2026, 11, 25, 9, 5, tzinfo=UTC)
    assert exact(at, zone=UTC, texts=texts("ru")) == "25 ноября 2026 года в 09:05"
