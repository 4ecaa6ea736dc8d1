"""A case of an event log told anew as an order's history: moves, owners, stage limits kept and broken.

A case's history is a function of its events alone: importing more of them tells the whole case anew. Moves that the
transition table forbids really happened: they are marked, not dropped.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from domain.calendars import WorkCalendar
from domain.clocks import ClockKind as ClockOf
from domain.clocks import Deadlines, Level, due_level, ladder_step
from domain.orders import TERMINAL, DeliveryMethod, Status
from domain.policy import ClockKind, Policy, TimeBase
from domain.severity import Severity, bump
from domain.stage_clocks import NewClock, Subject, new_clock

METHOD: Final = DeliveryMethod.CARGO
"""A log says nothing of delivery: transit limits are those of the usual method."""
ILLEGAL: Final = "illegal"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEvent:
    """One event of a case: the status that its activity means (None: none), and who did it (None: not told)."""

    key: UUID
    at: datetime
    activity: str
    status: Status | None
    person_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedEvent:
    """An event as the log has it: the status its activity means, the name of whoever did it, and its line."""

    key: UUID
    at: datetime
    activity: str
    status: Status | None
    resource: str | None
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LogCase:
    """A case of a log with its events, in order of time and, within one instant, of the log."""

    case: str
    events: tuple[LoggedEvent, ...]


def event_key(case: str, activity: str, at: datetime, ordinal: int) -> UUID:
    """The identity of an event: by it the event is known when it comes again (`ordinal` tells equal ones apart)."""
    content = "\x1f".join((case, activity, at.isoformat(), str(ordinal)))
    return UUID(bytes=hashlib.sha256(content.encode()).digest()[:16])


def order_code(case: str) -> str:
    """The order's code: the case's name; one of digits alone gets a letter, or it would be a coming order's code."""
    return f"H-{case}" if case.isdecimal() else case


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


def replay(order_id: int, events: Iterable[CaseEvent], policy: Policy, calendar: WorkCalendar) -> History:
    """The history of a case from all its events; those of one instant count in the order given.

    A case is a request from its first event on, whatever that is called.
    """
    ordered = sorted(events, key=lambda event: event.at)
    moves, notes, statuses = _moves(ordered, policy)
    taken = _taken(moves)
    holdings, owners = _holdings(ordered, statuses, taken)
    owned = [replace(move, owner_id=owners[move.key]) for move in moves]
    return History(
        moves=owned,
        notes=notes,
        holdings=holdings,
        stays=_stays(order_id, owned, policy, calendar),
        created_at=ordered[0].at,
        moved_at=ordered[-1].at,
        accepted_at=None if taken is None else taken.at,
    )


# ── moves ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def _moves(events: Sequence[CaseEvent], policy: Policy) -> tuple[list[Move], list[Note], list[Status]]:
    """Events that change the status are moves, the others notes; and the status after each event.

    A case that begins with an event of no status waits for a manager.
    """
    moves: list[Move] = []
    notes: list[Note] = []
    statuses: list[Status] = []
    for event in events:
        target = event.status or (statuses[-1] if statuses else Status.PENDING_MANAGER)
        if statuses and target is statuses[-1]:
            notes.append(Note(key=event.key, at=event.at, text=event.activity, author_id=event.person_id))
        else:
            moves.append(_move(moves[-1] if moves else None, event, target, policy))
        statuses.append(target)
    return moves, notes, statuses


def _move(before: Move | None, event: CaseEvent, target: Status, policy: Policy) -> Move:
    source = None if before is None else before.target
    rule = None if source is None else policy.lifecycle.transition(source, target)
    legal = rule is not None or (source is None and target is Status.PENDING_MANAGER)
    kinds = "normal" if rule is None else "+".join(sorted(rule.kinds))
    return Move(
        key=event.key,
        source=source,
        target=target,
        at=event.at,
        seconds=None if before is None else (event.at - before.at).total_seconds(),
        legal=legal,
        kind=kinds if legal else ILLEGAL,
        owner_id=None,
        person_id=event.person_id,
        activity=event.activity,
    )


# ── owners ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def _taken(moves: Sequence[Move]) -> Move | None:
    """The move that took the case in charge: the first out of the queue that did not end it."""
    out = (move for move in moves if move.source is Status.PENDING_MANAGER and move.target not in TERMINAL)
    return next(out, None)


