"""The Bot API's objects, as far as this server speaks them: the very JSON that travels."""

from typing import Annotated, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field


class Wire(BaseModel):
    """Base of all objects on the wire: frozen, and nothing undeclared comes in."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Lenient(Wire):
    """Base of what a bot sends: as with Telegram, fields that the server does not know are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class User(Wire):
    """A person or the bot."""

    id: int
    is_bot: bool = False
    first_name: str
    username: str | None = None
    language_code: str | None = None


# `from` is a keyword of Python; the field is called sender here and `from` on the wire.
Sender = Annotated[User, Field(validation_alias=AliasChoices("sender", "from"), serialization_alias="from")]


class Chat(Wire):
    """A private chat (its id is the person's) or a forum supergroup (a negative id)."""

    id: int
    type: Literal["private", "supergroup"]
    title: str | None = None
    username: str | None = None
    first_name: str | None = None
    is_forum: Literal[True] | None = None


class Entity(Lenient):
    """A formatted span; offset and length count UTF-16 code units, as Telegram does."""

    type: str
    offset: int = Field(ge=0)
    length: int = Field(gt=0)
    url: str | None = None
    language: str | None = None
    custom_emoji_id: str | None = None
    unix_time: int | None = None
    date_time_format: str | None = None


class PhotoSize(Wire):
    """A photo; this server keeps one size."""

    file_id: str
    file_unique_id: str
    width: int
    height: int
    file_size: int


class Document(Wire):
    """Any file."""

    file_id: str
    file_unique_id: str
    file_name: str
    mime_type: str
    file_size: int


class Voice(Wire):
    """A spoken message."""

    file_id: str
    file_unique_id: str
    duration: int


class Video(Wire):
    """A film."""

    file_id: str
    file_unique_id: str
    width: int
    height: int
    duration: int


class Sticker(Wire):
    """A sticker."""

    file_id: str
    file_unique_id: str
    type: Literal["regular"] = "regular"
    width: int
    height: int
    is_animated: bool = False
    is_video: bool = False


class WebApp(Lenient):
    """What a web app button opens."""

    url: str


class CopyText(Lenient):
    """What a copy button copies."""

    text: str


class InlineButton(Lenient):
    """A button under a message; exactly one action."""

    text: str
    style: Literal["danger", "success", "primary"] | None = None
    icon_custom_emoji_id: str | None = None
    url: str | None = None
    callback_data: str | None = None
    web_app: WebApp | None = None
    switch_inline_query: str | None = None
    switch_inline_query_current_chat: str | None = None
    copy_text: CopyText | None = None


class InlineKeyboard(Lenient):
    """Rows of buttons under a message."""

    inline_keyboard: tuple[tuple[InlineButton, ...], ...]


class KeyButton(Lenient):
    """A button that types its own text."""

    text: str


class ReplyKeyboard(Lenient):
    """Rows of buttons in place of the keyboard."""

    keyboard: tuple[tuple[KeyButton, ...], ...]
    one_time_keyboard: bool = False


class RemoveKeyboard(Lenient):
    """Takes the reply keyboard away."""

    remove_keyboard: Literal[True]


class ForceReply(Lenient):
    """Asks the client to open a reply."""

    force_reply: Literal[True]


Markup = InlineKeyboard | ReplyKeyboard | RemoveKeyboard | ForceReply


class ForumTopic(Wire):
    """A topic of a forum."""

    message_thread_id: int
    name: str
    icon_color: int
    icon_custom_emoji_id: str | None = None


class TopicCreated(Wire):
    """Service message: a topic was opened."""

    name: str
    icon_color: int


class TopicClosed(Wire):
    """Service message: a topic was closed."""


class Content(Wire):
    """What a message says, apart from who said it, where and when."""

    message_thread_id: int | None = None
    is_topic_message: Literal[True] | None = None
    media_group_id: str | None = None
    reply_to_message: "Message | None" = None
    text: str | None = None
    entities: tuple[Entity, ...] | None = None
    caption: str | None = None
    caption_entities: tuple[Entity, ...] | None = None
    photo: tuple[PhotoSize, ...] | None = None
    document: Document | None = None
    voice: Voice | None = None
    video: Video | None = None
    sticker: Sticker | None = None
    reply_markup: InlineKeyboard | None = None
    forum_topic_created: TopicCreated | None = None
    forum_topic_closed: TopicClosed | None = None
    migrate_to_chat_id: int | None = None
    new_chat_members: tuple[User, ...] | None = None

    @property
    def words(self) -> str:
        """The text or the caption."""
        return self.text or self.caption or ""


class Message(Content):
    """One message in a chat; `date` and `edit_date` are Unix seconds."""

    message_id: int
    sender: Sender
    chat: Chat
    date: int
    edit_date: int | None = None


class CallbackQuery(Wire):
    """Somebody pressed an inline button."""

    id: str
    sender: Sender
    message: Message
    chat_instance: str
    data: str


Standing = Literal["member", "left", "kicked"]


class ChatMember(Wire):
    """Somebody's standing in a chat."""

    user: User
    status: Standing
    until_date: int | None = None


class ChatMemberUpdated(Wire):
    """A person blocked the bot, or took it back."""

    chat: Chat
    sender: Sender
    date: int
    old_chat_member: ChatMember
    new_chat_member: ChatMember


class Update(Wire):
    """What the bot receives; exactly one of the optional fields is set."""

    update_id: int
    message: Message | None = None
    edited_message: Message | None = None
    callback_query: CallbackQuery | None = None
    my_chat_member: ChatMemberUpdated | None = None


class BotCommand(Lenient):
    """An entry of the bot's menu."""

    command: str
    description: str
