"""What people type instead of pressing a button: days, deadlines, sums, numbers; a wrong one names its form."""

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from domain.errors import InvalidInputError

DATE_FORMS: Final = ("%d.%m.%Y", "%d.%m.%y", "%d.%m", "%Y-%m-%d")
NAMED_DAYS: Final = {
    "вчера": -1,
    "сегодня": 0,
    "завтра": 1,
    "послезавтра": 2,
    "yesterday": -1,
    "today": 0,
    "tomorrow": 1,
}
CLOCK: Final = re.compile(r"(?<!\d)([01]?\d|2[0-3]):([0-5]\d)(?!\d)")
DAY_ENDS: Final = time(19)
"""The hour that is meant where only a day is named."""
NUMBER: Final = re.compile(r"(?=(?:.*\d){3})[0-9A-Z-]{5,40}")


def filled(said: str, field: str, longest: int = 2000, *, least: int = 1) -> str:
    """The words themselves; raises `InvalidInputError` where there are too few or too many."""
    allowed = (f"{least} to {longest} characters",)
    if len(said) > longest:
        raise InvalidInputError(field=field, value=said[:40], allowed=allowed, longest=longest, given=len(said))
    if len(said) < least:
        raise InvalidInputError(field=field, value=said[:40], allowed=allowed)
    return said


def day(said: str, *, today: date, field: str = "dispatch_date") -> date:
    """A day as people write it: 25.11, 25.11.2026, сегодня, завтра; one long past this year means the next year's."""
    named = NAMED_DAYS.get(said.strip().lower())
    if named is not None:
        return today + timedelta(days=named)
    for form in DATE_FORMS:
        # Without a year the day is read in a leap year, so that 29.02 is one.
        given = said.strip() if "%Y" in form or "%y" in form else f"{said.strip()} 2000"
        whole = form if "%Y" in form or "%y" in form else f"{form} %Y"
        try:
            parsed = datetime.combine(datetime.strptime(given, whole), time.min).date()  # noqa: DTZ007 - a day
            return parsed if whole == form else _this_year_or_next(parsed, today)
        except ValueError:
            continue
    raise InvalidInputError(field=field, value=said[:40], allowed=("25.11", "25.11.2026"))


def _this_year_or_next(parsed: date, today: date) -> date:
    this_year = parsed.replace(year=today.year)
    return this_year if this_year >= today - timedelta(days=90) else this_year.replace(year=today.year + 1)


def moment(said: str, *, now: datetime, zone: ZoneInfo) -> datetime:
    """A deadline as people write it: 25.11, завтра 12:00, 18:30 (today's); a day alone lasts until the evening."""
    found = CLOCK.search(said)
    at = DAY_ENDS if found is None else time(int(found[1]), int(found[2]))
    rest = said if found is None else (said[: found.start()] + said[found.end() :]).strip(" ,")
    rest = re.sub(r"\s+(в|at)$", "", rest.strip())
    local = now.astimezone(zone)
    on = local.date() if not rest and found is not None else day(rest, today=local.date(), field="deadline")
    return datetime.combine(on, at, zone).astimezone(UTC)


def amount(said: str) -> Decimal:
    """A sum in EUR: 1500, 1 500,50, 1500 €."""
    bare = re.sub(r"[\s\u00A0\u202F]|€|eur|евро", "", said.lower()).replace(",", ".")
    given = Decimal(bare) if re.fullmatch(r"[0-9]{1,8}(\.[0-9]{1,2})?", bare) else Decimal(0)
    if given <= 0:
        raise InvalidInputError(field="paid_sum", value=said[:40], allowed=("1500", "1500,50"))
    return given


def tracking_number(said: str) -> str:
    """A carrier's number: 5 to 40 Latin letters, digits and hyphens, three digits at least; spaces are left out."""
    bare = re.sub(r"\s", "", said).upper()
    if NUMBER.fullmatch(bare) is None:
        raise InvalidInputError(field="tracking_number", value=said[:40], allowed=("RU123456789DE",))
    return bare
