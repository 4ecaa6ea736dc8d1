"""Errors as problem+json (RFC 9457), in this one place: what is wrong, and what is allowed instead."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final, cast

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel
from pydantic_core import ErrorDetails
from starlette.exceptions import HTTPException
from starlette.requests import Request

from domain.errors import (
    ConflictError,
    DeskError,
    EvidenceMissingError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    StaleError,
    TransitionRefusedError,
)
from domain.journal import plain
from domain.validation import mistake
from store.errors import DatabaseUnavailableError, OutcomeUnknownError, ServerError

MEDIA_TYPE: Final = "application/problem+json"
URN: Final = "urn:holacracy:problem:"
RETRY_SECONDS: Final = 5

log = structlog.get_logger()


class UnauthenticatedError(DeskError):
    """Nobody is signed in, or the token is not in force (`problem`; `allowed` says how to come in)."""

    code = "unauthenticated"


class TooManyRequestsError(DeskError):
    """More requests than are accepted (`limit`, `retry_after` in seconds)."""

    code = "too-many-requests"


class TooLargeError(DeskError):
    """The request is larger than is accepted (`what`, `given`; `allowed` names the limit)."""

    code = "too-large"


class BodyTooLargeError(HTTPException):
    """The same while the body is read: the framework lets only its own kind of error pass there."""

    def __init__(self, *, given: int, limit: int) -> None:
        self.error = TooLargeError(what="body", given=given, allowed=(f"at most {limit} bytes",))
        super().__init__(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, str(self.error))


class NotJsonError(DeskError):
    """The body cannot be read as JSON (`problem`)."""

    code = "not-json"


class Problem(BaseModel):
    """An error as RFC 9457 has it; `allowed` and `missing` say what would do."""

    type: str
    title: str
    status: int
    detail: str
    trace_id: str
    field: str | None = None
    allowed: Sequence[str] = ()
    missing: Sequence[str] = ()
    errors: Sequence[Mapping[str, Any]] = ()
    params: Mapping[str, Any] = {}


# The first class that fits, so that the more special stand first.
_KINDS: Final[tuple[tuple[type[DeskError], HTTPStatus, str], ...]] = (
    (NotFoundError, HTTPStatus.NOT_FOUND, "Not found"),
    (InvalidInputError, HTTPStatus.UNPROCESSABLE_ENTITY, "A value is not acceptable"),
    (TransitionRefusedError, HTTPStatus.CONFLICT, "The order cannot go there from its status"),
    (EvidenceMissingError, HTTPStatus.CONFLICT, "Evidence for the move is missing"),
    (ForbiddenError, HTTPStatus.FORBIDDEN, "Not allowed"),
    (StaleError, HTTPStatus.CONFLICT, "The state has changed since you saw it"),
    (ConflictError, HTTPStatus.CONFLICT, "The present state does not permit this"),
    (UnauthenticatedError, HTTPStatus.UNAUTHORIZED, "Who are you?"),
    (TooManyRequestsError, HTTPStatus.TOO_MANY_REQUESTS, "Too many requests"),
    (TooLargeError, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The request is too large"),
    (NotJsonError, HTTPStatus.BAD_REQUEST, "The body is not JSON"),
    (DatabaseUnavailableError, HTTPStatus.SERVICE_UNAVAILABLE, "The database does not answer"),
    (OutcomeUnknownError, HTTPStatus.SERVICE_UNAVAILABLE, "It is not known whether it was done"),
    (ServerError, HTTPStatus.SERVICE_UNAVAILABLE, "The database cannot be used"),
)
_OTHERWISE: Final = (HTTPStatus.INTERNAL_SERVER_ERROR, "It did not work")


def kind_of(error: DeskError) -> tuple[HTTPStatus, str]:
    """The HTTP status of an error of the family, and its title."""
    return next(((status, title) for kind, status, title in _KINDS if isinstance(error, kind)), _OTHERWISE)


def error_fields(error: DeskError) -> dict[str, Any]:
    """What every door may say of an error: its code, the fact, the field, what is allowed, what is missing."""
    field = error.params.get("field")
    return {
        "type": f"{URN}{error.code}",
        "title": kind_of(error)[1],
        "detail": str(error),
        "field": None if field is None else str(field),
        "allowed": [str(value) for value in error.allowed],
        "missing": [str(value) for value in error.missing],
        "params": cast("dict[str, Any]", plain(dict(error.params))),
    }


def problem(error: DeskError, trace_id: str) -> JSONResponse:
    """The response for an error of the family."""
    status, _ = kind_of(error)
    return _respond(Problem(status=status, trace_id=trace_id, **error_fields(error)), _headers(error))


def _headers(error: DeskError) -> dict[str, str]:
    match error:
        case UnauthenticatedError():
            return {"WWW-Authenticate": "Bearer"}
        case TooManyRequestsError():
            return {"Retry-After": str(error.params["retry_after"])}
        case DatabaseUnavailableError():
            return {"Retry-After": str(RETRY_SECONDS)}
        case _:
            return {}


def unexpected(trace_id: str) -> JSONResponse:
    """The response when the fault is ours: nothing but the trace by which the log is found."""
    return _respond(
        Problem(
            type=f"{URN}internal-error",
            title="A fault of ours",
            status=HTTPStatus.INTERNAL_SERVER_ERROR,
            detail="It was logged under the trace id.",
            trace_id=trace_id,
        )
    )


def _respond(body: Problem, headers: Mapping[str, str] | None = None) -> JSONResponse:
    return JSONResponse(
        body.model_dump(mode="json", exclude_defaults=True),
        status_code=body.status,
        headers=dict(headers or {}),
        media_type=MEDIA_TYPE,
    )


def trace_of(request: Request) -> str:
    """The trace id of the request."""
    return str(request.scope.get("trace_id", ""))


def install(app: FastAPI) -> None:
    """Let the application answer every expected error as a problem."""
    app.add_exception_handler(DeskError, _desk_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, http_error)


async def _desk_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, DeskError)
    status, _ = kind_of(error)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("failed", error=str(error))
    return problem(error, trace_of(request))


async def _validation_error(request: Request, error: Exception) -> JSONResponse:
    """Every wrong value of the request; the first one is the problem's own field."""
    assert isinstance(error, RequestValidationError)
    body_type = _body_type(request)
    found = [_mistake(details, body_type) for details in error.errors()]
    first = found[0]
    if first["problem"] == "JSON decode error":
        return problem(NotJsonError(problem=str(error.errors()[0].get("ctx", {}).get("error", ""))), trace_of(request))
    return _respond(
        Problem(
            type=f"{URN}{InvalidInputError.code}",
            title="A value is not acceptable",
            status=HTTPStatus.UNPROCESSABLE_ENTITY,
            detail="; ".join(f"{one['field']}: {one['problem']}" for one in found),
            trace_id=trace_of(request),
            field=first["field"],
            allowed=first["allowed"],
            errors=found,
        )
    )


