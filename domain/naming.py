"""Which colleague a name means: «на Веру», "Петрову", "Вера П." are found by the case forms of each word."""

import re
from collections.abc import Iterable
from typing import Final

from domain.errors import DeskError

_BEFORE_NAMES: Final = frozenset({"на", "к", "ко", "у", "от", "для", "с", "со", "to", "for"})
_VOWELS: Final = "аеёиоуыэюя"
# What a nominative ends in, and what stands there in the other cases; the first that fits.
_DECLENSIONS: Final[tuple[tuple[str, str], ...]] = (
    ("ий", "ий ого его ому ему им ом ем ия ию ии ием"),
    ("ый", "ый ого ому ым ом"),
    ("ой", "ой ого ому ым ом"),
    ("ая", "ая ой ую ою"),
    ("яя", "яя ей юю ею"),
    ("ия", "ия ии ие ию ией иею"),
    ("ья", "ья ьи ье ью ьей ьею"),
    ("а", "а ы и е у ой ою ей ею"),
    ("я", "я и е ю ей ею"),
    ("й", "й я ю ем е"),
    ("ь", "ь я ю ем е и ью"),
)
_OF_CONSONANTS: Final = " а у ом ем е ым"
_FLEETING: Final = re.compile(r"(?<=.)[ео](?=[клнрцв]$)")


class AmbiguousNameError(DeskError):
    """The name fits several people (`name`; `allowed` lists them with their ids): ask which one is meant."""

    code = "name-ambiguous"


class UnknownNameError(DeskError):
    """Nobody is called like that (`name`; `allowed` lists who is there)."""

    code = "name-unknown"


def person_named(said: str, people: Iterable[tuple[int, str]]) -> int:
    """The id of the one colleague whom these words mean; an id is taken as it is, a whole name before a part of one.

    Raises:
        UnknownNameError, AmbiguousNameError: nobody, or several; the candidates are named.
    """
    known = list(people)
    listed = [f"{name} ({person_id})" for person_id, name in known]
    if said.strip().isdecimal() and any(person_id == int(said) for person_id, _ in known):
        return int(said)
    words = _words(said)
    while words and words[0] in _BEFORE_NAMES:
        words = words[1:]
    exact = [person_id for person_id, name in known if words and _words(name) == words]
    if len(exact) == 1:
        return exact[0]
    found = [(person_id, name) for person_id, name in known if words and _fits(words, name)]
    if not found:
        raise UnknownNameError(name=said[:100], allowed=listed)
    if len(found) > 1:
        raise AmbiguousNameError(name=said[:100], allowed=[f"{name} ({person_id})" for person_id, name in found])
    return found[0][0]


def is_named(name: str, text: str) -> bool:
    """Whether the text names this person: by any word of the name, in any case."""
    said = {word for each in re.split(r"[^\w-]+", text) for word in _words(each)}
    return any(len(part) > 1 and not said.isdisjoint(case_forms(part)) for part in _words(name))


def case_forms(word: str) -> frozenset[str]:
    """A name in all its Russian case endings, in small letters, ё as е: Павел, Павла, Павлу, Павлом, Павле."""
    word = _folded(word)
    for ending, cases in _DECLENSIONS:
        if word.endswith(ending) and len(word) > len(ending):
            stem = word.removesuffix(ending)
            return frozenset(stem + case for case in cases.split())
    if not word or word[-1] in _VOWELS:
        return frozenset({word})
    stems = {word, _FLEETING.sub("ь" if word[-3:-2] == "л" else "", word)}
    return frozenset({word} | {stem + case for stem in stems for case in _OF_CONSONANTS.split()})


def _fits(words: list[str], name: str) -> bool:
    """Whether each word is a form, or the initial, of a different word of the name."""
    parts = _words(name)
    for word in words:
        match = next((part for part in parts if word in case_forms(part) or (len(word) == 1 and part[0] == word)), None)
        if match is None:
            return False
        parts.remove(match)
    return True


def _words(said: str) -> list[str]:
    return [word for each in said.replace(".", " ").split() if (word := _folded(each.strip(",:;!?«»\"'()")))]


def _folded(word: str) -> str:
    return word.casefold().replace("ё", "е")
