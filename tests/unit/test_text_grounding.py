"""What a text may say: numbers, dates, times and codes that the facts of the run know, and nothing else."""

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.foreign import Foreign
from guardrails.text.grounding import Grounds
from guardrails.text.written_numbers import numbers_in_words

ZONE = ZoneInfo("Europe/Moscow")
FACTS: dict[str, object] = {
    "as_of": "2026-11-18T09:00:00+00:00",
    "as_of_local": "18.11.2026 12:00",
    "open_orders": 37,
    "overdue_orders": 5,
    "share_over_72h_percent": 15.3,
    "waiting_minutes": 150,
    "in_status_hours": 80.5,
    "client_total_eur": Decimal("12500.50"),
    "paid_eur": "1 250,50",
    "trend_percent": -4.2,
    "nothing": None,
    "on_shift": True,
    "decision": "0193a2b4-7c11-7def-8a6b-123456789abc",
    "due_at": datetime(2026, 11, 20, 15, 30, tzinfo=UTC),
    "orders": [{"order": "1042", "bike": Foreign("bike", "Canyon CF-8, 2019")}, {"order": "104103"}, {"order": "1055"}],
    "by_code": {"1077": {"error": "not-found"}},
}


def said(text: str, *, words: str = "") -> list[str]:
    return [found.said for found in Grounds([FACTS], words=words, zone=ZONE).ungrounded(text)]


@pytest.mark.parametrize(
    "text",
    [
        "На 18.11.2026 12:00 открыто 37 заказов, просрочено 5.",
        "На 18.11 в 12:00 открыто 37, из них 5 просрочены.",
        "Срок заказа 1042: 20.11.2026 18:30.",
        "2026-11-18 12:00: переназначение. К 18:30: проверка.",
        "Срок 20 ноября, 18:30.",
        "Срок 20 ноября 2026.",
        "С 18 по 20 ноября открыто 37.",
        "Due 20 November 2026, 18:30.",
        "Доля старше 72 ч: 15,3 %.",
        "Доля старше 72 часов около 15 процентов.",
        "Ждёт 2 ч 30 мин.",
        "Ждёт 2,5 часа, то есть 150 минут.",
        "В статусе 3 дня 8 часов.",
        "В статусе 80,5 ч.",
        "Сумма 12 500,50 €, оплачено 1250,50 €.",
        "Сумма 12\u00a0500 €.",
        "The total is 12500.50 EUR.",
        "Упало на 4,2 %.",
        "Заказы 1042, 104103 и 1055; по 1077 данных нет.",
        "Всего три заказа: 1042, 104 103, 1055.",
        "Тридцать семь заказов открыто, пять просрочено.",
        "1. Заказ 1042.\n2. Заказ 1055.\n15) Заказ 104103.",
        "• Заказ 1042\n- Заказ 1055",
        "Canyon CF-8 2019 года.",
        "Срок 20-го ноября, то есть до 20-го.",
        "Срок в пятницу, 20 ноября; к пятнице, к 18.30.",
        "Сумма 12.500,50 €, 12,500.50 EUR, 12,5 тыс. €.",
        "Вдвое меньше, дважды.",
        "Во второй половине дня.",
        "Запись 0193a2b4-7c11-7def-8a6b-123456789abc.",
        "Ответ по правилам (offline-rules/v1).",
        "Ничего не горит.",
        "Две недели ничего не происходило, один заказ стоит.",
        "",
    ],
)
def test_an_honest_text_passes(text: str) -> None:
    assert said(text) == []


