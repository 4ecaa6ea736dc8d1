"""Policy of money, crises and targets (docs/DOMAIN.md 6, 10, 11)."""

from collections.abc import Mapping
from typing import Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from domain.orders import DeliveryMethod, Status
from domain.policy.values import Duration, Factor, Key, Money, PolicyModel, Share
from domain.severity import Severity


class PriceWindow(PolicyModel):
    """Bike prices the company deals with, EUR, both ends inclusive."""

    minimum_eur: Money
    maximum_eur: Money

    @model_validator(mode="after")
    def _has_room(self) -> Self:
        if self.maximum_eur <= self.minimum_eur:
            raise PydanticCustomError("price_window", "maximum_eur must be larger than minimum_eur")
        return self


class FeeBand(PolicyModel):
    """The service fee for bikes cheaper than `below` EUR, or not dearer than `up_to` EUR."""

    below: Money | None = None
    up_to: Money | None = None
    fee: Money

    @model_validator(mode="after")
    def _has_one_end(self) -> Self:
        if (self.below is None) == (self.up_to is None):
            raise PydanticCustomError("fee_band", "give either below or up_to", {"allowed": ["below", "up_to"]})
        return self


class DeliveryTariff(PolicyModel):
    """What the client pays for a delivery, what it really costs, and what repacking costs, EUR."""

    price: Money
    cost: Money
    repacking: Money


class Insurance(PolicyModel):
    """The insurance fee: a share of the bike's price (pays the payment protection) plus a fixed part (the fund)."""

    rate: Share
    fixed_eur: Money


class OptionTariff(PolicyModel):
    """An optional service: what the client pays, what it costs, EUR."""

    price: Money
    cost: Money


class Compensation(PolicyModel):
    """Bounds of a proposed compensation: a range in EUR, or the full refund."""

    minimum_eur: Money | None = None
    maximum_eur: Money | None = None
    full_refund: bool = False

    @model_validator(mode="after")
    def _is_bounded(self) -> Self:
        low, high = self.minimum_eur, self.maximum_eur
        if self.full_refund:
            if low is not None or high is not None:
                raise PydanticCustomError("compensation", "a full refund has no range")
            return self
        if low is None or high is None or high < low:
            raise PydanticCustomError("compensation", "give minimum_eur <= maximum_eur, or full_refund")
        return self


class MoneyRules(PolicyModel):
    """`money.yaml`: price window, tariffs, payment fee, leak and margin bounds, compensations."""

    price_window: PriceWindow
    service_fees: tuple[FeeBand, ...] = Field(min_length=1)
    delivery: Mapping[DeliveryMethod, DeliveryTariff]
    insurance: Insurance
    options: Mapping[Key, OptionTariff]
    payment_fee_rate: Share
    leak_above_eur: Money
    low_margin_below: Share
    compensations: Mapping[Key, Compensation]


class PendingSpike(PolicyModel):
    """`pending_manager` count at least `at_least`, and `times_median` times this hour's median over `history`."""

    at_least: int = Field(ge=1)
    times_median: Factor
    history: Duration


class StuckCrowd(PolicyModel):
    """More than `more_than` orders without movement for longer than `without_movement`."""

    more_than: int = Field(ge=0)
    without_movement: Duration


class CancelSpike(PolicyModel):
    """Cancellations at one stage within `window`: at least so many, and so many times the daily mean of `history`."""

    window: Duration
    at_least: int = Field(ge=1)
    times_daily_mean: Factor
    history: Duration


class ResponseDelay(PolicyModel):
    """Share of the accept clocks of the last `window` that breached, counted from `at_least` breaches on."""

    window: Duration
    breached_share: Share
    at_least: int = Field(ge=1)


class Outage(PolicyModel):
    """Queue not empty and nothing delivered for `no_delivery`; a worker or the CRM feed silent for `silence`."""

    no_delivery: Duration
    silence: Duration


class HighRiskOverdue(PolicyModel):
    """Signals of these severities past their limit."""

    severities: tuple[Severity, ...] = Field(min_length=1)


class ShipmentBlocked(PolicyModel):
    """Carrier refusal, or a blocker past its deadline, in these statuses."""

    statuses: tuple[Status, ...] = Field(min_length=1)


class CrisisTriggers(PolicyModel):
    """The seven triggers of the crisis protocol."""

    pending_spike: PendingSpike
    stuck: StuckCrowd
    cancel_spike: CancelSpike
    response_delay: ResponseDelay
    outage: Outage
    high_risk_overdue: HighRiskOverdue
    shipment_blocked: ShipmentBlocked


class Crisis(PolicyModel):
    """`crisis.yaml`: the triggers, and how long a metric must be back inside its bound before a human may close."""

    calm_for: Duration
    triggers: CrisisTriggers


class Targets(PolicyModel):
    """`targets.yaml`: success of the first release (docs/DOMAIN.md 11); shares, changes against the time before."""

    measured_over: Duration
    critical_stages: tuple[Status, ...] = Field(min_length=1)
    pending_manager_orders_fall: Share
    share_over_72h_fall: Share
    sla_breach_rate_critical_below: Share
    with_owner_and_next_step: Share
    escalations_complete: Share
