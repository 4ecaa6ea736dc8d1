"""Signals: what somebody has to deal with, on what evidence, until when; and the levers on each (docs/DOMAIN.md 9)."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.responses import Response

from api.identity import require_own_page
from api.pages import evidence
from api.pages.board import Asked, Board, Panel
from api.pages.levers import answered, key_of, said
from api.pages.places import Place
from api.pages.route import PageRoute
from api.pages.visit import Visit, at
from domain.commands import NO_NUL, Id, RaiseSignal
from domain.crises import codes_of
from domain.policy import SignalCode
from domain.severity import Severity
from domain.validation import parse
from store.desk import orders
from store.views import listings, urgency
from store.views.listings import SignalFilter

router = APIRouter(include_in_schema=False, route_class=PageRoute)

LINES: Final = 50
STATES: Final = ("open", "settled", "all")
HOLDS: Final = ("taken", "30m", "2h", "tomorrow")


class Signals(Asked):
    """The filters of the address; `order` is a code."""

    state: Literal["open", "settled", "all"] = "open"
    severity: Severity | None = None
    code: SignalCode | None = None
    circle: Annotated[str, Field(max_length=40), NO_NUL] | None = None
    order: Annotated[str, Field(max_length=40), NO_NUL] | None = None
    after: Id | None = None


async def which(visit: Visit, tx: AsyncConnection, asked: Signals) -> SignalFilter:
    """The filter, narrowed to their own orders for those who see no others."""
    order_id = None
    if asked.order is not None:
        order = await orders.get(tx, asked.order.strip())
        visit.asker.require_sees(order.owner_id)
        order_id = order.id
    return SignalFilter(
        only_open=asked.state == "open",
        only_settled=asked.state == "settled",
        code=asked.code,
        severity=asked.severity,
        circle=asked.circle,
        owner_id=visit.asker.only_own(),
        order_id=order_id,
    )


async def filters(visit: Visit, tx: AsyncConnection, _asked: Signals) -> Mapping[str, Any]:
    """What can be chosen, and how many are open by severity."""
    mine = SignalFilter(owner_id=visit.asker.only_own())
    counts = await urgency.signal_counts(tx, mine, now=visit.words.now)
    return {
        "counts": counts,
        "states": STATES,
        "severities": tuple(reversed(Severity)),
        "codes": tuple(SignalCode),
        "circles": visit.desk.policy.circles.circles,
        "raises": visit.leads or visit.asker.only_own() is not None,
    }


async def signals(visit: Visit, tx: AsyncConnection, asked: Signals) -> Mapping[str, Any]:
    """The list, the newest first."""
    found = await listings.signals(tx, await which(visit, tx, asked), before=asked.after, limit=LINES + 1)
    lines = found[:LINES]
    subjects = [{"person": line.subject_id} for line in lines if line.subject_kind == "person"]
    names = await evidence.names_in(tx, [*(line.evidence for line in lines), *subjects])
    return {
        "lines": lines,
        "following": lines[-1].id if len(found) > LINES else None,
        "told": {line.id: evidence.told(visit.words, line.evidence, names) for line in lines},
        "by": await evidence.authors(tx, [line.raised_by for line in lines], visit),
        "names": names,
        "crisis_codes": codes_of(visit.desk.policy),
        "holds": HOLDS,
    }


@router.post("/signals/raise")
async def raise_one(request: Request, visit: Annotated[Visit, Depends(at(Place.SIGNALS))]) -> Response:
    """Name a tension: what was seen is its evidence."""
    require_own_page(request)
    form = await request.form()
    given = {name: str(form.get(name, "")).strip() for name in ("code", "severity", "order", "note", "number")}
    noted = {name: given.pop(name) for name in ("note", "number")}
    fields: dict[str, Any] = {name: value for name, value in given.items() if value}
    command = parse(RaiseSignal, {**fields, "evidence": {name: value for name, value in noted.items() if value}})
    done = await visit.desk.gate.perform(command, visit.asker.actor, key=key_of(request, form, visit))
    return answered(request, form, said(visit, command, done))


Board(
    Place.SIGNALS,
    Signals,
    (Panel("filters", ("signals",), filters), Panel("signals", ("signals", "orders"), signals)),
).install(router)
