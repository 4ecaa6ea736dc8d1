"""One order before the eyes of its owner, and the steps that several stages share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.commands import AdvanceOrder, CancelOrder, Command, OpenBlocker, RecordContact
from domain.orders import CancelReason, Status
from domain.policy import Checklist
from evals import catalogue
from evals.company_fate import Dice, Fate
from evals.company_intents import Does, Task
from evals.company_people import Colleague
from evals.company_view import OrderView

LYING = 14.0  # how many times longer a step takes that is put off


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One order before the eyes of its owner."""

    order: OrderView
    fate: Fate
    dice: Dice
    me: Colleague
    checklist: Checklist

    def task(
        self,
        name: str,
        wish: Callable[[datetime], Command],
        *,
        since: datetime,
        minutes: float,
        effort: float = 2,
        quick: bool = False,
        urgent: bool = False,
    ) -> Task:
        """A task of mine; `minutes` is the usual delay, stretched by my pace, and much more where I let it lie."""
        temper = self.me.temper
        own = f"{name}:{self.me.id}"
        lies = self.dice.chance(f"lies:{own}", temper.lets_lie)
        return Task(
            name=own,
            since=since,
            delay=self.dice.minutes(own, minutes * temper.pace * (LYING if lies else 1)),
            effort=timedelta(minutes=effort * temper.pace),
            quick=quick,
            urgent=urgent,
            wish=lambda now: Does(person_id=self.me.id, command=wish(now), order=self.order.code),
        )

    def forgets(self, what: str, share: float) -> bool:
        """Whether I forget this on this order."""
        return self.dice.chance(f"{what}:{self.me.id}", share)

    def say(self, name: str, words: Sequence[str]) -> str:
        """Something people write."""
        return self.dice.pick(f"say {name}", words)


def contact(
    case: Case, party: str, *, since: datetime, minutes: float, words: Sequence[str], name: str | None = None
) -> Task:
    """Talk to the client or the seller."""
    said = case.say(name or party, words)
    command = RecordContact.model_validate({"order": case.order.code, "party": party, "text": said})
    return case.task(
        name or f"contact:{party}",
        lambda _now: command,
        since=since,
        minutes=minutes,
        effort=6,
        urgent=party == "seller",
    )


def advance(case: Case, to: Status, reason: str, *, minutes: float, effort: float = 2, again: int = 0) -> Task:
    """Move the order on."""
    return case.task(
        f"advance:{to}:{again}",
        lambda _now: AdvanceOrder(order=case.order.code, to=to, reason=reason),
        since=case.order.last_moved_at,
        minutes=minutes,
        effort=effort,
    )


def cancel(case: Case, reason: CancelReason | None, *, since: datetime, minutes: float = 35) -> Task:
    """Cancel for this reason."""
    assert reason is not None
    note = catalogue.CANCEL_NOTES[reason]
    return case.task(
        f"cancel:{reason}:{case.order.asked}",
        lambda _now: CancelOrder(order=case.order.code, reason_code=reason, note=note),
        since=since,
        minutes=minutes,
        effort=4,
    )


def blocked(case: Case) -> Task:
    """Compliance says no: cancel."""
    above = case.order.total_eur == 0
    reason = CancelReason.PRICE_OUT_OF_COMPLIANCE if above else CancelReason.COMPLIANCE_BLOCK
    return cancel(case, reason, since=case.order.last_moved_at)


def block(case: Case, trouble: str, *, since: datetime, minutes: float) -> Task:
    """Report what stands in the way."""
    hours = timedelta(hours=case.dice.pick("promised", (6, 9, 14)))

    def wish(now: datetime) -> Command:
        return OpenBlocker(order=case.order.code, text=trouble, due_at=case.me.calendar.add_working(now, hours))

    return case.task("block", wish, since=since, minutes=minutes, effort=5)
