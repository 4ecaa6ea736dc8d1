"""The checks read what people read: no word hides behind a look-alike letter or an invisible sign."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrails.text.plain_letters import plain


@pytest.mark.parametrize(
    ("hidden", "read"),
    [
        ("Bepнём дeньги", "Вернём деньги"),
        ("вер\u200bнём", "вернём"),
        ("вер\u00adнём", "вернём"),
        ("в е р н ё м деньги", "вернём деньги"),
        ("①⓪④③", "1043"),
        ("１０４３", "1043"),
        ("\u202eденьги", "деньги"),
    ],
)
def test_a_hidden_word_is_read(hidden: str, read: str) -> None:
    assert plain(hidden) == read


@pytest.mark.parametrize(
    "text", ["№ 1042, 12\u00a0500 €, 5 %…", "Canyon CF-8", "KPI и SLA", "½ дня", "Да, я и он", "и о ней"]
)
def test_honest_texts_stay(text: str) -> None:
    assert plain(text) == text


@given(st.text())
def test_reading_twice_changes_nothing_more(text: str) -> None:
    assert plain(plain(text)) == plain(text)
