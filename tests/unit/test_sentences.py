"""Sentences: money, remarks, refusals and deadlines, worded for one reader."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

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
from locales import sentences, texts
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
            InvalidInputError(field="amount_eur", value="900", allowed=("0.01..250.00",), low="0.01", high="250"),
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
