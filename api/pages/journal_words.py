"""How rows of the journal and requests read: who, what, by which rule; facts as a tree with people's words marked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from api.pages.visit import Visit
from domain.authority import NO_RULE
from domain.foreign import Fact, Foreign
from domain.people import CRM_FEED, DISPATCHER, DOORMAN, OPERATOR, POSTMAN, WATCHDOG
from domain.policy import AuthorityRule
from domain.remarks import read
from locales import facts

HOUSE: Final = tuple(actor.name for actor in (WATCHDOG, DISPATCHER, POSTMAN, DOORMAN, CRM_FEED, OPERATOR))


@dataclass(frozen=True, slots=True)
class Node:
    """One fact: its words, or what is inside it by label. `typed` marks what somebody wrote."""

    words: str = ""
    typed: bool = False
    inside: Sequence[tuple[str, "Node"]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleWords:
    """A rule that judged: the table's own rule where it is one, the risks that made it an approval."""

    name: str
    found: AuthorityRule | None
    risks: Sequence[str]
    nobody: bool


def actor_words(visit: Visit, actor: str, name: str | None) -> str:
    """Who did or asked: a person or a role by name, the house's own by what they are."""
    if name is not None:
        return name
    role = visit.desk.policy.roles.roles.get(actor)
    if role is not None:
        return role.name
    return visit.words.plain(f"decisions-actor-{actor}") if actor in HOUSE else actor


def rule_words(visit: Visit, rule: str) -> RuleWords:
    """The rule behind a verdict, `name/risk+risk`, as it stands in the rules now."""
    name, *more = rule.split("/")
    found = next((each for each in visit.desk.policy.authority.rules if each.name == name), None)
    risks = [risk for part in more for risk in part.split("+") if visit.words.texts.has(f"risk-{risk}")]
    return RuleWords(name=name, found=found, risks=risks, nobody=name == NO_RULE)


def tree(visit: Visit, fact: Fact, key: str = "") -> Node:
    """A fact ready to be written."""
    words = visit.words
    match fact:
        case None:
            return Node(words.plain("fact-is-false" if key == "contradicts" else "web-no-data"))
        case bool() | int() | float() | str():
            return Node(facts.said(words, key, fact))
        case Foreign():
            remark = read(fact.text) is not None
            return Node(words.reason(fact.text), typed=not remark)
        case Mapping():
            inside = cast("Mapping[str, Fact]", fact).items()
            return Node(inside=[(facts.label(words, name), tree(visit, inner, name)) for name, inner in inside])
        case _:
            return _list(visit, fact, key)


def _list(visit: Visit, many: Sequence[Fact], key: str) -> Node:
    nodes = [tree(visit, inner, key) for inner in many]
    if all(not node.inside and not node.typed for node in nodes):
        return Node(", ".join(node.words for node in nodes) or visit.words.plain("web-no-data"))
    return Node(inside=[(str(place), node) for place, node in enumerate(nodes, 1)])
