"""How expected errors look on pages: a page in words, a note over the present page, or the way to the sign-in."""

import re
from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.pages.frame import look_of, written
from api.problems import BodyTooLargeError, TooLargeError, UnauthenticatedError, kind_of
from domain.errors import DeskError, InvalidInputError, StaleError
from locales import sentences, texts

_OWN_PATH: Final = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*")
"""A path of this site: browsers drop tabs and line ends, and take a backslash for a slash."""
NOTES: Final = "#notes"
"""Where notes appear on every page (`layout.html`)."""
FRESH: Final = '{"live:all": {}}'
"""Every panel of the page fetches itself: whoever acted on an older state sees the present one."""


class PageRoute(APIRoute):
    """A route for people: whatever goes wrong is said in their language."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler with its errors turned into pages."""
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await handle(request)
            except DeskError as error:
                return refused(request, error)
            except RequestValidationError as error:
                return refused(request, InvalidInputError(field=str(error.errors()[0]["loc"][-1]), value=""))
            except HTTPException as error:
                return refused(request, _unreadable(error))

        return handled


def _unreadable(error: HTTPException) -> DeskError:
    """What the framework says of a form that it does not read to its end."""
    if isinstance(error, BodyTooLargeError):
        return error.error
    return TooLargeError(what="form", given=error.detail, allowed=("fewer fields",))


def own_path(given: str, *, otherwise: str = "/") -> str:
    """The path, when it leads to this site; nobody is sent elsewhere by a link to us."""
    return given if _OWN_PATH.fullmatch(given) else otherwise


def is_fetched(request: Request) -> bool:
    """Whether a part of a page is asked for, not a page."""
    return request.headers.get("hx-request") == "true"


def refused(request: Request, error: DeskError) -> Response:
    """What the person sees of an expected error."""
    if isinstance(error, UnauthenticatedError):
        return _to_sign_in(request)
    status, _ = kind_of(error)
    look = look_of(request)
    words = sentences.refusal(error, texts(look.locale))
    if isinstance(error, StaleError) and "status" in error.params:
        present = sentences.status(error.params["status"], texts(look.locale))
        words = f"{words} {texts(look.locale).get('web-stale-now', status=present)}"
    if is_fetched(request):
        response = note(request, words, status=status, tone="bad")
        if isinstance(error, StaleError):
            response.headers["HX-Trigger"] = FRESH
        return response
    wrong_filter = isinstance(error, InvalidInputError) and request.method == "GET" and request.url.query
    unfiltered = request.url.path if wrong_filter else None
    return refusal(request, words, status, unfiltered=unfiltered)


def refusal(request: Request, words: str, status: HTTPStatus, *, unfiltered: str | None = None) -> Response:
    """A page of its own that says why there is no other; `unfiltered` is the address without the wrong filters."""
    page = written(look_of(request), "refused.html", words=words, status=status.value, unfiltered=unfiltered)
    return HTMLResponse(page, status_code=status)


def note(request: Request, words: str, *, status: HTTPStatus = HTTPStatus.OK, tone: str = "good") -> Response:
    """A short note over the page that is open."""
    body = written(look_of(request), "note.html", words=words, tone=tone)
    return HTMLResponse(body, status_code=status, headers={"HX-Retarget": NOTES, "HX-Reswap": "beforeend"})


def _to_sign_in(request: Request) -> Response:
    if is_fetched(request):
        return Response(status_code=HTTPStatus.UNAUTHORIZED, headers={"HX-Redirect": "/login"})
    query = f"?{request.url.query}" if request.url.query else ""
    after = f"{request.url.path}{query}" if request.method == "GET" else "/"
    return RedirectResponse(f"/login?{urlencode({'next': after})}", HTTPStatus.SEE_OTHER)
