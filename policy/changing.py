"""One value of the rules changed, and the whole judged again: what the rules cannot read is refused, and what another
file would have to follow is named.
"""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Never, cast

from pydantic import ValidationError

from domain.errors import InvalidInputError, PolicyError
from domain.policy import Policy
from policy.complaints import complaint
from policy.crosschecks import crosscheck
from policy.loading import FIELDS


def standing(policy: Policy, file: str, key: str) -> object:
    """The value behind a key of a file, in JSON's own types.

    Raises:
        InvalidInputError: no such file or key; those that exist are named.
    """
    return _behind(policy.model_dump(mode="json", by_alias=True)[_field(file)], key)


def changed(policy: Policy, file: str, key: str, value: str) -> Policy:
    """The rules with this value, as JSON or a bare word, behind the key.

    Raises:
        InvalidInputError: no such file or key, the same value as before, or one that does not fit there.
    """
    after = placed(policy, [(file, key, _read(value))])
    if after == policy:
        raise InvalidInputError(field="value", value=value, allowed=("another value than the present one",))
    return after


def placed(policy: Policy, values: Sequence[tuple[str, str, object]]) -> Policy:
    """The rules with these values behind their (file, key), judged as a whole by the models of the files.

    Raises:
        InvalidInputError: no such file or key, a value that does not fit there, or another set of roles: a role comes
            with its prompts, by the files.
    """
    content = policy.model_dump(by_alias=True)
    for file, key, value in values:
        field = _field(file)
        _behind(content[field], key)
        content[field] = _replaced(content[field], key.split("."), value)
    try:
        after = Policy.model_validate(content)
    except ValidationError as error:
        raise _unfit(str(values[-1][2]), complaint(error)) from error
    if after.roles.roles.keys() != policy.roles.roles.keys():
        raise InvalidInputError(field="key", value=values[-1][1], allowed=tuple(policy.roles.roles))
    return after


def contradiction(policy: Policy) -> str | None:
    """What two files say differently, and so has to be changed together; None when the rules are of a piece."""
    try:
        crosscheck(policy)
    except PolicyError as error:
        return str(error)
    return None


def _field(file: str) -> str:
    if file not in FIELDS:
        raise InvalidInputError(field="file", value=file, allowed=sorted(FIELDS))
    return FIELDS[file]


def _behind(content: object, key: str) -> object:
    parts = key.split(".")
    for depth, part in enumerate(parts):
        content = _inside(content, part, parts[:depth])
    return content


def _inside(value: object, part: str, above: Sequence[str]) -> object:
    match value:
        case Mapping():
            for name, inner in cast("Mapping[object, object]", value).items():
                if str(name) == part:
                    return inner
            names = [str(name) for name in cast("Mapping[object, object]", value)]
        case list() | tuple():
            items = cast("Sequence[object]", value)
            if part.isdecimal() and int(part) < len(items):
                return items[int(part)]
            names = [f"0..{len(items) - 1}"] if items else []
        case _:
            names = []
    return _unknown(part, above, names)


def _unknown(part: str, above: Sequence[str], names: Sequence[str]) -> Never:
    allowed = [".".join([*above, name]) for name in names] or [".".join(above)]
    raise InvalidInputError(field="key", value=".".join([*above, part]), allowed=allowed)


def _replaced(value: Any, parts: Sequence[str], new: object) -> object:
    """A copy with the value at the end of the path replaced; the path is known to exist."""
    if not parts:
        return new
    part, rest = parts[0], parts[1:]
    if isinstance(value, Mapping):
        content = cast("Mapping[object, object]", value)
        return {name: _replaced(inner, rest, new) if str(name) == part else inner for name, inner in content.items()}
    items = list(cast("Sequence[object]", value))
    items[int(part)] = _replaced(items[int(part)], rest, new)
    return items


def _read(value: str) -> object:
    """JSON, or else the bare word: durations and names need no quotes."""
    try:
        return json.loads(value, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return value


def _no_number(word: str) -> Never:
    raise ValueError(word)


def _unfit(value: str, error: PolicyError) -> InvalidInputError:
    allowed = error.allowed or (str(error.params.get("problem", "another value")),)
    return InvalidInputError(field="value", value=value, allowed=allowed)
