"""What a role asks back: which of its questions can be answered by a tap."""

import pytest

from domain.choices import choices, codes


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("Есть два заказа. Которого: 1042 или 1043?", ("1042", "1043")),
        ("О каком заказе речь, 1042 или 1043?", ("1042", "1043")),
        ("На кого переназначить: Анна, Борис или Вера?", ("Анна", "Борис", "Вера")),
        ("Which one: 1042, 1043 or 1044?", ("1042", "1043", "1044")),
        ("Заказ 1042 просрочен. Продлить срок или нет?", ()),
        ("Горят 1042 и 1043.", ()),
        ("Что делать с 1042?", ()),
        ("Которого: 1042 или 1043? Жду ответа.", ()),
        ("", ()),
    ],
)
def test_only_a_question_that_ends_a_text_and_names_choices_can_be_tapped(said: str, found: tuple[str, ...]) -> None:
    assert choices(said) == found


def test_sums_dates_and_times_are_no_codes_of_orders() -> None:
    said = "Заказ 1042, срок 18.11.2026 12:30, цена 1500,50, следом №1043 и снова 1042."
    assert codes(said, 5) == ("1042", "1043")


def test_no_more_codes_are_taken_than_asked_for() -> None:
    assert codes("1041 1042 1043 1044", 3) == ("1041", "1042", "1043")
