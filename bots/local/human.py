"""The human side over HTTP, for simulated people, tests and the page: JSON under `/sandbox/api`, events beside it."""

from collections.abc import AsyncIterable
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, HTTPException, Query, Request, UploadFile
from fastapi.responses import Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, ConfigDict, Field

from bots.local.faults import Fault, FaultKind
from bots.local.files import Upload
from bots.local.memory import Answer, Room
from bots.local.telegram import LocalTelegram
from bots.local.wire import Chat, Content, ForumTopic, Message, User


class Body(BaseModel):
    """Base of what comes in."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class NewUser(Body):
    """A person to add."""

    id: int = Field(gt=0)
    first_name: str = Field(min_length=1, max_length=64)
    username: str | None = None


class NewForum(Body):
    """A forum group to create."""

    title: str = Field(min_length=1, max_length=128)
    members: list[int]
    id: int | None = Field(default=None, lt=0)


class NewMessage(Body):
    """Something to say."""

    sender: int = Field(validation_alias="from")
    text: str
    reply_to: int | None = None
    topic: int | None = None


class NewContent(Body):
    """Something else to send: a voice, a film, a sticker."""

    sender: int = Field(validation_alias="from")
    content: Content
    reply_to: int | None = None


class NewPress(Body):
    """A button to press; `wait` is how many seconds to wait for the bot's answer."""

    sender: int = Field(validation_alias="from")
    message_id: int
    data: str
    wait: float = Field(default=3, ge=0, le=30)


class NewFault(Body):
    """Trouble to plan; see `Faults.plan`. `calls` and `seconds` both left out means the next call."""

    kind: FaultKind
    calls: int | None = Field(default=None, ge=1)
    seconds: float | None = Field(default=None, gt=0)
    method: str | None = None
    chat_id: int | None = None
    retry_after: int = Field(default=1, ge=1)


async def own_origin(request: Request) -> None:
    """Refuse what another site's page sends: nobody signs in here, so nothing else would stop it."""
    if request.headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}:
        raise HTTPException(403, "called from another site")


class PressView(BaseModel):
    """What came of a press; `answer` is null while the bot has not answered."""

    id: str
    answer: Answer | None


class ChatView(BaseModel):
    """A chat in the list."""

    chat: Chat
    members: list[User]
    blocked: bool
    last_message_id: int
    topics: list[ForumTopic]


def routes(state: LocalTelegram) -> APIRouter:
    """All of the human side but its pages; browsers may call it only from its own origin."""
    router = APIRouter(dependencies=[Depends(own_origin)])
    _people(router, state)
    _talk(router, state)
    _faults(router, state)

    @router.get("/events", response_class=EventSourceResponse)
    async def events() -> AsyncIterable[ServerSentEvent]:
        """Names of events only; whoever hears one fetches what they show."""
        async for name in state.listen():
            yield ServerSentEvent(event=name, raw_data="")

    return router


def _people(router: APIRouter, state: LocalTelegram) -> None:
    @router.post("/api/users", status_code=201, response_model_exclude_none=True)
    async def add_user(body: NewUser) -> Chat:
        return await state.people.add_user(body.id, body.first_name, body.username)

    @router.post("/api/groups", status_code=201, response_model_exclude_none=True)
    async def create_forum(body: NewForum) -> Chat:
        return await state.people.create_forum(body.title, body.members, body.id)

    @router.get("/api/chats", response_model_exclude_none=True)
    async def chats() -> list[ChatView]:
        return [_chat_view(state, room) for room in await state.people.chats()]

    @router.post("/api/chats/{chat}/block", status_code=204)
    async def block(chat: int) -> None:
        await state.people.block(chat)

    @router.post("/api/chats/{chat}/unblock", status_code=204)
    async def unblock(chat: int) -> None:
        await state.people.unblock(chat)


