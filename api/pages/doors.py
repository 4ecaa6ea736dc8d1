"""The way in and out: sign-in by a one-time link, sign-out, the look of the pages, the API's own description."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.identity import address_of, cookie_name, desk_of, is_secure, require_own_page, session_of, throttle_of
from api.pages.frame import THEMES, look_of, written
from api.pages.places import Place, home_of
from api.pages.route import PageRoute
from api.pages.visit import Visit, at
from domain.errors import InvalidInputError
from locales import LOCALES
from store import auth

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse, route_class=PageRoute)

_A_YEAR: Final = 365 * 24 * 3600


def page(request: Request, template: str, *, status: HTTPStatus = HTTPStatus.OK, **values: Any) -> HTMLResponse:
    """A page for anybody, in the browser's language."""
    return HTMLResponse(written(look_of(request), template, **values), status_code=status)


@router.get("/")
async def home(request: Request) -> Response:
    """The first page of whoever is signed in."""
    asker = await session_of(request)
    where = "/login" if asker is None else home_of(asker.role)
    return RedirectResponse(where, HTTPStatus.SEE_OTHER)


@router.get("/login")
async def login(request: Request) -> Response:
    """How to come in."""
    return page(request, "signed_out.html")


@router.get("/menu")
async def fresh_menu(visit: Annotated[Visit, Depends(at(Place.QUEUE))], place: Place) -> Response:
    """The menu with its counts, as the page that is open fetches it."""
    return await visit.menu(place)


@router.post("/look")
async def look(
    request: Request,
    *,
    theme: Annotated[str, Form()] = "",
    locale: Annotated[str, Form()] = "",
) -> Response:
    """Choose colours and language for this browser, and stay on the page."""
    require_own_page(request)
    chosen = {"theme": (theme, THEMES), "locale": (locale, LOCALES)}
    response = RedirectResponse(_back(request), HTTPStatus.SEE_OTHER)
    for name, (value, allowed) in chosen.items():
        if value and value not in allowed:
            raise InvalidInputError(field=name, value=value[:40], allowed=allowed)
        if value:
            response.set_cookie(name, value, max_age=_A_YEAR, path="/", secure=is_secure(request), samesite="lax")
    return response


def _back(request: Request) -> str:
    """The path of the page that sent the form; browsers tell it to their own site only."""
    _, _, path = request.headers.get("referer", "").partition("://")
    _, slash, path = path.partition("/")
    return f"/{path}" if slash and not path.startswith(("/", "\\")) else "/"


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
    now = desk.wall()
    async with desk.db.transaction() as tx:
        person_id = await auth.use_code(tx, code, purpose="login", now=now)
        if person_id is None:
            return page(request, "link_used.html", status=HTTPStatus.GONE)
        agent = request.headers.get("user-agent", "")
        secret = await auth.open_session(tx, person_id=person_id, user_agent=agent, now=now)
    response = RedirectResponse("/", HTTPStatus.SEE_OTHER)
    _set_cookie(request, response, secret, seconds=int(auth.SESSION_LIFETIME.total_seconds()))
    return response


@router.post("/logout")
async def sign_out(request: Request) -> Response:
    """End the session."""
    require_own_page(request)
    secret = request.cookies.get(cookie_name(request))
    desk = desk_of(request)
    if secret:
        async with desk.db.transaction() as tx:
            await auth.end_session(tx, secret, now=desk.wall())
    response = RedirectResponse("/", HTTPStatus.SEE_OTHER)
    _set_cookie(request, response, "", seconds=0)
    return response


def _set_cookie(request: Request, response: Response, secret: str, *, seconds: int) -> None:
    response.set_cookie(
        cookie_name(request),
        secret,
        max_age=seconds,
        path="/",
        secure=is_secure(request),
        httponly=True,
        samesite="lax",
    )


@router.get("/docs")
async def docs(request: Request) -> Response:
    """The API's description as a page of its own, without anything from elsewhere."""
    description = request.app.openapi()
    return page(request, "docs.html", info=description["info"], groups=_groups(description))


def _groups(description: Mapping[str, Any]) -> Mapping[str, list[Mapping[str, Any]]]:
    """Operations by tag, in the order of the routes."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            shown = {
                "method": method.upper(),
                "path": path,
                "summary": operation.get("summary", ""),
                "description": operation.get("description", ""),
                "parameters": operation.get("parameters", ()),
                "body": _schema_name(operation.get("requestBody")),
                "responses": operation.get("responses", {}),
            }
            groups.setdefault(operation.get("tags", ["other"])[0], []).append(shown)
    return groups


def _schema_name(body: Mapping[str, Any] | None) -> str:
    if body is None:
        return ""
    schema = next(iter(body["content"].values()))["schema"]
    return str(schema.get("$ref", "")).rpartition("/")[2]
