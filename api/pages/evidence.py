"""Evidence of a signal in words: what is known by name gets its words and units, the rest stands as it was given."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from api.pages.visit import Visit
from locales import facts
from locales.words import Words
from store import people

UNSAID: Final = frozenset({"severity"})
"""What the line says anyway."""
LONGEST: Final = 300
_PERSON: Final = frozenset({"manager", "person"})

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
        name = names.get(value) if key in _PERSON and isinstance(value, int) else None
        said.append((facts.label(words, key), (name or facts.said(words, key, value, lately=True))[:LONGEST]))
    return said


async def authors(tx: AsyncConnection, actors: Iterable[str], visit: Visit) -> Mapping[str, str]:
    """Who stands behind each actor of the journal: people and roles by their names, the rest is the system."""
    wanted, roles = set(actors), visit.desk.policy.roles.roles
    ids = {actor: int(actor.removeprefix("person:")) for actor in wanted if actor.startswith("person:")}
    known = await people.by_ids(tx, sorted(ids.values())) if ids else {}
    named = {actor: known[person_id].name for actor, person_id in ids.items() if person_id in known}
    named |= {actor: roles[actor].name for actor in wanted & roles.keys()}
    return {actor: named.get(actor) or visit.words.plain("evidence-by-system") for actor in wanted}
