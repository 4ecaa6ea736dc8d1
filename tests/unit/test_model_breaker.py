"""The circuit breaker, by its own clock; what a server's wish to wait means."""

import pytest

from agents.models.breaker import Breaker
from agents.models.refusals import retry_after


def _opened(*, at: float = 0.0) -> Breaker:
    breaker = Breaker(failures_to_open=3, rest_s=10.0)
    for _ in range(3):
        assert breaker.admits(at)
        breaker.failed(at)
    return breaker


def test_a_breaker_opens_after_so_many_failures_in_a_row() -> None:
    breaker = _opened()
    assert breaker.rests_for(4.0) == 6.0
    assert not breaker.admits(9.9)


def test_an_answer_between_failures_keeps_it_closed() -> None:
    breaker = Breaker(failures_to_open=2)
    for _ in range(5):
        breaker.failed(0.0)
        breaker.succeeded()
    assert breaker.admits(0.0)


def test_after_its_rest_one_trial_passes_and_others_wait_for_its_outcome() -> None:
    breaker = _opened()
    assert [breaker.admits(10.0) for _ in range(3)] == [True, False, False]
    breaker.succeeded()
    assert [breaker.admits(10.0) for _ in range(3)] == [True, True, True]


def test_a_failed_trial_opens_it_again() -> None:
    breaker = _opened()
    assert breaker.admits(10.0)
    breaker.failed(11.0)
    assert not breaker.admits(20.9)
    assert breaker.admits(21.0)


def test_a_trial_whose_outcome_never_comes_is_followed_by_another() -> None:
    breaker = _opened()
    assert breaker.admits(10.0)
    assert not breaker.admits(19.9)
    assert breaker.admits(20.0)


SENT = "Wed, 18 Nov 2026 09:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "250", "retry-after": "7"}, 0.25),
        ({"retry-after": "Wed, 18 Nov 2026 09:00:30 GMT", "date": SENT}, 30.0),
        ({"retry-after": "Wed, 18 Nov 2026 08:00:00 GMT", "date": SENT}, 0.0),
        ({"retry-after": "Wed, 18 Nov 2026 09:00:30 GMT"}, None),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "soon", "date": SENT}, None),
    ],
)
def test_the_wait_that_a_server_asks_for_is_read(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers) == seconds
