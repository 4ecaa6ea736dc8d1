"""Instants, spans, shares and money as they are told: with the unit in the key, rounded as people speak of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from domain.measures import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Tells instants in UTC and in the company's wall time."""

    now: datetime
    zone: ZoneInfo

    def local(self, at: datetime) -> str:
        """The company's wall time, to the minute."""
        return f"{at.astimezone(self.zone):%Y-%m-%d %H:%M}"

    def at(self, name: str, at: datetime | None) -> dict[str, str | None]:
        """An instant under its name, and its wall time under `<name>_local`."""
        return {
            name: None if at is None else at.isoformat(),
            f"{name}_local": None if at is None else self.local(at),
        }

    def deadline(self, name: str, at: datetime | None) -> dict[str, str | float | None]:
        """A deadline: the instant, and how long is left or how long it has passed."""
        late = at is not None and at < self.now
        return {
            **self.at(name, at),
            "overdue_minutes": minutes(self.now - at) if at is not None and late else 0.0,
            "left_minutes": None if at is None else 0.0 if late else minutes(at - self.now),
        }

    def present(self) -> dict[str, str | None]:
        """The moment all this is true of."""
        return {**self.at("as_of", self.now), "time_zone": self.zone.key}

    def period(self, period: Period) -> dict[str, str | None]:
        """The span that numbers are of."""
        return {**self.at("from", period.since), **self.at("to", period.until)}


def minutes(span: timedelta) -> float:
    """Minutes, to one digit."""
    return round(span.total_seconds() / 60, 1)


def hours(span: timedelta) -> float:
    """Hours, to one digit."""
    return round(span.total_seconds() / 3600, 1)


def percent(share: float | None) -> float | None:
    """A share between 0 and 1 in percent, to one digit; None for none."""
    return None if share is None else round(share * 100, 1)


def rounded(value: float | None, digits: int = 1) -> float | None:
    """To so many digits; None for none."""
    return None if value is None else round(value, digits)


def euros(amount: Decimal | None) -> float | None:
    """EUR, to the cent; None for none."""
    return None if amount is None else round(float(amount), 2)
