"""Deals computed by hand, to the cent."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInputError
from domain.money import client_total, delivery_price, insurance_fee, options_price, planned_margin, quote, service_fee
from domain.orders import DeliveryMethod
from tests.unit.builders import POLICY

D = Decimal
CARGO, EMS = DeliveryMethod.CARGO, DeliveryMethod.EMS


@pytest.mark.parametrize(
    ("price", "fee"),
    [
        ("500", 180), ("999.99", 180), ("1000", 230), ("1499.99", 230), ("1500", 300), ("2199.99", 300),
        ("2200", 380), ("2999.99", 380), ("3000", 500), ("3999.99", 500), ("4000", 650), ("5000", 650),
    ],
)  # fmt: skip
def test_the_service_fee_follows_the_price_bands(price: str, fee: int) -> None:
    assert service_fee(D(price), POLICY) == fee


@pytest.mark.parametrize("price", ["499.99", "5000.01", "0", "-700"])
def test_no_fee_is_named_outside_the_price_window(price: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        service_fee(D(price), POLICY)
    assert refused.value.allowed == ("500..5000",)


@pytest.mark.parametrize(
    ("method", "price", "margin"),
    [("cargo", 170, 290), ("ems", 220, 300), ("premium_consolidated", 450, 350), ("premium_individual", 600, 270)],
)
def test_each_delivery_has_its_price_and_leaves_its_margin(method: str, price: int, margin: int) -> None:
    # A bike of 2,000: 300 service + price - real cost - repacking.
    assert delivery_price(DeliveryMethod(method), POLICY) == price
    assert planned_margin(D(2000), DeliveryMethod(method), POLICY) == margin


def test_the_insurance_fee_is_a_share_of_the_bike_and_a_fixed_part() -> None:
    assert insurance_fee(D(2000), POLICY) == D("90.00")
    assert insurance_fee(D("1234.56"), POLICY) == D("70.86")  # 30.864 + 40


def test_a_cargo_deal_of_2000_costs_the_client_2739_20() -> None:
    # (2000 + 170 + 300 + 90) x 1.07 = 2560 x 1.07
    assert client_total(D(2000), CARGO, POLICY) == D("2739.20")


def test_a_deal_with_both_options_by_ems() -> None:
    deal = quote(D("1234.56"), EMS, POLICY, options=["cargo_insurance", "expert_check"])
    # 1234.56 + 220 + 230 + 70.86 + 120 = 1875.42; x 1.07 = 2006.6994
    assert (deal.options, deal.client_total, deal.payment_fee) == (D("120.00"), D("2006.70"), D("131.28"))
    # 230 + (220 - 200) + (40 - 40) + (80 - 60) - 20
    assert deal.planned_margin == D("250.00")
    assert deal.margin_share.quantize(D("0.0001")) == D("0.1246")


def test_a_half_cent_is_rounded_up() -> None:
    assert insurance_fee(D("500.20"), POLICY) == D("52.51")  # 12.505 + 40


def test_an_unknown_option_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InvalidInputError) as refused:
        options_price(["gift_wrap"], POLICY)
    assert refused.value.allowed == ("cargo_insurance", "expert_check")


def test_an_option_is_paid_once() -> None:
    with pytest.raises(InvalidInputError):
        quote(D(2000), CARGO, POLICY, options=["expert_check", "expert_check"])


@given(
    st.decimals("500", "5000", places=2),
    st.sampled_from(DeliveryMethod),
    st.sets(st.sampled_from(["cargo_insurance", "expert_check"])),
)
def test_the_components_of_every_deal_add_up_to_the_total(
    price: Decimal, method: DeliveryMethod, chosen: set[str]
) -> None:
    deal = quote(price, method, POLICY, options=chosen)
    parts = deal.bike + deal.service_fee + deal.delivery + deal.insurance + deal.options + deal.payment_fee
    assert parts == deal.client_total
    assert all(part == part.quantize(D("0.01")) for part in (parts, deal.insurance, deal.planned_margin))
