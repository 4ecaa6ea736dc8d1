"""The levers of all pages: a form names a command of the desk and its fields; the gate decides, as at every door.

`_key` makes a form sent twice with the same words take effect once, `_next` is where a browser without scripts goes
afterwards. Times of a form are the reader's local ones.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from types import UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from api.actions import ON_NUMBERS, ON_ORDERS
from api.identity import require_own_page
from api.pages.places import Place
from api.pages.route import PageRoute, is_fetched, note, own_path
from api.pages.visit import Visit, at
from domain.commands import COMMANDS, Command
from domain.errors import InvalidInputError, NotFoundError
from domain.journal import Outcome, canonical
from domain.policy import Action
from domain.validation import parse
from guardrails.approval.proposals import Waiting
from guardrails.gate import Done
from locales.words import Words

router = APIRouter(include_in_schema=False, route_class=PageRoute)

LEVERS: Final = frozenset(
    command.action.value for command in (*ON_ORDERS.values(), *(by.command for by in ON_NUMBERS))
) | {
    Action.ADVANCE_ORDER,
    Action.MASS_REASSIGN,
    Action.MAKE_PLAN,
    Action.RAISE_SIGNAL,
    Action.PROPOSE_POLICY_CHANGE,
    Action.SET_AI_MODE,
    Action.SEND_DIGEST,
    Action.ADD_PERSON,
}
"""What people may ask for from a page: what the API offers them; the feed's and the timers' commands are not here."""

_LOCAL: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}")
_KEY: Final = re.compile(r"[0-9a-f-]{36}")


@router.post("/do/{name}")
async def do(request: Request, name: str, visit: Annotated[Visit, Depends(at(Place.QUEUE))]) -> Response:
    """Ask the gate for one command; what came of it is said over the page."""
    require_own_page(request)
    if name not in LEVERS:
        raise NotFoundError(kind="command", name=name[:40], allowed=tuple(sorted(LEVERS)))
    wanted = COMMANDS[Action(name)]
    form = await request.form()
    command = parse(wanted, fields(wanted, form, visit.words.zone))
    done = await visit.desk.gate.perform(command, visit.asker.actor, key=key_of(request, form, visit))
    return answered(request, form, said(visit, command, done))


def fields(wanted: type[BaseModel], form: FormData, zone: ZoneInfo) -> Mapping[str, Any]:
    """The fields of a command, or of a page's own form: an empty one was left out, a repeated one is a list."""
    given: dict[str, Any] = {}
    for name in form:
        info = wanted.model_fields.get(name)
        if name.startswith("_") or (values := [str(value) for value in form.getlist(name) if value != ""]) == []:
            continue
        several = info is not None and _is_list(info.annotation)
        read = [local_instant(value, zone) for value in values]
        given[name] = read if several else read[-1]
    return given


def _is_list(annotation: object) -> bool:
    origin = get_origin(annotation)
    if origin in (Union, UnionType, Annotated):
        return any(_is_list(part) for part in get_args(annotation))
    return origin in (tuple, list)


def local_instant(value: str, zone: ZoneInfo) -> str:
    """A moment of a form, which is the reader's local time, with its zone; anything else as it is, for its field."""
    if not _LOCAL.fullmatch(value):
        return value
    try:
        return datetime.fromisoformat(value).replace(tzinfo=zone).isoformat()
    except ValueError:  # no such day, no such hour
        return value


def key_of(request: Request, form: FormData, visit: Visit) -> str | None:
    """By which a form that comes again is known: the same words to the same lever, of the same sender.

    Other words are other work, although the page still had the old form.
    """
    given = str(form.get("_key", ""))
    if not given:
        return None
    if not _KEY.fullmatch(given):
        raise InvalidInputError(field="_key", value=given[:40], allowed=("the key of the form",))
    told = [request.url.path, *((name, str(value)) for name, value in form.multi_items() if not name.startswith("_"))]
    return f"web:{visit.asker.person.id}:{given}:{hashlib.sha256(canonical(told)).hexdigest()[:32]}"


def said(visit: Visit, command: Command, done: Done | Waiting) -> str:
    """What came of it, in words."""
    words = visit.words
    if isinstance(done, Waiting):
        return waits(words, done)
    action = f"action-{command.action.value}"
    told = "web-unchanged" if done.outcome is Outcome.UNCHANGED else "web-done"
    return words.plain(told, action=words.plain(action) if words.texts.has(action) else command.action.value)


def waits(words: Words, asked: Waiting) -> str:
    """Who has to decide on the request, and until when."""
    voters = ", ".join(words.plain(f"role-{role}") for role in sorted(asked.voters))
    return words.plain("web-waiting", id=str(asked.approval_id), voters=voters, until=words.moment(asked.expires_at))


def answered(request: Request, form: FormData, words: str) -> Response:
    """The note over the page, or back to the page for a browser without scripts."""
    if is_fetched(request):
        response = note(request, words)
        response.headers["HX-Trigger"] = "acted"
        return response
    return RedirectResponse(own_path(str(form.get("_next", "/"))), HTTPStatus.SEE_OTHER)
