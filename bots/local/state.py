"""The server's state: chats and messages, the pace of sending, what was sent, and who listens."""

from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

from bots.local.faults import Faults
from bots.local.files import Shelf, StoredFile, Upload, described_document, described_photo
from bots.local.limits import Limits, Pace
from bots.local.memory import Memory, Passing, Room
from bots.local.refusals import bad_request, forbidden, too_many
from bots.local.updates import Bell, Updates
from bots.local.wire import Content, Message, User

# Opens nothing but a server on this machine.
SANDBOX_TOKEN = "4200000001:local-sandbox"  # noqa: S105 - of the sandbox, known to all
BOT_NAME = "BikeWerk Desk"
BOT_USERNAME = "bikewerk_desk_bot"
SENT_KEPT = 100_000


@dataclass(frozen=True, slots=True)
class Sent:
    """One message that a bot sent and the server accepted; `at` is the clock's reading then."""

    chat_id: int
    message_id: int
    method: str
    text: str
    at: float


class State:
    """What methods and people work on; every change goes through here and is announced.

    `too_fast` counts the messages and edits that were refused because the bot did not keep to the rates.
    """

    def __init__(
        self,
        memory: Memory,
        *,
        token: str,
        limits: Limits,
        clock: Callable[[], float],
        wall: Callable[[], float],
        kept: int,
        folder: Path | None,
    ) -> None:
        self.memory = memory
        self.token = token
        self.limits = limits
        self.clock = clock
        self.wall = wall
        self.bot = User(id=int(token.partition(":")[0]), is_bot=True, first_name=BOT_NAME, username=BOT_USERNAME)
        self.bell = Bell()
        self.updates = Updates(memory, clock, self.bell)
        self.faults = Faults(clock)
        self.sent: deque[Sent] = deque(maxlen=SENT_KEPT)
        self.too_fast = 0
        self.shelf = Shelf(folder)
        self._kept = kept
        self._pace = Pace()
        self._listeners: list[dict[str, None]] = []

    def room(self, chat_id: int | None) -> Room:
        """The chat; raises 400 when there is none."""
        room = None if chat_id is None else self.memory.rooms.get(chat_id)
        if room is None:
            raise bad_request("chat not found")
        return room

    def reachable(self, chat_id: int | None) -> Room:
        """The chat, if the bot may act there; raises 400, or 403 when the person blocked the bot."""
        room = self.room(chat_id)
        if room.blocked:
            raise forbidden("bot was blocked by the user")
        return room

    def spend(self, room: Room, messages: int = 1) -> None:
        """Book messages or an edit against Telegram's rates; raises 429 when they come too fast."""
        now = self.clock()
        rate = self.limits.private_chat if room.is_private else self.limits.group_chat
        keys = (("all", self.limits.overall), (room.chat.id, rate))
        delay = max(self._pace.delay(key, each, messages, now) for key, each in keys)
        if delay > 0:
            self.too_fast += 1
            raise too_many(max(1, int(-(-delay // 1))))
        for key, each in keys:
            self._pace.spend(key, each, messages, now)

    def post(self, room: Room, sender: User, content: Content) -> Message:
        """Store a new message in the chat; the oldest ones beyond the kept number are forgotten."""
        room.last_message_id += 1
        message = Message(
            message_id=room.last_message_id,
            sender=sender,
            chat=room.chat,
            date=int(self.wall()),
            **dict(content),
        )
        room.messages[message.message_id] = message
        while len(room.messages) > self._kept:
            oldest = next(iter(room.messages))
            del room.messages[oldest]
            room.reactions.pop(oldest, None)
        self.announce(room)
        return message

    def record(self, method: str, message: Message) -> None:
        """Remember that a bot's message was accepted."""
        self.sent.append(Sent(message.chat.id, message.message_id, method, message.words, self.clock()))

    def replace(self, room: Room, message: Message) -> None:
        """Put an edited message in the place of the old one."""
        room.messages[message.message_id] = message
        self.announce(room)

    def remove(self, room: Room, message_id: int) -> None:
        """Delete a message for everybody."""
        del room.messages[message_id]
        room.reactions.pop(message_id, None)
        self.announce(room)

    def keep_photo(self, upload: Upload) -> StoredFile:
        """Store an uploaded photo; raises 400 or 413."""
        return self._keep(described_photo(upload, most=self.limits.photo_bytes), upload)

    def keep_document(self, upload: Upload) -> StoredFile:
        """Store an uploaded document; raises 400 or 413."""
        return self._keep(described_document(upload, most=self.limits.upload_bytes), upload)

    def _keep(self, file: StoredFile, upload: Upload) -> StoredFile:
        self.shelf.put(file, upload.content)
        self.memory.files[file.file_id] = file
        return file

    def passing(self, text: str, seconds: float) -> Passing:
        """Something that is seen for so many seconds from now."""
        return Passing(text=text, until=self.clock() + seconds)

    def announce(self, room: Room) -> None:
        """Tell listeners that something changed in this chat."""
        self.ring(f"chat:{room.chat.id}")

    def ring(self, event: str) -> None:
        """Tell listeners by the event's name."""
        for waiting in self._listeners:
            waiting[event] = None
        self.bell.ring()

    def nudge(self) -> None:
        """Look at all deadlines again: for a clock that was moved by hand."""
        self.bell.ring()

    async def listen(self) -> AsyncIterator[str]:
        """Names of events from now on: `chats`, or `chat:<id>`; one that repeats while nobody reads comes once."""
        waiting: dict[str, None] = {}
        self._listeners.append(waiting)
        try:
            while not self.updates.closed:
                while waiting:
                    name = next(iter(waiting))
                    del waiting[name]
                    yield name
                await self.bell.wait()
        finally:
            self._listeners.remove(waiting)
