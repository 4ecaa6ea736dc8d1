"""The facts that a request rests on, as its voters read them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from markupsafe import Markup

from bots.words import Words, clip
from domain.money import cents

LISTED: Final = 10
CHANGED: Final = 120


def facts(words: Words, evidence: Mapping[str, Any]) -> list[Markup]:
    """One line a fact; what the evidence does not name is not told."""
    known = {name: value for name, value in evidence.items() if value is not None}
    told = [make(words, known) for needed, make in _LINES if needed in known]
    return [words.say("approval-fact", fact=fact) for fact in told if fact is not None]


def _money(words: Words, value: object) -> str:
    return words.money(cents(Decimal(str(value))))


def _paid(words: Words, known: Mapping[str, Any]) -> Markup:
    """What has come, or where nobody has reported the payment yet: what will have come with it."""
    ahead = "reported" in known and not known["reported"]
    paid, total = _money(words, known.get("paid_eur", 0)), _money(words, known["client_total_eur"])
    return words.say("approval-evidence-with" if ahead else "approval-evidence", total=total, paid=paid)


def _before(words: Words, known: Mapping[str, Any]) -> Markup | None:
    before = Decimal(str(known["decided_before_eur"]))
    return words.say("approval-before", amount=words.money(cents(before))) if before else None


def _margin(words: Words, known: Mapping[str, Any]) -> Markup:
    return words.say("approval-margin", amount=_money(words, known["planned_margin_eur"]))


def _reference(words: Words, known: Mapping[str, Any]) -> Markup:
    reported = "yes" if known.get("reported") else "no"
    return words.say("approval-reference", reference=clip(str(known["reference"]), CHANGED), reported=reported)


def _orders(words: Words, known: Mapping[str, Any]) -> Markup:
    codes = [str(code) for code in known["orders"]]
    listed = ", ".join(words.plain("order-code", code=code) for code in codes[:LISTED])
    return words.say("approval-orders", count=len(codes), codes=listed if len(codes) <= LISTED else f"{listed}…")


def _rule(words: Words, known: Mapping[str, Any]) -> Markup:
    return words.say(
        "approval-rule", old=clip(str(known.get("is", "—")), CHANGED), new=clip(str(known["shall_be"]), CHANGED)
    )


def _contradiction(words: Words, known: Mapping[str, Any]) -> Markup:
    return words.say("approval-contradicts", what=clip(str(known["contradicts"]), CHANGED))


_LINES: Final = (
    ("client_total_eur", _paid),
    ("decided_before_eur", _before),
    ("planned_margin_eur", _margin),
    ("reference", _reference),
    ("orders", _orders),
    ("shall_be", _rule),
    ("contradicts", _contradiction),
)
