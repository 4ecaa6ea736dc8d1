"""The rules in force: those of the files, and over them the changes that people have approved, from their day on.

The same changes over the same files make the same rules and the same version, in whichever process.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from domain.errors import InvalidInputError, PolicyError
from domain.policy import Policy
from policy.changing import placed
from policy.crosschecks import crosscheck


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """One approved value (in JSON's own types) for a key of a file, from a day on."""

    id: int
    file: str
    key: str
    value: object
    effective_from: date


@dataclass(frozen=True, slots=True)
class Refused:
    """A change that the rules cannot take any more, and why."""

    id: int
    file: str
    key: str
    problem: str


@dataclass(frozen=True, slots=True)
class InForce:
    """The rules, the changes that are in them, and those that were refused."""

    policy: Policy
    applied: tuple[Overlay, ...] = ()
    refused: tuple[Refused, ...] = ()


def overlaid(files: Policy, changes: Sequence[Overlay]) -> InForce:
    """The files' rules with these changes, whose day has come.

    Changes of one day are taken together, so that what has to change together can. Where that does not stand, each is
    taken that stands by itself; the others wait for a later day's change that makes them fit, and are refused so far.
    """
    applied: tuple[Overlay, ...] = ()
    waiting: list[Overlay] = []
    ordered = _in_order(changes)
    if _problem(files, ordered) is None:
        return InForce(_made(files, ordered), tuple(ordered))
    for _, days in groupby(ordered, key=lambda change: change.effective_from):
        waiting += days
        applied, waiting = _taken(files, applied, waiting)
    refused = tuple(_refusal(files, applied, change) for change in waiting)
    return InForce(_made(files, applied), tuple(_in_order(applied)), refused)


def _in_order(changes: Sequence[Overlay]) -> list[Overlay]:
    """The later day's value stands, and of one day the one approved later."""
    return sorted(changes, key=lambda change: (change.effective_from, change.id))


def _taken(
    files: Policy, applied: tuple[Overlay, ...], wanted: Sequence[Overlay]
) -> tuple[tuple[Overlay, ...], list[Overlay]]:
    if _problem(files, (*applied, *wanted)) is None:
        return (*applied, *wanted), []
    left: list[Overlay] = []
    for change in wanted:
        if _problem(files, (*applied, change)) is None:
            applied = (*applied, change)
        else:
            left.append(change)
    return applied, left


def _refusal(files: Policy, applied: tuple[Overlay, ...], change: Overlay) -> Refused:
    return Refused(change.id, change.file, change.key, _problem(files, (*applied, change)) or "")


def _problem(files: Policy, changes: Sequence[Overlay]) -> str | None:
    try:
        made = _made(files, changes)
        crosscheck(made)
    except (PolicyError, InvalidInputError) as error:
        return str(error)
    return None


def _made(files: Policy, changes: Sequence[Overlay]) -> Policy:
    values = [(change.file, change.key, change.value) for change in _in_order(changes)]
    made = placed(files, values)
    if made == files:
        return files
    said = [files.version, *values]
    digest = hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    return made.model_copy(update={"version": f"{made.head.version}-{digest[:8]}"})