@pytest.mark.parametrize(
    ("text", "invented"),
    [
        ("Открыто 38 заказов.", "38"),
        ("Заказ 1043 просрочен.", "1043"),
        ("Заказ BW-9999 просрочен.", "9999"),
        ("Заказ order/9999 просрочен.", "9999"),
        ("Срок 21.11.2026.", "21.11.2026"),
        ("Срок 20.11.2025.", "20.11.2025"),
        ("Срок 21.11.", "21.11"),
        ("Срок 21 ноября.", "21 ноября"),
        ("Срок 20 ноября 2027.", "20 ноября 2027"),
        ("С 17 по 18 ноября.", "17 по 18 ноября"),
        ("Срок 2026-11-21.", "2026-11-21"),
        ("В 18:31.", "18:31"),
        ("Доля 15,4 %.", "15,4"),
        ("Доля 16 %.", "16"),
        ("Сумма 12 600 €.", "12 600"),
        ("Ждёт 3 ч 31 мин.", "31"),
        ("Двенадцать заказов.", "Двенадцать"),
        ("Просрочено сорок восемь.", "сорок восемь"),
        ("About twenty orders.", "twenty"),
        ("Больше тысячи заказов.", "тысячи"),
        ("Срок во вторник.", "во вторник"),
        ("К следующему четвергу.", "К следующему четвергу"),
        ("By next Monday.", "By next Monday"),
        ("До 21-го.", "21-го"),
        ("37 тыс. евро.", "37 тыс."),
        ("37k orders.", "37k"),
        ("Половина заказов стоит.", "Половина заказов"),
        ("Half of the orders.", "Half of the orders"),
        ("Шестеро менеджеров больны.", "Шестеро"),
        ("Десяток заказов.", "Десяток"),
        ("Сотня заказов.", "Сотня"),
        ("Миллион евро.", "Миллион"),
        ("Дюжина.", "Дюжина"),
        ("Заказ ①⓪④③.", "1043"),
        ("Заказ 10\u200b43.", "1043"),
        ("Сумма 12.600,50 €.", "12.600,50"),
        ("Запись 0193a2b4-7c11-7def-8a6b-123456789abd.", "0193a2b4-7c11-7def-8a6b-123456789abd"),
        ("Осталось 13 магазинов.", "13"),
        ("1. Заказ 1042.\n77. Заказ 1055.", "77"),
        ("Позвоните по +7 912 345-67-89.", "7 912 345"),
    ],
)
def test_an_invention_is_found(text: str, invented: str) -> None:
    assert invented in said(text)


def test_the_parts_of_an_instant_are_no_numbers_by_themselves() -> None:
    assert said("Открыто 18 заказов.") == ["18"]
    assert said("Открыто 11 заказов.") == ["11"]


def test_the_year_of_a_known_day_may_be_said_alone() -> None:
    assert said("Итоги 2026 года.") == []
    assert said("Итоги 2031 года.") == ["2031"]


def test_what_the_asker_says_may_be_said_back() -> None:
    asked = "переназначь 2024 на Веру до 25.12 15:45, там двадцать один заказ и 333,30 €"
    assert said("Заказ 2024, до 25.12 15:45, 21 заказ, 333,3 €; двадцать один.", words=asked) == []
    assert said("Встреча 3 декабря.", words="давай 3 декабря") == []


def test_numbers_in_words_are_read_whole() -> None:
    read = [number for _, number in numbers_in_words("сто двадцать пять, две тысячи, one hundred, пять двадцать")]
    assert read == [125, 2000, 100, 5, 20]


@given(st.integers(3, 10**9))
def test_a_number_of_the_facts_may_be_said_in_any_spelling(number: int) -> None:
    grounds = Grounds([{"count": number}], zone=ZONE)
    spelled = [str(number), f"{number:,}".replace(",", " "), f"{number:,}".replace(",", "\u00a0"), f"{number},0"]
    for each in spelled:
        assert grounds.ungrounded(f"Всего {each} заказов") == []


@given(st.integers(100, 10**9), st.integers(100, 10**9))
def test_another_whole_number_is_an_invention(known: int, other: int) -> None:
    found = Grounds([{"count": known}], zone=ZONE).ungrounded(f"Всего {other}.")
    assert bool(found) == (known != other)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31)))  # noqa: DTZ001 - the zone is put on below
def test_an_instant_of_the_facts_may_be_said_as_local_time(at: datetime) -> None:
    instant = at.replace(tzinfo=UTC)
    local = instant.astimezone(ZONE)
    for fact in (instant, instant.isoformat()):
        grounds = Grounds([{"due_at": fact}], zone=ZONE)
        assert grounds.ungrounded(f"Срок {local:%d.%m.%Y %H:%M}, или {local:%d.%m}, {local:%Y-%m-%d}.") == []


@given(st.text())
def test_no_text_breaks_the_check(text: str) -> None:
    Grounds([{"text": text, text: 1}, text], words=text, zone=ZONE).ungrounded(text)


@given(st.text(alphabet="0123456789.,:- €%+TZ\n", max_size=30))
def test_what_a_fact_says_may_be_repeated(text: str) -> None:
    assert Grounds([{"note": Foreign("note", f"Там {text}.")}], zone=ZONE).ungrounded(f"Там {text}.") == []
