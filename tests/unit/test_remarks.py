"""Remarks of the system: kept as one line, read back whole, never mistaken for a person's words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.orders import Status
from domain.remarks import Remark, RemarkKey, read, remark

NAMES = st.from_regex(r"[a-z_]+", fullmatch=True)
VALUES = st.from_regex(r"[a-z0-9_]+", fullmatch=True)


@given(st.sampled_from(RemarkKey), st.dictionaries(NAMES, VALUES, max_size=3), st.text())
def test_what_is_kept_is_read_back(key: RemarkKey, facts: dict[str, str], words: str) -> None:
    facts = {name: value for name, value in facts.items() if name not in ("key", "words")}
    assert read(remark(key, words, **facts)) == Remark(key, facts, words)


def test_a_remark_is_legible_as_it_stands() -> None:
    assert (
        remark(RemarkKey.MOVED, source=Status.DELIVERED, target=Status.CLOSED)
        == "@moved source=delivered target=closed"
    )
    assert remark(RemarkKey.EXTENDED, "Продавец в пути") == "@extended: Продавец в пути"


@pytest.mark.parametrize("line", ["", "Дозвонился", "@", "@unknown", "@moved!", " @moved", "@ moved", "@moved к вам"])
def test_words_of_people_are_no_remark(line: str) -> None:
    assert read(line) is None
