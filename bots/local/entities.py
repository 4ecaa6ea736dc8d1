"""Text with formatting: Telegram's HTML parsed as strictly as Telegram does it (Bot API, "HTML style").

Offsets in errors are bytes of the raw text, offsets of entities UTF-16 code units of the visible text.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NoReturn
from urllib.parse import urlsplit

from bots.local.refusals import bad_request
from bots.local.wire import Entity

TAGS: Mapping[str, str] = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "a": "text_link",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
LINK_SCHEMES = frozenset({"http", "https", "tg", "ton", "mailto", "tel"})

_REFERENCE = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(lt|gt|amp|quot));?")
_ATTRIBUTE = re.compile(
    r"""\s+(?P<name>[^\s=>]+)(?:\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[\w.-]+)))?"""
)
_COMMAND = re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,32}(?:@\w{3,32})?")


@dataclass(frozen=True, slots=True)
class Formatted:
    """Visible text and its spans."""

    text: str
    entities: tuple[Entity, ...] = ()


def units(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def formatted(raw: str, parse_mode: str | None, entities: Sequence[Entity] | None) -> Formatted:
    """The text as the reader sees it, trimmed; raises 400 on a wrong mode or wrong markup."""
    if not parse_mode:
        return _trimmed(Formatted(raw, tuple(entities or ())))
    if parse_mode.lower() != "html":
        raise bad_request("unsupported parse_mode")
    return _trimmed(_HtmlParser(raw).parse())


def typed(text: str) -> Formatted:
    """What a person typed: no markup, but commands are recognised."""
    text = text.strip()
    commands = tuple(
        Entity(type="bot_command", offset=units(text[: found.start()]), length=units(found[0]))
        for found in _COMMAND.finditer(text)
    )
    return Formatted(text, commands)


def checked_link(url: str) -> str | None:
    """The link as Telegram would store it; None when it would refuse it (no known scheme, a host without a dot)."""
    url = url.strip()
    if ":" not in url.split("/", maxsplit=1)[0] or re.match(r"[\w.-]+:\d+(/|$)", url):
        url = f"http://{url}"
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in LINK_SCHEMES:
        return None
    if parts.scheme in {"http", "https"} and "." not in (parts.hostname or ""):
        return None
    return url


def _trimmed(content: Formatted) -> Formatted:
    """Without white space at both ends; spans that lose all their text vanish."""
    text = content.text.strip()
    if not content.entities:
        return Formatted(text)
    shift = units(content.text) - units(content.text.lstrip())
    end = units(text)
    kept: list[Entity] = []
    for entity in content.entities:
        start = max(entity.offset - shift, 0)
        stop = min(entity.offset + entity.length - shift, end)
        if start < stop:
            kept.append(entity.model_copy(update={"offset": start, "length": stop - start}))
    kept.sort(key=lambda entity: (entity.offset, -entity.length))
    return Formatted(text, tuple(kept))


@dataclass(slots=True)
class _Open:
    tag: str
    at: int
    attributes: Mapping[str, str]
    language: str | None = None
    silent: bool = False


@dataclass(slots=True)
class _HtmlParser:
    raw: str
    place: int = 0
    length: int = 0
    text: list[str] = field(default_factory=list[str])
    stack: list[_Open] = field(default_factory=list[_Open])
    entities: list[Entity] = field(default_factory=list[Entity])

    def parse(self) -> Formatted:
        while self.place < len(self.raw):
            if self.raw.startswith("</", self.place):
                self._close()
            elif self.raw[self.place] == "<":
                self._open()
            else:
                self._text()
        if self.stack:
            raise bad_request(
                f"can't parse entities: Can't find end tag corresponding to start tag \"{self.stack[-1].tag}\""
            )
        return Formatted("".join(self.text), tuple(self.entities))

    def _fail(self, problem: str, ending: str = "") -> NoReturn:
        at = len(self.raw[: self.place].encode())
        raise bad_request(f"can't parse entities: {problem} at byte offset {at}{ending}")

    def _text(self) -> None:
        found = _REFERENCE.match(self.raw, self.place)
        if found:
            decimal, hexadecimal, name = found.groups()
            code = int(decimal) if decimal else int(hexadecimal, 16) if hexadecimal else ord(NAMED[name])
            known = 0 < code <= 0x10FFFF and not 0xD800 <= code < 0xE000
            piece, self.place = (chr(code) if known else found[0]), found.end()
        else:
            stop = re.compile(r"[<&]").search(self.raw, self.place + 1)
            end = stop.start() if stop else len(self.raw)
            piece, self.place = self.raw[self.place : end], end
        self.text.append(piece)
        self.length += units(piece)

    def _open(self) -> None:
        name_end = re.compile(r"[\s>]|$").search(self.raw, self.place + 1)
        cursor = name_end.start() if name_end else len(self.raw)
        if cursor == len(self.raw):
            self._fail("Unclosed start tag")
        tag = self.raw[self.place + 1 : cursor].lower()
        if tag not in TAGS:
            self._fail(f'Unsupported start tag "{tag}"')
        attributes: dict[str, str] = {}
        while found := _ATTRIBUTE.match(self.raw, cursor):
            value = next((found[kind] for kind in ("double", "single", "bare") if found[kind] is not None), None)
            if value is None and (tag, found["name"]) != ("blockquote", "expandable"):
                self._fail(f'Expected equal sign in declaration of an attribute of the tag "{tag}"')
            attributes[found["name"].lower()] = _unescaped(value or "")
            cursor = found.end()
        closing = re.compile(r"\s*>").match(self.raw, cursor)
        if not closing:
            self._fail(f'Unclosed start tag "{tag}"')
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            self._fail('Tag "span" must have class "tg-spoiler"')
        self._push(tag, attributes)
        self.place = closing.end()

    def _push(self, tag: str, attributes: Mapping[str, str]) -> None:
        opened = _Open(tag, self.length, attributes)
        language = attributes.get("class", "").removeprefix("language-")
        outer = self.stack[-1] if self.stack else None
        if tag == "code" and language and outer and outer.tag == "pre" and outer.at == self.length:
            outer.language, opened.silent = language, True
        # Telegram knows no formatting inside code.
        opened.silent = opened.silent or any(parent.tag in {"code", "pre"} for parent in self.stack)
        self.stack.append(opened)

    def _close(self) -> None:
        end = self.raw.find(">", self.place)
        if not self.stack:
            self._fail("Unexpected end tag")
        if end < 0:
            self._fail("Unclosed end tag")
        name = self.raw[self.place + 2 : end].strip().lower()
        opened = self.stack.pop()
        if name and name != opened.tag:
            self._fail("Unmatched end tag", f', expected "</{opened.tag}>", found "</{name}>"')
        self.place = end + 1
        if not opened.silent and self.length > opened.at:
            self._emit(opened)

    def _emit(self, opened: _Open) -> None:
        span = Entity(type=TAGS[opened.tag], offset=opened.at, length=self.length - opened.at)
        changes: dict[str, object] = {}
        if opened.tag == "pre" and opened.language:
            changes["language"] = opened.language
        elif opened.tag == "blockquote" and "expandable" in opened.attributes:
            changes["type"] = "expandable_blockquote"
        elif opened.tag == "a":
            link = checked_link(opened.attributes.get("href") or _cut("".join(self.text), span))
            if link is None:
                return
            changes["url"] = link
        elif opened.tag == "tg-emoji":
            changes["custom_emoji_id"] = self._number(opened, "emoji-id", "Invalid custom emoji identifier specified")
        elif opened.tag == "tg-time":
            changes["unix_time"] = int(self._number(opened, "unix", "Invalid date specified"))
            changes["date_time_format"] = opened.attributes.get("format")
        self.entities.append(span.model_copy(update=changes))

    def _number(self, opened: _Open, attribute: str, problem: str) -> str:
        value = opened.attributes.get(attribute, "")
        if not value.isdecimal():
            raise bad_request(f"can't parse entities: {problem}")
        return value


def _unescaped(value: str) -> str:
    """Attribute values may carry the same references as text."""
    return _HtmlParser(value.replace("<", "&lt;")).parse().text


def _cut(text: str, span: Entity) -> str:
    raw = text.encode("utf-16-le")
    return raw[span.offset * 2 : (span.offset + span.length) * 2].decode("utf-16-le")
