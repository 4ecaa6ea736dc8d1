"""An ASGI application served inside this process, on the running loop; for servers that stand in for the outside."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext

import uvicorn
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send


class LostAnswer(Response):
    """Begins an answer and leaves: the client sees the connection break."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - the ASGI signature
        """Send a head that promises a body, and no body; uvicorn then closes the connection."""
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})


def _listener(host: str, port: int) -> socket.socket:
    """A bound socket that names its protocol: asyncio turns Nagle's 40 ms delay off only when it sees TCP there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener


class LoopServer(uvicorn.Server):
    """Says when it listens, and leaves the process's signals to the program that it runs in."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()

    def capture_signals(self) -> AbstractContextManager[None]:  # pyright: ignore[reportIncompatibleMethodOverride] - ours takes none
        return nullcontext()


@asynccontextmanager
async def serving_app(
    app: ASGIApp, *, host: str = "127.0.0.1", port: int = 0, before_leaving: Callable[[], Awaitable[None]]
) -> AsyncGenerator[str]:
    """Serve while the block runs; gives the address, e.g. `http://127.0.0.1:43211`.

    Port 0 takes a free one. `before_leaving` lets go of whatever holds answers back, before the server waits for its
    connections. Raises OSError when the port is taken.
    """
    listener = _listener(host, port)
    server = LoopServer(uvicorn.Config(app, log_level="critical", access_log=False, timeout_graceful_shutdown=2))
    running = asyncio.create_task(server.serve(sockets=[listener]))
    listening = asyncio.create_task(server.listening.wait())
    try:
        await asyncio.wait({running, listening}, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            await running
        name = f"[{host}]" if ":" in host else host
        yield f"http://{name}:{listener.getsockname()[1]}"
    finally:
        listening.cancel()
        await before_leaving()
        server.should_exit = True
        await running
