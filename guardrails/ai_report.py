"""How the role agents stand: how far each is let, by whom and why, and what it has used today of what it may use."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from domain.agency import EVERY_ROLE, Mode, strictest
from domain.policy import DayLimits, Policy
from guardrails.desk import Desk
from store.agents import modes, usage
from store.agents.modes import Switch


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelUse:
    """What one model did for a role today; money in EUR."""

    model: str
    calls: int
    tokens_in: int
    tokens_out: int
    cost_eur: Decimal
    fallbacks: int
    refusals: int
    rejected_texts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleReport:
    """One role: `mode` is what holds (the stricter of its own switch and that of all), `switch` its own."""

    role: str
    name: str
    mode: Mode
    switch: Switch | None
    tokens: int
    cost_eur: Decimal
    tokens_a_day: int
    eur_a_day: Decimal
    models: list[ModelUse]


@dataclass(frozen=True, slots=True, kw_only=True)
class AiReport:
    """All roles; `mode` and `switch` are those of all at once; `day` is the company's calendar day in UTC."""

    mode: Mode
    switch: Switch | None
    day: date
    roles: list[RoleReport]


async def ai_report(desk: Desk) -> AiReport:
    """The present state, from one snapshot."""
    day = desk.timeline.now().date()
    async with desk.db.reading() as tx:
        switches = await modes.switches(tx)
        used = [row for row in await usage.by_day(tx, day) if row["day"] == day]
    every = switches.get(EVERY_ROLE)
    mode = Mode.ACT if every is None else every.mode
    uses: dict[str, list[ModelUse]] = {}
    for row in used:
        use = ModelUse(**{name: row[name] for name in ModelUse.__dataclass_fields__})
        uses.setdefault(row["role"], []).append(use)
    return AiReport(
        mode=mode,
        switch=every,
        day=day,
        roles=[
            _role(role, mode, switches.get(role), uses.get(role, []), desk.policy) for role in desk.policy.roles.roles
        ],
    )


def _role(role: str, every: Mode, own: Switch | None, used: list[ModelUse], policy: Policy) -> RoleReport:
    limits: DayLimits = policy.agents.day_of(role)
    return RoleReport(
        role=role,
        name=policy.roles.role(role).name,
        mode=every if own is None else strictest(every, own.mode),
        switch=own,
        tokens=sum(use.tokens_in + use.tokens_out for use in used),
        cost_eur=sum((use.cost_eur for use in used), Decimal(0)),
        tokens_a_day=limits.tokens,
        eur_a_day=limits.eur,
        models=used,
    )
