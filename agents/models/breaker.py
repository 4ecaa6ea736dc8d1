"""A circuit breaker: an endpoint's model that failed time after time is left alone for a while."""

from dataclasses import dataclass


@dataclass(slots=True)
class Breaker:
    """Opens after `failures_to_open` failures in a row, and lets one trial through every `rest_s` seconds.

    Instants are seconds of any steady clock. A trial whose outcome never comes (it was cancelled) is followed by
    another after as long again.
    """

    failures_to_open: int = 5
    rest_s: float = 30.0
    _failures: int = 0
    _rests_until: float | None = None

    @property
    def failures(self) -> int:
        """How many requests in a row have failed."""
        return self._failures

    def rests_for(self, now: float) -> float:
        """Seconds until the next request may pass; 0 when one may pass now."""
        return 0.0 if self._rests_until is None else max(self._rests_until - now, 0.0)

    def admits(self, now: float) -> bool:
        """Whether a request may pass; one that passes an open breaker is its trial, and keeps others out."""
        if self.rests_for(now) > 0:
            return False
        if self._rests_until is not None:
            self._rests_until = now + self.rest_s
        return True

    def succeeded(self) -> None:
        """The endpoint answered."""
        self._failures = 0
        self._rests_until = None

    def failed(self, now: float) -> None:
        """The endpoint did not."""
        self._failures += 1
        if self._failures >= self.failures_to_open:
            self._rests_until = now + self.rest_s
