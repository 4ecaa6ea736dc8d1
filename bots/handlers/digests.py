"""Digests on demand: /digest lists them, shows the latest, or asks its role for one of now."""

from typing import Final

from aiogram import Router
from aiogram.filters import Command as Slash
from aiogram.filters import CommandObject
from aiogram.types import CallbackQuery, Message

from bots.card import Button, Card, keyboard
from bots.cards.report import report_cards
from bots.places import as_params, place_of_message
from bots.reader import Introduce, Reader
from bots.taps import Talk, TalkTap, choice
from bots.toasts import toast
from bots.words import lines
from domain.errors import ForbiddenError, NotFoundError
from domain.policy import DigestKind
from guardrails.digests import ask_for
from store.agents import digests

KINDS: Final = tuple(DigestKind)


def router() -> Router:
    """The router of this purpose."""
    made = Router(name="digests")
    made.message.middleware(Introduce())
    made.message(Slash("digest"))(on_digest)
    return made


async def on_digest(message: Message, command: CommandObject, reader: Reader) -> None:
    """`/digest`: which there are for this reader; `/digest shift`: the latest of that kind."""
    reader.require_leads("read_digests")
    wanted = (command.args or "").strip().lower()
    if not wanted:
        card = await _listed(reader)
        await message.answer(card.text, reply_markup=card.keyboard)
        return
    if wanted not in KINDS:
        raise NotFoundError(kind="digest", name=wanted[:40], allowed=_kinds(reader))
    await show_latest(message, reader, DigestKind(wanted))


async def on_tap(query: CallbackQuery, tap: TalkTap, reader: Reader) -> None:
    """A button of the list: the latest of a kind, or one of now."""
    kind = choice(DigestKind, KINDS[tap.arg] if tap.arg < len(KINDS) else str(tap.arg))
    if not isinstance(query.message, Message):
        await toast(query)
        return
    if tap.do is Talk.DIGEST:
        await toast(query)
        await show_latest(query.message, reader, kind)
        return
    _require_reads(reader, kind)
    place = place_of_message(query.message)
    await ask_for(
        reader.door.desk,
        kind,
        reader.person,
        locale=reader.door.locale,
        key=f"tg:{reader.update_id}",
        place=None if place is None else as_params(place),
    )
    await toast(query, reader.words.plain("digest-asked", kind=reader.words.plain(f"report-title-{kind}")))


async def show_latest(message: Message, reader: Reader, kind: DigestKind) -> None:
    """The latest digest of a kind, all its messages, in order."""
    _require_reads(reader, kind)
    async with reader.door.desk.db.reading() as tx:
        digest = await digests.latest(tx, kind)
        told = (
            ()
            if digest is None
            else await report_cards(tx, reader.door, reader.words, role=digest.role, text=digest.text)
        )
    for card in told or (Card(reader.words.say("digest-none", kind=reader.words.plain(f"report-title-{kind}"))),):
        await message.answer(card.text, reply_markup=card.keyboard)


async def _listed(reader: Reader) -> Card:
    words = reader.words
    said: list[str] = []
    rows: list[list[Button]] = []
    for kind in _kinds(reader):
        async with reader.door.desk.db.reading() as tx:
            digest = await digests.latest(tx, kind)
        title, arg = words.plain(f"report-title-{kind}"), KINDS.index(kind)
        last = words.moment(digest.period_to) if digest is not None else words.plain("digest-not-yet")
        said.append(words.say("digest-line", title=title, last=last))
        now: Button = (words.plain("digest-now", kind=words.plain(f"report-name-{kind}")), _tap(Talk.DIGEST_NOW, arg))
        latest: list[Button] = [(words.plain(f"report-name-{kind}"), _tap(Talk.DIGEST, arg))] if digest else []
        rows.append([*latest, now])
    return Card(lines(words.say("digest-head"), "", *said), keyboard(*rows))


def _tap(do: Talk, arg: int) -> TalkTap:
    return TalkTap(do=do, arg=arg)


def _kinds(reader: Reader) -> tuple[DigestKind, ...]:
    rules = reader.door.desk.policy.digests.kinds
    return tuple(kind for kind in KINDS if kind in rules and reader.person.role in rules[kind].audience)


def _require_reads(reader: Reader, kind: DigestKind) -> None:
    if kind not in _kinds(reader):
        allowed = reader.door.desk.policy.digests.kinds[kind].audience
        raise ForbiddenError(action="read_digests", rule="digest-audience", role=reader.person.role, allowed=allowed)
