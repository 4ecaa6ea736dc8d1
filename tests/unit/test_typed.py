"""What people type: days, deadlines, sums, tracking numbers."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from bots import typed
from bots.cards.order_facts import masked
from domain.errors import InvalidInputError

TODAY = date(2026, 11, 18)
NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
MOSCOW = ZoneInfo("Europe/Moscow")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("25.11", date(2026, 11, 25)),
        ("25.11.27", date(2027, 11, 25)),
        ("2026-12-01", date(2026, 12, 1)),
        (" Завтра ", date(2026, 11, 19)),
        ("вчера", date(2026, 11, 17)),
        ("05.01", date(2027, 1, 5)),
        ("01.10", date(2026, 10, 1)),
    ],
)
def test_a_day_is_read_as_people_write_it(said: str, meant: date) -> None:
    assert typed.day(said, today=TODAY) == meant


@pytest.mark.parametrize("said", ["", "31.02", "29.02", "скоро", "25/11", "25.11.2026 12:00"])
def test_what_is_no_day_of_the_calendar_is_refused(said: str) -> None:
    with pytest.raises(InvalidInputError):
        typed.day(said, today=TODAY)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("завтра 12:00", datetime(2026, 11, 19, 9, 0, tzinfo=UTC)),
        ("завтра в 12:00", datetime(2026, 11, 19, 9, 0, tzinfo=UTC)),
        ("25.11", datetime(2026, 11, 25, 16, 0, tzinfo=UTC)),
        ("25.11, 09:30", datetime(2026, 11, 25, 6, 30, tzinfo=UTC)),
        ("18:30", datetime(2026, 11, 18, 15, 30, tzinfo=UTC)),
    ],
)
def test_a_deadline_is_read_in_the_readers_time(said: str, meant: datetime) -> None:
    assert typed.moment(said, now=NOW, zone=MOSCOW) == meant


@pytest.mark.parametrize("said", ["", "в 12", "когда-нибудь 12:00", "12:60"])
def test_what_is_no_deadline_is_refused(said: str) -> None:
    with pytest.raises(InvalidInputError):
        typed.moment(said, now=NOW, zone=MOSCOW)


@pytest.mark.parametrize(
    ("said", "meant"), [("1500", "1500"), ("1 500,50", "1500.50"), ("2\u00a0739,20 €", "2739.20"), ("300 евро", "300")]
)
def test_a_sum_is_read_as_people_write_it(said: str, meant: str) -> None:
    assert typed.amount(said) == Decimal(meant)


@pytest.mark.parametrize("said", ["", "0", "-5", "1,5,5", "1500,555", "сто", "1e3", "999999999"])
def test_what_is_no_sum_is_refused(said: str) -> None:
    with pytest.raises(InvalidInputError):
        typed.amount(said)


def test_a_tracking_number_loses_its_spaces() -> None:
    assert typed.tracking_number(" rb 123 456 789 de ") == "RB123456789DE"


@pytest.mark.parametrize("said", ["", "нет", "ABCDE", "12", "AB 12", "трек 12345", "1" * 41])
def test_what_is_no_tracking_number_is_refused(said: str) -> None:
    with pytest.raises(InvalidInputError):
        typed.tracking_number(said)


@pytest.mark.parametrize(
    ("name", "shown"), [("Иван Петров", "Иван П."), ("Иван", "Иван"), ("", ""), ("Анна Мария Ли", "Анна М.")]
)
def test_who_asks_is_shown_without_the_surname_before_the_order_is_taken(name: str, shown: str) -> None:
    assert masked(name) == shown
