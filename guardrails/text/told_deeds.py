"""Deeds that facts tell of: rows of the journal and decided approvals, wherever they stand in nested answers."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, cast

from domain.policy import Action
from guardrails.text.promises import Promise

_DONE: Final = frozenset({"done", "approved"})
_MONEY: Final[Mapping[str, Promise]] = {
    Action.PROPOSE_REFUND: Promise.REFUND,
    Action.PROPOSE_DISCOUNT: Promise.DISCOUNT,
    Action.PROPOSE_COMPENSATION: Promise.COMPENSATION,
}


_TYPED: Final = frozenset({"asked", "evidence", "facts", "proposed"})
"""What somebody proposed stands there in their own words: no ground."""


def deeds_told(facts: object) -> frozenset[str]:
    """The actions that the facts tell as done."""
    return frozenset(str(row["action"]) for row in _done(facts))


def approved_money(facts: object) -> Mapping[str, frozenset[str]]:
    """Kinds of `Promise` that people have approved, with the orders they approved them for."""
    found: dict[str, set[str]] = {}
    for row in _done(facts):
        kind = _MONEY.get(str(row["action"]))
        if kind is not None and "status" in row:
            orders = found.setdefault(kind.value, set())
            if row.get("order") is not None:
                orders.add(str(row["order"]))
    return {kind: frozenset(orders) for kind, orders in found.items()}


def _done(fact: object) -> Iterator[Mapping[str, object]]:
    """Every mapping of an action that was carried out."""
    if isinstance(fact, Mapping):
        row = cast("Mapping[str, object]", fact)
        if isinstance(row.get("action"), str) and _DONE & {str(row.get("outcome")), str(row.get("status"))}:
            yield row
        for name, inner in row.items():
            if name not in _TYPED:
                yield from _done(inner)
    elif isinstance(fact, Sequence) and not isinstance(fact, str):
        for inner in cast("Sequence[object]", fact):
            yield from _done(inner)
