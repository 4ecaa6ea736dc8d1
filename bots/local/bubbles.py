"""How a message looks on the page: formatting as HTML, who speaks on which side, what hangs below."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from bots.local.memory import Room
from bots.local.wire import Entity, Message

TAGS = {
    "bold": "strong",
    "italic": "em",
    "underline": "u",
    "strikethrough": "s",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "expandable_blockquote": "blockquote",
}
CLASSES = {"spoiler": "spoiler", "bot_command": "command"}


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message with what the template needs beside it."""

    message: Message
    html: Markup
    at: datetime
    own: bool
    new_day: bool
    joined: bool
    reaction: str | None
    topic: str | None


def bubbles(room: Room, bot_id: int, zone: ZoneInfo, *, latest: int) -> Iterator[Bubble]:
    """The latest messages of a chat, oldest first; `joined` ones follow the same sender within a minute."""
    before: Message | None = None
    for message in list(room.messages.values())[-latest:]:
        at = datetime.fromtimestamp(message.date, zone)
        new_day = before is None or datetime.fromtimestamp(before.date, zone).date() != at.date()
        topic = room.topics.get(message.message_thread_id or 0)
        yield Bubble(
            message=message,
            html=to_html(message.words, message.entities or message.caption_entities or ()),
            at=at,
            own=message.sender.id != bot_id,
            new_day=new_day,
            joined=not new_day and before is not None and _follows(before, message),
            reaction=room.reactions.get(message.message_id),
            topic=topic.topic.name if topic else None,
        )
        before = message


def to_html(text: str, entities: Sequence[Entity]) -> Markup:
    """The text with its formatting; spans that cross another's end are left out."""
    raw = text.encode("utf-16-le")
    ordered = sorted(entities, key=lambda entity: (entity.offset, -entity.length))
    return _rendered(raw, ordered, 0, len(raw) // 2)


def _rendered(raw: bytes, entities: Sequence[Entity], start: int, stop: int) -> Markup:
    parts: list[Markup] = []
    at = start
    for place, entity in enumerate(entities):
        end = entity.offset + entity.length
        if entity.offset < at or end > stop:
            continue
        inner = [each for each in entities[place + 1 :] if each.offset < end]
        parts.append(escape(_cut(raw, at, entity.offset)))
        parts.append(_wrapped(entity, _rendered(raw, inner, entity.offset, end)))
        at = end
    parts.append(escape(_cut(raw, at, stop)))
    return Markup("").join(parts)


def _wrapped(entity: Entity, content: Markup) -> Markup:
    if entity.url:
        return Markup('<a href="{}" target="_blank" rel="noreferrer">{}</a>').format(entity.url, content)
    if tag := TAGS.get(entity.type):
        return Markup("<{0}>{1}</{0}>").format(tag, content)
    if name := CLASSES.get(entity.type):
        return Markup('<span class="{}">{}</span>').format(name, content)
    return content


def _cut(raw: bytes, start: int, stop: int) -> str:
    return raw[start * 2 : stop * 2].decode("utf-16-le", errors="replace")


def _follows(before: Message, message: Message) -> bool:
    service = before.forum_topic_created or before.forum_topic_closed
    same = (before.sender.id, before.message_thread_id) == (message.sender.id, message.message_thread_id)
    return not service and same and message.date - before.date < 60
