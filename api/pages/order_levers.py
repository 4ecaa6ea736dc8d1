"""Levers of an order's page that take more than one command or a flat form: moves with evidence, the check, votes.

Everything goes through the gate, as everywhere.
"""

import json
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.identity import require_own_page
from api.pages.levers import answered, fields, key_of, said
from api.pages.places import Place
from api.pages.route import PageRoute, is_fetched
from api.pages.visit import Visit, at
from domain.commands import (
    AddNote,
    AdvanceOrder,
    AnswerChecklist,
    CancelOrder,
    Code,
    Command,
    Id,
    Instant,
    Line,
    PointAnswer,
    Prose,
    RecordClientDecision,
    RecordDelivery,
    SetLogistics,
    Version,
    Word,
)
from domain.errors import InvalidInputError, NotFoundError
from domain.orders import ClientDecision, Status, Verdict
from domain.policy import Checklist, ChecklistPoint, Section
from domain.validation import parse
from guardrails.approval.votes import Ballot
from guardrails.check_view import check_view
from store.desk import approvals, orders
from store.views import order_history

router = APIRouter(include_in_schema=False, route_class=PageRoute)

Here = Annotated[Visit, Depends(at(Place.QUEUE))]


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


# ── moves ────────────────────────────────────────────────────────────────────────────────────────────────────────────
class Moving(_Form):
    """A move with the evidence that its form asked for."""

    to: Status
    version: Version | None = None
    reason: Prose = ""
    reason_code: str = ""
    note: Prose = ""
    carrier: Line | None = None
    tracking_number: Line | None = None
    dispatch_date: date | None = None
    decision: ClientDecision | None = None
    delivered: bool = False
    delivered_at: Instant | None = None


@router.post("/orders/{code}/move")
async def move(request: Request, code: Code, visit: Here) -> Response:
    """Bring the evidence and make the move, all in one commit: where the move is refused, nothing is written down."""
    require_own_page(request)
    form = await request.form()
    commands = moving(code, parse(Moving, fields(Moving, form, visit.words.zone)))
    done = await visit.desk.gate.perform_all(commands, visit.asker.actor, key=key_of(request, form, visit))
    return answered(request, form, said(visit, commands[-1], done[-1]))


def moving(code: str, asked: Moving) -> list[Command]:
    """The commands of a move in their order; the first one carries the version that was seen."""
    wanted = [*_evidence(asked), _move(asked)]
    first: dict[str, Any] = {} if asked.version is None else {"version": asked.version}
    return [
        parse(command, {"order": code, **given, **(first if place == 0 else {})})
        for place, (command, given) in enumerate(wanted)
    ]


def _evidence(asked: Moving) -> list[tuple[type[Command], dict[str, Any]]]:
    found: list[tuple[type[Command], dict[str, Any]]] = []
    logistics = asked.model_dump(include={"carrier", "tracking_number", "dispatch_date"}, exclude_none=True)
    if logistics:
        found.append((SetLogistics, logistics))
    if asked.decision is not None:
        found.append((RecordClientDecision, {"decision": asked.decision}))
    if asked.delivered:
        given = {} if asked.delivered_at is None else {"delivered_at": asked.delivered_at}
        found.append((RecordDelivery, given))
    if asked.note and asked.to is not Status.CANCELLED:
        found.append((AddNote, {"text": asked.note}))
    return found


def _move(asked: Moving) -> tuple[type[Command], dict[str, Any]]:
    if asked.to is Status.CANCELLED:
        return CancelOrder, {"reason_code": asked.reason_code, "note": asked.note}
    return AdvanceOrder, {"to": asked.to, "reason": asked.reason}


# ── the check ────────────────────────────────────────────────────────────────────────────────────────────────────────
class Answering(_Form):
    """An answer to one point, or "the rest of this section is fine"."""

    version: Version | None = None
    point: Annotated[int, Field(ge=1, le=28)] | None = None
    answer: Literal["ok", "problem", "na"] | None = None
    comment: Prose = ""
    verdict: Verdict | None = None
    flags: tuple[Word, ...] = Field(default=(), max_length=5)
    section: Section | None = None


