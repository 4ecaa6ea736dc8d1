"""One value of the rules changed, and the whole judged again: what the rules cannot read is refused, and what another
file would have to follow is named.
"""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Never, cast

from pydantic import ValidationError

from domain.errors import InvalidInputError, PolicyError
from domain.policy import Policy
from domain.validation import mistake, shown, storable
from policy.complaints import complaint
from policy.crosschecks import crosscheck
from policy.loading import FIELDS

DIGITS: Final = 15


def located(policy: Policy, file: str, key: str) -> tuple[str, ...]:
    """The names on the way to a key, of which one may hold dots itself: `prices.gpt-4.1.input`.

    Raises like `standing`.
    """
    return _located(policy.model_dump(mode="json", by_alias=True)[_field(file)], key)


def standing(policy: Policy, file: str, key: str) -> object:
    """The value behind a key of a file, in JSON's own types.

    Raises:
        InvalidInputError: no such file or key; those that exist are named.
    """
    content: object = policy.model_dump(mode="json", by_alias=True)[_field(file)]
    for name in _located(content, key):
        content = _inside(content)[name]
    return content


def changed(policy: Policy, file: str, key: str, value: str) -> Policy:
    """The rules with this value, as JSON or a bare word, behind the key.

    Raises:
        InvalidInputError: no such file or key, the same value as before, or one that does not fit there.
    """
    after = placed(policy, [(file, key, _read(value))])
    if after == policy:
        allowed = ("another value than the present one",)
        raise InvalidInputError(field="value", rule="same", value=value, allowed=allowed)
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
        content[field] = _replaced(content[field], _located(content[field], key), value)
    try:
        after = Policy.model_validate(content)
    except ValidationError as error:
        raise _unfit(str(values[-1][2]), complaint(error), **mistake(error.errors()[0], Policy).params) from error
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


def _located(content: object, key: str) -> tuple[str, ...]:
    found = _way(content, key)
    return _unknown(content, key) if found is None else found


def _way(content: object, key: str) -> tuple[str, ...] | None:
    """The names to the key; where several begin it, the longest that leads there."""
    inside = _inside(content)
    if key in inside:
        return (key,)
    for name in _beginning(inside, key):
        further = _way(inside[name], key.removeprefix(f"{name}."))
        if further is not None:
            return (name, *further)
    return None


def _beginning(inside: Mapping[str, object], key: str) -> list[str]:
    return sorted((name for name in inside if key.startswith(f"{name}.")), key=len, reverse=True)


def _inside(value: object) -> Mapping[str, object]:
    """What a value holds by name or place; nothing for one that has no inside."""
    match value:
        case Mapping():
            return {str(name): inner for name, inner in cast("Mapping[object, object]", value).items()}
        case list() | tuple():
            return {str(place): inner for place, inner in enumerate(cast("Sequence[object]", value))}
        case _:
            return {}


def _unknown(content: object, key: str) -> Never:
    """Names what there is where the key leaves the path."""
    above, rest = "", key
    while known := _beginning(_inside(content), rest):
        content, rest = _inside(content)[known[0]], rest.removeprefix(f"{known[0]}.")
        above = f"{above}{known[0]}."
    names = list(_inside(content))
    if isinstance(content, list | tuple) and names:
        names = [f"0..{len(names) - 1}"]
    raise InvalidInputError(
        field="key", value=key, allowed=[f"{above}{name}" for name in names] or [above.removesuffix(".")]
    )


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
        read: object = json.loads(value, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError):
        read = value
    if not _is_plain(read):
        allowed = (f"numbers of at most {DIGITS} digits",)
        raise InvalidInputError(field="value", rule="digits", value=shown(value), digits=DIGITS, allowed=allowed)
    return read


def _is_plain(read: object) -> bool:
    """Whether it is written in whole characters and in numbers that can be reckoned with: 1e999999999 cannot."""
    match read:
        case int() | Decimal():
            return _is_short(Decimal(read))
        case str():
            return storable(read) == read and _is_plain(_number(read))
        case list():
            return all(_is_plain(each) for each in cast("list[object]", read))
        case dict():
            return all(_is_plain(each) for pair in cast("dict[str, object]", read).items() for each in pair)
        case _:
            return True


def _number(word: str) -> Decimal | None:
    """The number that the models would read in these quotes."""
    try:
        return Decimal(word)
    except InvalidOperation:
        return None


def _is_short(number: Decimal) -> bool:
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -DIGITS and number.adjusted() < DIGITS


def _no_number(word: str) -> Never:
    raise ValueError(word)


def _unfit(value: str, error: PolicyError, **bound: str) -> InvalidInputError:
    allowed = error.allowed or (str(error.params.get("problem", "another value")),)
    return InvalidInputError(field="value", value=value, allowed=allowed, **bound)
