"""The server: the Bot API's own address, the human side beside it, and how both are served in this process."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from zoneinfo import ZoneInfo

from fastapi import FastAPI
from fastapi.responses import HTMLResponse, Response
from pydantic_core import to_json
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request

from bots.local import human, methods_chats, methods_edits, methods_messages, methods_updates, page
from bots.local.calls import Call, Result, chat_of, read_arguments
from bots.local.faults import Fault, FaultKind
from bots.local.files import Upload
from bots.local.refusals import RefusedError, not_found, too_many, unauthorized
from bots.local.serving import LostAnswer, serving_app
from bots.local.telegram import LocalTelegram
from domain.errors import ConflictError, DeskError, NotFoundError

METHODS: Mapping[str, type[Call]] = {
    method.__name__.lower(): method
    for method in (
        methods_updates.GetUpdates,
        methods_updates.SetWebhook,
        methods_updates.DeleteWebhook,
        methods_updates.GetWebhookInfo,
        methods_chats.GetMe,
        methods_chats.GetChat,
        methods_chats.GetChatMember,
        methods_chats.GetChatMemberCount,
        methods_chats.GetFile,
        methods_chats.AnswerCallbackQuery,
        methods_chats.SendChatAction,
        methods_chats.SetMessageReaction,
        methods_chats.CreateForumTopic,
        methods_chats.CloseForumTopic,
        methods_chats.SetMyCommands,
        methods_chats.GetMyCommands,
        methods_messages.SendMessage,
        methods_messages.SendPhoto,
        methods_messages.SendDocument,
        methods_messages.SendMediaGroup,
        methods_messages.SendMessageDraft,
        methods_edits.EditMessageText,
        methods_edits.EditMessageCaption,
        methods_edits.EditMessageReplyMarkup,
        methods_edits.DeleteMessage,
    )
}
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
BAD_GATEWAY = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n"
)
PERSON_ERRORS: Sequence[tuple[type[DeskError], int]] = ((NotFoundError, 404), (ConflictError, 409))
DONE = frozenset({FaultKind.DROP, FaultKind.LATE, FaultKind.SLOW})
# Above Telegram's largest upload, so that the method itself can answer 413.
BODY_BYTES = 64 * 1024**2


def create_app(state: LocalTelegram, *, known_hosts: Sequence[str] = (), zone: ZoneInfo = page.COMPANY_ZONE) -> FastAPI:
    """The application; it answers only requests whose Host is loopback or one of `known_hosts` (DNS rebinding).

    The page shows times in `zone`. Whoever serves it by other means than `serving` calls `state.close()` before the
    server waits for its connections, or open polls hold it up.
    """

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        async with state:
            yield

    app = FastAPI(title="Local Telegram", lifespan=lifespan, openapi_url=None, docs_url=None, max_body_size=BODY_BYTES)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=[*LOOPBACK, *known_hosts], www_redirect=False)
    app.add_exception_handler(DeskError, _told)
    app.include_router(human.routes(state), prefix="/sandbox")
    app.include_router(page.routes(state, zone), prefix="/sandbox")
    app.mount("/sandbox/static", page.static(), name="sandbox-static")

    @app.api_route("/bot{token}/{method}", methods=["GET", "POST"])
    async def call(token: str, method: str, request: Request) -> Response:
        return await _answered(state, token, method.lower(), request)

    @app.get("/file/bot{token}/{path:path}")
    async def download(token: str, path: str) -> Response:
        file = next((file for file in state.memory.files.values() if file.path == path), None)
        if token != state.token or file is None:
            return _refusal(unauthorized() if token != state.token else not_found("file not found"))
        return Response(state.shelf.read(file), media_type="application/octet-stream")

    return app


async def _answered(state: LocalTelegram, token: str, method: str, request: Request) -> Response:
    try:
        if token != state.token:
            raise unauthorized() if token.partition(":")[0].isdecimal() else not_found("bot not found")
        arguments, uploads = await read_arguments(request)
        fault = state.faults.take(method, chat_of(arguments))
        if fault:
            state.ring("faults")
        if fault and fault.kind not in DONE:
            return await _faulty(state, fault, request)
        if fault and fault.kind is FaultKind.SLOW:
            await _after(state, fault.retry_after)
        result = await _performed(state, method, arguments, uploads)
    except RefusedError as refusal:
        return _refusal(refusal)
    if fault and fault.kind is FaultKind.LATE:
        await _until_gone(state, request)
    if fault and fault.kind is not FaultKind.SLOW:
        return LostAnswer()
    return _json(b'{"ok":true,"result":' + to_json(result, by_alias=True, exclude_none=True) + b"}")


async def _performed(
    state: LocalTelegram, method: str, arguments: Mapping[str, object], uploads: Mapping[str, Upload]
) -> Result:
    known = METHODS.get(method)
    if known is None:
        raise not_found("method not found")
    return await known.parse(arguments, uploads).perform(state)


async def _faulty(state: LocalTelegram, fault: Fault, request: Request) -> Response:
    if fault.kind is FaultKind.FLOOD:
        raise too_many(fault.retry_after)
    if fault.kind is FaultKind.INTERNAL:
        raise RefusedError(500, "Internal Server Error")
    if fault.kind is FaultKind.RESET:
        return LostAnswer()
    if fault.kind is FaultKind.HANG:
        await _until_gone(state, request)
    return HTMLResponse(BAD_GATEWAY, status_code=502)


async def _after(state: LocalTelegram, seconds: float) -> None:
    """So many seconds later, or when the server closes."""
    until = state.clock() + seconds
    while (left := until - state.clock()) > 0 and not state.updates.closed:
        await state.bell.wait(left)


async def _until_gone(state: LocalTelegram, request: Request) -> None:
    """Until the client gives up, or the server closes."""
    gone = asyncio.ensure_future(request.receive())
    while not gone.done() and not state.updates.closed:
        ring = asyncio.ensure_future(state.bell.wait())
        await asyncio.wait({gone, ring}, return_when=asyncio.FIRST_COMPLETED)
        ring.cancel()
    gone.cancel()


async def _told(_: Request, error: Exception) -> Response:
    """What a person's client says when the person's action is impossible."""
    assert isinstance(error, DeskError)
    status = next((status for kind, status in PERSON_ERRORS if isinstance(error, kind)), 400)
    return _json(to_json({"code": error.code, "detail": str(error), "allowed": error.allowed}), status=status)


def _refusal(refusal: RefusedError) -> Response:
    parameters = {"retry_after": refusal.retry_after} if refusal.retry_after else None
    body = {"ok": False, "error_code": refusal.code, "description": refusal.description, "parameters": parameters}
    return _json(to_json({key: value for key, value in body.items() if value is not None}), status=refusal.code)


def _json(body: bytes, *, status: int = 200) -> Response:
    return Response(body, status_code=status, media_type="application/json")


@asynccontextmanager
async def serving(
    state: LocalTelegram, *, host: str = "127.0.0.1", port: int = 0, known_hosts: Sequence[str] = ()
) -> AsyncGenerator[str]:
    """Serve in this process while the block runs; gives the address, e.g. `http://127.0.0.1:43211`.

    Port 0 takes a free one. Leaving closes `state` first, so that waiting polls and pages let go at once. Raises
    OSError when the port is taken.
    """
    app = create_app(state, known_hosts=known_hosts)
    async with serving_app(app, host=host, port=port, before_leaving=state.close) as address:
        yield address
