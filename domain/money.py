"""What a deal costs the client and brings the company, by tariff (docs/DOMAIN.md 10). EUR, exact to the cent."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from domain.errors import InvalidInputError
from domain.orders import DeliveryMethod
from domain.policy import Policy

CENT: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """The components of a deal by tariff; `payment_fee` is the payment system's share within `client_total`."""

    bike: Decimal
    service_fee: Decimal
    delivery: Decimal
    insurance: Decimal
    options: Decimal
    payment_fee: Decimal
    client_total: Decimal
    planned_margin: Decimal

    @property
    def margin_share(self) -> Decimal:
        """The planned margin as a share of what the client pays."""
        return self.planned_margin / self.client_total


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One part of a deal by tariff: what the client pays for it and what it costs us, EUR."""

    key: str
    client: Decimal
    cost: Decimal

    @property
    def ours(self) -> Decimal:
        """What stays with the company."""
        return self.client - self.cost


def cents(amount: Decimal) -> Decimal:
    """Round to the cent, half up."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def service_fee(bike_eur: Decimal, policy: Policy) -> Decimal:
    """The service fee of a bike's price band. Raises `InvalidInputError` outside the price window."""
    window = policy.money.price_window
    if not window.minimum_eur <= bike_eur <= window.maximum_eur:
        raise InvalidInputError(
            field="price_eur",
            value=str(bike_eur),
            rule="window",
            low=str(window.minimum_eur),
            high=str(window.maximum_eur),
            allowed=[f"{window.minimum_eur}..{window.maximum_eur}"],
        )
    for band in policy.money.service_fees:
        if (band.below is not None and bike_eur < band.below) or (band.up_to is not None and bike_eur <= band.up_to):
            return cents(band.fee)
    raise AssertionError("the policy's fee bands reach the end of the price window")


def delivery_price(method: DeliveryMethod, policy: Policy) -> Decimal:
    """What the client pays for the delivery."""
    return cents(policy.money.delivery[method].price)


def insurance_fee(bike_eur: Decimal, policy: Policy) -> Decimal:
    """A share of the bike's price for the payment protection, and the fixed part for the compensation fund."""
    insurance = policy.money.insurance
    return cents(bike_eur * insurance.rate + insurance.fixed_eur)


def options_price(options: Collection[str], policy: Policy) -> Decimal:
    """What the client pays for the chosen options. Raises `InvalidInputError` for an unknown or repeated one."""
    _check_options(options, policy)
    return cents(sum((policy.money.options[option].price for option in options), Decimal(0)))


def client_total(
    bike_eur: Decimal, method: DeliveryMethod, policy: Policy, *, options: Collection[str] = ()
) -> Decimal:
    """What the client pays in all: bike, delivery, service, insurance, options, and the payment system's share."""
    return quote(bike_eur, method, policy, options=options).client_total


def planned_margin(
    bike_eur: Decimal, method: DeliveryMethod, policy: Policy, *, options: Collection[str] = ()
) -> Decimal:
    """Net margin when everything costs what the tariff says.

    Service fee + (delivery price - real cost) + (options - their cost) - repacking. The insurance fee and the payment
    system's share pass through.
    """
    _check_options(options, policy)
    tariff = policy.money.delivery[method]
    chosen = [policy.money.options[option] for option in options]
    on_options = sum((option.price - option.cost for option in chosen), Decimal(0))
    return cents(service_fee(bike_eur, policy) + tariff.price - tariff.cost + on_options - tariff.repacking)


def quote(bike_eur: Decimal, method: DeliveryMethod, policy: Policy, *, options: Collection[str] = ()) -> Quote:
    """All components of a deal. Raises `InvalidInputError` outside the price window or for an unknown option."""
    service, delivery = service_fee(bike_eur, policy), delivery_price(method, policy)
    insurance, extras = insurance_fee(bike_eur, policy), options_price(options, policy)
    before_fee = cents(bike_eur) + service + delivery + insurance + extras
    total = cents(before_fee * (1 + policy.money.payment_fee_rate))
    return Quote(
        bike=cents(bike_eur),
        service_fee=service,
        delivery=delivery,
        insurance=insurance,
        options=extras,
        payment_fee=total - before_fee,
        client_total=total,
        planned_margin=planned_margin(bike_eur, method, policy, options=options),
    )


def components(bike_eur: Decimal, method: DeliveryMethod, policy: Policy) -> tuple[Component, ...]:
    """What a deal without options is made of; what stays with us adds up to its planned margin.

    Raises `InvalidInputError` outside the price window.
    """
    deal, tariff = quote(bike_eur, method, policy), policy.money.delivery[method]
    parts = {
        "bike": (deal.bike, deal.bike),
        "service": (deal.service_fee, Decimal(0)),
        "delivery": (deal.delivery, tariff.cost),
        "repacking": (Decimal(0), tariff.repacking),
        "insurance": (deal.insurance, deal.insurance),
        "payment": (deal.payment_fee, deal.payment_fee),
    }
    return tuple(Component(key=key, client=cents(client), cost=cents(cost)) for key, (client, cost) in parts.items())


def quote_by_tariff(bike_eur: Decimal, method: DeliveryMethod, policy: Policy) -> Quote | None:
    """The same without options; None outside the price window (compliance blocks the deal, or it is history)."""
    window = policy.money.price_window
    inside = window.minimum_eur <= bike_eur <= window.maximum_eur
    return quote(bike_eur, method, policy) if inside else None


def _check_options(options: Collection[str], policy: Policy) -> None:
    known = policy.money.options
    for option in options:
        if option not in known:
            raise InvalidInputError(field="options", value=option, allowed=list(known))
    if len(set(options)) != len(options):
        raise InvalidInputError(field="options", value=", ".join(options), allowed=["each option once"])
