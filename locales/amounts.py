"""Amounts as people write them in their language: money, shares, lengths, changes."""

from decimal import Decimal

from fluent.runtime.types import FluentNumber, fluent_number

from locales import Texts

CENTS = 2


def euros(amount: Decimal, texts: Texts) -> str:
    """«1 500 €», «4 357,04 €»: cents only where there are some, and then both digits."""
    places = 0 if amount == amount.to_integral_value() else CENTS
    return texts.get("money", amount=rounded(amount, places))


def rounded(value: Decimal | float, places: int, *, at_least: int | None = None) -> FluentNumber:
    """A number with so many decimal places at most; and `at_least` so many, all of them where not given."""
    least = places if at_least is None else at_least
    number = fluent_number(value, minimumFractionDigits=least, maximumFractionDigits=places)
    assert isinstance(number, FluentNumber)
    return number
