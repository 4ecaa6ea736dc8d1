"""The way in and out: by login and password, by a one-time link; sign-out.

A sign-in always makes a new session: whatever a browser brought with it before is worth nothing. A lasting mark tells
a browser in which somebody has signed in before from a guesser's.
"""

from http import HTTPStatus
from typing import Annotated, Any, Final, Literal

import structlog
from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from api.identity import (
    address_of,
    cookie_name,
    desk_of,
    is_secure,
    passwords_of,
    require_own_page,
    session_of,
    throttle_of,
)
from api.pages.doors import page
from api.pages.route import PageRoute, own_path
from api.problems import trace_of
from domain.commands import EndSessions, OpenSession
from domain.passwords import LONGEST, plain_password
from domain.people import Actor, Channel
from guardrails.gate import Done
from store.access import auth, credentials, sessions

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse, route_class=PageRoute)

LONGEST_LOGIN: Final = 100
_A_YEAR: Final = 365 * 24 * 3600

log = structlog.get_logger()


@router.get("/login")
async def login(request: Request) -> Response:
    """The form; who is signed in already goes on."""
    after = own_path(request.query_params.get("next", "/"))
    if await session_of(request) is not None:
        return RedirectResponse(after, HTTPStatus.SEE_OTHER)
    return page(request, "signed_out.html", after=after, login="", wrong=False)


@router.post("/login")
async def sign_in_by_password(
    request: Request,
    *,
    login: Annotated[str, Form(max_length=LONGEST_LOGIN)] = "",
    password: Annotated[str, Form(max_length=LONGEST)] = "",
    after: Annotated[str, Form(alias="next")] = "/",
) -> Response:
    """Compare, and open a session; whether the login or the password was wrong is not said."""
    require_own_page(request)
    name = login.replace("\x00", "").strip().casefold()
    throttle, address = throttle_of(request), address_of(request)
    await throttle.sign_in(address)
    desk, passwords = desk_of(request), passwords_of(request)
    async with desk.db.reading() as tx:
        found = await credentials.by_login(tx, name)
        known = await _known_browser(request, tx, found)
    await throttle.guess(name, address, known_browser=known)
    kept = None if found is None else found.password_hash
    given = plain_password(password)
    if not await passwords.matches(kept, given) or found is None or kept is None:
        log.warning("a wrong password", address=address, known_login=found is not None)
        words: dict[str, Any] = {"after": own_path(after), "login": login, "wrong": True}
        return page(request, "signed_out.html", status=HTTPStatus.UNPROCESSABLE_ENTITY, **words)
    await throttle.guessed(name, address, known_browser=known)
    fresh = await passwords.hashed(given) if passwords.is_outdated(kept) else None
    async with desk.db.transaction() as tx:
        if fresh is not None:
            await credentials.rehash(tx, found.person_id, was=kept, password_hash=fresh)
        return await _signed_in(request, tx, found.person_id, "password", after=own_path(after))


@router.get("/login/{code}")
async def ask_to_sign_in(request: Request, code: str) -> Response:
    """A page with one button: whoever only previews the link does not use it up."""
    await throttle_of(request).sign_in(address_of(request))
    desk = desk_of(request)
    async with desk.db.reading() as tx:
        good = await auth.code_is_good(tx, code, purpose="login", now=desk.wall())
    if not good:
        return page(request, "link_used.html", status=HTTPStatus.GONE)
    return page(request, "sign_in.html", code=code)


@router.post("/login/{code}")
async def sign_in(request: Request, code: str) -> Response:
    """Use the link up and open a session."""
    await throttle_of(request).sign_in(address_of(request))
    require_own_page(request)
    desk = desk_of(request)
    async with desk.db.transaction() as tx:
        person_id = await auth.use_code(tx, code, purpose="login", now=desk.wall())
        if person_id is None:
            return page(request, "link_used.html", status=HTTPStatus.GONE)
        return await _signed_in(request, tx, person_id, "link", after="/")


@router.post("/logout")
async def sign_out(request: Request) -> Response:
    """End the session."""
    require_own_page(request)
    asker = await session_of(request)
    desk = desk_of(request)
    if asker is not None:
        command = EndSessions(person_id=asker.person.id, only=asker.session_id, at=desk.wall())
        await desk.gate.perform(command, asker.actor, trace_id=trace_of(request))
    response = RedirectResponse("/", HTTPStatus.SEE_OTHER)
    _set_cookie(request, response, cookie_name(request), "", seconds=0)
    return response


async def _signed_in(
    request: Request, tx: AsyncConnection, person_id: int, how: Literal["password", "link"], *, after: str
) -> Response:
    """A new session in the caller's commit, journaled, and the way on."""
    desk = desk_of(request)
    brought, mark = request.cookies.get(cookie_name(request)), request.cookies.get(_mark_name(request))
    mark = mark or auth.fresh_secret()
    command = OpenSession(
        person_id=person_id,
        how=how,
        device=request.headers.get("user-agent", "").replace("\x00", "")[:300],
        browser=auth.digest(mark).hex(),
        instead_of=auth.digest(brought).hex() if brought else None,
        at=desk.wall(),
    )
    actor = Actor.person(person_id, Channel.WEB)
    done = await desk.gate.perform_in(tx, command, await desk.gate.context(tx, actor, trace_of(request)))
    assert isinstance(done, Done)
    response = RedirectResponse(after, HTTPStatus.SEE_OTHER)
    seconds = int(sessions.LIFETIME.total_seconds())
    _set_cookie(request, response, cookie_name(request), str(done.value), seconds=seconds)
    _set_cookie(request, response, _mark_name(request), mark, seconds=_A_YEAR)
    return response


async def _known_browser(request: Request, tx: AsyncConnection, found: credentials.Credentials | None) -> str | None:
    """The mark (hashed) of a browser in which this person has signed in before."""
    mark = request.cookies.get(_mark_name(request))
    if found is None or not mark:
        return None
    browser = auth.digest(mark).hex()
    return browser if await sessions.is_known_browser(tx, found.person_id, browser) else None


def _mark_name(request: Request) -> str:
    return f"{cookie_name(request)}-known"


def _set_cookie(request: Request, response: Response, name: str, value: str, *, seconds: int) -> None:
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path="/",
        secure=is_secure(request),
        httponly=True,
        samesite="lax",
    )
