"""A case of an event log told anew as an order's history.

A case's history is a function of its events alone: importing more of them tells the whole case anew. Moves that the
transition table forbids really happened: they are marked, not dropped.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

from domain.calendars import WorkCalendar
from domain.clocks import ClockKind as ClockOf
from domain.clocks import Deadlines, Level, due_level, ladder_step
from domain.history import Broken, CaseEvent, History, Holding, Move, Note, Stay
from domain.orders import TERMINAL, DeliveryMethod, Status
from domain.policy import ClockKind, Policy, TimeBase
from domain.severity import bump
from domain.stage_clocks import Subject, new_clock

METHOD: Final = DeliveryMethod.CARGO
"""A log says nothing of delivery: transit limits are those of the usual method."""
ILLEGAL: Final = "illegal"


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
    case hands it to nobody: whoever had it had it until then, and has it again when it is reopened by nobody known. A
    case that nobody took in charge was its first person's.
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
            former = holdings[-1].manager_id if holdings else None
            actor = keeper if waiting else event.person_id or former
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
    late = None if left_at is None else broken_limit(clock, left_at, policy, calendar)
    return Stay(clock=clock, left_at=left_at, broken=late)


class Limit(Protocol):
    """A stage limit with the instants of its ladder."""

    @property
    def due_at(self) -> datetime:
        """When it falls due."""
        ...

    @property
    def l2_at(self) -> datetime | None:
        """When its second step is due."""
        ...

    @property
    def l3_at(self) -> datetime | None:
        """When its third step is due."""
        ...


def broken_limit(limit: Limit, until: datetime, policy: Policy, calendar: WorkCalendar) -> Broken | None:
    """How a stage limit stood when it ended, or when its log did; None when it was kept (docs/DOMAIN.md 5 and 6)."""
    due_at = limit.due_at
    if until <= due_at:
        return None
    ladder = Deadlines(opened_at=due_at, remind_at=None, due_at=due_at, l2_at=limit.l2_at, l3_at=limit.l3_at)
    level = due_level(ladder, until)
    severity = policy.clocks.kinds[ClockKind.STAGE].severity
    rule = policy.severity.limits[severity]
    deadline = due_at + rule.limit if rule.time is TimeBase.CALENDAR else calendar.add_working(due_at, rule.limit)
    steps = (ladder_step(ClockOf.STAGE, step) for step in Level if step <= level)
    worse = sum(step.severity_steps for step in steps if step is not None)
    return Broken(level=level, severity=bump(severity, worse), deadline=deadline)