def _talk(router: APIRouter, state: LocalTelegram) -> None:
    @router.get("/api/chats/{chat}/messages", response_model_exclude_none=True)
    async def messages(chat: int, after: int = 0) -> list[Message]:
        return await state.people.messages(chat, after=after)

    @router.post("/api/chats/{chat}/messages", status_code=201, response_model_exclude_none=True)
    async def write(chat: int, body: NewMessage) -> Message:
        return await state.people.write(chat, body.sender, body.text, reply_to=body.reply_to, topic=body.topic)

    @router.post("/api/chats/{chat}/photos", status_code=201, response_model_exclude_none=True)
    async def send_photo(
        chat: int,
        *,
        sender: Annotated[int, Form(alias="from")],
        photo: Annotated[UploadFile, File()],
        caption: Annotated[str, Form()] = "",
        reply_to: Annotated[int | None, Form()] = None,
        topic: Annotated[int | None, Form()] = None,
    ) -> Message:
        upload = Upload(photo.filename or "photo", await photo.read())
        return await state.people.send_photo(chat, sender, upload, caption=caption, reply_to=reply_to, topic=topic)

    @router.post("/api/chats/{chat}/albums", status_code=201, response_model_exclude_none=True)
    async def send_album(
        chat: int,
        *,
        sender: Annotated[int, Form(alias="from")],
        photos: Annotated[list[UploadFile], File()],
        caption: Annotated[str, Form()] = "",
        reply_to: Annotated[int | None, Form()] = None,
        topic: Annotated[int | None, Form()] = None,
    ) -> list[Message]:
        uploads = [Upload(photo.filename or "photo", await photo.read()) for photo in photos]
        return await state.people.send_album(chat, sender, uploads, caption=caption, reply_to=reply_to, topic=topic)

    @router.post("/api/chats/{chat}/documents", status_code=201, response_model_exclude_none=True)
    async def send_document(
        chat: int,
        *,
        sender: Annotated[int, Form(alias="from")],
        document: Annotated[UploadFile, File()],
        caption: Annotated[str, Form()] = "",
        reply_to: Annotated[int | None, Form()] = None,
        topic: Annotated[int | None, Form()] = None,
    ) -> Message:
        upload = Upload(document.filename or "file", await document.read())
        return await state.people.send_document(chat, sender, upload, caption=caption, reply_to=reply_to, topic=topic)

    @router.post("/api/chats/{chat}/contents", status_code=201, response_model_exclude_none=True)
    async def send_content(chat: int, body: NewContent) -> Message:
        return await state.people.send_content(chat, body.sender, body.content, reply_to=body.reply_to)

    @router.put("/api/chats/{chat}/messages/{message_id}", response_model_exclude_none=True)
    async def edit(chat: int, message_id: int, body: NewMessage) -> Message:
        return await state.people.edit(chat, body.sender, message_id, body.text)

    @router.post("/api/chats/{chat}/callbacks")
    async def press(chat: int, body: NewPress) -> PressView:
        query = await state.people.press(chat, body.sender, body.message_id, body.data)
        return PressView(id=query, answer=await state.people.answer(query, wait=body.wait))

    @router.get("/api/callbacks/{query}")
    async def answer(query: str, wait: Annotated[float, Query(ge=0, le=30)] = 0) -> PressView:
        return PressView(id=query, answer=await state.people.answer(query, wait=wait))


def _faults(router: APIRouter, state: LocalTelegram) -> None:
    @router.get("/api/faults")
    async def planned() -> list[Fault]:
        return list(state.faults)

    @router.post("/api/faults", status_code=201)
    async def plan(body: NewFault) -> Fault:
        calls = 1 if body.calls is None and body.seconds is None else body.calls
        fault = state.faults.plan(
            body.kind,
            calls=calls,
            seconds=body.seconds,
            method=body.method,
            chat_id=body.chat_id,
            retry_after=body.retry_after,
        )
        state.ring("faults")
        return fault

    @router.delete("/api/faults", status_code=204)
    async def clear() -> Response:
        state.faults.clear()
        state.ring("faults")
        return Response(status_code=204)


def _chat_view(state: LocalTelegram, room: Room) -> ChatView:
    return ChatView(
        chat=room.chat,
        members=[state.memory.people[person] for person in room.members],
        blocked=room.blocked,
        last_message_id=room.last_message_id,
        topics=[topic.topic for topic in room.topics.values()],
    )
