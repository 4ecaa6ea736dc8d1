"""A case of an event log and the order's history it becomes: moves, owners, stage limits kept and broken.

`domain/replay.py` tells the one from the other.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from domain.clocks import Level
from domain.eventlog import BadRow, LogEvent
from domain.orders import TERMINAL, Status
from domain.severity import Severity
from domain.stage_clocks import NewClock


@dataclass(frozen=True, slots=True)
class LogCase:
    """A case of a log: its events with their identities, in order of time and, within one instant, of the log."""

    case: str
    events: tuple[tuple[UUID, LogEvent], ...]


@dataclass(frozen=True, slots=True)
class LogReject:
    """A row that cannot be read, with its identity."""

    key: UUID
    row: BadRow


def event_key(event: LogEvent, ordinal: int) -> UUID:
    """The identity of an event: by it the event is known when it comes again (`ordinal` tells equal ones apart)."""
    return _key(event.case, event.activity, event.at.isoformat(), str(ordinal))


def row_key(row: BadRow, ordinal: int) -> UUID:
    """The identity of a row that cannot be read: what stands in it, wherever it stands."""
    return _key(*row.fields, row.problem, str(ordinal))


def _key(*parts: str) -> UUID:
    return UUID(bytes=hashlib.sha256("\x1f".join(parts).encode()).digest()[:16])


def order_code(case: str) -> str:
    """The order's code: the case's name; one of digits alone gets a letter, or it would be a coming order's code."""
    return f"H-{case}" if case.isdecimal() else case


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEvent:
    """One event of a case: the status that its activity means (None: none), and who did it (None: not told)."""

    key: UUID
    at: datetime
    activity: str
    status: Status | None
    person_id: int | None


# ── what becomes of it ───────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A status change (the first has no source); `seconds` were spent in the source, `owner_id` had the case then."""

    key: UUID
    source: Status | None
    target: Status
    at: datetime
    seconds: float | None
    legal: bool
    kind: str
    owner_id: int | None
    person_id: int | None
    activity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """An event that changed no status."""

    key: UUID
    at: datetime
    text: str
    author_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Somebody's assignment from `since` to `until`: accepted when the case left the queue, or in the act."""

    manager_id: int
    since: datetime
    accepted_at: datetime | None
    until: datetime | None = None
    end_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """How bad a broken limit was: how far its ladder came, and by when it should have been dealt with."""

    level: Level
    severity: Severity
    deadline: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """A stage limit: its clock, when the stage was left (None: not yet), and whether it was left too late."""

    clock: NewClock
    left_at: datetime | None
    broken: Broken | None


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Everything an imported order consists of."""

    moves: Sequence[Move]
    notes: Sequence[Note]
    holdings: Sequence[Holding]
    stays: Sequence[Stay]
    created_at: datetime
    moved_at: datetime
    accepted_at: datetime | None

    @property
    def last(self) -> Move:
        """The move into the present status."""
        return self.moves[-1]

    @property
    def is_open(self) -> bool:
        """Whether the case had not ended when the log did."""
        return self.last.target not in TERMINAL

    @property
    def due_at(self) -> datetime | None:
        """The limit of the stage in which the log left the case."""
        return self.stays[-1].clock.due_at if self.is_open else None


# ── what an import has done ──────────────────────────────────────────────────────────────────────────────────────────
NOTHING: Final = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import, or a part of it, has written; `illegal` counts by move, `breaches` by stage.

    `events` are those that were not known before. A case that grew is told anew, so that its other moves and notes
    count again.
    """

    cases: int = 0
    events: int = 0
    known_events: int = 0
    moves: int = 0
    notes: int = 0
    people: int = 0
    rejected: int = 0
    illegal: Mapping[str, int] = field(default_factory=dict[str, int])
    breaches: Mapping[str, int] = field(default_factory=dict[str, int])

    @classmethod
    def of(cls, history: History) -> "Imported":
        """One case told."""
        illegal = (f"{move.source or NOTHING} -> {move.target}" for move in history.moves if not move.legal)
        breaches = (stay.clock.stage or NOTHING for stay in history.stays if stay.broken is not None)
        return cls(
            cases=1,
            moves=len(history.moves),
            notes=len(history.notes),
            illegal=dict(Counter(illegal)),
            breaches=dict(Counter(breaches)),
        )

    def __add__(self, other: "Imported") -> "Imported":
        """Both together."""
        return Imported(
            cases=self.cases + other.cases,
            events=self.events + other.events,
            known_events=self.known_events + other.known_events,
            moves=self.moves + other.moves,
            notes=self.notes + other.notes,
            people=self.people + other.people,
            rejected=self.rejected + other.rejected,
            illegal=dict(Counter(self.illegal) + Counter(other.illegal)),
            breaches=dict(Counter(self.breaches) + Counter(other.breaches)),
        )