def _holdings(
    events: Sequence[CaseEvent], statuses: Sequence[Status], taken: Move | None
) -> tuple[list[Holding], dict[UUID, int | None]]:
    """Who had the case from when to when, and who after each event.

    Whoever took it in charge had it from its beginning; whoever acts on it later takes it over in the act. Ending a
    case hands it to nobody: it stays with whoever had it, until then. A case that nobody took in charge was its first
    person's.
    """
    keeper = _keeper(events, taken)
    waiting = statuses[0] is Status.PENDING_MANAGER
    holdings: list[Holding] = []
    owners: dict[UUID, int | None] = {}
    for event, status in zip(events, statuses, strict=True):
        present = holdings[-1] if holdings and holdings[-1].until is None else None
        if status in TERMINAL:
            if present is not None:
                holdings[-1] = replace(present, until=event.at, end_reason=status.value)
        else:
            actor = keeper if waiting else event.person_id
            _hand_over(holdings, present, actor, event.at, accepted_at=_accepted(taken) if waiting else event.at)
        waiting = waiting and (taken is None or event.key != taken.key)
        owners[event.key] = holdings[-1].manager_id if holdings else None
    return holdings, owners


def _keeper(events: Sequence[CaseEvent], taken: Move | None) -> int | None:
    """Whoever had the case while it waited."""
    if taken is not None and taken.person_id is not None:
        return taken.person_id
    return next((event.person_id for event in events if event.person_id is not None), None)


def _accepted(taken: Move | None) -> datetime | None:
    return None if taken is None else taken.at


def _hand_over(
    holdings: list[Holding], present: Holding | None, to: int | None, at: datetime, *, accepted_at: datetime | None
) -> None:
    if to is None or (present is not None and present.manager_id == to):
        return
    if present is not None:
        holdings[-1] = replace(present, until=at, end_reason="reassigned")
    holdings.append(Holding(manager_id=to, since=at, accepted_at=accepted_at))


# ── stage limits ─────────────────────────────────────────────────────────────────────────────────────────────────────
def _stays(order_id: int, moves: Sequence[Move], policy: Policy, calendar: WorkCalendar) -> list[Stay]:
    """The stage limit of every open status the case was in, judged in the calendar's working time."""
    ends: list[datetime | None] = [move.at for move in moves[1:]]
    return [
        _stay(order_id, move, left_at, policy, calendar)
        for move, left_at in zip(moves, [*ends, None], strict=True)
        if move.target not in TERMINAL
    ]


def _stay(order_id: int, move: Move, left_at: datetime | None, policy: Policy, calendar: WorkCalendar) -> Stay:
    clock = new_clock(
        ClockKind.STAGE,
        Subject(kind="order", id=order_id, order_id=order_id, owner_id=move.owner_id, stage=move.target.value),
        policy=policy,
        calendar=calendar,
        opened_at=move.at,
        limit=policy.lifecycle.stage_limit(move.target, METHOD),
        working=policy.lifecycle.statuses[move.target].time is TimeBase.WORKING,
    )
    late = None if left_at is None else broken(clock.due_at, clock.l2_at, clock.l3_at, left_at, policy, calendar)
    return Stay(clock=clock, left_at=left_at, broken=late)


def broken(
    due_at: datetime,
    l2_at: datetime | None,
    l3_at: datetime | None,
    until: datetime,
    policy: Policy,
    calendar: WorkCalendar,
) -> Broken | None:
    """How a stage limit stood when it ended, or when its log did; None when it was kept (docs/DOMAIN.md 5 and 6)."""
    if until <= due_at:
        return None
    level = due_level(Deadlines(opened_at=due_at, remind_at=None, due_at=due_at, l2_at=l2_at, l3_at=l3_at), until)
    severity = policy.clocks.kinds[ClockKind.STAGE].severity
    rule = policy.severity.limits[severity]
    deadline = due_at + rule.limit if rule.time is TimeBase.CALENDAR else calendar.add_working(due_at, rule.limit)
    steps = (ladder_step(ClockOf.STAGE, step) for step in Level if step <= level)
    worse = sum(step.severity_steps for step in steps if step is not None)
    return Broken(level=level, severity=bump(severity, worse), deadline=deadline)
