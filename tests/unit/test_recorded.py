"""What journal rows and signals hold is told in words, never in keys and machine times."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bots.cards.recorded import name_of, value_of
from bots.words import Words
from locales import texts

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
WORDS = Words(texts=texts("ru"), zone=ZoneInfo("Europe/Moscow"), now=NOW)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("to", "in_transit", "В пути"),
        ("due_at", "2026-11-18T12:15:27.406295+00:00", "сегодня в 15:15"),
        ("kinds", ["normal", "rework"], "normal, rework"),
        ("answers", [{"point": 5, "to": "closed"}], "пункт 5, новое Закрыт"),
        ("is_ebike", False, "нет"),
        ("owner", None, "—"),
        ("orders", [], "—"),
        ("pending", 23, "23"),
    ],
)
def test_a_fact_is_told_in_words(name: str, value: object, said: str) -> None:
    assert value_of(WORDS, name, value) == said


def test_a_long_value_is_clipped() -> None:
    assert len(value_of(WORDS, "text", "я" * 500)) == 120


def test_a_fact_without_a_text_is_told_by_its_own_words() -> None:
    assert name_of(WORDS, "pending") == "в очереди"
    assert name_of(WORDS, "median_of_week") == "median of week"
