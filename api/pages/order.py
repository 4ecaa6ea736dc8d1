"""One order: where it stands, where it may go, its check with photos, its limits, work and money, its whole life."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Final

from fastapi import APIRouter
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncConnection

from api.pages import order_levers, order_photos
from api.pages.board import Asked, Board, Panel
from api.pages.order_facts import can, deeds_of, move_lines, seen
from api.pages.places import Place
from api.pages.queue import managers
from api.pages.route import PageRoute
from api.pages.visit import Visit
from domain import money
from domain.checklist import allowed_flags, may_be_na
from domain.commands import Code
from domain.orders import Compliance, Status, Verdict
from domain.policy import Action, VerdictKind
from domain.rights import Somebody, rights
from domain.viewers import masked
from guardrails.approval.hindrance import hindrance
from guardrails.check_view import check_view
from guardrails.order_card import OrderState
from store import people
from store.desk import approvals
from store.desk.approvals import Approval, Vote
from store.views import money_decisions
from store.views.order_timeline import (
    KINDS,
    Occurrence,
    TimelineKind,
    timeline,
)

router = APIRouter(include_in_schema=False, route_class=PageRoute)
router.include_router(order_levers.router)
router.include_router(order_photos.router)

LINES: Final = 40
HEARS: Final = ("order-{code}",)
ACTORS: Final = ("watchdog", "dispatcher", "postman", "crm", "operator", "system")
"""Who acts in the journal without being a person or a role: named by the catalogue."""


class OrderAsked(Asked):
    """The address: the order, the point of the check that is being answered, the part of the timeline that is shown."""

    code: Code
    point: Annotated[int, Field(ge=1, le=28)] | None = None
    kind: tuple[TimelineKind, ...] = Field(default=(), max_length=6)
    after: Annotated[str, Field(max_length=100)] | None = None


async def summary(visit: Visit, tx: AsyncConnection, asked: OrderAsked) -> Mapping[str, Any]:
    """Which order it is, whose, until when, and what is to be done; what waits for people's decision."""
    state = await seen(visit, tx, asked.code)
    order, viewer = state.order, visit.asker.viewer
    knows = viewer.knows_client(order)
    return {
        "order": order,
        "told": state.particulars,
        "client": order.client_name if knows else masked(order.client_name),
        "ways": [str(way) for way in state.particulars.client_contact.values() if way] if knows else [],
        "knows": knows,
        "step": visit.words.step(order, state.particulars.next_step_params),
        "approvals": [await _request(visit, tx, each) for each in state.approvals],
        "can": can(visit, state),
        "managers": await managers(visit, tx) if viewer.sees_all else [],
    }


async def _request(visit: Visit, tx: AsyncConnection, one: Approval) -> tuple[Approval, Sequence[Vote], bool]:
    """A request with its votes, and whether something keeps this person from voting on it."""
    votes, askers = await approvals.votes(tx, one.id), await approvals.askers(tx, one.id)
    hindered = hindrance(one, visit.asker.person, askers=askers, votes=votes, now=visit.words.now)
    return one, votes, hindered is not None


async def moves(visit: Visit, tx: AsyncConnection, asked: OrderAsked) -> Mapping[str, Any]:
    """Where the order may go, what lacks for each move, who has to agree."""
    state = await seen(visit, tx, asked.code)
    rules = visit.desk.policy.lifecycle.cancel
    return {
        "order": state.order,
        "moves": move_lines(visit, state),
        "requests": _asked_moves(state),
        "can": can(visit, state),
        "reasons": rules.reasons,
        "note_needed": rules.note_needed_for,
        "has_check": bool(state.check.missing_points or state.check.missing_photos),
    }


def _asked_moves(state: OrderState) -> Mapping[str, int]:
    """The moves that people have been asked for already, and by which request."""
    asked: dict[str, int] = {}
    for approval in state.approvals:
        if approval.action == Action.ADVANCE_ORDER:
            asked[str(approval.arguments.get("to"))] = approval.id
        elif approval.action == Action.CANCEL_ORDER:
            asked[Status.CANCELLED.value] = approval.id
    return asked


async def check(visit: Visit, tx: AsyncConnection, asked: OrderAsked) -> Mapping[str, Any]:
    """The 28 points by section, with what was answered and photographed."""
    state = await seen(visit, tx, asked.code)
    rules, order = visit.desk.policy.checklist, state.order
    view = await check_view(tx, order.id, visit.desk.policy)
    sections = {
        section: [point for point in rules.points if point.section is section]
        for section in dict.fromkeys(point.section for point in rules.points)
    }
    open_points = set(view.progress.missing_points)
    return {
        "order": order,
        "check": view.progress,
        "sections": sections,
        "given": view.points,
        "marks": {number: [order_photos.mark(photo) for photo in line.photos] for number, line in view.points.items()},
        "has_source": order_photos.source_of(visit.request) is not None,
        "plain": {
            section: sum(order_levers.is_plain(point, rules) and point.number in open_points for point in points)
            for section, points in sections.items()
        },
        "may_answer": Action.ANSWER_CHECKLIST in can(visit, state),
        "not_applicable": {point.number for point in rules.points if may_be_na(point, order)},
        "flags": () if asked.point is None else allowed_flags(asked.point, order, rules),
        "verdict_point": rules.verdict_point,
        "verdicts": tuple(Verdict),
    }


async def limits(visit: Visit, tx: AsyncConnection, asked: OrderAsked) -> Mapping[str, Any]:
    """What is broken and still open, and which clocks run."""
    state = await seen(visit, tx, asked.code)
    ids = {each.ack_by for each in state.violations if each.ack_by is not None}
    holders = await people.by_ids(tx, sorted(ids)) if ids else {}
    return {
        "order": state.order,
        "violations": state.violations,
        "holders": {person_id: person.name for person_id, person in holders.items()},
        "clocks": state.clocks,
        "snoozes": [option.key for option in visit.desk.policy.clocks.snooze],
        "can": can(visit, state),
    }


