"""Evidence of a signal in words: what is known by name gets its words and units, the rest stands as it was given."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, cast

from sqlalchemy.ext.asyncio import AsyncConnection

from api.pages import kept_values
from api.pages.visit import Visit
from locales.words import Words
from store import people

UNSAID: Final = frozenset({"severity"})
"""What the line says anyway."""
LONGEST: Final = 300
_PREFIX: Final[Mapping[str, str]] = {"clock": "clock-", "stage": "status-", "status": "status-", "action": "action-"}
_PERSON: Final = frozenset({"manager", "person"})
_MOMENT: Final = frozenset({"due_at", "since"})

Told = Sequence[tuple[str, str]]


async def names_in(tx: AsyncConnection, evidence: Iterable[Mapping[str, Any]]) -> Mapping[int, str]:
    """The people that evidence names by their number."""
    ids = {each[key] for each in evidence for key in _PERSON & each.keys() if isinstance(each[key], int)}
    return {person.id: person.name for person in (await people.by_ids(tx, sorted(ids))).values()} if ids else {}


def told(words: Words, evidence: Mapping[str, Any], names: Mapping[int, str]) -> Told:
    """Each fact as its name and its value, in the order they were given."""
    said: list[tuple[str, str]] = []
    for key, value in evidence.items():
        if key in UNSAID or value is None:
            continue
        name = f"evidence-{key}"
        label = words.plain(name) if words.texts.has(name) else key
        said.append((label, _value(words, key, value, names)[:LONGEST]))
    return said


def _value(words: Words, key: str, value: Any, names: Mapping[int, str]) -> str:
    if key in _PERSON and isinstance(value, int) and value in names:
        return names[value]
    if key in _MOMENT and (at := kept_values.instant(value)) is not None:
        return words.moment(at)
    if key.endswith("_eur") and (amount := kept_values.amount(value)) is not None:
        return words.money(amount)
    if key in _PREFIX and words.texts.has(f"{_PREFIX[key]}{value}"):
        return words.plain(f"{_PREFIX[key]}{value}")
    if isinstance(value, bool):
        return words.plain("evidence-yes" if value else "evidence-no")
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {inner}" for name, inner in cast("Mapping[str, object]", value).items())
    if isinstance(value, list):
        return ", ".join(str(each) for each in cast("list[object]", value))
    return str(value)


async def authors(tx: AsyncConnection, actors: Iterable[str], visit: Visit) -> Mapping[str, str]:
    """Who stands behind each actor of the journal: people and roles by their names, the rest is the system."""
    wanted, roles = set(actors), visit.desk.policy.roles.roles
    ids = {actor: int(actor.removeprefix("person:")) for actor in wanted if actor.startswith("person:")}
    known = await people.by_ids(tx, sorted(ids.values())) if ids else {}
    named = {actor: known[person_id].name for actor, person_id in ids.items() if person_id in known}
    named |= {actor: roles[actor].name for actor in wanted & roles.keys()}
    return {actor: named.get(actor) or visit.words.plain("evidence-by-system") for actor in wanted}
