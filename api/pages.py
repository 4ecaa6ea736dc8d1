"""The few pages of this door: sign-in by a one-time link, who am I, the API's own description."""

from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.identity import address_of, cookie_name, desk_of, is_secure, require_own_page, session_of, throttle_of
from locales import texts
from store import auth, outbox

HERE: Final = Path(__file__).parent
TEMPLATES: Final = Environment(
    loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


def page(request: Request, template: str, *, status: HTTPStatus = HTTPStatus.OK, **values: Any) -> HTMLResponse:
    """A page in the desk's language; `t` in the template is the catalogue."""
    locale = desk_of(request).locale
    body = TEMPLATES.get_template(template).render(t=texts(locale).get, locale=locale, **values)
    return HTMLResponse(body, status_code=status)


@router.get("/")
async def home(request: Request) -> Response:
    """Who am I, and where to go."""
    asker = await session_of(request)
    if asker is None:
        return page(request, "signed_out.html", status=HTTPStatus.UNAUTHORIZED)
    desk = desk_of(request)
    async with desk.db.reading() as tx:
        outage = await outbox.outage(tx, "telegram")
    calendar = desk.gate.calendars.of(asker.person)
    since = None if outage is None else f"{outage.since.astimezone(ZoneInfo(calendar.tz)):%d.%m %H:%M}"
    return page(
        request,
        "home.html",
        person=asker.person,
        sandbox_url=request.app.state.sandbox_url,
        outage=outage,
        since=since,
    )


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
