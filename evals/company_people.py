"""The people of the demo company: who they are, how diligent, when they work and when they glance at the phone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from domain.calendars import WorkCalendar
from domain.people import Role
from domain.windows import Window

GLANCE_FROM = timedelta(hours=20)
GLANCE_SPREAD = timedelta(hours=2)
GLANCE_LASTS = timedelta(minutes=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Temper:
    """How one person works; delays are medians, in minutes of their own working time.

    `accept`: until a new order is taken up. `votes`: until an approval is answered. `cards`: until an escalation is.
    `pace` multiplies every other delay and effort. The rest are shares between 0 and 1: `forgets_photos` of checks come
    without some photo at first, `forgets_notes` without the note, `lets_lie` of steps are put off for days unless
    somebody reminds, `declines` of new orders are declined, `heeds`: how often a reminder moves the person,
    `evenings`: how often they look at the phone after work.
    """

    accept: float = 7
    votes: float = 30
    cards: float = 25
    pace: float = 1.0
    forgets_photos: float = 0.1
    forgets_notes: float = 0.1
    lets_lie: float = 0.03
    declines: float = 0.02
    heeds: float = 0.8
    evenings: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """One person of the company: the id is the database's, the calendar their working time less absences."""

    id: int
    name: str
    role: Role
    calendar: WorkCalendar
    temper: Temper = Temper()

    def glance(self, salt: int, at: datetime) -> datetime | None:
        """When they look at the phone in the evening of the local day of `at`; None on evenings when they do not."""
        zone = ZoneInfo(self.calendar.tz)
        midnight = at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        dice = Random(f"{salt}:glance:{self.id}:{midnight:%Y-%m-%d}")
        if dice.random() >= self.temper.evenings:
            return None
        return (midnight + GLANCE_FROM + GLANCE_SPREAD * dice.random()).astimezone(at.tzinfo)

    def is_at_work(self, at: datetime) -> bool:
        """Whether `at` is their working time."""
        return self.calendar.is_open(at)

    def is_at_phone(self, salt: int, at: datetime) -> bool:
        """Whether they are at work, or just looking at the phone after it."""
        if self.calendar.is_open(at):
            return True
        glance = self.glance(salt, at)
        return glance is not None and glance <= at < glance + GLANCE_LASTS

    def after(self, since: datetime, working: timedelta, *, salt: int, quick: bool) -> datetime:
        """When they come to something that they put off for so much working time; a glance may be sooner."""
        due = self.calendar.add_working(self.calendar.opening_at_or_after(since), working)
        if not quick or self.temper.evenings <= 0:
            return due
        for day in range((due.date() - since.date()).days + 1):
            glance = self.glance(salt, since + timedelta(days=day))
            if glance is not None and since <= glance < due:
                return glance
        return due


@dataclass(frozen=True, slots=True, kw_only=True)
class Hire:
    """A person to be taken on when the demo company is founded; `telegram_id` is theirs in the local Telegram."""

    name: str
    username: str
    role: Role
    telegram_id: int
    capacity: int = 20
    temper: Temper = Temper()


STAFF = (
    Hire(
        name="Анна Лебедева",
        username="anna_l",
        role=Role.MANAGER,
        telegram_id=5001,
        temper=Temper(
            accept=4, pace=0.8, forgets_photos=0.03, forgets_notes=0.03, lets_lie=0.0, heeds=0.95, evenings=0.5
        ),
    ),
    Hire(
        name="Борис Ким",
        username="boris_kim",
        role=Role.MANAGER,
        telegram_id=5002,
        temper=Temper(accept=6, pace=1.0, forgets_photos=0.1, lets_lie=0.02, heeds=0.85, evenings=0.2),
    ),
    Hire(
        name="Вера Соколова",
        username="vera_s",
        role=Role.MANAGER,
        telegram_id=5003,
        temper=Temper(accept=5, pace=0.9, forgets_photos=0.06, forgets_notes=0.3, lets_lie=0.02, heeds=0.9),
    ),
    Hire(
        name="Глеб Орлов",
        username="gleb_o",
        role=Role.MANAGER,
        telegram_id=5004,
        capacity=18,
        temper=Temper(accept=7.5, pace=1.3, forgets_photos=0.45, lets_lie=0.06, declines=0.06, heeds=0.7),
    ),
    Hire(
        name="Дина Хасанова",
        username="dina_h",
        role=Role.MANAGER,
        telegram_id=5005,
        temper=Temper(accept=6, pace=1.1, forgets_photos=0.15, lets_lie=0.04, heeds=0.8, evenings=0.35),
    ),
    Hire(
        name="Егор Попов",
        username="egor_p",
        role=Role.MANAGER,
        telegram_id=5006,
        capacity=15,
        temper=Temper(
            accept=12, pace=1.6, forgets_photos=0.35, forgets_notes=0.4, lets_lie=0.15, declines=0.08, heeds=0.45
        ),
    ),
    Hire(
        name="Марина Титова",
        username="marina_t",
        role=Role.ADMIN,
        telegram_id=5011,
        temper=Temper(cards=18, votes=20, lets_lie=0.05, evenings=0.3),
    ),
    Hire(
        name="Олег Зайцев",
        username="oleg_z",
        role=Role.ADMIN,
        telegram_id=5012,
        temper=Temper(cards=45, votes=40, lets_lie=0.25, heeds=0.6),
    ),
    Hire(
        name="Павел Морозов",
        username="pavel_m",
        role=Role.HEAD,
        telegram_id=5021,
        temper=Temper(votes=25, cards=60, evenings=0.4),
    ),
    Hire(
        name="Ольга Белова",
        username="olga_b",
        role=Role.OWNER,
        telegram_id=5031,
        temper=Temper(votes=55, cards=120, lets_lie=0.07, evenings=0.6),
    ),
)
"""Six managers from very diligent to careless, two admins, a head, the owner: money above EUR 500 needs two people."""


def _hourly(*shares: tuple[range, float]) -> Mapping[int, float]:
    return {hour: share for hours, share in shares for hour in hours}


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What the company's world is like: how many requests come, and how deals end.

    `weekday` and the others are requests a day; `hourly` the weight of each local hour, two peaks, few at night.
    `rejected` is the share of bikes that an inspection refuses, `cancelled` the share of requests that end before the
    purchase for any reason, the rejected ones included (docs/DOMAIN.md 10: 6 % and 38 %).
    """

    weekday: float = 10
    saturday: float = 5
    sunday: float = 4
    hourly: Mapping[int, float] = field(
        default_factory=lambda: _hourly(
            (range(7), 0.15),
            (range(7, 9), 0.6),
            (range(9, 11), 1.6),
            (range(11, 14), 2.6),
            (range(14, 17), 1.7),
            (range(17, 19), 1.4),
            (range(19, 22), 2.2),
            (range(22, 24), 0.8),
        )
    )
    zone: str = "Europe/Moscow"
    cancelled: float = 0.38
    rejected: float = 0.06
    above_window: float = 0.012
    below_window: float = 0.006
    undecided: float = 0.3
    paid_in_parts: float = 0.1
    dispatch_trouble: float = 0.09
    transit_trouble: float = 0.1
    claims: float = 0.07


WAKING = WorkCalendar("Europe/Moscow", dict.fromkeys(range(7), (Window.parse("09:00-22:30"),)))
"""When clients and sellers answer."""
OFFICES = WorkCalendar("Europe/Moscow", dict.fromkeys(range(6), (Window.parse("09:00-18:00"),)))
"""When the compliance service and the carriers' counters are open."""
