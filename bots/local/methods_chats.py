"""Methods about the bot itself, chats, topics, files and presses."""

import re
from typing import Annotated, Literal

from bots.local.calls import Addressed, Call, Decoded, Result
from bots.local.memory import Answer, Topic
from bots.local.refusals import bad_request
from bots.local.state import State
from bots.local.wire import (
    BotCommand,
    Chat,
    ChatMember,
    Content,
    ForumTopic,
    Lenient,
    TopicClosed,
    TopicCreated,
    User,
    Wire,
)

QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
ICON_COLORS = (7322096, 16766590, 13338331, 9367192, 16749490, 16478047)
# Bot API, ReactionTypeEmoji.
REACTIONS = frozenset(
    "❤👍👎🔥🥰👏😁🤔🤯😱🤬😢🎉🤩🤮💩🙏👌🕊🤡🥱🥴😍🐳🌚🌭💯🤣⚡🍌🏆💔🤨😐"
    "🍓🍾💋🖕😈😴😭🤓👻👀🎃🙈😇😨🤝✍🤗🫡🎅🎄☃💅🤪🗿🆒💘🙉🦄😘💊🙊😎👾🤷😡"
) | {"❤‍🔥", "👨‍💻", "🤷‍♂", "🤷‍♀"}


class BotUser(User):
    """The bot about itself; privacy mode is off, so that it reads all messages of its groups."""

    can_join_groups: bool = True
    can_read_all_group_messages: bool = True
    supports_inline_queries: bool = False


class GiftTypes(Wire):
    """Required by the reference; nobody sends gifts here."""

    unlimited_gifts: bool = False
    limited_gifts: bool = False
    unique_gifts: bool = False
    premium_subscription: bool = False
    gifts_from_channels: bool = False


class ChatFullInfo(Chat):
    """The answer of getChat."""

    accent_color_id: int = 0
    max_reaction_count: int = 11
    accepted_gift_types: GiftTypes = GiftTypes()


class File(Wire):
    """The answer of getFile."""

    file_id: str
    file_unique_id: str
    file_size: int
    file_path: str


class GetMe(Call):
    """getMe: who the bot is."""

    async def perform(self, state: State) -> Result:
        return BotUser(**dict(state.bot))


class GetChat(Call):
    """getChat: the chat's facts."""

    chat_id: int

    async def perform(self, state: State) -> Result:
        return ChatFullInfo(**dict(state.room(self.chat_id).chat))


class GetChatMemberCount(Call):
    """getChatMemberCount: how many are in the chat, the bot included."""

    chat_id: int

    async def perform(self, state: State) -> Result:
        return len(state.room(self.chat_id).members) + 1


class GetChatMember(Call):
    """getChatMember: whether somebody is in the chat."""

    chat_id: int
    user_id: int

    async def perform(self, state: State) -> Result:
        room, user = state.room(self.chat_id), state.memory.people.get(self.user_id)
        if user is None:
            raise bad_request("user not found")
        return ChatMember(user=user, status="member" if user.id in room.members else "left")


class GetFile(Call):
    """getFile: where to download the file."""

    file_id: str

    async def perform(self, state: State) -> Result:
        file = state.memory.files.get(self.file_id)
        if file is None:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        if file.size > state.limits.download_bytes:
            raise bad_request("file is too big")
        return File(file_id=file.file_id, file_unique_id=file.file_unique_id, file_size=file.size, file_path=file.path)


class AnswerCallbackQuery(Call):
    """answerCallbackQuery: answer a press, once and in time."""

    callback_query_id: str
    text: str | None = None
    show_alert: bool = False
    url: str | None = None

    async def perform(self, state: State) -> Result:
        if len(self.text or "") > state.limits.answer_chars:
            raise bad_request("MESSAGE_TOO_LONG")
        press = state.memory.presses.get(self.callback_query_id)
        if press is None or press.answer or state.clock() - press.at > state.limits.callback_seconds:
            raise bad_request(QUERY_TOO_OLD)
        press.answer = Answer(text=self.text, show_alert=self.show_alert, url=self.url)
        state.bell.ring()
        return True


