"""How a call of the Bot API comes in: arguments as form, query or JSON, parsed into one frozen type per method."""

import json
from collections.abc import Mapping
from typing import Annotated, Self, TypeAlias, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from starlette.datastructures import UploadFile
from starlette.requests import Request

from bots.local.entities import Formatted, checked_link, formatted
from bots.local.files import Upload
from bots.local.limits import Limits
from bots.local.refusals import RefusedError, bad_request
from bots.local.state import State
from bots.local.wire import Entity, InlineButton, InlineKeyboard, Lenient, Markup

Result: TypeAlias = BaseModel | list[BaseModel] | bool | int

# What Telegram says when an argument is missing or unreadable.
MISSING: Mapping[str, str] = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "message_id": "message identifier is not specified",
    "photo": "there is no photo in the request",
    "document": "there is no document in the request",
    "media": "media is empty",
    "url": "url is empty",
    "action": "wrong parameter action in request",
    "callback_query_id": "query ID is empty",
    "name": "topic name must be non-empty",
}
UNREADABLE: Mapping[str, str] = {
    "chat_id": "chat not found",
    "reply_markup": "object expected as reply markup",
    "entities": "can't parse entities: object expected as MessageEntity",
    "caption_entities": "can't parse entities: object expected as MessageEntity",
    "media": "can't parse InputMedia: object expected",
    "action": "wrong parameter action in request",
    "reaction": "REACTION_INVALID",
}


def _decoded(value: object) -> object:
    """Objects travel as JSON text inside a form, and as themselves inside JSON."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except json.JSONDecodeError as error:
        raise ValueError("not JSON") from error


Decoded = BeforeValidator(_decoded)
Entities = Annotated[tuple[Entity, ...] | None, Decoded]


class Reply(Lenient):
    """To which message a new one answers."""

    message_id: int
    chat_id: int | None = None
    allow_sending_without_reply: bool = False


class Call(BaseModel):
    """Base of all methods: the class's name is the method's, its fields are the arguments; unknown ones are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    uploads: Mapping[str, Upload] = {}

    @classmethod
    def parse(cls, arguments: Mapping[str, object], uploads: Mapping[str, Upload]) -> Self:
        """The typed call with its files; raises 400 in Telegram's words for the first wrong argument."""
        try:
            return cls.model_validate({**arguments, "uploads": uploads})
        except ValidationError as error:
            first = error.errors()[0]
            field = str(first["loc"][0])
            table = MISSING if first["type"] == "missing" else UNREADABLE
            raise bad_request(table.get(field, f'invalid parameter "{field}" specified')) from error

    async def perform(self, state: State) -> Result:
        """Do it; raises RefusedError."""
        raise NotImplementedError


class Addressed(Call):
    """A call about one message of a chat."""

    chat_id: int
    message_id: int


class Sending(Call):
    """What all sending methods share."""

    chat_id: int
    message_thread_id: int | None = None
    parse_mode: str | None = None
    reply_parameters: Annotated[Reply | None, Decoded] = None
    reply_to_message_id: int | None = None
    reply_markup: Annotated[Markup | None, Decoded] = None


async def read_arguments(request: Request) -> tuple[dict[str, object], dict[str, Upload]]:
    """Arguments and files of a request; a file sent under an argument's own name is attached to it."""
    arguments: dict[str, object] = dict(request.query_params)
    uploads: dict[str, Upload] = {}
    if request.headers.get("content-type", "").startswith("application/json"):
        arguments |= _json_object(await request.body())
        return arguments, uploads
    async with request.form() as form:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                uploads[name] = Upload(value.filename or name, await value.read())
                arguments.setdefault(name, f"attach://{name}")
            else:
                arguments[name] = value
    return arguments, uploads


def _json_object(body: bytes) -> dict[str, object]:
    try:
        value: object = json.loads(body or b"{}")
    except ValueError as error:
        raise bad_request("can't parse JSON object") from error
    if not isinstance(value, dict):
        raise bad_request("can't parse JSON object")
    return cast(dict[str, object], value)


def chat_of(arguments: Mapping[str, object]) -> int | None:
    """The chat that a call is about, before it is parsed: for faults."""
    try:
        return int(str(arguments.get("chat_id")))
    except ValueError:
        return None


def checked_text(raw: str, mode: str | None, entities: tuple[Entity, ...] | None, limits: Limits) -> Formatted:
    """A message's text: 1 to 4096 characters after parsing."""
    content = formatted(raw, mode, entities)
    if not content.text:
        raise bad_request("message text is empty")
    if len(content.text) > limits.text_chars:
        raise bad_request("message is too long")
    return content


def checked_caption(
    raw: str | None, mode: str | None, entities: tuple[Entity, ...] | None, limits: Limits
) -> Formatted:
    """A caption: up to 1024 characters after parsing."""
    content = formatted(raw or "", mode, entities)
    if len(content.text) > limits.caption_chars:
        raise bad_request("message caption is too long")
    return content


def checked_keyboard(markup: Markup | None, limits: Limits) -> InlineKeyboard | None:
    """The inline keyboard, if it is one and has buttons; raises 400 for a button that Telegram would refuse."""
    if not isinstance(markup, InlineKeyboard):
        return None
    rows = tuple(row for row in markup.inline_keyboard if row)
    buttons = [button for row in rows for button in row]
    if len(buttons) > limits.keyboard_buttons:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    for button in buttons:
        if problem := _problem(button, limits):
            raise problem
    return InlineKeyboard(inline_keyboard=rows) if rows else None


def _problem(button: InlineButton, limits: Limits) -> RefusedError | None:
    parse = "can't parse inline keyboard button:"
    if not button.text.strip():
        return bad_request(f"{parse} Button text must be non-empty")
    actions = button.model_fields_set - {"text", "style", "icon_custom_emoji_id"}
    if not actions:
        return bad_request(f"{parse} Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        return bad_request(f"{parse} Button must have exactly one action")
    if button.callback_data is not None and not 1 <= len(button.callback_data.encode()) <= limits.callback_bytes:
        return bad_request("BUTTON_DATA_INVALID")
    if button.url is not None and checked_link(button.url) is None:
        return bad_request(f"inline keyboard button URL '{button.url}' is invalid: Wrong HTTP URL")
    return None
