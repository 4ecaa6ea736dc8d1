"""Trouble on demand: what the server does wrong, to whom, and how often."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum


class FaultKind(StrEnum):
    """Ways for a call to go wrong.

    Only with `DROP`, `LATE` and `SLOW` does the call happen. With `DROP` the message is stored and the answer is lost;
    with `LATE` there is no answer until the client gives up; `SLOW` answers after `retry_after` seconds. `RESET` breaks
    the connection and does nothing.
    """

    FLOOD = "flood"
    INTERNAL = "internal"
    BAD_GATEWAY = "bad_gateway"
    HANG = "hang"
    DROP = "drop"
    LATE = "late"
    SLOW = "slow"
    RESET = "reset"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One planned trouble.

    It hits the next `calls` calls (None: any number), until the clock shows `until` (None: for ever), of `method`
    (None: all but getUpdates, or a running poller would eat them; `*`: really all) and `chat_id` (None: all).
    `retry_after` (seconds) is for FLOOD and SLOW.
    """

    kind: FaultKind
    calls: int | None = 1
    until: float | None = None
    method: str | None = None
    chat_id: int | None = None
    retry_after: int = 1

    def hits(self, method: str, chat_id: int | None) -> bool:
        """Whether the call is meant; method names compare without case."""
        wanted = method != "getupdates" if self.method is None else self.method.lower() in {method, "*"}
        return wanted and self.chat_id in {None, chat_id}


@dataclass(slots=True)
class Faults:
    """The planned troubles, first planned first served."""

    clock: Callable[[], float]
    _planned: list[Fault] = field(default_factory=list[Fault])

    def __iter__(self) -> Iterator[Fault]:
        """What is still planned."""
        self._forget_spent()
        return iter(tuple(self._planned))

    def plan(
        self,
        kind: FaultKind,
        *,
        calls: int | None = 1,
        seconds: float | None = None,
        method: str | None = None,
        chat_id: int | None = None,
        retry_after: int = 1,
    ) -> Fault:
        """Plan trouble for the next `calls` matching calls, or with `calls=None` for `seconds` from now."""
        until = None if seconds is None else self.clock() + seconds
        fault = Fault(kind=kind, calls=calls, until=until, method=method, chat_id=chat_id, retry_after=retry_after)
        self._planned.append(fault)
        return fault

    def take(self, method: str, chat_id: int | None) -> Fault | None:
        """The trouble that meets this call, counted down; None when the call may pass. `method` is in lower case."""
        self._forget_spent()
        for place, fault in enumerate(self._planned):
            if fault.hits(method, chat_id):
                if fault.calls is not None:
                    self._planned[place] = replace(fault, calls=fault.calls - 1)
                return fault
        return None

    def clear(self) -> None:
        """Back to a healthy server."""
        self._planned.clear()

    def _forget_spent(self) -> None:
        now = self.clock()
        self._planned = [
            fault for fault in self._planned if fault.calls != 0 and (fault.until is None or now < fault.until)
        ]
