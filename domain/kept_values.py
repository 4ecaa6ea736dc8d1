"""Values as JSON keeps them, read back. Anybody may have written what only looks like an instant."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from domain.errors import InvalidInputError
from domain.worktime import utc

_AMOUNT: Final = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,9})?")


def instant(kept: object) -> datetime | None:
    """The instant; None for what is none, has no zone, or lies in a year that no zone can be reckoned in."""
    try:
        return utc(datetime.fromisoformat(kept)) if isinstance(kept, str) else None
    except (ValueError, InvalidInputError):
        return None


def day(kept: str) -> date | None:
    """The day; None for what is none."""
    try:
        return date.fromisoformat(kept)
    except ValueError:
        return None


def amount(kept: object) -> Decimal | None:
    """The amount; None for what is no number, or none that money comes in."""
    is_one = isinstance(kept, str | int | float) and not isinstance(kept, bool) and _AMOUNT.fullmatch(str(kept))
    return Decimal(str(kept)) if is_one else None
