"""What follows from a role's declaration: whom it hears and tells, what it may do itself, its charter in words."""

from collections.abc import Iterable, Mapping
from typing import Final

from domain.policy import Autonomy, Circles, Policy, RoleRule, Tool, ToolKind

Topics = tuple[str, ...]

CHARTER: Final = (
    "name",
    "circle",
    "purpose",
    "domains",
    "accountabilities",
    "kpis",
    "hears",
    "tells",
    "acts",
    "proposes",
    "priorities",
)
"""The slots that every prompt may use: who the role is."""


def inputs_of(role: str, circles: Circles) -> Mapping[str, Topics]:
    """What the role hears, by the role that says it (docs/DOMAIN.md 7)."""
    return {hearing.source: hearing.what for hearing in circles.hears if hearing.target == role}


def outputs_of(role: str, circles: Circles) -> Mapping[str, Topics]:
    """What the role says, by the role that hears it (docs/DOMAIN.md 7)."""
    return {hearing.target: hearing.what for hearing in circles.hears if hearing.source == role}


def priorities(circles: Circles) -> tuple[Topics, ...]:
    """The names of the circles by their place in a conflict, who prevails first; the arbiter's circle has none."""
    places = sorted({circle.priority for circle in circles.circles.values() if circle.priority is not None})
    return tuple(tuple(each.name for each in circles.circles.values() if each.priority == place) for place in places)


def acts(role: RoleRule, policy: Policy) -> tuple[Tool, ...]:
    """The tools with which the role changes the desk by itself (docs/DOMAIN.md 8)."""
    changing = role.tools_of(ToolKind.WRITE)
    return tuple(tool for tool in changing if policy.agents.autonomy_of(tool) is Autonomy.ACT)


def proposes(role: RoleRule, policy: Policy) -> tuple[Tool, ...]:
    """The tools whose effect waits for a human."""
    own = acts(role, policy)
    return tuple(tool for tool in role.tools_of(ToolKind.WRITE, ToolKind.PROPOSE) if tool not in own)


def charter(role: str, policy: Policy) -> Mapping[str, str]:
    """The role in words, one text for each of `CHARTER`, from `roles.yaml`, `circles.yaml` and `agents.yaml`.

    Raises NotFoundError for a role that is not declared.
    """
    rule = policy.roles.role(role)
    return {
        "name": rule.name,
        "circle": policy.circles.circles[rule.circle].name,
        "purpose": rule.purpose,
        "domains": _lines(rule.domains),
        "accountabilities": _lines(each.text for each in rule.accountabilities),
        "kpis": _listed(rule.kpis),
        "hears": _by_role(inputs_of(role, policy.circles), policy),
        "tells": _by_role(outputs_of(role, policy.circles), policy),
        "acts": _listed(acts(rule, policy)),
        "proposes": _listed(proposes(rule, policy)),
        "priorities": _lines(_listed(circles) for circles in priorities(policy.circles)),
    }


def _lines(items: Iterable[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _listed(items: Iterable[str]) -> str:
    return ", ".join(items) or "—"


def _by_role(topics: Mapping[str, Topics], policy: Policy) -> str:
    return _lines(f"{policy.roles.role(other).name}: {_listed(what)}" for other, what in topics.items()) or "—"
