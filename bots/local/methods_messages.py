"""Methods that send messages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from bots.local.calls import (
    Decoded,
    Entities,
    Reply,
    Result,
    Sending,
    checked_caption,
    checked_keyboard,
    checked_text,
)
from bots.local.files import StoredFile, Upload
from bots.local.memory import Room
from bots.local.refusals import RefusedError, bad_request
from bots.local.state import State
from bots.local.wire import Content, Lenient, Markup, Message, RemoveKeyboard, ReplyKeyboard


class SendMessage(Sending):
    """sendMessage: send a text."""

    text: str
    entities: Entities = None

    async def perform(self, state: State) -> Result:
        room = state.reachable(self.chat_id)
        content = checked_text(self.text, self.parse_mode, self.entities, state.limits)
        envelope = Envelope.seal(state, room, self)
        return envelope.send(Content(text=content.text, entities=content.entities or None))


class SendPhoto(Sending):
    """sendPhoto: send a photo, uploaded now or known by its file_id."""

    photo: str
    caption: str | None = None
    caption_entities: Entities = None

    async def perform(self, state: State) -> Result:
        room = state.reachable(self.chat_id)
        text = checked_caption(self.caption, self.parse_mode, self.caption_entities, state.limits)
        envelope = Envelope.seal(state, room, self)
        file = photo(state, self.photo, self.uploads)
        return envelope.send(
            Content(photo=(file.photo(),), caption=text.text or None, caption_entities=text.entities or None)
        )


class SendDocument(Sending):
    """sendDocument: send a file, uploaded now or known by its file_id."""

    document: str
    caption: str | None = None
    caption_entities: Entities = None

    async def perform(self, state: State) -> Result:
        room = state.reachable(self.chat_id)
        text = checked_caption(self.caption, self.parse_mode, self.caption_entities, state.limits)
        envelope = Envelope.seal(state, room, self)
        file = document(state, self.document, self.uploads)
        return envelope.send(
            Content(document=file.document(), caption=text.text or None, caption_entities=text.entities or None)
        )


class Media(Lenient):
    """One item of an album."""

    type: Literal["photo", "document"]
    media: str
    caption: str | None = None
    parse_mode: str | None = None
    caption_entities: Entities = None


class SendMediaGroup(Sending):
    """sendMediaGroup: send 2 to 10 photos, or 2 to 10 documents, as one album."""

    media: Annotated[tuple[Media, ...], Decoded]

    async def perform(self, state: State) -> Result:
        room = state.reachable(self.chat_id)
        if not 2 <= len(self.media) <= 10:
            raise bad_request("wrong number of items in the media group: must be 2-10")
        if len({item.type for item in self.media}) > 1:
            raise bad_request("documents can't be mixed with other media types")
        texts = [
            checked_caption(item.caption, item.parse_mode, item.caption_entities, state.limits) for item in self.media
        ]
        envelope = Envelope.seal(state, room, self, messages=len(self.media))
        state.memory.last_album += 1
        contents = [
            Content(
                media_group_id=str(state.memory.last_album),
                photo=(photo(state, item.media, self.uploads).photo(),) if item.type == "photo" else None,
                document=document(state, item.media, self.uploads).document() if item.type == "document" else None,
                caption=text.text or None,
                caption_entities=text.entities or None,
            )
            for item, text in zip(self.media, texts, strict=True)
        ]
        return [envelope.send(content) for content in contents]


class SendMessageDraft(Sending):
    """sendMessageDraft: show the draft in a private chat for 30 seconds, or until a message is sent."""

    draft_id: int = 0
    text: str = ""
    entities: Entities = None

    async def perform(self, state: State) -> Result:
        room = state.reachable(self.chat_id)
        if not self.draft_id:
            raise bad_request("RANDOM_ID_INVALID")
        if not room.is_private:
            raise bad_request("TEXTDRAFT_PEER_INVALID")
        text = self.text and checked_text(self.text, self.parse_mode, self.entities, state.limits).text
        room.draft = state.passing(text, state.limits.draft_seconds)
        state.announce(room)
        return True


@dataclass(frozen=True, slots=True)
class Envelope:
    """What all sends share, checked, and the rate booked; then it carries the content."""

    state: State
    room: Room
    method: str
    markup: Markup | None
    common: Mapping[str, object]

    @classmethod
    def seal(cls, state: State, room: Room, call: Sending, *, messages: int = 1) -> "Envelope":
        """Check keyboard, topic and reply, and book `messages` against the rates; raises 400 or 429."""
        thread = call.message_thread_id
        if thread is not None and thread not in room.topics:
            raise bad_request("message thread not found")
        common = {
            "message_thread_id": thread,
            "is_topic_message": None if thread is None else True,
            "reply_to_message": _replied(room, call),
            "reply_markup": checked_keyboard(call.reply_markup, state.limits),
        }
        state.spend(room, messages)
        return cls(state, room, type(call).__name__, call.reply_markup, common)

    def send(self, content: Content) -> Message:
        """Store the message and remember it as sent."""
        self.room.draft = self.room.action = None
        if isinstance(self.markup, ReplyKeyboard):
            self.room.keys = [[key.text for key in row] for row in self.markup.keyboard]
        elif isinstance(self.markup, RemoveKeyboard):
            self.room.keys = []
        message = self.state.post(self.room, self.state.bot, content.model_copy(update=self.common))
        self.state.record(self.method[0].lower() + self.method[1:], message)
        return message


def _replied(room: Room, call: Sending) -> Message | None:
    reply = call.reply_parameters
    if reply is None and call.reply_to_message_id is not None:
        reply = Reply(message_id=call.reply_to_message_id)
    if reply is None:
        return None
    message = room.messages.get(reply.message_id) if reply.chat_id in {None, room.chat.id} else None
    if message is None and not reply.allow_sending_without_reply:
        raise bad_request("message to be replied not found")
    return message and message.model_copy(update={"reply_to_message": None})


def photo(state: State, given: str, uploads: Mapping[str, Upload]) -> StoredFile:
    """The photo meant by `attach://name` or a file_id; raises 400 or 413."""
    upload = uploads.get(given.removeprefix("attach://")) if given.startswith("attach://") else None
    if upload:
        return state.keep_photo(upload)
    file = _known(state, given)
    if not file.width:
        raise bad_request("can't use file of type Document as Photo")
    return file


def document(state: State, given: str, uploads: Mapping[str, Upload]) -> StoredFile:
    """The document meant by `attach://name` or a file_id; raises 400 or 413."""
    upload = uploads.get(given.removeprefix("attach://")) if given.startswith("attach://") else None
    return state.keep_document(upload) if upload else _known(state, given)


def _known(state: State, file_id: str) -> StoredFile:
    file = state.memory.files.get(file_id)
    if file is None:
        raise _unknown(file_id)
    return file


def _unknown(given: str) -> RefusedError:
    if given.startswith(("http://", "https://")):
        # The stand-in reaches nothing outside this machine.
        return bad_request("failed to get HTTP URL content")
    return bad_request("wrong file identifier/HTTP URL specified")
