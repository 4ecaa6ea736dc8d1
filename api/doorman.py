"""What every request passes first: a trace id, a log line, counters, a limit on its size, headers on the answer."""

import re
import time
from collections.abc import Callable, Mapping
from typing import Final

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uuid_utils.compat import uuid7

from api.problems import BodyTooLargeError, problem
from domain.errors import DeskError

TRACE_HEADER: Final = "X-Request-Id"
_TRACE: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")

FEED_PREFIX: Final = "/api/crm/"
FEED_BYTES: Final = 16 * 1024**2
"""The CRM may send a whole wave at once."""
BODY_BYTES: Final = 1024**2

PAGE_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
DATA_POLICY: Final = "default-src 'none'; frame-ancestors 'none'"

log = structlog.get_logger()


class Counters:
    """What Prometheus learns of the requests."""

    def __init__(self, registry: CollectorRegistry) -> None:
        labels = ("method", "route")
        self.requests = Counter("desk_http_requests", "Requests answered.", (*labels, "status"), registry=registry)
        self.seconds = Histogram(
            "desk_http_request_seconds", "Time from the request to the end of its answer.", labels, registry=registry
        )

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """One request."""
        self.requests.labels(method, route, str(status)).inc()
        self.seconds.labels(method, route).observe(seconds)


class Doorman:
    """The outermost layer of the application; also the outermost loop, where a fault of ours ends as a problem."""

    def __init__(self, app: ASGIApp, *, counters: Counters, fault: Callable[[Request], Response]) -> None:
        self._app = app
        self._counters = counters
        self._fault = fault

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        trace_id = _trace_id(headers)
        scope["trace_id"] = trace_id
        answer = _Answer(send, trace_id, secure=scope.get("scheme") == "https")
        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(trace_id=trace_id):
            await self._answered(scope, _limited(scope, headers, receive), answer)
            seconds = time.perf_counter() - started
            method, route = str(scope["method"]), _route(scope)
            self._counters.count(_method(method), route, answer.status, seconds)
            log.info("request", method=method, route=route, status=answer.status, ms=round(seconds * 1000, 1))

    async def _answered(self, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        try:
            await self._app(scope, receive, answer)
        except DeskError as error:
            await problem(error, answer.trace_id)(scope, receive, answer)
        except Exception:
            log.exception("a request failed", route=_route(scope))
            if not answer.started:
                await self._fault(Request(scope))(scope, receive, answer)


class _Answer:
    """The way out: notes the status and adds the headers that every answer carries."""

    def __init__(self, send: Send, trace_id: str, *, secure: bool) -> None:
        self._send = send
        self._secure = secure
        self.trace_id = trace_id
        self.status = 0
        self.started = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            self.status = int(message["status"])
            self._add(MutableHeaders(scope=message))
        await self._send(message)

    def _add(self, headers: MutableHeaders) -> None:
        is_page = headers.get("content-type", "").startswith("text/html")
        for name, value in _headers(self.trace_id, is_page=is_page, secure=self._secure).items():
            headers.setdefault(name, value)


def _headers(trace_id: str, *, is_page: bool, secure: bool) -> Mapping[str, str]:
    always = {
        TRACE_HEADER: trace_id,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Content-Security-Policy": PAGE_POLICY if is_page else DATA_POLICY,
        "Cache-Control": "no-store",
    }
    return always | ({"Strict-Transport-Security": "max-age=31536000"} if secure else {})


def _trace_id(headers: Headers) -> str:
    """The caller's, when it has the form of one; else a new one."""
    given = headers.get(TRACE_HEADER, "")
    return given if _TRACE.fullmatch(given) else uuid7().hex


def _limited(scope: Scope, headers: Headers, receive: Receive) -> Receive:
    """The body, as long as it stays below the limit; `BodyTooLargeError` to whoever reads on."""
    limit = FEED_BYTES if str(scope["path"]).startswith(FEED_PREFIX) else BODY_BYTES
    declared = headers.get("content-length", "")
    read = int(declared) if declared.isdecimal() else 0
    counted = 0

    async def receive_limited() -> Message:
        nonlocal counted
        if read > limit:
            raise BodyTooLargeError(given=read, limit=limit)
        message = await receive()
        counted += len(message.get("body", b""))
        if counted > limit:
            raise BodyTooLargeError(given=counted, limit=limit)
        return message

    return receive_limited


def _route(scope: Scope) -> str:
    """The route's template, never the path itself: paths carry one-time codes, and numbers without end."""
    route: object = scope.get("route")
    path = getattr(route, "path", None) if isinstance(route, BaseRoute) else None
    return path if isinstance(path, str) else "none"


_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def _method(method: str) -> str:
    return method if method in _METHODS else "other"
