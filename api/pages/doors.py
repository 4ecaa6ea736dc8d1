"""What is open on every page: the way home, the menu, the look of the pages, the API's own description."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.identity import is_secure, require_own_page, session_of
from api.pages.frame import THEMES, look_of, written
from api.pages.places import Place, home_of
from api.pages.route import PageRoute, own_path
from api.pages.visit import Visit, at
from domain.errors import InvalidInputError
from locales import LOCALES

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
    return own_path(f"/{path}") if slash else "/"


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