async def work(visit: Visit, tx: AsyncConnection, asked: OrderAsked) -> Mapping[str, Any]:
    """Tasks and blockers, and the levers for them, for notes and contacts."""
    state = await seen(visit, tx, asked.code)
    return {
        "order": state.order,
        "tasks": [(task, _task_words(visit, state, task.kind, task.key, task.params)) for task in state.tasks],
        "blockers": state.blockers,
        "can": can(visit, state),
        "managers": await managers(visit, tx) if visit.leads else [],
    }


def _task_words(visit: Visit, state: OrderState, kind: str, key: str, params: Mapping[str, Any]) -> str:
    """What a task says: the order's step, a follow-up, or somebody's own words."""
    words = visit.words
    if "text" in params:
        return words.reason(str(params["text"]))
    if kind == "step":
        step = words.step(state.order, state.particulars.next_step_params)
        return words.plain("sheet-task-step", step=step or words.plain("web-no-data"))
    return words.plain(f"followup-{key}") if words.texts.has(f"followup-{key}") else key


async def deal(visit: Visit, tx: AsyncConnection, asked: OrderAsked) -> Mapping[str, Any]:
    """The evidence on the order, payments, and the deal by tariff; what a deal really cost is known of nobody yet."""
    state = await seen(visit, tx, asked.code)
    order, policy = state.order, visit.desk.policy
    quote = money.quote_by_tariff(order.price_eur, order.delivery_method, policy)
    decided = await money_decisions.sums(tx, order.id)
    return {
        "order": order,
        "quote": quote,
        "components": () if quote is None else money.components(order.price_eur, order.delivery_method, policy),
        "low_below": policy.money.low_margin_below,
        "decided": [(kind.value, amount) for kind, amount in decided.items() if amount],
        "payments": state.payments,
        "actors": await _actors(visit, tx, [payment.reported_by for payment in state.payments]),
        "sees_margin": visit.asker.viewer.sees_all,
        "compliances": tuple(each for each in Compliance if each is not Compliance.UNKNOWN),
        "compensations": tuple(policy.money.compensations),
        "can": can(visit, state),
    }


async def life(visit: Visit, tx: AsyncConnection, asked: OrderAsked) -> Mapping[str, Any]:
    """Everything that has happened, on one axis of time."""
    state = await seen(visit, tx, asked.code)
    page = await timeline(tx, state.order.id, kinds=asked.kind, after=asked.after, limit=LINES)
    return {
        "order": state.order,
        "lines": [(line, _instant(line), _amount(line), _deed(visit, line)) for line in page.occurrences],
        "following": page.following,
        "kinds": KINDS,
        "actors": await _actors(visit, tx, _acting(page.occurrences)),
    }


def _acting(occurrences: Iterable[Occurrence]) -> list[str]:
    return [str(line.facts["actor"]) for line in occurrences if line.facts.get("actor")]


def _instant(line: Occurrence) -> datetime | None:
    """The limit that the line speaks of; JSON has it as a text."""
    due = line.facts.get("due_at")
    return None if due is None else datetime.fromisoformat(str(due))


def _amount(line: Occurrence) -> Decimal | None:
    amount = line.facts.get("amount_eur")
    return None if amount is None else Decimal(str(amount))


def _deed(visit: Visit, line: Occurrence) -> str:
    """What a decision is called; the journal also has rows of more than the gate's actions."""
    action = str(line.facts.get("action", ""))
    return visit.words.plain(f"action-{action}") if visit.words.texts.has(f"action-{action}") else action


async def _actors(visit: Visit, tx: AsyncConnection, actors: Iterable[str]) -> Mapping[str, str]:
    """What the journal's actors are called: people by name, roles as the company calls them, machines in words."""
    wanted = set(actors)
    ids = {int(number) for actor in wanted if (number := actor.removeprefix("person:")).isdecimal()}
    named = {f"person:{key}": person.name for key, person in (await people.by_ids(tx, sorted(ids))).items()}
    roles = {key: role.name for key, role in visit.desk.policy.roles.roles.items()}
    machines = {name: visit.words.plain(f"sheet-actor-{name}") for name in ACTORS}
    known = {**machines, **roles, **named}
    return {actor: known.get(actor, actor) for actor in wanted}


async def who_may(visit: Visit, tx: AsyncConnection, asked: OrderAsked) -> Mapping[str, Any]:
    """What each kind of person may do with the order as it stands, by the rules of authority."""
    state = await seen(visit, tx, asked.code)
    return {
        "order": state.order,
        "rights": rights(deeds_of(visit, state), visit.desk.policy),
        "somebody": tuple(Somebody),
        "kinds": VerdictKind,
        "bound": visit.desk.policy.approvals.two_people_above_eur,
    }


BOARD: Final = Board(
    Place.QUEUE,
    OrderAsked,
    (
        Panel("summary", (*HEARS, "orders", "approvals"), summary),
        Panel("moves", (*HEARS, "approvals"), moves),
        Panel("limits", (*HEARS, "orders"), limits),
        Panel("check", HEARS, check),
        Panel("work", HEARS, work),
        Panel("deal", (*HEARS, "approvals"), deal),
        Panel("rights", HEARS, who_may),
        Panel("life", HEARS, life, every="5s"),  # a message that arrives is no decision: nothing tells of it
    ),
    path="/orders/{code}",
    template="order.html",
)
BOARD.install(router)
