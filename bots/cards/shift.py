"""One's own shift: today's working time, whether orders come, and how to go away and come back."""

from collections.abc import Sequence

from bots.card import Button, Card, columns, keyboard
from bots.taps import My, MyTap
from bots.words import Words, lines
from domain.people import Role
from domain.shifts import AwayFor, Presence, Shift
from store.desk.waiting import WaitingOrder


def shift_card(
    words: Words, shift: Shift, offered: Sequence[AwayFor], waiting: Sequence[WaitingOrder], role: Role
) -> Card:
    """The card; `offered` are the absences that make sense now."""
    return Card(
        lines(
            words.say("shift-title", day=words.day(shift.today)),
            _hours(words, shift),
            _presence(words, shift, role),
            _waiting(words, shift, waiting),
        ),
        keyboard(*columns(_buttons(words, shift, offered), 2)),
    )


def _hours(words: Words, shift: Shift) -> str:
    zone = f"{words.now.astimezone(words.zone):%z}"
    offset = f"UTC{zone[:1]}{int(zone[1:3])}" + ("" if zone[3:] == "00" else f":{zone[3:]}")
    if not shift.windows:
        return words.say("shift-day-off", zone=offset)
    hours = ", ".join(str(window).replace("-", "–") for window in shift.windows)
    return words.say("shift-hours", hours=hours, zone=offset)


def _presence(words: Words, shift: Shift, role: Role) -> str:
    who = "manager" if role is Role.MANAGER else "leader"
    opens = "—" if shift.opens_at is None else words.moment(shift.opens_at)
    match shift.presence:
        case Presence.ON if shift.closes_at is not None:
            return words.say("shift-on", until=words.moment(shift.closes_at), who=who)
        case Presence.ON:
            return words.say("shift-on-always", who=who)
        case Presence.OFF:
            return words.say("shift-off", opens=opens, who=who)
        case Presence.AWAY:
            back = "—" if shift.back_at is None else words.moment(shift.back_at)
            later = "no" if shift.opens_at == shift.back_at else "yes"
            return words.say("shift-away", back=back, opens=opens, later=later, who=who)


def _waiting(words: Words, shift: Shift, waiting: Sequence[WaitingOrder]) -> str | None:
    if not waiting:
        return None
    codes = ", ".join(words.plain("order-code", code=order.code) for order in waiting)
    key = "shift-waiting-away" if shift.presence is Presence.AWAY else "shift-waiting"
    return words.say(key, codes=codes, how="single" if len(waiting) == 1 else "several")


def _buttons(words: Words, shift: Shift, offered: Sequence[AwayFor]) -> list[Button]:
    if shift.presence is Presence.AWAY:
        return [(words.plain("button-back-at-work"), MyTap(do=My.BACK))]
    return [
        (
            words.plain(f"button-away-{option}"),
            MyTap(do=My.DATE if option is AwayFor.DATE else My.AWAY, arg=option.value),
        )
        for option in offered
    ]
