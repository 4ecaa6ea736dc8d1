"""Colleagues in a model's arguments: it names them as people do, the commands want their ids.

What a command holds inside a list (the steps of a plan) is reached by its path: `steps.0.owner_id`.
"""

from collections.abc import Mapping
from typing import Any, Final, cast, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from domain.errors import InvalidInputError

PEOPLE: Final[Mapping[str, str]] = {
    "manager_id": "manager",
    "owner_id": "owner",
    "from_manager": "from_manager",
    "person_id": "person",
}
"""Fields that hold a person's id, and what a model calls them."""

_UNSAID: Final = frozenset(PEOPLE) - frozenset(PEOPLE.values())


def inner(info: FieldInfo) -> type[BaseModel] | None:
    """The type of what a field lists, where that has fields of its own."""
    if get_origin(info.annotation) is not tuple:
        return None
    listed = get_args(info.annotation)[0]
    return listed if isinstance(listed, type) and issubclass(listed, BaseModel) else None


def taken_out(target: type[BaseModel], given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The arguments without people, and the names of those by the path of their field.

    Raises InvalidInputError for an id in the place of a name: a model names people, it does not number them.
    """
    for field in _UNSAID & given.keys():
        raise InvalidInputError(field=field, value=str(given[field])[:100], allowed=(PEOPLE[field],))
    fields, people = dict(given), dict[str, str]()
    for field, info in target.model_fields.items():
        said, listed = PEOPLE.get(field), inner(info)
        if said is not None and said in fields:
            people[field] = str(fields.pop(said))
        elif listed is not None and isinstance(fields.get(field), list):
            fields[field] = [
                _of_item(listed, item, f"{field}.{i}", people)
                for i, item in enumerate(cast("list[Any]", fields[field]))
            ]
    return fields, people


def _of_item(listed: type[BaseModel], item: object, path: str, people: dict[str, str]) -> object:
    if not isinstance(item, dict):
        return item
    fields, named = taken_out(listed, cast("dict[str, Any]", item))
    people.update({f"{path}.{field}": name for field, name in named.items()})
    return fields


def put_in(fields: Mapping[str, Any], ids: Mapping[str, int]) -> dict[str, Any]:
    """The arguments with the ids of the people that were taken out."""
    whole: dict[str, Any] = dict(fields)
    for path, person_id in ids.items():
        list_name, _, rest = path.partition(".")
        if not rest:
            whole[path] = person_id
            continue
        place, _, field = rest.partition(".")
        items = list(whole[list_name])
        items[int(place)] = put_in(items[int(place)], {field: person_id})
        whole[list_name] = items
    return whole
