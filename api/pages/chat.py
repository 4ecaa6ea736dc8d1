"""Chat with a role: the conversation, what it is at, and on what each answer stands.

The script beside it (`static/chat.js`) streams the steps; the answer itself always comes from here, checked and
whole, so that a page that was reloaded, or lost its connection, shows the same.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Form, Request
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.responses import RedirectResponse, Response

from api.identity import throttle_of
from api.pages.board import Asked, Board, Panel
from api.pages.fact_tables import tables
from api.pages.levers import key_of
from api.pages.places import Place
from api.pages.route import PageRoute
from api.pages.visit import Visit, at
from domain.choices import codes
from domain.commands import Id
from domain.errors import InvalidInputError, NotFoundError
from domain.people import Channel, Role
from domain.progress import at_work
from guardrails.conversation import ENDED, LONGEST_WORDS, ask, thread_of
from store.agents import effects, turns
from store.agents.effects import PastEffect
from store.agents.turns import Turn
from store.views.queue_pages import owners_of

router = APIRouter(include_in_schema=False, route_class=PageRoute)

TURNS: Final = 30
FIRST: Final = "ai-rop"
"""Whom one speaks with unless somebody else is chosen: the role that runs the queue."""
CODES_TRIED: Final = 12

Visiting = Annotated[Visit, Depends(at(Place.CHAT))]


class Chat(Asked):
    """Which role; `turn`: that one turn alone, for the page that is open."""

    role: Annotated[str, Field(max_length=40)]
    turn: Id | None = None


@router.get("/chat")
async def first(visit: Visiting) -> Response:
    """The role that most people ask."""
    roles = visit.desk.policy.roles.roles
    return RedirectResponse(f"/chat/{FIRST if FIRST in roles else next(iter(roles))}", HTTPStatus.SEE_OTHER)


async def roles(visit: Visit, _tx: AsyncConnection, asked: Chat) -> Mapping[str, Any]:
    """All roles; the one that is open with its purpose."""
    known = visit.desk.policy.roles.roles
    _require_role(visit, asked.role)
    return {"roles": {key: role.name for key, role in known.items()}, "purpose": known[asked.role].purpose}


async def conversation(visit: Visit, tx: AsyncConnection, asked: Chat) -> Mapping[str, Any]:
    """What was said, the oldest first."""
    _require_role(visit, asked.role)
    thread = thread_of(asked.role, visit.asker.person)
    if asked.turn is None:
        found = await turns.history(tx, thread, limit=TURNS)
    else:
        found = [turn for turn in [await turns.get(tx, asked.turn)] if turn.thread == thread]
    owners = await owners_of(tx, [code for turn in found for code in codes(turn.answer or "", CODES_TRIED)])
    made = await effects.of_turns(tx, [turn.id for turn in found])
    return {
        "turns": [_shown(visit, turn, owners, made.get(turn.id, ())) for turn in found],
        "name": visit.desk.policy.roles.roles[asked.role].name,
        "may_ask": visit.asker.role is not Role.VIEWER,
        "longest": LONGEST_WORDS,
    }


@router.post("/chat/{role}")
async def say(
    request: Request,
    role: str,
    visit: Visiting,
    text: Annotated[str, Form(max_length=2 * LONGEST_WORDS)] = "",
) -> Response:
    """Ask without scripts: the answer is there when the page is loaded again."""
    _require_role(visit, role)
    if not text.strip():
        raise InvalidInputError(field="text", value="", allowed=(f"1 to {LONGEST_WORDS} characters",))
    await throttle_of(request).chat(visit.asker.person.id)
    await ask(
        visit.desk,
        visit.asker.person,
        role,
        text,
        channel=Channel.WEB,
        locale=visit.look.locale,
        dedup_key=key_of(request, await request.form(), visit),
    )
    return RedirectResponse(f"/chat/{role}", HTTPStatus.SEE_OTHER)


def _require_role(visit: Visit, role: str) -> None:
    known = visit.desk.policy.roles.roles
    if role not in known:
        raise NotFoundError(kind="role", name=role[:40], allowed=tuple(known))


def _shown(visit: Visit, turn: Turn, owners: Mapping[str, int | None], made: Sequence[PastEffect]) -> Mapping[str, Any]:
    own = visit.asker.only_own()
    named = [code for code in codes(turn.answer or "", CODES_TRIED) if code in owners and own in (None, owners[code])]
    return {
        "it": turn,
        "pending": turn.state not in ENDED,
        "paragraphs": [part for part in (turn.answer or "").split("\n\n") if part.strip()],
        "steps": [step for step in (_step(visit, each) for each in turn.steps) if step is not None],
        "orders": named,
        "effects": made,
        "note": note_of(str(turn.outcome.get("verdict", ""))),
    }


def _step(visit: Visit, step: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """A step that anybody wants to see: a call with its arguments and facts, a refusal, a check with findings."""
    kind = str(step.get("step", ""))
    if kind == "refused":
        return {"key": "refused", "tool": step.get("tool", ""), "arguments": {}, "tables": [], "error": step["error"]}
    key = at_work(step)
    if key is None or (kind in ("think", "gather") and not step.get("facts")):
        return None
    arguments: Mapping[str, Any] = step.get("arguments", {})
    facts: Mapping[str, Any] = step.get("facts", {})
    return {
        "key": key,
        "tool": step.get("tool", ""),
        "arguments": arguments,
        "tables": tables(facts, visit.words),
        "error": "",
    }


NOTES: Final = ("limit", "ai-is-off", "gave-up", "rejected", "model-unavailable")


def note_of(verdict: str) -> str:
    """What has to be said about how an answer came to be; empty for one that came as it should."""
    return next((note for note in NOTES if note in verdict.replace("_", "-")), "")


BOARD: Final = Board(
    Place.CHAT,
    Chat,
    (Panel("roles", (), roles), Panel("conversation", (), conversation)),
    path="/chat/{role}",
)
BOARD.install(router)
