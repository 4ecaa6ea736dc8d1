"""The journal of decisions: who did what, on which facts, by which rule; a row with all it says; the export."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import StreamingResponse
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncConnection

from api.pages.board import Asked, Board, Panel
from api.pages.decisions_export import as_csv, as_json
from api.pages.journal_words import HOUSE, actor_words, rule_words, tree
from api.pages.places import Place
from api.pages.route import PageRoute
from api.pages.visit import Visit, at
from domain.commands import NO_NUL, Id
from domain.journal import Outcome
from domain.people import Role
from domain.policy import Action, VerdictKind
from domain.validation import parse
from guardrails.approval.votes import Ballot
from guardrails.told import facts_of
from locales import facts
from store import people
from store.desk import approvals
from store.views.decision_pages import (
    DecisionsAsked,
    decision,
    decisions_page,
    exported,
    traced,
)
from store.views.decision_seals import sealed_state

router = APIRouter(include_in_schema=False, route_class=PageRoute)

LINES: Final = 50
TRACED: Final = 100
EXPORTED: Final = 100_000
SPANS: Final[Mapping[str, timedelta | None]] = {
    "24h": timedelta(hours=24),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
    "365d": timedelta(days=365),
    "all": None,
}
Span = Literal["24h", "7d", "30d", "365d", "all"]
Word = Annotated[str, Field(max_length=100), NO_NUL]


class Decisions(Asked):
    """The filters of the address. `period`: a week unless said; everything where an order or a trace is named.

    `steps`: what role agents note on their way (which data they looked at) stands among the decisions.
    """

    period: Span | None = None
    actor: Word | None = None
    role: Role | None = None
    action: Word | None = None
    verdict: VerdictKind | None = None
    outcome: Outcome | None = None
    order: Annotated[str, Field(max_length=40), NO_NUL] | None = None
    trace: Annotated[str, Field(max_length=64), NO_NUL] | None = None
    steps: bool = False
    after: Annotated[str, Field(max_length=120)] | None = None

    @property
    def span(self) -> Span:
        """The period that is shown."""
        return self.period or ("7d" if self.order is None and self.trace is None else "all")

    @property
    def with_steps(self) -> bool:
        """Whether steps are shown: also where they are asked for by their own name or by their trace."""
        return self.steps or self.action in facts.NOTED or self.trace is not None


class OneDecision(Asked):
    """Which row."""

    id: Id


def which(visit: Visit, asked: Decisions) -> DecisionsAsked:
    """The filter of the store."""
    length = SPANS[asked.span]
    return DecisionsAsked(
        since=None if length is None else visit.words.now - length,
        actor=asked.actor,
        role=asked.role,
        action=asked.action,
        verdict=asked.verdict,
        outcome=asked.outcome,
        order=None if asked.order is None else asked.order.strip(),
        trace_id=asked.trace,
        but=() if asked.with_steps else facts.NOTED,
    )


async def filters(visit: Visit, tx: AsyncConnection, _asked: Decisions) -> Mapping[str, Any]:
    """What can be chosen."""
    staff = [(f"person:{person.id}", person.name) for person in await people.with_roles(tx, tuple(Role))]
    roles = [(key, role.name) for key, role in visit.desk.policy.roles.roles.items()]
    house = [(name, actor_words(visit, name, None)) for name in HOUSE]
    actions = [(action, facts.action(visit.words, action)) for action in (*Action, *facts.NOTED)]
    return {
        "spans": tuple(SPANS),
        "actors": [*staff, *roles, *house],
        "roles": tuple(Role),
        "actions": sorted(actions, key=lambda pair: pair[1]),
        "verdicts": tuple(VerdictKind),
        "outcomes": tuple(Outcome),
    }


async def rows(visit: Visit, tx: AsyncConnection, asked: Decisions) -> Mapping[str, Any]:
    """The list."""
    page = await decisions_page(tx, which(visit, asked), after=asked.after, limit=LINES)
    query = asked.model_dump(mode="json", exclude_none=True, exclude={"after"})
    return {"rows": page.rows, "following": page.following, "most": EXPORTED, "query": query, **_worded(visit)}


async def row(visit: Visit, tx: AsyncConnection, asked: OneDecision) -> Mapping[str, Any]:
    """One row: what was known, proposed, judged, and what came of it."""
    found = await decision(tx, asked.id)
    voters = await people.by_ids(tx, found.approvers)
    votes = () if found.approval_id is None else await approvals.votes(tx, found.approval_id)
    trees = {
        name: tree(visit, facts_of(getattr(found, name)))
        for name in ("facts", "proposed", "result", "measured_effect")
        if getattr(found, name)
    }
    return {
        "row": found,
        "approvers": [voters[one].name if one in voters else str(one) for one in found.approvers]
        or [vote.name for vote in votes if vote.vote == Ballot.APPROVE],
        "rule": rule_words(visit, found.rule),
        "trees": trees,
        **_worded(visit),
    }


async def chain(_visit: Visit, tx: AsyncConnection, asked: OneDecision) -> Mapping[str, Any]:
    """Whether the row still says what was sealed."""
    return {"sealed": await sealed_state(tx, asked.id)}


async def trace(visit: Visit, tx: AsyncConnection, asked: OneDecision) -> Mapping[str, Any]:
    """All rows of the same trace."""
    found = await decision(tx, asked.id)
    lines = await traced(tx, found.trace_id, limit=TRACED)
    return {"lines": lines, "row": found, "most": TRACED, **_worded(visit)}


def _worded(visit: Visit) -> Mapping[str, Any]:
    def who(line: Any) -> str:
        return actor_words(visit, line.actor, line.actor_name)

    def what(line: Any) -> str:
        return facts.action(visit.words, line.action)

    return {"who": who, "what": what}


@router.get("/decisions/export.{kind}")
async def export(
    request: Request, kind: Literal["csv", "json"], visit: Annotated[Visit, Depends(at(Place.DECISIONS))]
) -> StreamingResponse:
    """The filtered list as a file, the newest first, `EXPORTED` rows at most; a cut one says so in its end."""
    given = {name: value for name, value in request.query_params.items() if value != ""}
    asked = parse(Decisions, given)
    found = exported(visit.desk.db, which(visit, asked), most=EXPORTED + 1)
    cut = visit.words.plain("decisions-cut", most=EXPORTED)
    made = as_csv(found, most=EXPORTED, cut=cut) if kind == "csv" else as_json(found, most=EXPORTED, cut=cut)
    name = f"decisions-{visit.words.now:%Y%m%d-%H%M}.{kind}"
    return StreamingResponse(
        made,
        media_type="text/csv; charset=utf-8" if kind == "csv" else "application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


BOARD: Final = Board(
    Place.DECISIONS,
    Decisions,
    (Panel("filters", (), filters), Panel("rows", ("decisions",), rows)),
)
BOARD.install(router)

ROW: Final = Board(
    Place.DECISIONS,
    OneDecision,
    (Panel("row", ("approvals",), row), Panel("chain", (), chain, every="10s"), Panel("trace", ("decisions",), trace)),
    path="/decisions/{id}",
    template="decision.html",
)
ROW.install(router)
