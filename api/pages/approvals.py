"""Requests that wait for people, one at a time: what is asked, on which evidence; approve, reject, ask otherwise."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Request
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.responses import RedirectResponse, Response

from api.approvals import Voting
from api.identity import require_own_page
from api.pages.board import Asked, Board, Panel
from api.pages.journal_words import actor_words, tree
from api.pages.levers import fields
from api.pages.places import Place
from api.pages.route import PageRoute, is_fetched, refused
from api.pages.visit import Visit, at
from domain.commands import Id
from domain.errors import ConflictError, StaleError
from domain.people import ActorKind
from domain.policy import Risk
from domain.remarks import read
from domain.validation import parse, storable
from guardrails.approval.hindrance import hindrance
from guardrails.approval.votes import Ballot
from guardrails.told import facts_of
from locales import facts
from store import people
from store.desk import approvals, orders
from store.views.approval_queue import (
    RequestLine,
    past,
    waiting,
)

router = APIRouter(include_in_schema=False, route_class=PageRoute)

LINES: Final = 30
ENDS: Final = ("done", "rejected", "expired", "superseded", "failed", "unknown")
STATES: Final = ("pending", "past", *ENDS)
State = Literal["pending", "past", "done", "rejected", "expired", "superseded", "failed", "unknown"]


class Approvals(Asked):
    """Which request is open (none: the first that waits), which list is beside it, and what was voted on just now."""

    id: Id | None = None
    state: State = "pending"
    voted: Id | None = None
    after: Id | None = None


async def request(visit: Visit, tx: AsyncConnection, asked: Approvals) -> Mapping[str, Any]:
    """The open request with everything that a voter relies on."""
    lines = await waiting(tx, now=visit.words.now)
    open_id = asked.id or (lines[0].id if lines else None)
    shown: dict[str, Any] = {"one": None, **_neighbours(lines, open_id), "voted": await _voted(visit, tx, asked)}
    if open_id is None:
        return shown
    one = await approvals.get(tx, open_id)
    votes = await approvals.votes(tx, one.id)
    order = None if one.order_id is None else await orders.get_by_id(tx, one.order_id)
    voters = visit.desk.policy.approvals.voters
    askers = await approvals.askers(tx, one.id)
    return {
        **shown,
        "one": one,
        "what": facts.action(visit.words, one.action),
        "who": await _asker(visit, tx, one),
        "order": order,
        "why": visit.words.reason(one.why),
        "why_typed": bool(one.why) and read(one.why) is None,
        "arguments": tree(visit, facts_of(one.arguments)),
        "evidence": tree(visit, facts_of(one.evidence)) if one.evidence else None,
        "risks": [(risk, voters[Risk(risk)]) for risk in one.risks],
        "votes": votes,
        "given": sum(vote.vote == Ballot.APPROVE for vote in votes),
        "hindrance": hindrance(one, visit.asker.person, askers=askers, votes=votes, now=visit.words.now),
        "late": one.expires_at <= visit.words.now,
        "outcome": tree(visit, facts_of(one.outcome)) if one.outcome else None,
    }


async def _asker(visit: Visit, tx: AsyncConnection, one: approvals.Approval) -> str:
    if one.requested_person is None:
        return actor_words(visit, one.requested_by, None)
    person = (await people.get(tx, one.requested_person)).name
    if one.requested_kind == ActorKind.PERSON:
        return person
    return visit.words.plain("approvals-for", role=actor_words(visit, one.requested_by, None), name=person)


async def _voted(visit: Visit, tx: AsyncConnection, asked: Approvals) -> approvals.Approval | None:
    """The request that this person has just voted on: how it stands now."""
    if asked.voted is None:
        return None
    cast = await approvals.votes(tx, asked.voted)
    mine = any(vote.person_id == visit.asker.person.id for vote in cast)
    return await approvals.get(tx, asked.voted) if mine else None


def _neighbours(lines: Sequence[RequestLine], open_id: int | None) -> Mapping[str, Any]:
    """Where the open request stands among those that wait."""
    ids = [line.id for line in lines]
    if open_id not in ids:
        return {"place": None, "count": len(ids), "previous": None, "next": ids[0] if ids else None}
    place = ids.index(open_id)
    return {
        "place": place + 1,
        "count": len(ids),
        "previous": ids[place - 1] if place else None,
        "next": ids[place + 1] if place + 1 < len(ids) else None,
    }


async def listed(visit: Visit, tx: AsyncConnection, asked: Approvals) -> Mapping[str, Any]:
    """The list beside it: those that wait, or past ones."""
    following = None
    if asked.state == "pending":
        lines = await waiting(tx, now=visit.words.now)
    else:
        statuses = ENDS if asked.state == "past" else (asked.state,)
        lines, following = await past(tx, statuses=statuses, before=asked.after, limit=LINES)
    open_id = asked.id or (lines[0].id if lines and asked.state == "pending" else None)
    shown = [
        {
            "line": line,
            "what": facts.action(visit.words, line.action),
            "who": _who(visit, line),
            "open": line.id == open_id,
        }
        for line in lines
    ]
    return {"lines": shown, "following": following, "states": STATES}


def _who(visit: Visit, line: RequestLine) -> str:
    own = line.requested_by.startswith("person:")
    return actor_words(visit, line.requested_by, line.requested_name if own else None)


@router.post("/approvals/{approval_id}/vote")
async def vote(request: Request, approval_id: Id, visit: Annotated[Visit, Depends(at(Place.APPROVALS))]) -> Response:
    """Vote on exactly what the page showed; then the next that waits is shown."""
    require_own_page(request)
    cast = parse(Voting, fields(Voting, await request.form(), visit.words.zone))
    async with visit.desk.db.reading() as tx:
        following = _neighbours(await waiting(tx, now=visit.words.now), approval_id)["next"]
    try:
        await visit.desk.approvals.vote(
            approval_id, cast.vote, seen_hash=cast.hash, by=visit.asker.actor, reason=cast.reason
        )
    except (ConflictError, StaleError) as error:
        return _too_late(request, error)
    path = "/approvals" if following in (None, approval_id) else f"/approvals/{following}"
    return _to(request, f"{path}?voted={approval_id}")


@router.post("/approvals/{approval_id}/edit")
async def edit(request: Request, approval_id: Id, visit: Annotated[Visit, Depends(at(Place.APPROVALS))]) -> Response:
    """Ask for another amount instead: a new request, on which the editor does not vote."""
    require_own_page(request)
    form = await request.form()
    amount = str(form.get("amount_eur", "")).strip().replace(",", ".")
    try:
        new = await visit.desk.approvals.edit(approval_id, storable({"amount_eur": amount}), by=visit.asker.actor)
    except (ConflictError, StaleError) as error:
        return _too_late(request, error)
    return _to(request, f"/approvals/{new}")


def _too_late(request: Request, error: ConflictError | StaleError) -> Response:
    """What is the matter now, said over the page, which then looks anew."""
    response = refused(request, error)
    response.headers["HX-Trigger"] = "live:approvals"
    return response


def _to(request: Request, path: str) -> Response:
    if is_fetched(request):
        return Response(status_code=204, headers={"HX-Redirect": path})
    return RedirectResponse(path, 303)


_PANELS: Final = (Panel("request", ("approvals",), request), Panel("list", ("approvals",), listed))
BOARD: Final = Board(Place.APPROVALS, Approvals, _PANELS)
ONE: Final = Board(Place.APPROVALS, Approvals, _PANELS, path="/approvals/{id}", template="approvals.html")
BOARD.install(router)
ONE.install(router)
