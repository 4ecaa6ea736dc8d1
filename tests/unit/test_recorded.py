"""What journal rows and signals hold is told in words, never in keys and machine times."""

import ast
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bots.cards.recorded import name_of, value_of
from bots.words import Words
from locales import facts, texts
from settings import ROOT

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
WORDS = Words(texts=texts("ru"), zone=ZoneInfo("Europe/Moscow"), now=NOW)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("to", "in_transit", "В пути"),
        ("due_at", "2026-11-18T12:15:27.406295+00:00", "сегодня в 15:15"),
        ("kinds", ["normal", "rework"], "normal, rework"),
        ("answers", [{"point": 5, "to": "closed"}], "пункт 5, станет Закрыт"),
        ("is_ebike", False, "нет"),
        ("owner", None, "—"),
        ("orders", [], "—"),
        ("pending", 23, "23"),
    ],
)
def test_a_fact_is_told_in_words(name: str, value: object, said: str) -> None:
    assert value_of(WORDS, name, value) == said


@pytest.mark.parametrize(
    ("name", "value"),
    [("clock", "order"), ("outcome", "held"), ("role", "mode-act"), ("severity", "x")],
)
def test_what_only_looks_like_a_name_is_told_as_it_is_written(name: str, value: object) -> None:
    assert value_of(WORDS, name, value) == value


def test_facts_inside_facts_end_somewhere() -> None:
    deep: object = "дно"
    for _ in range(5_000):
        deep = {"note": [deep]}
    assert "…" in value_of(WORDS, "note", deep)


def test_every_fact_that_a_tool_writes_has_a_name() -> None:
    unnamed = {
        f"{file.name}: {key.value}"
        for file in (ROOT / "tools").glob("*.py")
        for call in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Effect"
        for given in call.keywords
        if given.arg in ("result", "facts")
        for written in ast.walk(given.value)
        if isinstance(written, ast.Dict)
        for key in written.keys
        if isinstance(key, ast.Constant) and key.value not in facts.LABELS
    }
    assert unnamed == set()


def test_a_long_value_is_clipped() -> None:
    assert len(value_of(WORDS, "text", "я" * 500)) == 120


def test_a_fact_without_a_text_is_told_by_its_own_words() -> None:
    assert name_of(WORDS, "pending") == "в очереди"
    assert name_of(WORDS, "median_of_week") == "median of week"
