"""A language model on this machine: an OpenAI-compatible server with scripted answers, for tests, bench and scenarios.

    server = ModelServer([calls("look_at_order", order="1042"), says("Заказ 1042 у Веры.")])
    async with serving(server) as base_url:  # e.g. http://127.0.0.1:43211/v1
        client = AsyncOpenAI(base_url=base_url, api_key="any")

A script is a sequence of replies, given in turn (an exhausted one answers 500), or a function of the request. Trouble
is planned with `server.plan(FaultKind.RATE_LIMIT, times=2, retry_after=1)` and met first planned first; `model=` limits
it to one model's requests. `server.asked` holds what was asked, spoiled and refused requests included.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bots.local.serving import LostAnswer, serving_app
from evals.model_answers import Asked, Call, FaultKind, Reply, calls, completion, says

__all__ = ["Asked", "Call", "Fault", "FaultKind", "ModelServer", "Reply", "calls", "create_app", "says", "serving"]

Script = Callable[[Asked], Reply]
KINDS_OF_STATUS = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    429: "rate_limit_error",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One planned trouble: it meets the next `times` requests (None: all) for `model` (None: any).

    `retry_after` (seconds, a header) and `problem` (the error's code) belong to refusals, `status` to STATUS, `seconds`
    to SLOW: the answer is begun at once and ends so much later.
    """

    kind: FaultKind
    times: int | None = 1
    model: str | None = None
    retry_after: str | None = None
    status: int = 400
    problem: str | None = None
    seconds: float = 0.0


@dataclass(slots=True)
class ModelServer:
    """What the model will say, what will go wrong, and what was asked."""

    script: Iterable[Reply] | Script
    key: str | None = None
    asked: list[Asked] = field(default_factory=list[Asked])
    _planned: list[Fault] = field(default_factory=list[Fault])
    _closed: asyncio.Event = field(default_factory=asyncio.Event)
    _replies: Iterator[Reply] | None = None

    def plan(
        self,
        kind: FaultKind,
        *,
        times: int | None = 1,
        model: str | None = None,
        retry_after: float | str | None = None,
        status: int = 400,
        problem: str | None = None,
        seconds: float = 0.0,
    ) -> None:
        """Plan trouble for coming requests."""
        header = None if retry_after is None else str(retry_after)
        fault = Fault(
            kind=kind, times=times, model=model, retry_after=header, status=status, problem=problem, seconds=seconds
        )
        self._planned.append(fault)

    def heal(self) -> None:
        """Forget all planned trouble."""
        self._planned.clear()

    def take(self, model: str) -> Fault | None:
        """The trouble that meets a request, counted down."""
        for place, fault in enumerate(self._planned):
            if fault.times != 0 and fault.model in {None, model}:
                if fault.times is not None:
                    self._planned[place] = replace(fault, times=fault.times - 1)
                return fault
        return None

    def reply(self, asked: Asked) -> Reply | None:
        """What the script says now; None when it is at its end."""
        if callable(self.script):
            return self.script(asked)
        if self._replies is None:
            self._replies = iter(self.script)
        return next(self._replies, None)

    async def close(self) -> None:
        """Let hanging requests go."""
        self._closed.set()

    async def until_gone(self, request: Request, *, at_most: float | None = None) -> None:
        """Until the client gives up, the server closes, or `at_most` seconds have passed."""
        waits = [asyncio.ensure_future(_disconnected(request)), asyncio.ensure_future(self._closed.wait())]
        await asyncio.wait(waits, timeout=at_most, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()


def create_app(server: ModelServer) -> Starlette:
    """The application: `/v1/chat/completions` and `/v1/models`."""

    async def complete(request: Request) -> Response:
        return await _answered(server, request)

    async def models(_: Request) -> Response:
        return JSONResponse({"object": "list", "data": [{"id": "stub", "object": "model"}]})

    routes = [
        Route("/v1/chat/completions", complete, methods=["POST"]),
        Route("/v1/models", models, methods=["GET"]),
    ]
    return Starlette(routes=routes)


@asynccontextmanager
async def serving(server: ModelServer, *, host: str = "127.0.0.1", port: int = 0) -> AsyncGenerator[str]:
    """Serve in this process while the block runs; gives the base URL for a client. Port 0 takes a free one."""
    async with serving_app(create_app(server), host=host, port=port, before_leaving=server.close) as address:
        yield f"{address}/v1"


async def _answered(server: ModelServer, request: Request) -> Response:
    asked = Asked(
        body=json.loads(await request.body()),
        authorization=request.headers.get("authorization", ""),
        peer=request.client.port if request.client else 0,
    )
    server.asked.append(asked)
    if server.key is not None and asked.authorization != f"Bearer {server.key}":
        return _refusal(401, "invalid_api_key", f"Incorrect API key provided: {asked.authorization}")
    fault = server.take(asked.model)
    refused = await _refused(server, fault, request) if fault else None
    if refused is not None:
        return refused
    reply = server.reply(asked)
    if reply is None:
        return _refusal(500, "script_ended", "the script has no further reply")
    answer = completion(reply, asked, number=len(server.asked), fault=fault.kind if fault else None)
    return _given(server, answer, fault, request)


async def _refused(server: ModelServer, fault: Fault, request: Request) -> Response | None:
    match fault.kind:
        case FaultKind.RATE_LIMIT:
            return _refusal(429, fault.problem or "rate_limit_exceeded", "Slow down.", retry_after=fault.retry_after)
        case FaultKind.INTERNAL:
            return _refusal(500, "server_error", "The server had an error.", retry_after=fault.retry_after)
        case FaultKind.STATUS:
            return _refusal(fault.status, fault.problem or "refused", "Refused.", retry_after=fault.retry_after)
        case FaultKind.HANG:
            await server.until_gone(request)
            return Response(status_code=504)
        case FaultKind.RESET:
            return LostAnswer()
        case FaultKind.GARBAGE:
            return Response(b'\x00\xff{"choices": [{"mess', media_type="application/json")
        case FaultKind.WRONG_TYPE:
            return Response("<html><body>Sign in to the network</body></html>", media_type="text/html")
        case _:
            return None


def _given(server: ModelServer, answer: dict[str, Any], fault: Fault | None, request: Request) -> Response:
    body = json.dumps(answer, ensure_ascii=False).encode()
    if fault and fault.kind is FaultKind.STREAM:
        return Response(b"data: " + body[: len(body) // 2] + b"\n\ndata: [DO", media_type="text/event-stream")
    if fault and fault.kind is FaultKind.SLOW:
        return StreamingResponse(_dripping(server, body, fault.seconds, request), media_type="application/json")
    return Response(body, media_type="application/json")


async def _dripping(server: ModelServer, body: bytes, seconds: float, request: Request) -> AsyncGenerator[bytes]:
    yield body[:1]
    await server.until_gone(request, at_most=seconds)
    yield body[1:]


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        continue


def _refusal(status: int, code: str, message: str, *, retry_after: str | None = None) -> Response:
    error = {"message": message, "type": KINDS_OF_STATUS.get(status, "server_error"), "param": None, "code": code}
    headers = {} if retry_after is None else {"retry-after": retry_after}
    return JSONResponse({"error": error}, status_code=status, headers=headers)
