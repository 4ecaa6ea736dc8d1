"""One's own account: login and password, and where one is signed in."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Form, Request
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.responses import Response

from api.identity import address_of, passwords_of, throttle_of
from api.pages.board import Asked, Board, Panel
from api.pages.devices import device
from api.pages.levers import answered
from api.pages.places import Place
from api.pages.route import PageRoute
from api.pages.visit import Visit, at
from domain.commands import EndSessions, Id, SetPassword
from domain.errors import InvalidInputError
from domain.passwords import LONGEST, plain_login, plain_password, require_strong
from guardrails.gate import Done
from store.access import credentials, sessions

router = APIRouter(include_in_schema=False, route_class=PageRoute)

Secret = Annotated[str, Form(max_length=LONGEST)]


async def password(visit: Visit, tx: AsyncConnection, _asked: Asked) -> Mapping[str, Any]:
    """By what the person signs in."""
    found = await credentials.of(tx, visit.asker.person.id)
    return {"login": (found and found.login) or "", "has_password": bool(found and found.password_hash)}


async def signed_in(visit: Visit, tx: AsyncConnection, _asked: Asked) -> Mapping[str, Any]:
    """Where they are signed in."""
    wall = visit.desk.wall()
    found = await sessions.of(tx, visit.asker.person.id, now=wall)
    return {
        "sessions": [
            {"it": each, "device": device(each.user_agent), "seen": wall - each.last_seen_at} for each in found
        ],
        "present": visit.asker.session_id,
    }


@router.post("/account/password")
async def set_password(
    request: Request,
    visit: Annotated[Visit, Depends(at(Place.ACCOUNT))],
    *,
    login: Annotated[str, Form(max_length=100)] = "",
    present: Secret = "",
    password: Secret = "",
    again: Secret = "",
) -> Response:
    """Login and password; the present password is asked for, and every other session ends."""
    person, desk, passwords = visit.asker.person, visit.desk, passwords_of(request)
    name = plain_login(login)
    strong = require_strong(password, login=name, name=person.name)
    if plain_password(again) != strong:
        raise InvalidInputError(field="again", value="")
    async with desk.db.reading() as tx:
        found = await credentials.of(tx, person.id)
    kept = found and found.password_hash
    if kept:
        place = address_of(request)
        await throttle_of(request).guess(f"person {person.id}", place, known_browser=None)
        if not await passwords.matches(kept, plain_password(present)):
            raise InvalidInputError(field="present", value="")
        await throttle_of(request).guessed(f"person {person.id}", place, known_browser=None)
    command = SetPassword(
        person_id=person.id,
        login=name,
        hashed=await passwords.hashed(strong),
        keep=visit.asker.session_id,
        at=desk.wall(),
    )
    await desk.gate.perform(command, visit.asker.actor)
    return answered(request, await request.form(), visit.words.plain("account-password-set"))


@router.post("/account/sessions/end")
async def end_sessions(
    request: Request,
    visit: Annotated[Visit, Depends(at(Place.ACCOUNT))],
    only: Annotated[Id | None, Form()] = None,
) -> Response:
    """End one session, or all but the present one."""
    keep = None if only is not None else visit.asker.session_id
    command = EndSessions(person_id=visit.asker.person.id, only=only, keep=keep, at=visit.desk.wall())
    done = await visit.desk.gate.perform(command, visit.asker.actor)
    assert isinstance(done, Done)
    return answered(request, await request.form(), visit.words.plain("account-ended", count=int(done.value)))


BOARD: Final = Board(
    Place.ACCOUNT,
    Asked,
    (Panel("password", (), password), Panel("sessions", ("access",), signed_in, every="30s")),
)
BOARD.install(router)
