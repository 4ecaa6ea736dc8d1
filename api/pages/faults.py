"""What goes wrong before or behind a page's own code: an unknown address, a wrong method, a fault of ours.

A browser gets a page in its reader's words, or a note over the page that is open; programs get problem+json.
"""

from http import HTTPStatus
from typing import Final

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api import problems
from api.pages.frame import look_of
from api.pages.route import PageRoute, is_fetched, note, refusal, refused
from api.problems import BodyTooLargeError, trace_of
from locales import texts

SAID: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.INTERNAL_SERVER_ERROR})
"""What has words of its own; everything else is said in general."""
_PROGRAMS: Final = ("/api/", "/static/")


def install(app: FastAPI) -> None:
    """Let what the framework refuses be said to people too."""
    app.add_exception_handler(HTTPException, _http_error)


def unexpected(request: Request) -> Response:
    """The answer when the fault is ours: the number by which the log is found."""
    if not (isinstance(request.scope.get("route"), PageRoute) or _is_for_people(request)):
        return problems.unexpected(trace_of(request))
    return _said(request, HTTPStatus.INTERNAL_SERVER_ERROR)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if not _is_for_people(request):
        return await problems.http_error(request, error)
    if isinstance(error, BodyTooLargeError):
        return refused(request, error.error)
    response = _said(request, HTTPStatus(error.status_code))
    response.headers.update(error.headers or {})
    return response


def _is_for_people(request: Request) -> bool:
    """Whether a browser asks for something to be read."""
    asked = "text/html" in request.headers.get("accept", "")
    return (asked or is_fetched(request)) and not request.url.path.startswith(_PROGRAMS)


def _said(request: Request, status: HTTPStatus) -> Response:
    key = f"web-fault-{status.value}" if status in SAID else "error-error"
    words = texts(look_of(request).locale).get(key, trace=trace_of(request))
    if is_fetched(request):
        return note(request, words, status=status, tone="bad")
    return refusal(request, words, status)
