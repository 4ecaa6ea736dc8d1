"""Checks of the roles and of how far they are let; each raises `PolicyError` (docs/DOMAIN.md 7 and 8)."""

from collections.abc import Callable
from typing import Final

from domain.authority import Action, VerdictKind, judge
from domain.people import ActorKind
from domain.policy import ACTIONS_OF_DUTIES, Autonomy, DigestKind, Duty, Policy, RoleKpi, Tool, ToolKind
from policy.complaints import complete, known, unique, wrong

_CHANGING: Final = tuple(tool for tool in Tool if tool.kind in (ToolKind.WRITE, ToolKind.PROPOSE))
_EVERYBODYS: Final = (Duty.CHAT, Duty.CONSULT)


def _circles(policy: Policy) -> None:
    circles, roles = policy.circles.circles, policy.roles.roles
    for name, role in roles.items():
        known("roles", f"roles.{name}.circle", role.circle, circles)
    for circle in circles:
        if not any(role.circle == circle for role in roles.values()):
            raise wrong("roles", "roles", f"the circle '{circle}' has no role")


def _declared_once(policy: Policy) -> None:
    roles = policy.roles.roles
    unique("roles", ((f"roles.{name}.name", role.name) for name, role in roles.items()))
    for name, role in roles.items():
        for field, values in (("kpis", role.kpis), ("tools", role.tools), ("duties", role.duties)):
            unique("roles", ((f"roles.{name}.{field}.{i}", value) for i, value in enumerate(values)))
    # A domain is what one role alone controls.
    unique(
        "roles",
        ((f"roles.{name}.domains.{i}", each) for name, role in roles.items() for i, each in enumerate(role.domains)),
    )


def _accountabilities(policy: Policy) -> None:
    for name, role in policy.roles.roles.items():
        held = (*role.tools, *role.duties)
        for i, accountability in enumerate(role.accountabilities):
            for j, server in enumerate(accountability.served_by):
                known("roles", f"roles.{name}.accountabilities.{i}.served_by.{j}", server, held)


def _nothing_is_left_over(policy: Policy) -> None:
    roles = policy.roles.roles.values()
    for tool in Tool:
        if not any(tool in role.tools for role in roles):
            raise wrong("roles", "roles", f"nobody holds the tool '{tool}'", policy.roles.roles)
    for duty in Duty:
        if not any(duty in role.duties for role in roles):
            raise wrong("roles", "roles", f"nobody has the duty '{duty}'", policy.roles.roles)
    for kpi in RoleKpi:
        if not any(kpi in role.kpis for role in roles):
            raise wrong("roles", "roles", f"nobody is measured by '{kpi}'", policy.roles.roles)


def _duties(policy: Policy) -> None:
    for name, role in policy.roles.roles.items():
        for duty in _EVERYBODYS:
            if duty not in role.duties:
                raise wrong("roles", f"roles.{name}.duties", f"every role has the duty '{duty}'", _EVERYBODYS)
        if (Duty.ARBITRATION in role.duties) != (name == policy.circles.arbiter):
            problem = "the arbiter of circles.yaml, and nobody else, arbitrates"
            raise wrong("roles", f"roles.{name}.duties", problem, [policy.circles.arbiter])
        if (Tool.TAKE_POSITION in role.tools) == (name == policy.circles.arbiter):
            problem = "every role but the arbiter takes positions"
            raise wrong("roles", f"roles.{name}.tools", problem, [Tool.TAKE_POSITION])


def _only_proposed(policy: Policy) -> None:
    for i, rule in enumerate(policy.authority.rules):
        if ActorKind.AGENT not in rule.actors or rule.verdict is not VerdictKind.ALLOW:
            continue
        for tool in Tool:
            if tool.kind is ToolKind.PROPOSE and tool in rule.actions:
                raise wrong("authority", f"rules.{i}.actions", f"a role agent only proposes '{tool}'")


def _may_ask(policy: Policy) -> None:
    for name, role in policy.roles.roles.items():
        for i, tool in enumerate(role.tools):
            if tool in tuple(Action):
                _may_be_asked(f"roles.{name}.tools.{i}", Action(tool), policy)
        for i, duty in enumerate(role.duties):
            for action in ACTIONS_OF_DUTIES.get(duty, ()):
                _may_be_asked(f"roles.{name}.duties.{i}", action, policy)


def _may_be_asked(key: str, action: Action, policy: Policy) -> None:
    verdict = judge(action, ActorKind.AGENT, None, owns_order=False, risks=frozenset(), amount_eur=None, policy=policy)
    if verdict.kind is VerdictKind.REFUSE:
        raise wrong("roles", key, f"authority.yaml refuses '{action}' to role agents ({verdict.rule})")


def _autonomy(policy: Policy) -> None:
    for tool, level in policy.agents.autonomy.items():
        known("agents", f"autonomy.{tool}", tool, _CHANGING)
        if tool.kind is ToolKind.PROPOSE and level is Autonomy.ACT:
            problem = f"'{tool}' touches money, law, a dispute, many orders, a person or the rules: people decide"
            raise wrong("agents", f"autonomy.{tool}", problem, [Autonomy.PROPOSE, Autonomy.SHADOW])


def _limits(policy: Policy) -> None:
    agents = policy.agents
    for role in agents.day_of_roles:
        known("agents", f"day_of_roles.{role}", role, policy.roles.roles)
    own = {f"day_of_roles.{role}": day for role, day in agents.day_of_roles.items()}
    for key, day in {"day": agents.day, **own}.items():
        if day.tokens < agents.run.tokens:
            raise wrong("agents", f"{key}.tokens", "a day holds at least one run", [f"{agents.run.tokens} and more"])
        if day.eur < agents.run.eur:
            raise wrong("agents", f"{key}.eur", "a day holds at least one run", [f"{agents.run.eur} and more"])
    if agents.texts.wait_for_model.total_seconds() > agents.run.seconds:
        raise wrong("agents", "texts.wait_for_model", "is longer than a run lasts", [f"at most {agents.run.seconds}s"])


def _digests(policy: Policy) -> None:
    kinds = policy.digests.kinds
    complete("digests", "kinds", kinds, DigestKind)
    for kind, rule in kinds.items():
        known("digests", f"kinds.{kind}.role", rule.role, policy.roles.roles)
        known("digests", f"kinds.{kind}.duty", rule.duty, policy.roles.roles[rule.role].duties)


ROLE_CHECKS: Final[tuple[Callable[[Policy], None], ...]] = (
    _circles,
    _declared_once,
    _duties,
    _accountabilities,
    _nothing_is_left_over,
    _only_proposed,
    _may_ask,
    _autonomy,
    _limits,
    _digests,
)
