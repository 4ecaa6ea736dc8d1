"""Which colleague a name means: «на Веру», "Петрову", "Вера П." are found by the stem of each word."""

from collections.abc import Iterable
from typing import Final

from domain.errors import DeskError

_ENDINGS: Final = "аяоеёыиуюьй"
_SHORTEST_STEM: Final = 2


class AmbiguousNameError(DeskError):
    """The name fits several people (`name`; `allowed` lists them with their ids): ask which one is meant."""

    code = "name-ambiguous"


class UnknownNameError(DeskError):
    """Nobody is called like that (`name`; `allowed` lists who is there)."""

    code = "name-unknown"


def person_named(said: str, people: Iterable[tuple[int, str]]) -> int:
    """The id of the one colleague whom these words mean; an id is taken as it is.

    Raises:
        UnknownNameError, AmbiguousNameError: nobody, or several; the candidates are named.
    """
    known = list(people)
    listed = [f"{name} ({person_id})" for person_id, name in known]
    if said.strip().isdecimal() and any(person_id == int(said) for person_id, _ in known):
        return int(said)
    exact = [person_id for person_id, name in known if name.casefold() == said.strip().casefold()]
    if len(exact) == 1:
        return exact[0]
    words = [_stem(word) for word in said.replace(".", " ").split()]
    found = [(person_id, name) for person_id, name in known if words and _fits(words, name)]
    if not found:
        raise UnknownNameError(name=said[:100], allowed=listed)
    if len(found) > 1:
        raise AmbiguousNameError(name=said[:100], allowed=[f"{name} ({person_id})" for person_id, name in found])
    return found[0][0]


def _fits(stems: list[str], name: str) -> bool:
    """Whether each word is the stem, or the initial, of a different word of the name."""
    parts = [part.casefold() for part in name.split()]
    for stem in stems:
        match = next((part for part in parts if _stem(part) == stem or (len(stem) == 1 and part[0] == stem)), None)
        if match is None:
            return False
        parts.remove(match)
    return True


def _stem(word: str) -> str:
    """The word without its case ending: Вера, Веру, Вере -> вер; Иванов, Иванову, Ивановым -> иванов."""
    word = word.casefold().strip(",:;!?«»\"'()")
    for ending in ("ыми", "ого", "ому", "ой", "ом", "ем", "ым", "им", "ей", "ою", "ею", "ам", "ах"):
        if word.endswith(ending) and len(word) - len(ending) > _SHORTEST_STEM:
            return word[: -len(ending)]
    while len(word) > _SHORTEST_STEM + 1 and word[-1] in _ENDINGS:
        word = word[:-1]
    return word
