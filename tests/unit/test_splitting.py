"""Long texts as several messages (domain/splitting.py)."""

from hypothesis import given
from hypothesis import strategies as st

from domain.splitting import parts, units


@given(st.text(), st.integers(min_value=2, max_value=60))
def test_no_part_is_too_long_and_nothing_but_space_is_lost(text: str, limit: int) -> None:
    told = parts(text, limit)
    assert all(units(part) <= limit for part in told)
    assert "".join("".join(told).split()) == "".join(text.split())


def test_a_text_is_cut_between_paragraphs_before_lines_and_lines_before_words() -> None:
    assert parts("один два\n\nтри четыре", 14) == ("один два", "три четыре")
    assert parts("один два\nтри четыре", 14) == ("один два", "три четыре")
    assert parts("один два три", 9) == ("один два", "три")


def test_a_word_that_fits_nowhere_is_cut_between_characters() -> None:
    assert parts("🚲🚲🚲", 4) == ("🚲🚲", "🚲")


def test_an_empty_answer_is_one_empty_part() -> None:
    assert parts("  ") == ("",)
