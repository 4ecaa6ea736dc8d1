"""How a test looks at a desk through the READ tools."""

from typing import Any

from domain.answers import Answer
from domain.people import Actor, ActorKind, Channel
from domain.queries import (
    HotList,
    LoadForecast,
    LookAtApprovals,
    LookAtCalendar,
    LookAtCircles,
    LookAtDecisions,
    LookAtKpis,
    LookAtManagers,
    LookAtQueue,
    LookAtSignals,
    Query,
)
from guardrails.reading import Reader
from tests.integration.desk import Desk, Member

OPEN = "status NOT IN ('closed', 'cancelled')"
ROP = Actor(kind=ActorKind.AGENT, name="ai-rop", channel=Channel.GRAPH)

ALL: tuple[Query, ...] = (
    LookAtQueue(),
    HotList(),
    LookAtKpis(with_parts=True),
    LookAtManagers(),
    LoadForecast(),
    LookAtCircles(role="ai-ceo"),
    LookAtSignals(),
    LookAtSignals(settled=True),
    LookAtDecisions(limit=30),
    LookAtApprovals(),
    LookAtCalendar(),
)


def for_person(member: Member) -> Actor:
    """AI-ROP talking with this person."""
    return Actor(kind=ActorKind.AGENT, name="ai-rop", channel=Channel.GRAPH, person_id=member.id)


def in_person(member: Member) -> Actor:
    """The person asking without an agent between."""
    return member.actor


async def look(desk: Desk, query: Query, by: Actor = ROP) -> Any:
    """The facts, typed loosely, as a test reads them."""
    return (await ask(desk, query, by)).facts


async def ask(desk: Desk, query: Query, by: Actor = ROP) -> Answer:
    return await Reader(desk.db, desk.policy, desk.timeline).ask(query, by)
