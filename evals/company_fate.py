"""What lies in the nature of one request: how its bike is, what its client and seller will do, how its way goes.

Drawn once from the request's own random source, so that the same request meets the same fate however it is handled:
two ways of running the company can be compared deal by deal.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import log
from random import Random
from typing import TypeVar

from domain.orders import CancelReason, Compliance, DeliveryMethod, Status, Verdict
from evals import catalogue
from evals.company_people import Habits

T = TypeVar("T")

# Where and why requests end before the purchase, apart from rejected bikes: relative weights.
CANCELLATIONS: Mapping[tuple[Status, CancelReason], float] = {
    (Status.PENDING_MANAGER, CancelReason.CLIENT_CHANGED_MIND): 3,
    (Status.PENDING_MANAGER, CancelReason.BIKE_UNAVAILABLE): 2,
    (Status.PENDING_MANAGER, CancelReason.DUPLICATE_ORDER): 1,
    (Status.UNDER_INSPECTION, CancelReason.BIKE_UNAVAILABLE): 6,
    (Status.UNDER_INSPECTION, CancelReason.SELLER_UNRESPONSIVE): 5,
    (Status.UNDER_INSPECTION, CancelReason.QUALITY_MISMATCH): 3,
    (Status.UNDER_INSPECTION, CancelReason.SELLER_FRAUD_SUSPECTED): 1,
    (Status.AWAITING_PAYMENT, CancelReason.CLIENT_CHANGED_MIND): 7,
    (Status.AWAITING_PAYMENT, CancelReason.CLIENT_UNREACHABLE): 2,
    (Status.AWAITING_PAYMENT, CancelReason.PAYMENT_NOT_RECEIVED): 3,
    (Status.AWAITING_PAYMENT, CancelReason.COMPLIANCE_BLOCK): 1,
}

# Days on the way: the median, and the sigma of its logarithm.
TRANSIT_DAYS: Mapping[DeliveryMethod, tuple[float, float]] = {
    DeliveryMethod.EMS: (11, 0.25),
    DeliveryMethod.CARGO: (16, 0.22),
    DeliveryMethod.PREMIUM_INDIVIDUAL: (14, 0.2),
    DeliveryMethod.PREMIUM_CONSOLIDATED: (21, 0.2),
}
FLAWED_SHARE = 0.14  # of points that may have one
DISPUTED_SHARE = 0.3  # of rejected bikes: the client wants them all the same


class Dice:
    """Independent draws by name: one more or less elsewhere changes none of the others."""

    def __init__(self, salt: int, key: str) -> None:
        self._root = f"{salt}:{key}"

    def named(self, name: str) -> Random:
        """The random source of one question."""
        return Random(f"{self._root}:{name}")

    def chance(self, name: str, share: float) -> bool:
        """True in this share of cases."""
        return self.named(name).random() < share

    def pick(self, name: str, choices: Sequence[T]) -> T:
        """One of the choices."""
        return self.named(name).choice(choices)

    def weighted(self, name: str, weights: Mapping[T, float]) -> T:
        """One of the keys, by weight."""
        return self.named(name).choices(list(weights), list(weights.values()))[0]

    def minutes(self, name: str, median: float, sigma: float = 0.6) -> timedelta:
        """A span around the median, with a long tail."""
        return timedelta(minutes=self.named(name).lognormvariate(log(median), sigma))

    def hours(self, name: str, median: float, sigma: float = 0.6) -> timedelta:
        """The same in hours."""
        return self.minutes(name, median * 60, sigma)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """The nature of one request. Spans of clients and sellers are waking hours, transit is calendar time.

    `cancel` with `cancel_in`: why and in which status it ends before the purchase. `rejection`: point, flag and words
    of what makes the bike unfit; `disputed`: the client wants it nevertheless.
    """

    cancel: CancelReason | None
    cancel_in: Status | None
    seller_answers: timedelta
    verdict: Verdict
    flaws: Mapping[int, str]
    rejection: tuple[int, str | None, str] | None
    disputed: bool
    screened: timedelta
    compliance: Compliance
    thinks: bool
    decides: timedelta
    decides_finally: timedelta
    pays: timedelta
    in_parts: bool
    dispatch_trouble: str | None
    transit: timedelta
    transit_trouble: str | None
    trouble_from: float
    trouble_lasts: timedelta
    claim: str | None

    def ends(self, status: Status) -> CancelReason | None:
        """Why it ends in this status, None when it does not."""
        return self.cancel if self.cancel_in is status else None


def fate_of(dice: Dice, delivery: DeliveryMethod, habits: Habits) -> Fate:
    """Draw the fate of a request."""
    reason, where = _ending(dice, habits)
    rejected = reason is CancelReason.FAILED_INSPECTION
    found = [point for point in catalogue.FLAWS if dice.chance(f"flawed:{point}", FLAWED_SHARE)]
    flaws = {point: dice.pick(f"flaw:{point}", catalogue.FLAWS[point]) for point in found}
    days, sigma = TRANSIT_DAYS[delivery]
    blocked = reason is CancelReason.COMPLIANCE_BLOCK
    return Fate(
        cancel=reason,
        cancel_in=where,
        seller_answers=dice.hours("seller", 3.5, 0.9),
        verdict=Verdict.RED if rejected else Verdict.YELLOW if len(flaws) > 2 else Verdict.GREEN,
        flaws=flaws,
        rejection=dice.pick("rejection", catalogue.REJECTIONS) if rejected else None,
        disputed=rejected and dice.chance("disputed", DISPUTED_SHARE),
        screened=dice.hours("screened", 3, 0.7),
        compliance=Compliance.BLOCKED if blocked else Compliance.CLEAR,
        thinks=dice.chance("thinks", habits.undecided),
        decides=dice.hours("decides", 5, 0.9),
        decides_finally=dice.hours("decides finally", 14, 0.7),
        pays=dice.hours("pays", 6, 0.9),
        in_parts=dice.chance("parts", habits.paid_in_parts),
        dispatch_trouble=_maybe(dice, "dispatch", habits.dispatch_trouble, catalogue.DISPATCH_TROUBLES),
        transit=dice.hours("transit", days * 24, sigma),
        transit_trouble=_maybe(dice, "border", habits.transit_trouble, catalogue.TRANSIT_TROUBLES),
        trouble_from=0.2 + 0.5 * dice.named("trouble from").random(),
        trouble_lasts=dice.hours("trouble lasts", 9, 0.7),
        claim=_maybe(dice, "claim", habits.claims, catalogue.CLAIMS),
    )


def _ending(dice: Dice, habits: Habits) -> tuple[CancelReason | None, Status | None]:
    chance = dice.named("ending").random()
    if chance < habits.rejected:
        return CancelReason.FAILED_INSPECTION, Status.UNDER_INSPECTION
    if chance < habits.cancelled:
        where, reason = dice.weighted("why", CANCELLATIONS)
        return reason, where
    return None, None


def _maybe(dice: Dice, name: str, share: float, words: Sequence[str]) -> str | None:
    return dice.pick(f"{name} words", words) if dice.chance(name, share) else None
