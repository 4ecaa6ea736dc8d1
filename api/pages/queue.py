"""The queue: which orders, whose, how late; and the levers on each of them and on many."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.responses import HTMLResponse, Response

from api.identity import require_own_page
from api.pages.board import Asked, Board, Panel
from api.pages.levers import answered, fields, key_of, waits
from api.pages.places import Place
from api.pages.route import PageRoute
from api.pages.visit import Visit, at
from domain.assignment import stage_load
from domain.commands import NO_NUL, Code, MassReassign
from domain.errors import InvalidInputError
from domain.orders import Status
from domain.severity import Severity
from domain.validation import parse
from guardrails.approval.proposals import Waiting
from guardrails.gate import Done
from locales import sentences
from locales.words import Words
from store.views import listings
from store.views.queue_pages import (
    SORTS,
    QueueFilter,
    QueueLine,
    Sort,
    owners_of,
    queue_count,
    queue_line,
    queue_page,
)

router = APIRouter(include_in_schema=False, route_class=PageRoute)

LINES: Final = 50
MOST: Final = 1_000
UNTIL_DONE: Final = timedelta(hours=2)
"""A task's time as its form offers it."""
AGES: Final[Mapping[str, timedelta]] = {
    "4h": timedelta(hours=4),
    "24h": timedelta(hours=24),
    "72h": timedelta(hours=72),
    "7d": timedelta(days=7),
}
Age = Literal["4h", "24h", "72h", "7d"]


class Queue(Asked):
    """The filters and the sort of the address. `owner`: a person's number, 0 for orders without anybody."""

    status: tuple[Status, ...] = Field(default=(), max_length=8)
    owner: Annotated[int, Field(ge=0, le=2**62)] | None = None
    age: Age | None = None
    severity: Severity | None = None
    overdue: bool = False
    q: Annotated[str, Field(max_length=100), NO_NUL] = ""
    sort: Sort = "urgency"
    after: Annotated[str, Field(max_length=400)] | None = None


def which(visit: Visit, asked: Queue) -> QueueFilter:
    """The filter, narrowed to their own orders for those who see no others."""
    own = visit.asker.only_own()
    if own is not None and asked.owner not in (None, own):
        visit.asker.require_sees(asked.owner)
    return QueueFilter(
        statuses=asked.status,
        owner_id=own or asked.owner or None,
        unowned=asked.owner == 0 and own is None,
        older_than=None if asked.age is None else AGES[asked.age],
        severity=asked.severity,
        overdue=asked.overdue,
        words=asked.q.strip(),
    )


async def orders(visit: Visit, tx: AsyncConnection, asked: Queue) -> Mapping[str, Any]:
    """The list."""
    chosen = which(visit, asked)
    now = visit.words.now
    page = await queue_page(tx, chosen, asked.sort, after=asked.after, limit=LINES, now=now)
    return {
        "lines": [(line, _step(visit, line)) for line in page.lines],
        "following": page.following,
        "count": await queue_count(tx, chosen, most=MOST, now=now),
        "most": MOST,
        "mass_limit": visit.desk.policy.approvals.mass_above,
    }


def _step(visit: Visit, line: QueueLine) -> str:
    """What is to be done with the order next, in words; empty where nothing is."""
    return "" if line.next_step is None else sentences.step(line.next_step, line.next_step_params, visit.words.texts)


async def filters(visit: Visit, tx: AsyncConnection, _asked: Queue) -> Mapping[str, Any]:
    """What can be chosen."""
    return {
        "managers": await managers(visit, tx),
        "statuses": tuple(Status),
        "ages": tuple(AGES),
        "severities": tuple(Severity),
        "sorts": SORTS,
    }


async def managers(visit: Visit, tx: AsyncConnection) -> list[Mapping[str, Any]]:
    """Managers with their load, for whoever may give them orders."""
    if visit.asker.only_own() is not None:
        return []
    weights = {status: float(weight) for status, weight in visit.desk.policy.assignment.stage_weights.items()}
    return [
        {
            "id": line.id,
            "name": line.name,
            "load": round(stage_load({Status(status): n for status, n in line.counts.items()}, weights), 1),
            "capacity": line.capacity,
        }
        for line in await listings.managers(tx)
    ]


@router.get("/queue/levers/{code}")
async def levers(code: Code, visit: Annotated[Visit, Depends(at(Place.QUEUE))]) -> HTMLResponse:
    """What can be done with one order of the list, as a small window."""
    visit.asker.require_leads("levers")
    async with visit.desk.db.reading() as tx:
        line = await queue_line(tx, code, now=visit.words.now)
        offered = await managers(visit, tx)
    shown = {
        "line": line,
        "step": _step(visit, line),
        "managers": offered,
        "snoozes": [option.key for option in visit.desk.policy.clocks.snooze],
        "due_at": f"{(visit.words.now + UNTIL_DONE).astimezone(visit.words.zone):%Y-%m-%dT%H:%M}",
    }
    return HTMLResponse(visit.written("queue/levers.html", **shown))


class Giving(BaseModel):
    """The orders that were chosen, and why others are to have them."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    orders: tuple[Code, ...] = Field(min_length=1, max_length=MOST)
    reason: str = ""


@router.post("/queue/reassign")
async def reassign_many(request: Request, visit: Annotated[Visit, Depends(at(Place.QUEUE))]) -> Response:
    """Give the chosen orders to others; more than the mass limit of them waits for an approval, as everywhere."""
    require_own_page(request)
    visit.asker.require_leads("reassign")
    form = await request.form()
    asked = parse(Giving, fields(Giving, form, visit.words.zone))
    codes = tuple(dict.fromkeys(asked.orders))
    async with visit.desk.db.reading() as tx:
        owners = await owners_of(tx, codes)
    by_owner: dict[int, list[str]] = {}
    for code in codes:
        owner = owners.get(code)
        if owner is None:
            raise InvalidInputError(field="orders", value=code[:40], allowed=("orders that somebody has",))
        by_owner.setdefault(owner, []).append(code)
    commands = [
        parse(MassReassign, {"from_manager": owner, "orders": mine, "reason": asked.reason})
        for owner, mine in by_owner.items()
    ]
    done = await visit.desk.gate.perform_all(commands, visit.asker.actor, key=key_of(request, form, visit))
    return answered(request, form, _handed_out(visit.words, done))


def _handed_out(words: Words, done: Sequence[Done | Waiting]) -> str:
    """How many orders went to others, how many could not, and which requests wait for whom and until when."""
    waiting = {each.approval_id: each for each in done if isinstance(each, Waiting)}
    results = [each.result for each in done if isinstance(each, Done)]
    moved, left = (sum(len(result[key]) for result in results) for key in ("moved", "left"))
    said = [words.plain("queue-handed-out", orders=moved)] if moved else []
    said += [words.plain("queue-left", orders=left)] if left else []
    return "\n".join([*said, *(waits(words, each) for each in waiting.values())])


BOARD: Final = Board(
    Place.QUEUE,
    Queue,
    (Panel("filters", (), filters), Panel("orders", ("orders", "people"), orders)),
)
BOARD.install(router)
