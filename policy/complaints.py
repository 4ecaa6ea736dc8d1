"""Complaints about policy files: each is a `PolicyError` that names file, dotted key and allowed values."""

from collections.abc import Collection, Iterable
from enum import StrEnum

from pydantic import ValidationError

from domain.errors import PolicyError
from domain.policy import Policy
from domain.validation import mistake


def complaint(error: ValidationError) -> PolicyError:
    """The first mistake of the validation, addressed by file and key."""
    found = mistake(error.errors()[0], Policy)
    field, _, key = found.field.partition(".")
    file = "policy.yaml" if field == "head" else f"{field}.yaml"
    problem = f"{found.problem} (given: {found.given})" if found.given else found.problem
    return PolicyError(file=file, key=key, problem=problem, allowed=found.allowed)


def wrong(file: str, key: str, problem: str, allowed: Iterable[object] = ()) -> PolicyError:
    """The complaint about a key of `<file>.yaml`."""
    return PolicyError(file=f"{file}.yaml", key=key, problem=problem, allowed=[str(value) for value in allowed])


def complete(file: str, key: str, given: Collection[str], needed: Iterable[StrEnum]) -> None:
    """Complain about the first of the needed names that is not given."""
    needed = tuple(needed)
    for name in needed:
        if name not in given:
            raise wrong(file, f"{key}.{name}", "is missing", needed)


def known(file: str, key: str, given: object, allowed: Iterable[object]) -> None:
    """Complain about a value that is none of the allowed."""
    allowed = tuple(allowed)
    if given not in allowed:
        raise wrong(file, key, f"'{given}' is unknown", allowed)


def unique(file: str, keys: Iterable[tuple[str, object]]) -> None:
    """Complain about the first value that stands twice; the pairs are keys with their values."""
    seen = set[object]()
    for key, value in keys:
        if value in seen:
            raise wrong(file, key, f"'{value}' stands twice")
        seen.add(value)
