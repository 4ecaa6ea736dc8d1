"""What a READ tool is told and returns; the table of all of them by request type."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.answers import Answer
from domain.errors import DeskError
from domain.measures import Period, read_span
from domain.policy import Policy
from domain.queries import Query
from domain.staff import CalendarBook
from domain.viewers import Viewer
from tools.looking.times import Times


@dataclass(frozen=True, slots=True, kw_only=True)
class LookContext:
    """The surroundings of one request: rules, calendars, the present instant, and who looks."""

    policy: Policy
    calendars: CalendarBook
    now: datetime
    viewer: Viewer

    @property
    def times(self) -> Times:
        """How instants are told: in UTC and in the company's own zone."""
        return Times(now=self.now, zone=self.policy.calendars.of_team(None).zone)

    def period(self, span: str) -> Period:
        """The span of this length that ends now; raises InvalidInputError for one that cannot be measured."""
        return Period.ending(read_span(span, field="period"), now=self.now)

    def since(self, span: str | None) -> datetime | None:
        """When a span that ends now begins; None for none."""
        return None if span is None else self.now - min(read_span(span, field="period"), timedelta(days=4_000))


Q = TypeVar("Q", bound=Query)
Look = Callable[[AsyncConnection, Any, LookContext], Awaitable[Answer]]

LOOKS: dict[type[Query], Look] = {}


def looks(
    query: type[Q],
) -> Callable[[Callable[[AsyncConnection, Q, LookContext], Awaitable[Answer]]], Look]:
    """Register a function as the one tool for a request type."""

    def register(look: Callable[[AsyncConnection, Q, LookContext], Awaitable[Answer]]) -> Look:
        if query in LOOKS:
            raise AssertionError(f"two tools for {query.__name__}")
        LOOKS[query] = look
        return look

    return register


def look_for(query: Query) -> Look:
    """The tool for a request; every request type has one (a test proves it)."""
    found = LOOKS.get(type(query))
    if found is None:
        raise DeskError(query=type(query).__name__)
    return found
