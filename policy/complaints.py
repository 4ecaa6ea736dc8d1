"""Turns a validation error into a `PolicyError` that names file, dotted key and allowed values."""

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
