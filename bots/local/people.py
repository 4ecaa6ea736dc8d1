"""What people do in Telegram: the same operations in the process that the page and its API offer over HTTP.

Errors are those of the desk (`NotFoundError`, `ConflictError`, `InvalidInputError`): a person is told by the client,
not by the Bot API.
"""

from collections.abc import Sequence

from bots.local.entities import Formatted, typed
from bots.local.files import Upload
from bots.local.memory import Answer, Press, Room
from bots.local.refusals import RefusedError
from bots.local.state import State
from bots.local.wire import CallbackQuery, Chat, ChatMember, ChatMemberUpdated, Content, Message, Standing, User
from domain.errors import ConflictError, InvalidInputError, NotFoundError

FIRST_GROUP = -1_001_000_000_001
PRESSES_KEPT = 1000


class People:
    """Everybody who is not the bot."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._memory = state.memory

    async def add_user(self, person: int, first_name: str, username: str | None = None) -> Chat:
        """A person who has pressed Start, and their chat with the bot; the same id again renames them."""
        if person <= 0:
            raise InvalidInputError(field="id", value=person, allowed=("a positive number",))
        chat = Chat(id=person, type="private", first_name=first_name, username=username)
        self._memory.people[person] = User(id=person, first_name=first_name, username=username, language_code="ru")
        room = self._memory.rooms.setdefault(person, Room(chat=chat, members=[person]))
        room.chat = chat
        self._state.ring("chats")
        return chat

    async def create_forum(self, title: str, members: Sequence[int], chat_id: int | None = None) -> Chat:
        """A forum of these people, with the bot as its administrator; a known id gets the new title and members."""
        for person in members:
            self._person(person)
        new = min([FIRST_GROUP + 1, *(known for known in self._memory.rooms if known < 0)]) - 1
        chat = Chat(id=new if chat_id is None else chat_id, type="supergroup", title=title, is_forum=True)
        if chat.id >= 0:
            raise InvalidInputError(field="id", value=chat.id, allowed=("a negative number",))
        room = self._memory.rooms.setdefault(chat.id, Room(chat=chat, members=[]))
        room.chat, room.members = chat, list(members)
        self._state.ring("chats")
        return chat

    async def chats(self) -> list[Room]:
        """All chats with their people and messages, private ones first."""
        return sorted(self._memory.rooms.values(), key=lambda room: (not room.is_private, abs(room.chat.id)))

    async def messages(self, chat: int, *, after: int = 0) -> list[Message]:
        """Messages of a chat with ids above `after`, oldest first, as they read now."""
        return [message for number, message in self._room(chat).messages.items() if number > after]

    async def write(
        self, chat: int, sender: int, text: str, *, reply_to: int | None = None, topic: int | None = None
    ) -> Message:
        """Say something; the bot gets it as an update."""
        content = typed(text)
        if not 1 <= len(content.text) <= self._state.limits.text_chars:
            raise InvalidInputError(field="text", value=f"{len(content.text)} characters", allowed=("1-4096",))
        said = Content(text=content.text, entities=content.entities or None)
        return self._say(chat, sender, said, reply_to=reply_to, topic=topic)

    async def send_photo(
        self,
        chat: int,
        sender: int,
        photo: Upload,
        *,
        caption: str = "",
        reply_to: int | None = None,
        topic: int | None = None,
    ) -> Message:
        """Send a PNG or JPEG."""
        self._speaker(chat, sender)
        text = typed(caption) if caption else Formatted("")
        try:
            file = self._state.keep_photo(photo)
        except RefusedError as error:
            raise InvalidInputError(field="photo", value=photo.name, allowed=("PNG", "JPEG")) from error
        shown = Content(photo=(file.photo(),), caption=text.text or None, caption_entities=text.entities or None)
        return self._say(chat, sender, shown, reply_to=reply_to, topic=topic)

    async def send_document(
        self,
        chat: int,
        sender: int,
        file: Upload,
        *,
        caption: str = "",
        reply_to: int | None = None,
        topic: int | None = None,
    ) -> Message:
        """Send a file as it is."""
        self._speaker(chat, sender)
        shown = self._filed(file, caption)
        return self._say(chat, sender, shown, reply_to=reply_to, topic=topic)

    async def send_album(
        self,
        chat: int,
        sender: int,
        photos: Sequence[Upload],
        *,
        caption: str = "",
        reply_to: int | None = None,
        topic: int | None = None,
    ) -> list[Message]:
        """Send 2 to 10 photos as one album: each is a message of its own, the caption stands at the first."""
        self._speaker(chat, sender)
        if not 2 <= len(photos) <= 10:
            raise InvalidInputError(field="photos", value=len(photos), allowed=("2-10",))
        self._memory.last_album += 1
        album, text = str(self._memory.last_album), typed(caption) if caption else Formatted("")
        contents = [Content(photo=(self._state.keep_photo(photo).photo(),), media_group_id=album) for photo in photos]
        first = {"caption": text.text or None, "caption_entities": text.entities or None}
        contents[0] = contents[0].model_copy(update=first)
        return [self._say(chat, sender, content, reply_to=reply_to, topic=topic) for content in contents]

    async def send_content(self, chat: int, sender: int, content: Content, *, reply_to: int | None = None) -> Message:
        """Send something else: a voice, a film, a sticker."""
        return self._say(chat, sender, content, reply_to=reply_to, topic=None)

    async def edit(self, chat: int, sender: int, message_id: int, text: str) -> Message:
        """Change one's own text, or the caption of one's own picture; the bot gets it as an update."""
        room, person = self._speaker(chat, sender)
        message = self._message(room, message_id)
        if message.sender != person:
            raise ConflictError(kind="message", name=str(message_id), state="somebody else's")
        written = typed(text)
        own = "text" if message.text is not None else "caption"
        entities = "entities" if own == "text" else "caption_entities"
        changes = {own: written.text, entities: written.entities or None, "edit_date": int(self._state.wall())}
        edited = message.model_copy(update=changes)
        self._state.replace(room, edited)
        self._state.updates.push(edited_message=edited)
        return edited

    async def press(self, chat: int, sender: int, message_id: int, data: str) -> str:
        """Press an inline button and return the query's id at once.

        As with Telegram, the data need not stand under the message any more: clients may show an old keyboard.
        """
        room, person = self._speaker(chat, sender)
        message = self._message(room, message_id)
        self._memory.last_press += 1
        query = str(self._memory.last_press)
        self._memory.presses[query] = Press(at=self._state.clock())
        while len(self._memory.presses) > PRESSES_KEPT:
            del self._memory.presses[next(iter(self._memory.presses))]
        self._state.updates.push(
            callback_query=CallbackQuery(id=query, sender=person, message=message, chat_instance=str(chat), data=data)
        )
        return query

    async def answer(self, query: str, *, wait: float = 0) -> Answer | None:
        """The bot's answer to a press; None when there is none within `wait` seconds."""
        press = self._memory.presses.get(query)
        if press is None:
            raise NotFoundError(kind="press", name=query)
        deadline = self._state.clock() + wait
        while press.answer is None and not self._state.updates.closed:
            left = deadline - self._state.clock()
            if left <= 0:
                break
            await self._state.bell.wait(left)
        return press.answer

    async def block(self, person: int) -> None:
        """Block the bot: it can no longer write to this person."""
        self._stand(person, "kicked")

    async def unblock(self, person: int) -> None:
        """Take the bot back."""
        self._stand(person, "member")

    def _filed(self, file: Upload, caption: str) -> Content:
        text = typed(caption) if caption else Formatted("")
        try:
            kept = self._state.keep_document(file)
        except RefusedError as error:
            raise InvalidInputError(field="document", value=file.name, allowed=("a smaller file",)) from error
        return Content(document=kept.document(), caption=text.text or None, caption_entities=text.entities or None)

    def _stand(self, person: int, standing: Standing) -> None:
        room, user = self._room(person), self._person(person)
        before: Standing = "kicked" if room.blocked else "member"
        if standing == before:
            return
        room.blocked = standing == "kicked"
        self._state.announce(room)
        self._state.updates.push(
            my_chat_member=ChatMemberUpdated(
                chat=room.chat,
                sender=user,
                date=int(self._state.wall()),
                old_chat_member=self._bot_as(before),
                new_chat_member=self._bot_as(standing),
            )
        )

    def _bot_as(self, standing: Standing) -> ChatMember:
        # A kicked member carries until when; 0 is for ever.
        return ChatMember(user=self._state.bot, status=standing, until_date=0 if standing == "kicked" else None)

    def _say(self, chat: int, sender: int, content: Content, *, reply_to: int | None, topic: int | None) -> Message:
        room, person = self._speaker(chat, sender)
        replied = None
        if reply_to is not None:
            replied = self._message(room, reply_to).model_copy(update={"reply_to_message": None})
            topic = topic or replied.message_thread_id
        if topic is not None:
            known = room.topics.get(topic)
            if known is None:
                raise NotFoundError(kind="topic", name=str(topic))
            if known.closed:
                raise ConflictError(kind="topic", name=known.topic.name, state="closed")
            replied = replied or room.messages.get(topic)  # Telegram names the topic's first message where none is
        place = {
            "reply_to_message": replied,
            "message_thread_id": topic,
            "is_topic_message": None if topic is None else True,
        }
        message = self._state.post(room, person, content.model_copy(update=place))
        self._state.updates.push(message=message)
        return message

    def _speaker(self, chat: int, sender: int) -> tuple[Room, User]:
        room, person = self._room(chat), self._person(sender)
        if sender not in room.members:
            raise ConflictError(kind="person", name=person.first_name, state="not a member of the chat")
        if room.blocked:
            raise ConflictError(kind="chat", name=person.first_name, state="the bot is blocked", allowed=("unblock",))
        return room, person

    def _room(self, chat: int) -> Room:
        room = self._memory.rooms.get(chat)
        if room is None:
            raise NotFoundError(kind="chat", name=str(chat))
        return room

    def _person(self, person: int) -> User:
        user = self._memory.people.get(person)
        if user is None:
            raise NotFoundError(kind="person", name=str(person))
        return user

    def _message(self, room: Room, message_id: int) -> Message:
        message = room.messages.get(message_id)
        if message is None:
            raise NotFoundError(kind="message", name=str(message_id))
        return message
