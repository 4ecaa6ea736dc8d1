"""Digests as texts with `[[slots]]`: which slots each has, what is wrong with a text, and how code fills it.

A model writes words around slots; every number, name, code and deadline of a digest stands in a slot.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from domain.policy import DigestKind

_SLOT: Final = re.compile(r"\[\[\s*([a-z_]+)\s*\]\]")
_BRACKETS: Final = re.compile(r"\[\[|\]\]")
_LIST_MARK: Final = re.compile(r"^\s*\d{1,2}[.)]\s+", re.MULTILINE)
_NUMBER: Final = re.compile(r"\d+(?:[.,:]\d+)*")
_ROLE_OR_VERSION: Final = re.compile(r"\b[A-Za-z][\w/-]*[-/]v?\d[\w.]*\b")


@dataclass(frozen=True, slots=True)
class SlotRule:
    """One slot: a `required` one stands in every text of its digest, a `block` (several lines) on a line of its own."""

    name: str
    required: bool = False
    block: bool = False


_PERIOD: Final = SlotRule("period", required=True)
_OPEN: Final = SlotRule("open_orders", required=True)
_OVERDUE: Final = SlotRule("overdue_orders", required=True)
_HOT: Final = SlotRule("hot_orders", required=True)
_HOT_LIST: Final = SlotRule("hot_list", block=True)
_APPROVALS_OPEN: Final = SlotRule("approvals_open", required=True)
_APPROVALS: Final = SlotRule("approvals", block=True)
_PEOPLE: Final = SlotRule("people", block=True)
_SIGNALS_OPEN: Final = SlotRule("signals_open", required=True)
_SIGNALS: Final = SlotRule("signals", block=True)
_KPIS: Final = SlotRule("kpis", required=True, block=True)
_MISSING: Final = SlotRule("missing", required=True, block=True)

SLOTS: Final[Mapping[DigestKind, tuple[SlotRule, ...]]] = {
    DigestKind.SHIFT: (
        *(_PERIOD, _OPEN, _OVERDUE, _HOT, _HOT_LIST, _APPROVALS_OPEN, _APPROVALS, _PEOPLE, _SIGNALS_OPEN, _SIGNALS),
        SlotRule("nearest", block=True),
    ),
    DigestKind.DAILY: (
        *(_PERIOD, _KPIS, _OPEN, _OVERDUE, _HOT, _HOT_LIST, _PEOPLE, _SIGNALS_OPEN, _SIGNALS, _APPROVALS_OPEN),
        SlotRule("forecast", required=True, block=True),
    ),
    DigestKind.CRISIS: (
        *(SlotRule("crisis", required=True, block=True), _SIGNALS_OPEN, _OPEN, _OVERDUE, _HOT, _HOT_LIST, _PEOPLE),
        *(_APPROVALS_OPEN, _APPROVALS),
    ),
    DigestKind.BRIEF: (
        *(_PERIOD, SlotRule("pulse", required=True, block=True), SlotRule("decisions", required=True, block=True)),
        *(_SIGNALS_OPEN, _SIGNALS, SlotRule("rulings", block=True), _MISSING),
    ),
    DigestKind.WEEKLY: (
        *(_PERIOD, _SIGNALS_OPEN, SlotRule("chains_shown"), SlotRule("chains", required=True, block=True)),
        SlotRule("chains_more", required=True),
        *(_KPIS, SlotRule("rulings", block=True), _MISSING),
    ),
}
"""The slots of each digest, in the order in which its plain text has them."""

NAMES: Final = tuple(dict.fromkeys(rule.name for rules in SLOTS.values() for rule in rules))
"""All slots there are."""


def placed(name: str) -> str:
    """The slot as it stands in a text."""
    return f"[[{name}]]"


def slots_of(text: str) -> Sequence[str]:
    """The slots that a text has, in the order of reading."""
    return tuple(_SLOT.findall(text))


def outside(text: str) -> str:
    """The words of a text without its slots."""
    return _SLOT.sub(" ", text)


def findings(kind: DigestKind, text: str, values: Mapping[str, str]) -> list[str]:
    """What is wrong with a text: slots that are unknown, lack, or are no slots; blocks inside a line; own numbers."""
    rules = {rule.name: rule for rule in SLOTS[kind] if rule.name in values}
    used = slots_of(text)
    blocks = [name for name in dict.fromkeys(used) if name in rules and rules[name].block]
    return [
        *(f"unknown-slot: {name}" for name in dict.fromkeys(used) if name not in rules),
        *(f"missing-slot: {name}" for name, rule in rules.items() if rule.required and name not in used),
        *(f"not-alone: {name}" for name in blocks if not _stands_alone(name, text)),
        *(f"no-slot: {found}" for found in dict.fromkeys(_BRACKETS.findall(outside(text)))),
        *(f"own-number: {number}" for number in _own_numbers(text, values)),
    ]


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its slots filled, once: what looks like a slot inside a value stays as it is.

    Raises KeyError for a slot without a value.
    """
    return _SLOT.sub(lambda slot: values[slot[1]], text)


def _stands_alone(name: str, text: str) -> bool:
    mark = re.escape(name)
    return all(
        re.fullmatch(rf"\s*\[\[\s*{mark}\s*\]\]\s*", line) for line in text.splitlines() if name in slots_of(line)
    )


def _own_numbers(text: str, values: Mapping[str, str]) -> Sequence[str]:
    """Numbers outside the slots that no slot's value has."""
    known = {number for value in values.values() for number in _NUMBER.findall(value)}
    words = _ROLE_OR_VERSION.sub(" ", _LIST_MARK.sub(" ", outside(text)))
    return [number for number in dict.fromkeys(_NUMBER.findall(words)) if number not in known]
