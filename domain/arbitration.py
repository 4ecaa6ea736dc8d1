"""Circles disagree about one subject: who prevails follows from the order of priority alone (docs/DOMAIN.md 7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain.errors import ConflictError
from domain.orders import Status
from domain.policy import Action, Circles


class Stance(StrEnum):
    """What a circle says of an order; the later is the stricter."""

    PROCEED = "proceed"
    HOLD = "hold"


class Rule(StrEnum):
    """Why a position prevails."""

    ORDER_OF_PRIORITY = "order-of-priority"
    STRICTER_OF_EQUALS = "stricter-of-equals"
    """The circles of the highest place disagree among themselves: whoever wants to hold prevails."""


_STANCES: Final[Mapping[Action, Stance]] = {
    Action.ADVANCE_ORDER: Stance.PROCEED,
    Action.CONFIRM_PAYMENT: Stance.PROCEED,
    Action.CANCEL_ORDER: Stance.HOLD,
    Action.REFUSE_ON_LEGAL_GROUNDS: Stance.HOLD,
}
_PATH: Final = tuple(Status)


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where one role stands on a subject, and why."""

    id: int
    role: str
    circle: str
    stance: Stance
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """The position that prevails, those on the other side, and by which rule."""

    winner: Position
    losers: tuple[Position, ...]
    rule: Rule

    @property
    def losing_circles(self) -> tuple[str, ...]:
        """The circles on the other side, each once, in the order of their names."""
        return tuple(sorted({position.circle for position in self.losers}))


def stance_of(action: Action, *, at: Status, to: Status | None = None) -> Stance | None:
    """The stance that a proposal amounts to; None for one that takes no side, such as a move back."""
    if to is not None and _PATH.index(to) <= _PATH.index(at):
        return None
    return _STANCES.get(action)


def disagree(positions: Sequence[Position], circles: Circles) -> bool:
    """Whether different circles stand on different sides. Within one circle people of the circle settle it."""
    parties = _parties(positions, circles)
    return any(one.circle != other.circle and one.stance is not other.stance for one in parties for other in parties)


def rule(positions: Sequence[Position], circles: Circles) -> Ruling:
    """Who prevails among open positions on one subject.

    The circle with the smallest `priority` of `circles.yaml` does; where circles of that place stand on both sides, the
    stricter stance (hold) does. The arbiter's circle has no place and takes no side.

    Raises:
        ConflictError: no two circles stand on different sides.
    """
    if not disagree(positions, circles):
        raise ConflictError(kind="positions", name="conflict", state="none", allowed=("circles on different sides",))
    parties = sorted(_parties(positions, circles), key=lambda position: (_place(position, circles), position.id))
    first = [position for position in parties if _place(position, circles) == _place(parties[0], circles)]
    strict = [position for position in first if position.stance is Stance.HOLD]
    winner = (strict or first)[0]
    return Ruling(
        winner=winner,
        losers=tuple(position for position in parties if position.stance is not winner.stance),
        rule=Rule.STRICTER_OF_EQUALS if 0 < len(strict) < len(first) else Rule.ORDER_OF_PRIORITY,
    )


def _parties(positions: Sequence[Position], circles: Circles) -> list[Position]:
    known = circles.circles
    return [each for each in positions if each.circle in known and known[each.circle].priority is not None]


def _place(position: Position, circles: Circles) -> int:
    place = circles.circles[position.circle].priority
    assert place is not None
    return place