def _mistake(details: Mapping[str, Any], body_type: type[BaseModel] | None) -> dict[str, Any]:
    """`loc` begins with the part of the request: body, path, query."""
    part, *steps = details["loc"] or ("body",)
    inner = cast("ErrorDetails", {**details, "loc": tuple(steps)})
    found = mistake(inner, body_type if part == "body" else None)
    return {"in": str(part), "field": found.field, "problem": found.problem, "allowed": list(found.allowed)}


def _body_type(request: Request) -> type[BaseModel] | None:
    """What the route wanted to read; it knows the keys that are allowed."""
    route: object = request.scope.get("route")
    if not isinstance(route, APIRoute) or route.body_field is None:
        return None
    wanted = route.body_field.field_info.annotation
    return wanted if isinstance(wanted, type) and issubclass(wanted, BaseModel) else None


async def http_error(request: Request, error: Exception) -> JSONResponse:
    """What the framework itself refuses: no such route, wrong method, unreadable body."""
    assert isinstance(error, HTTPException)
    if isinstance(error, BodyTooLargeError):
        return problem(error.error, trace_of(request))
    status = HTTPStatus(error.status_code)
    body = Problem(
        type=f"{URN}http-{status.value}",
        title=status.phrase,
        status=status,
        detail=str(error.detail),
        trace_id=trace_of(request),
    )
    return _respond(body, error.headers)
