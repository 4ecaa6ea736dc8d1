"""A colleague is found by a name in any case; who could be two people is asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.naming import AmbiguousNameError, UnknownNameError, case_forms, person_named

STAFF = [
    (1, "Вера Петрова"),
    (2, "Борис Петров"),
    (3, "Анна Ильина"),
    (4, "Павел Достоевский"),
    (5, "Артём Ковалёв"),
    (6, "Илья Чайковский"),
    (7, "Мария Толстая"),
    (8, "Игорь Заяц"),
    (9, "Лев Сергеев"),
    (10, "Сергей Коваленко"),
    (11, "Klaus Weber"),
    (12, "Вероника Ли"),
]


@pytest.mark.parametrize(
    ("said", "person"),
    [
        ("Вера", 1), ("Веру", 1), ("Вере", 1), ("Верой", 1), ("на Веру", 1), ("к Вере Петровой", 1), ("Вера П.", 1),
        ("вере п", 1), ("ВЕРУ", 1), ("«Веру»,", 1), ("Борису", 2), ("Борисом Петровым", 2), ("Петров Борис", 2),
        ("Анне", 3), ("Анной Ильиной", 3), ("Павел", 4), ("Павла", 4), ("Павлу", 4), ("Павлом", 4), ("Достоевскому", 4),
        ("Артёма", 5), ("Артему", 5), ("Артёмом", 5), ("Артем", 5), ("Ковалеву", 5), ("Ковалёвым", 5), ("Илью", 6),
        ("Илье", 6), ("Ильёй", 6), ("Марии", 7), ("Марию Толстую", 7), ("Толстой", 7), ("Игоря", 8), ("Игорем", 8),
        ("Льву", 9), ("Льва", 9), ("Лев", 9), ("Сергея", 10), ("Сергею", 10), ("Сергеем", 10), ("Коваленко", 10),
        ("Klaus", 11), ("to Klaus Weber", 11), ("Веронику", 12), ("4", 4), (" 4 ", 4),
    ],
)  # fmt: skip
def test_a_name_means_one_colleague(said: str, person: int) -> None:
    assert person_named(said, STAFF) == person


@pytest.mark.parametrize(
    ("said", "people"),
    [("Петрову", ["Вера Петрова (1)", "Борис Петров (2)"]), ("В", ["Вера Петрова (1)", "Вероника Ли (12)"])],
)
def test_a_name_of_several_is_ambiguous_and_lists_them(said: str, people: list[str]) -> None:
    with pytest.raises(AmbiguousNameError) as refused:
        person_named(said, STAFF)
    assert list(refused.value.allowed) == people


def test_two_veras_are_ambiguous_until_more_is_said() -> None:
    two = [(1, "Вера Петрова"), (2, "Вера Иванова")]
    with pytest.raises(AmbiguousNameError) as refused:
        person_named("на Веру", two)
    assert list(refused.value.allowed) == ["Вера Петрова (1)", "Вера Иванова (2)"]
    assert person_named("Вере И.", two) == 2
    assert person_named("Вере Ивановой", two) == 2
    assert person_named("2", two) == 2


def test_two_of_the_same_name_are_told_apart_by_id() -> None:
    two = [(1, "Вера Петрова"), (2, "Вера Петрова")]
    with pytest.raises(AmbiguousNameError):
        person_named("Вера Петрова", two)
    assert person_named("1", two) == 1


@pytest.mark.parametrize("said", ["", " ", "на", "...", "Зоя", "Вера Зоя", "Вера Вера", "99", "Верба", "Анатолий"])
def test_nobody_is_called_like_that(said: str) -> None:
    with pytest.raises(UnknownNameError) as refused:
        person_named(said, STAFF)
    assert len(refused.value.allowed) == len(STAFF)


@given(st.text(), st.lists(st.tuples(st.integers(1, 9), st.text(min_size=1)), max_size=5))
def test_any_words_come_to_a_colleague_or_a_refusal(said: str, people: list[tuple[int, str]]) -> None:
    try:
        found = person_named(said, people)
    except (AmbiguousNameError, UnknownNameError):
        return
    assert found in {person_id for person_id, _ in people}


@given(st.text(alphabet="абвгдеёжзийклмнопрстуфхцчшщъыьэюя", min_size=1))
def test_a_word_is_a_form_of_itself(word: str) -> None:
    assert word.replace("ё", "е") in case_forms(word)