@router.post("/orders/{code}/check")
async def check(request: Request, code: Code, visit: Here) -> Response:
    """Answer a point, or anew; its photos stay with it. The next point that lacks something comes under the hand."""
    require_own_page(request)
    form = await request.form()
    asked = parse(Answering, fields(Answering, form, visit.words.zone))
    seen = str(form["seen"]) if "seen" in form else None  # an empty one says that there was no answer
    answers = await _section(visit, code, asked.section) if asked.section else [_point(asked, seen)]
    given: dict[str, Any] = {"order": code, "answers": answers}
    if asked.version is not None:
        given["version"] = asked.version
    command = parse(AnswerChecklist, given)
    done = await visit.desk.gate.perform(command, visit.asker.actor, key=key_of(request, form, visit))
    response = answered(request, form, said(visit, command, done))
    if is_fetched(request):
        response.headers["HX-Location"] = await _following(visit, code, asked.point or 0)
    return response


async def _following(visit: Visit, code: str, point: int) -> str:
    """What the browser fetches next, as htmx has it: the check at the next point that lacks something."""
    async with visit.desk.db.reading() as tx:
        order = await orders.get(tx, code)
        following = (await check_view(tx, order.id, visit.desk.policy)).following(point)
    path = f"/orders/{order.code}/panel/check" + (f"?point={following}" if following is not None else "")
    return json.dumps({"path": path, "target": "#check", "swap": "outerMorph", "push": "false"})


def _point(asked: Answering, seen: str | None) -> PointAnswer:
    if asked.point is None:
        raise InvalidInputError(field="point", value="", allowed=("1..28",))
    told: Any = asked.answer
    if asked.verdict is not None:
        told = "problem" if asked.verdict is Verdict.RED else "ok"
    return parse(
        PointAnswer,
        {
            "point": asked.point,
            "answer": told,
            "comment": asked.comment,
            "flags": asked.flags,
            "verdict": asked.verdict,
            "seen": seen,
        },
    )


async def _section(visit: Visit, code: str, section: Section) -> Sequence[PointAnswer]:
    """Whatever is open in the section and needs neither photo nor verdict is fine."""
    rules = visit.desk.policy.checklist
    async with visit.desk.db.reading() as tx:
        order = await orders.get(tx, code)
        known = {answer.point for answer in await order_history.answers(tx, order.id)}
    return [
        PointAnswer(point=point.number, answer="ok")
        for point in rules.points
        if point.section is section and point.number not in known and is_plain(point, rules)
    ]


def is_plain(point: ChecklistPoint, rules: Checklist) -> bool:
    """Whether a point can be called fine without looking closer: it asks for no photo, carries no verdict."""
    return not point.artefact and not point.critical and point.number != rules.verdict_point


# ── votes ────────────────────────────────────────────────────────────────────────────────────────────────────────────
class Voting(_Form):
    """A vote on exactly what was seen."""

    approval: Id
    vote: Ballot
    seen: Annotated[str, Field(pattern=r"^[0-9a-f]{8,64}$")]
    reason: Prose = ""


@router.post("/orders/{code}/vote")
async def vote(request: Request, code: Code, visit: Here) -> Response:
    """Vote on a request about this order; whoever completes the quorum carries it out."""
    require_own_page(request)
    form = await request.form()
    ballot = parse(Voting, fields(Voting, form, visit.words.zone))
    async with visit.desk.db.reading() as tx:
        order = await orders.get(tx, code)
        asked = await approvals.get(tx, ballot.approval)
    if asked.order_id != order.id:
        raise NotFoundError(kind="approval", name=str(ballot.approval))
    result = await visit.desk.approvals.vote(
        ballot.approval, ballot.vote, seen_hash=ballot.seen, by=visit.asker.actor, reason=ballot.reason
    )
    words = visit.words
    status = words.plain(f"approval-{result.status}")
    told = words.plain("sheet-voted", status=status, given=result.approving, quorum=result.quorum)
    return answered(request, form, told)
