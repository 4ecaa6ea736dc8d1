"""The page `/sandbox`: several people's chats side by side, rendered on the server."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from fastapi.templating import Jinja2Templates
from starlette.staticfiles import StaticFiles

from bots.local.bubbles import bubbles
from bots.local.memory import Passing, Room
from bots.local.telegram import LocalTelegram
from bots.local.wire import BotCommand
from domain.errors import NotFoundError

HERE = Path(__file__).parent
# The company's own zone (docs/DOMAIN.md 5).
COMPANY_ZONE = ZoneInfo("Europe/Moscow")
OPENED_AT_FIRST = 3
SHOWN = 100
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def static() -> StaticFiles:
    """Style and script."""
    return StaticFiles(directory=HERE / "static")


def routes(state: LocalTelegram, zone: ZoneInfo) -> APIRouter:
    """The page, its parts that refresh alone, and the photos in it."""
    router = APIRouter()
    templates = Jinja2Templates(directory=HERE / "templates")

    def rendered(request: Request, name: str, **context: object) -> Response:
        return templates.TemplateResponse(request, name, context, headers=HEADERS)

    def column(room: Room) -> dict[str, object]:
        """What the template of one chat needs."""
        return {
            "room": room,
            "bot": state.bot,
            "people": [state.memory.people[person] for person in room.members],
            "bubbles": bubbles(room, state.bot.id, zone, latest=SHOWN),
            "menu": _menu(state.memory.commands, room),
            "draft": _present(room.draft, state.clock()),
            "action": _present(room.action, state.clock()),
        }

    @router.get("", name="sandbox")
    async def sandbox(request: Request, opened: Annotated[str | None, Query(alias="open")] = None) -> Response:
        rooms = await state.people.chats()
        numbers = _opened(opened, rooms)
        columns = [column(state.memory.rooms[number]) for number in numbers]
        return rendered(
            request, "sandbox.html", rooms=rooms, opened=numbers, columns=columns, faults=list(state.faults)
        )

    @router.get("/nav")
    async def nav(request: Request, opened: Annotated[str | None, Query(alias="open")] = None) -> Response:
        rooms = await state.people.chats()
        return rendered(request, "nav.html", rooms=rooms, opened=_opened(opened, rooms), faults=list(state.faults))

    @router.get("/chats/{chat}")
    async def chat(request: Request, chat: int) -> Response:
        room = state.memory.rooms.get(chat)
        if room is None:
            raise NotFoundError(kind="chat", name=str(chat))
        return rendered(request, "chat.html", column=column(room))

    @router.get("/photos/{file_id}", name="sandbox-photo")
    async def photo(file_id: str) -> Response:
        file = state.memory.files.get(file_id)
        if file is None or not file.width:
            raise NotFoundError(kind="photo", name=file_id)
        headers = {**HEADERS, "Cache-Control": "max-age=86400"}
        return Response(state.shelf.read(file), media_type=file.mime, headers=headers)

    return router


def _opened(given: str | None, rooms: list[Room]) -> list[int]:
    """Which chats stand open: those in the address, or the first few."""
    if given is None:
        return [room.chat.id for room in rooms[:OPENED_AT_FIRST]]
    known = {str(room.chat.id): room.chat.id for room in rooms}
    return list(dict.fromkeys(known[number] for number in given.split(",") if number in known))


def _menu(commands: Mapping[str, Sequence[BotCommand]], room: Room) -> Sequence[BotCommand]:
    """The bot's commands as a client of this chat shows them: of the narrowest scope that has some."""
    kind = "all_private_chats" if room.is_private else "all_group_chats"
    scopes = ({"chat_id": room.chat.id, "type": "chat"}, {"type": kind}, {"type": "default"})
    keys = ["/".join(f"{name}={value}" for name, value in scope.items()) for scope in scopes]
    return next(
        (commands[f"{key}/{tongue}"] for key in keys for tongue in ("ru", "") if f"{key}/{tongue}" in commands), ()
    )


def _present(passing: Passing | None, now: float) -> str | None:
    return passing.text if passing and passing.until > now else None
