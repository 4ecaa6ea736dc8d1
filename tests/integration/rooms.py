"""A forum of the company: its people in it, the bot as its administrator."""

from dataclasses import dataclass

from bots.local.memory import Room
from bots.local.wire import ChatMember, ChatMemberUpdated, Content, Message, TopicClosed
from tests.integration.desk import Member
from tests.integration.phone import Line


@dataclass(frozen=True, slots=True)
class Forum:
    """One group with topics, in the test's hand."""

    phone: Line
    chat_id: int

    @classmethod
    async def of(cls, phone: Line, *members: Member, strangers: tuple[int, ...] = ()) -> "Forum":
        """A forum of these people."""
        chat = await phone.telegram.people.create_forum("Штаб", [*(each.telegram_id for each in members), *strangers])
        return cls(phone, chat.id)

    @property
    def room(self) -> Room:
        """The group as Telegram has it."""
        return self.phone.telegram.memory.rooms[self.chat_id]

    async def write(self, who: Member | int, text: str, *, topic: int | None = None, to: int | None = None) -> int:
        """Somebody writes, and the bot hears it; the message's number."""
        sender = who if isinstance(who, int) else who.telegram_id
        said = await self.phone.telegram.people.write(self.chat_id, sender, text, topic=topic, reply_to=to)
        await self.phone.listen()
        return said.message_id

    def topic(self, name: str) -> int:
        """The thread of the open topic of this name."""
        (thread,) = [number for number, each in self.room.topics.items() if each.topic.name == name and not each.closed]
        return thread

    def topics(self) -> list[str]:
        """The names of all topics, in the order in which they were made."""
        return [each.topic.name for each in self.room.topics.values()]

    def says(self, topic: int | None = None) -> list[str]:
        """What the bot has said in a topic, or outside of all."""
        return [each.words for each in self.messages(topic) if each.sender.is_bot and each.words]

    def messages(self, topic: int | None = None) -> list[Message]:
        """The messages of a topic, or those outside of all."""
        return [each for each in self.room.messages.values() if each.message_thread_id == topic]

    async def close_topic(self, who: Member, topic: int) -> None:
        """Somebody closes a topic."""
        state = self.phone.telegram
        self.room.topics[topic].closed = True
        content = Content(message_thread_id=topic, is_topic_message=True, forum_topic_closed=TopicClosed())
        state.updates.push(message=state.post(self.room, state.memory.people[who.telegram_id], content))
        await self.phone.listen()

    def delete_topic(self, topic: int) -> None:
        """Somebody deletes a topic with all that was said there; Telegram tells nobody."""
        del self.room.topics[topic]
        for number in [each.message_id for each in self.messages(topic)]:
            del self.room.messages[number]

    async def upgrade(self, who: Member, new: int) -> None:
        """The group goes on as a supergroup under another number."""
        state = self.phone.telegram
        content = Content(migrate_to_chat_id=new)
        state.updates.push(message=state.post(self.room, state.memory.people[who.telegram_id], content))
        await self.phone.listen()

    async def add(self, who: Member, telegram_id: int) -> None:
        """Somebody adds a person to the group; Telegram tells everybody."""
        state = self.phone.telegram
        if telegram_id not in self.room.members:
            self.room.members.append(telegram_id)
        content = Content(new_chat_members=(state.memory.people[telegram_id],))
        state.updates.push(message=state.post(self.room, state.memory.people[who.telegram_id], content))
        await self.phone.listen()

    async def add_bot(self, who: Member) -> None:
        """Somebody adds the bot to the group."""
        state = self.phone.telegram
        state.updates.push(
            my_chat_member=ChatMemberUpdated(
                chat=self.room.chat,
                sender=state.memory.people[who.telegram_id],
                date=0,
                old_chat_member=ChatMember(user=state.bot, status="kicked", until_date=0),
                new_chat_member=ChatMember(user=state.bot, status="member"),
            )
        )
        await self.phone.listen()
