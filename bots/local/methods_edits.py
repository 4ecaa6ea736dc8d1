"""Methods that change and delete messages."""

from typing import Annotated

from bots.local.calls import Addressed, Decoded, Entities, Result, checked_caption, checked_keyboard, checked_text
from bots.local.memory import Room
from bots.local.refusals import bad_request
from bots.local.state import State
from bots.local.wire import Markup, Message

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)


class EditMessageText(Addressed):
    """editMessageText: change a text; without a keyboard the old one goes."""

    text: str
    parse_mode: str | None = None
    entities: Entities = None
    reply_markup: Annotated[Markup | None, Decoded] = None

    async def perform(self, state: State) -> Result:
        room = state.reachable(self.chat_id)
        message = own(state, room, self.message_id)
        content = checked_text(self.text, self.parse_mode, self.entities, state.limits)
        if message.text is None:
            raise bad_request("there is no text in the message to edit")
        return edit(
            state,
            room,
            message,
            text=content.text,
            entities=content.entities or None,
            reply_markup=checked_keyboard(self.reply_markup, state.limits),
        )


class EditMessageCaption(Addressed):
    """editMessageCaption: change the caption of a photo or document."""

    caption: str | None = None
    parse_mode: str | None = None
    caption_entities: Entities = None
    reply_markup: Annotated[Markup | None, Decoded] = None

    async def perform(self, state: State) -> Result:
        room = state.reachable(self.chat_id)
        message = own(state, room, self.message_id)
        content = checked_caption(self.caption, self.parse_mode, self.caption_entities, state.limits)
        if message.photo is None and message.document is None:
            raise bad_request("there is no caption in the message to edit")
        return edit(
            state,
            room,
            message,
            caption=content.text or None,
            caption_entities=content.entities or None,
            reply_markup=checked_keyboard(self.reply_markup, state.limits),
        )


class EditMessageReplyMarkup(Addressed):
    """editMessageReplyMarkup: change the buttons; without a keyboard the old one goes."""

    reply_markup: Annotated[Markup | None, Decoded] = None

    async def perform(self, state: State) -> Result:
        room = state.reachable(self.chat_id)
        message = own(state, room, self.message_id)
        return edit(state, room, message, reply_markup=checked_keyboard(self.reply_markup, state.limits))


class DeleteMessage(Addressed):
    """deleteMessage: delete a message not older than 48 hours."""

    async def perform(self, state: State) -> Result:
        room = state.room(self.chat_id)
        message = room.messages.get(self.message_id)
        if message is None:
            raise bad_request("message to delete not found")
        if state.wall() - message.date > state.limits.delete_seconds:
            raise bad_request("message can't be deleted for everyone")
        state.remove(room, self.message_id)
        return True


def own(state: State, room: Room, message_id: int) -> Message:
    """A message that the bot itself sent; raises 400."""
    message = room.messages.get(message_id)
    if message is None:
        raise bad_request("message to edit not found")
    if message.sender != state.bot:
        raise bad_request("message can't be edited")
    return message


def edit(state: State, room: Room, message: Message, **changes: object) -> Message:
    """Put the changed message in place; raises 400 when nothing changes, 429 when edits come too fast."""
    changed = message.model_copy(update=changes)
    if changed == message:
        raise bad_request(NOT_MODIFIED)
    state.spend(room)
    changed = changed.model_copy(update={"edit_date": int(state.wall())})
    state.replace(room, changed)
    return changed
