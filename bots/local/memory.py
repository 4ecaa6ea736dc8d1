"""Everything the server remembers, as one tree that a snapshot writes and a restart reads."""

from pydantic import BaseModel, ConfigDict, Field

from bots.local.files import StoredFile
from bots.local.wire import BotCommand, Chat, ForumTopic, Message, Update, User


class Keeps(BaseModel):
    """Base of what the server remembers: it changes in place, and nothing undeclared comes in."""

    model_config = ConfigDict(extra="forbid")


class Topic(Keeps):
    """A forum topic and whether people may still write there."""

    topic: ForumTopic
    closed: bool = False


class Passing(Keeps):
    """Something that the reader sees for a while: a draft, or what the bot is doing."""

    text: str
    until: float


class Room(Keeps):
    """A chat, its people and its latest messages by id."""

    chat: Chat
    members: list[int]
    blocked: bool = False
    last_message_id: int = 0
    messages: dict[int, Message] = Field(default_factory=dict[int, Message])
    topics: dict[int, Topic] = Field(default_factory=dict[int, Topic])
    reactions: dict[int, str] = Field(default_factory=dict[int, str])
    keys: list[list[str]] = Field(default_factory=list[list[str]])
    draft: Passing | None = None
    action: Passing | None = None

    @property
    def is_private(self) -> bool:
        """Whether this is the chat of one person with the bot."""
        return self.chat.type == "private"


class Answer(Keeps):
    """What the bot answered to a press."""

    text: str | None = None
    show_alert: bool = False
    url: str | None = None


class Press(Keeps):
    """A callback query and its answer; `at` is the clock's reading when the button was pressed."""

    at: float
    answer: Answer | None = None


class Webhook(Keeps):
    """Where updates are delivered, and how the last delivery failed."""

    url: str
    secret_token: str | None = None
    max_connections: int = 40
    last_error_date: int | None = None
    last_error_message: str | None = None


class Memory(Keeps):
    """The whole."""

    version: int = 1
    rooms: dict[int, Room] = Field(default_factory=dict[int, Room])
    people: dict[int, User] = Field(default_factory=dict[int, User])
    files: dict[str, StoredFile] = Field(default_factory=dict[str, StoredFile])
    commands: dict[str, list[BotCommand]] = Field(default_factory=dict[str, list[BotCommand]])
    presses: dict[str, Press] = Field(default_factory=dict[str, Press])
    pending: list[Update] = Field(default_factory=list[Update])
    allowed_updates: list[str] = Field(default_factory=list[str])
    webhook: Webhook | None = None
    last_update_id: int = 100_000_000
    last_press: int = 0
    last_album: int = 0
