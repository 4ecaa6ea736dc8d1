"""The inflow of requests: a daily profile with two peaks, a weekend slump, few at night.

Each hour's requests are drawn from that hour's own random source: asking for a span twice, or in pieces, or after a
restart, gives the same requests.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from math import exp
from random import Random
from zoneinfo import ZoneInfo

from domain.commands import Contact, NewOrder
from domain.orders import DeliveryMethod
from evals import catalogue
from evals.company_fate import Dice
from evals.company_people import Habits

HOUR = timedelta(hours=1)
SATURDAY, SUNDAY = 5, 6
ROUND_EUR = 10
WINDOW_EUR = (520, 4990)


class Inflow:
    """Requests of one company, by its salt and habits."""

    def __init__(self, salt: int, habits: Habits) -> None:
        self._salt = salt
        self._habits = habits
        self._zone = ZoneInfo(habits.zone)

    @cached_property
    def _weight_of_day(self) -> float:
        return sum(self._habits.hourly.values())

    def between(self, since: datetime, until: datetime) -> list[NewOrder]:
        """The requests that arrive after `since` and not after `until`, in order."""
        found = [order for hour in _hours(since, until) for order in self._of_hour(hour)]
        return [order for order in found if order.created_at is not None and since < order.created_at <= until]

    def expected(self, hour: datetime) -> float:
        """How many requests this hour brings on average."""
        local = hour.astimezone(self._zone)
        habits = self._habits
        daily = {SATURDAY: habits.saturday, SUNDAY: habits.sunday}.get(local.weekday(), habits.weekday)
        return daily * habits.hourly[local.hour] / self._weight_of_day

    def _of_hour(self, hour: datetime) -> list[NewOrder]:
        dice = Random(f"{self._salt}:arrivals:{hour:%Y%m%d%H}")
        seconds = sorted(dice.uniform(0, 3600) for _ in range(_poisson(dice, self.expected(hour))))
        return [self._request(hour + timedelta(seconds=second), number) for number, second in enumerate(seconds)]

    def _request(self, at: datetime, number: int) -> NewOrder:
        key = f"BW-{at:%y%m%d%H}-{number + 1:02}"
        dice = Dice(self._salt, key)
        bike = dice.pick("bike", catalogue.BIKES)
        return NewOrder(
            crm_id=key,
            client_name=_client(dice),
            client_contact=Contact(phone=_phone(dice)),
            city=dice.weighted("city", catalogue.CITIES),
            bike=f"{bike.name} ({dice.named('year').randint(2018, 2025)})",
            listing_url=f"https://bikes.example/listing/{dice.named('listing').randrange(10**8, 10**9)}",
            seller_name=dice.pick("seller", catalogue.SELLERS),
            price_eur=self._price(dice, bike.usual_eur),
            delivery_method=DeliveryMethod(dice.weighted("delivery", catalogue.DELIVERIES)),
            is_ebike=bike.is_ebike,
            is_hardtail=bike.is_hardtail,
            created_at=at.replace(microsecond=0),
        )

    def _price(self, dice: Dice, usual: int) -> Decimal:
        chance, source = dice.named("window").random(), dice.named("price")
        if chance < self._habits.above_window:
            return Decimal(source.randrange(5100, 7500, ROUND_EUR))
        if chance < self._habits.above_window + self._habits.below_window:
            return Decimal(source.randrange(250, 490, ROUND_EUR))
        price = round(usual * source.uniform(0.75, 1.25) / ROUND_EUR) * ROUND_EUR
        return Decimal(min(max(price, WINDOW_EUR[0]), WINDOW_EUR[1]))


def _hours(since: datetime, until: datetime) -> Iterator[datetime]:
    hour = since.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    while hour <= until:
        yield hour
        hour += HOUR


def _poisson(dice: Random, mean: float) -> int:
    """Knuth's method: fine for the small means of an hour."""
    bound, product, count = exp(-mean), dice.random(), 0
    while product > bound:
        product *= dice.random()
        count += 1
    return count


def _client(dice: Dice) -> str:
    woman = dice.chance("woman", 0.25)
    name = dice.pick("name", catalogue.WOMEN if woman else catalogue.MEN)
    surname = dice.pick("surname", catalogue.SURNAMES)
    return f"{name} {surname}{'а' if woman else ''}"


def _phone(dice: Dice) -> str:
    operator, number = dice.named("operator").randint(0, 99), f"{dice.named('phone').randrange(10**7):07}"
    return f"+7 9{operator:02} {number[:3]}-{number[3:5]}-{number[5:]}"
