"""Strangers at the door: when they are answered, held off, and what of their words is kept."""

from datetime import UTC, datetime, timedelta

from domain.knocking import GUESSES, WORDS_KEPT, code_in, is_due_an_answer, kept_words, locked_until

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
CODE = "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0u_-"


def test_a_stranger_is_answered_at_most_once_an_hour() -> None:
    assert is_due_an_answer(None, now=NOW)
    assert not is_due_an_answer(NOW - timedelta(minutes=59), now=NOW)
    assert is_due_an_answer(NOW - timedelta(hours=1), now=NOW)


def test_too_many_guesses_close_the_door_for_the_rest_of_the_hour() -> None:
    since = NOW - timedelta(minutes=20)
    assert locked_until(since, GUESSES - 1, now=NOW) is None
    assert locked_until(since, GUESSES, now=NOW) == NOW + timedelta(minutes=40)
    assert locked_until(NOW - timedelta(hours=1), GUESSES, now=NOW) is None
    assert locked_until(None, 0, now=NOW) is None


def test_a_code_is_known_by_its_look() -> None:
    assert code_in(CODE) == CODE
    assert code_in(f"  {CODE}\n") == CODE
    assert code_in("Здравствуйте") is None
    assert code_in("hello there") is None


def test_words_are_kept_short_and_without_codes() -> None:
    assert kept_words(f"/start {CODE}") == "/start •••"
    assert len(kept_words("слово " * 100)) <= WORDS_KEPT