class SendChatAction(Call):
    """sendChatAction: show for 5 seconds what the bot is doing, in a forum in one of its topics."""

    chat_id: int
    message_thread_id: int | None = None
    action: Literal[
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]

    async def perform(self, state: State) -> Result:
        room = state.reachable(self.chat_id)
        if self.message_thread_id is not None and self.message_thread_id not in room.topics:
            raise bad_request("message thread not found")
        room.action = state.passing(self.action, state.limits.action_seconds)
        state.announce(room)
        return True


class Reaction(Lenient):
    """A reaction; the bot may use the free emoji only."""

    type: Literal["emoji"]
    emoji: str


class SetMessageReaction(Addressed):
    """setMessageReaction: set the bot's only reaction, or with none take it back."""

    reaction: Annotated[tuple[Reaction, ...], Decoded] = ()

    async def perform(self, state: State) -> Result:
        room = state.reachable(self.chat_id)
        if self.message_id not in room.messages:
            raise bad_request("message to react not found")
        if len(self.reaction) > 1:
            raise bad_request("REACTIONS_TOO_MANY")
        room.reactions.pop(self.message_id, None)
        for reaction in self.reaction:
            emoji = reaction.emoji.removesuffix("\ufe0f")
            if emoji not in REACTIONS:
                raise bad_request("REACTION_INVALID")
            room.reactions[self.message_id] = emoji
        state.announce(room)
        return True


class CreateForumTopic(Call):
    """createForumTopic: open a topic in a forum; its thread id is that of the service message."""

    chat_id: int
    name: str
    icon_color: int = ICON_COLORS[0]
    icon_custom_emoji_id: str | None = None

    async def perform(self, state: State) -> Result:
        room = state.reachable(self.chat_id)
        if not room.chat.is_forum:
            raise bad_request("the chat is not a forum")
        if not 1 <= len(self.name) <= 128:
            raise bad_request("TOPIC_TITLE_INVALID")
        if self.icon_color not in ICON_COLORS:
            raise bad_request("invalid topic icon color specified")
        thread = room.last_message_id + 1
        topic = ForumTopic(
            message_thread_id=thread,
            name=self.name,
            icon_color=self.icon_color,
            icon_custom_emoji_id=self.icon_custom_emoji_id,
        )
        room.topics[thread] = Topic(topic=topic)
        created = TopicCreated(name=self.name, icon_color=self.icon_color)
        state.post(
            room, state.bot, Content(message_thread_id=thread, is_topic_message=True, forum_topic_created=created)
        )
        return topic


class CloseForumTopic(Call):
    """closeForumTopic: close a topic: people may read it, no longer write."""

    chat_id: int
    message_thread_id: int

    async def perform(self, state: State) -> Result:
        room = state.reachable(self.chat_id)
        topic = room.topics.get(self.message_thread_id)
        if topic is None:
            raise bad_request("message thread not found")
        if topic.closed:
            raise bad_request("TOPIC_NOT_MODIFIED")
        topic.closed = True
        content = Content(
            message_thread_id=self.message_thread_id, is_topic_message=True, forum_topic_closed=TopicClosed()
        )
        state.post(room, state.bot, content)
        return True


class Menu(Call):
    """For whom a menu of commands is: a scope and a language."""

    scope: Annotated[dict[str, object] | None, Decoded] = None
    language_code: str = ""

    @property
    def key(self) -> str:
        """One key per scope and language."""
        scope = self.scope or {"type": "default"}
        return "/".join([*(f"{name}={scope[name]}" for name in sorted(scope)), self.language_code])


class SetMyCommands(Menu):
    """setMyCommands: set the menu of a scope."""

    commands: Annotated[tuple[BotCommand, ...], Decoded]

    async def perform(self, state: State) -> Result:
        if len(self.commands) > 100:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        for command in self.commands:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", command.command.removeprefix("/")):
                raise bad_request("BOT_COMMAND_INVALID")
            if not 1 <= len(command.description) <= 256:
                raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        state.memory.commands[self.key] = list(self.commands)
        state.ring("chats")
        return True


class GetMyCommands(Menu):
    """getMyCommands: the menu of exactly this scope and language."""

    async def perform(self, state: State) -> Result:
        return list(state.memory.commands.get(self.key, []))
