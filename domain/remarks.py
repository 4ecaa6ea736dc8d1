"""What the system itself writes down as a reason or a resolution: a key with its facts, worded by the catalogues.

Columns that hold people's own words hold these as well, as one line: `@moved source=delivered target=closed`, with
somebody's words behind a colon. Whoever shows such a text asks `read`; what is no remark is somebody's own words.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class RemarkKey(StrEnum):
    """Everything the system says so; the catalogue entry `remark-<key>` words it."""

    MOVED = "moved"
    MOVEMENT = "movement"
    ORDER_ENDED = "order-ended"
    ORDER_CANCELLED = "order-cancelled"
    CANCEL_REASON = "cancel-reason"
    CONTACT = "contact"
    CLIENT_DECIDED = "client-decided"
    FOLLOWED_UP = "followed-up"
    PAID_IN_FULL = "paid-in-full"
    NOT_ACCEPTED = "not-accepted"
    HANDED_OVER = "handed-over"
    NEW_OWNER = "new-owner"
    TASK_DONE = "task-done"
    EXTENDED = "extended"
    APPROVAL_ENDED = "approval-ended"
    SIGNAL_SETTLED = "signal-settled"
    EVENT_TAKEN_IN = "event-taken-in"
    REACHABLE = "reachable"
    HISTORY = "history"
    RULED = "ruled"
    AWAY = "away"


@dataclass(frozen=True, slots=True)
class Remark:
    """A key, the machine names that belong to it, and what a person said of it ("" for nothing)."""

    key: RemarkKey
    facts: Mapping[str, str] = field(default_factory=dict[str, str])
    words: str = ""


_WRITTEN: Final = re.compile(r"@(?P<key>[a-z-]+)(?P<facts>(?: [a-z_]+=[^\s:]+)*)(?:: (?P<words>.+))?", re.DOTALL)


def remark(key: RemarkKey, words: str = "", **facts: str) -> str:
    """The line that is kept."""
    named = "".join(f" {name}={value}" for name, value in facts.items())
    return f"@{key}{named}: {words}" if words else f"@{key}{named}"


def read(line: str) -> Remark | None:
    """The remark in a kept line; None when it is somebody's own words."""
    found = _WRITTEN.fullmatch(line)
    if found is None or found["key"] not in tuple(RemarkKey):
        return None
    facts = dict(fact.split("=", 1) for fact in found["facts"].split())
    return Remark(RemarkKey(found["key"]), facts, found["words"] or "")
