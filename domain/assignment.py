"""Who gets an order: eligibility, load, and one balanced decision for a wave (docs/DOMAIN.md 4).

The choice is the least of one key: when the person can start, then load/capacity, then the longest time without a new
order, then the id. Whoever is on shift can start now, so people on shift come first by themselves; when nobody is, the
shift that opens first wins, and a wave is balanced among those who open together.
"""

from bisect import insort
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Protocol

from domain.calendars import WorkCalendar
from domain.errors import InvalidInputError
from domain.orders import Status
from domain.windows import Absence
from domain.worktime import FOREVER, utc

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraints:
    """Personal constraints that AI-ROM set: `penalty` is added to load/capacity, everything else excludes."""

    max_load: float | None = None
    no_ebikes: bool = False
    max_price: Decimal | None = None
    penalty: float = 0.0


FREE = Constraints()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A manager as assignment sees one: `load` is the weighted load (`stage_load`), `away` the absences."""

    id: int
    load: float
    capacity: float
    calendar: WorkCalendar
    active: bool = True
    telegram_linked: bool = True
    away: tuple[Absence, ...] = ()
    last_assigned_at: datetime | None = None
    constraints: Constraints = FREE

    @property
    def has_room(self) -> bool:
        """Whether the load is strictly below the capacity and below the personal maximum."""
        limit = self.constraints.max_load
        return self.load < self.capacity and (limit is None or self.load < limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrder:
    """An order of a wave; `excluded` are managers who must not get it (they declined it, or let it lie)."""

    key: str
    is_ebike: bool = False
    price_eur: Decimal | None = None
    excluded: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The chosen manager; the clock starts at `starts_at`, which is the present instant when `on_shift`."""

    manager_id: int
    starts_at: datetime
    on_shift: bool


def stage_load(counts: Mapping[Status, int], weights: Mapping[Status, float]) -> float:
    """Load of a manager: open orders by status times the weight of the stage.

    Raises InvalidInputError when the policy holds no weight for a status.
    """
    if unknown := [status.value for status in counts if status not in weights]:
        raise InvalidInputError(field="status", value=", ".join(unknown), allowed=[status.value for status in weights])
    return _exact(sum(count * weights[status] for status, count in counts.items()))


def takes(candidate: Candidate, order: NewOrder) -> bool:
    """Whether neither an exclusion nor a personal constraint keeps the order from the candidate."""
    limits = candidate.constraints
    too_dear = limits.max_price is not None and order.price_eur is not None and order.price_eur > limits.max_price
    return candidate.id not in order.excluded and not (limits.no_ebikes and order.is_ebike) and not too_dear


def starts_at(candidate: Candidate, now: datetime) -> datetime | None:
    """When the candidate could start on a new order: `now` on shift, else the next opening; None = not available.

    Available is who is active, linked, has room and is away neither now nor at that opening.
    """
    if not (candidate.active and candidate.telegram_linked and candidate.has_room):
        return None
    opening = candidate.calendar.first_opening(now)
    if opening is None or any(absence.covers(now) or absence.covers(opening) for absence in candidate.away):
        return None
    return opening


def eligible(candidate: Candidate, *, is_ebike: bool, now: datetime, price_eur: Decimal | None = None) -> bool:
    """Whether the candidate may get such an order at `now`, on shift or at the opening of the next one."""
    order = NewOrder(key="", is_ebike=is_ebike, price_eur=price_eur)
    return takes(candidate, order) and starts_at(candidate, utc(now)) is not None


def choose(
    candidates: Iterable[Candidate],
    *,
    is_ebike: bool,
    now: datetime,
    excluded: frozenset[int] = frozenset(),
    price_eur: Decimal | None = None,
) -> Choice | None:
    """The one candidate for an order; None when nobody is eligible (then the duty admin owns it)."""
    now = utc(now)
    order = NewOrder(key="", is_ebike=is_ebike, price_eur=price_eur, excluded=excluded)
    seats = _seats((candidate for candidate in candidates if takes(candidate, order)), now)
    best = min(seats, key=_key, default=None)
    return None if best is None else best.choice(now)


def balance(
    candidates: Iterable[Candidate], orders: Iterable[NewOrder], *, now: datetime, weight: float = 1.0
) -> list[Choice | None]:
    """One decision for a wave: what `choose` would say order by order, each order's `weight` being added at once.

    The seats stay sorted, so an order takes the first seat that may have it and an order without exclusions costs
    O(log m). Equal managers end at most one order apart.
    """
    now = utc(now)
    seats = sorted(_seats(candidates, now), key=_key)
    decisions: list[Choice | None] = []
    for order in orders:
        index = next((index for index, seat in enumerate(seats) if takes(seat.candidate, order)), None)
        if index is None:
            decisions.append(None)
            continue
        seat = seats.pop(index)
        decisions.append(seat.choice(now))
        loaded = with_order(seat.candidate, weight=weight, now=now)
        if loaded.has_room:
            insort(seats, _Seat.of(loaded, seat.starts_at), key=_key)
    return decisions


def with_order(candidate: Candidate, *, weight: float, now: datetime) -> Candidate:
    """The candidate after taking an order of this weight at `now`."""
    return replace(candidate, load=_exact(candidate.load + weight), last_assigned_at=utc(now))


class OnDuty(Protocol):
    """Whoever can be duty admin."""

    @property
    def id(self) -> int:
        """Identity, and the last tie-break."""
        ...

    @property
    def active(self) -> bool:
        """Whether the person still works here."""
        ...

    @property
    def away(self) -> tuple[Absence, ...]:
        """Absences beside those of the calendar."""
        ...

    @property
    def calendar(self) -> WorkCalendar:
        """When the person works."""
        ...


def duty_admin(admins: Iterable[OnDuty], now: datetime) -> int | None:
    """Who answers for what nobody owns: the admin on shift, else the one whose shift opens first, else the lowest id.

    Absences count as time off shift, but never leave the post empty: None only when there is no active admin.
    """
    now = utc(now)
    active = [admin for admin in admins if admin.active]
    ranks = ((admin.calendar.with_absence(admin.away).first_opening(now) or FOREVER, admin.id) for admin in active)
    return min(ranks, default=(now, None))[1]


@dataclass(frozen=True, slots=True)
class _Seat:
    """A candidate who is available, with the key by which seats are compared."""

    key: tuple[datetime, float, datetime, int]
    candidate: Candidate

    @classmethod
    def of(cls, candidate: Candidate, starts_at: datetime) -> "_Seat":
        share = _exact(candidate.load / candidate.capacity + candidate.constraints.penalty)
        return cls((starts_at, share, candidate.last_assigned_at or _NEVER, candidate.id), candidate)

    @property
    def starts_at(self) -> datetime:
        return self.key[0]

    def choice(self, now: datetime) -> Choice:
        return Choice(manager_id=self.candidate.id, starts_at=self.starts_at, on_shift=self.starts_at == now)


_key = attrgetter("key")


def _seats(candidates: Iterable[Candidate], now: datetime) -> Iterator[_Seat]:
    for candidate in candidates:
        start = starts_at(candidate, now)
        if start is not None:
            yield _Seat.of(candidate, start)


def _exact(value: float) -> float:
    """Weights are decimal fractions: without the noise of binary sums, equal loads compare as equal."""
    return round(value, 9)
