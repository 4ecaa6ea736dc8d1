"""Times as people say them: the day by its name, what is left, how late; always in the reader's time zone."""

from datetime import date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from locales import Texts

_NAMED = {0: "time-today", 1: "time-tomorrow", -1: "time-yesterday"}
_MINUTE = timedelta(minutes=1)


def moment(at: datetime, *, now: datetime, zone: ZoneInfo, texts: Texts) -> str:
    """An instant: «сегодня в 15:40», «25 ноября в 10:00»; the year only when it is another one."""
    local, today = at.astimezone(zone), now.astimezone(zone)
    clock = f"{local:%H:%M}"
    named = _NAMED.get((local.date() - today.date()).days)
    if named is not None:
        return texts.get(named, clock=clock)
    key = "time-date" if local.year == today.year else "time-date-year"
    return texts.get(key, clock=clock, **_parts(local.date(), texts))


def exact(at: datetime, *, zone: tzinfo, texts: Texts) -> str:
    """An instant that does not depend on today: «25 ноября 2026 года в 10:00»."""
    local = at.astimezone(zone)
    return texts.get("time-date-year", clock=f"{local:%H:%M}", **_parts(local.date(), texts))


def day(of: date, *, now: datetime, zone: ZoneInfo, texts: Texts) -> str:
    """A date: «25 ноября»; the year only when it is another one."""
    key = "time-day" if of.year == now.astimezone(zone).year else "time-day-year"
    return texts.get(key, **_parts(of, texts))


def whole_day(of: date, *, texts: Texts) -> str:
    """A date that does not depend on today: «25 ноября 2026 года»."""
    return texts.get("time-day-year", **_parts(of, texts))


def _parts(of: date, texts: Texts) -> dict[str, str]:
    return {"day": str(of.day), "month": texts.get(f"month-{of.month}"), "year": str(of.year)}


def span(length: timedelta, *, texts: Texts) -> str:
    """A length of time in its two largest units: «1 ч 20 мин», «2 дн 3 ч»; seconds are cut off."""
    minutes = abs(length) // _MINUTE
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return texts.get("span-days-hours", days=days, hours=hours) if hours else texts.get("span-days", days=days)
    if hours:
        if not minutes:
            return texts.get("span-hours", hours=hours)
        return texts.get("span-hours-minutes", hours=hours, minutes=minutes)
    return texts.get("span-minutes", minutes=minutes) if minutes else texts.get("span-moment")


def left(due_at: datetime, *, now: datetime, texts: Texts) -> str:
    """What is left until a deadline, or how late it is: «осталось 20 мин», «просрочено на 3 ч»."""
    ahead = due_at > now
    if abs(due_at - now) < _MINUTE:
        return texts.get("time-left-moment" if ahead else "time-late-moment")
    return texts.get("time-left" if ahead else "time-late", span=span(due_at - now, texts=texts))
