"""How a door speaks with the role agents: it asks, a queued job answers, the door tells what it hears meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from uuid_utils.compat import uuid7

from domain.errors import ForbiddenError, InvalidInputError, NotFoundError
from domain.people import Channel, Role
from guardrails.desk import Desk
from guardrails.thread_names import group_thread, person_thread
from store.agents import turns
from store.agents.turns import (
    NewTurn,
    Turn,
    TurnKind,
    TurnState,
)
from store.people import Person

LONGEST_WORDS: Final = 4000
"""Characters of one message: as long as Telegram lets anybody write."""
LONGEST_WAIT_S: Final = 180.0
"""A run has half of it; whoever waits longer (no worker is there, or too few) reads the answer later."""
ENDED: Final = frozenset({TurnState.DONE, TurnState.FAILED})
Told = Mapping[str, Any] | Turn
LIVE: Final = 10
"""A person's words are answered before digests and drafts are written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request to a role that is on its way; `fresh` is False when these very words had been stored before."""

    turn_id: int
    thread: str
    fresh: bool = True


def thread_of(role: str, person: Person, chat_id: int | None = None) -> str:
    """One conversation per person and role, whatever the door; a group hears nothing of the private one."""
    return person_thread(role, person.id) if chat_id is None else group_thread(role, person.id, chat_id)


async def ask(
    desk: Desk,
    person: Person,
    role: str,
    words: str,
    *,
    channel: Channel,
    locale: str,
    dedup_key: str | None = None,
    about: Mapping[str, object] | None = None,
    place: Mapping[str, Any] | None = None,
) -> Asked:
    """Put words before a role; the turn and its job are one commit.

    `place` is where a group's question was asked: chat, topic and message; its answer goes there.

    Raises:
        NotFoundError: there is no such role; those there are are named.
        ForbiddenError: viewers look, they do not ask.
        InvalidInputError: nothing was said, or too much.
    """
    if role not in desk.policy.roles.roles:
        raise NotFoundError(kind="role", name=role[:40], allowed=tuple(desk.policy.roles.roles))
    if person.role is Role.VIEWER:
        raise ForbiddenError(action="chat", rule="viewer-looks-only", role=person.role)
    said = words.replace("\x00", "").strip()
    if not 0 < len(said) <= LONGEST_WORDS:
        raise InvalidInputError(field="text", value=str(len(said)), allowed=(f"1 to {LONGEST_WORDS} characters",))
    thread = thread_of(role, person, None if place is None else int(place["chat_id"]))
    turn = NewTurn(
        thread=thread,
        role=role,
        kind=TurnKind.CHAT,
        channel=channel.value,
        trace_id=uuid7().hex,
        words=said,
        person_id=person.id,
        about={
            "asker": {"name": person.name, "role": person.role.value},
            **(about or {}),
            **({} if place is None else {"place": dict(place)}),
        },
        locale=locale,
        dedup_key=dedup_key,
    )
    async with desk.db.transaction() as tx:
        turn_id = await turns.ask(tx, turn, now=desk.timeline.now(), priority=LIVE)
        if turn_id is not None:
            return Asked(turn_id=turn_id, thread=thread)
        assert dedup_key is not None
        return Asked(turn_id=await turns.known(tx, dedup_key), thread=thread, fresh=False)


async def progress(desk: Desk, turn_id: int, *, longest_s: float | None = None) -> AsyncIterator[Told]:
    """The steps of a turn as they are taken, then the turn: ended, or as it stands after the longest wait.

    What was told before listening began is not told.
    """
    clock = asyncio.get_running_loop().time
    until = clock() + (LONGEST_WAIT_S if longest_s is None else longest_s)
    async with desk.ear.listening() as heard:
        turn = await _turn(desk, turn_id)
        while turn.state not in ENDED and clock() < until:
            told = await anext(heard)
            if told is not None and told.get("turn") != turn_id:
                continue
            if told is not None and told.get("event") == "step":
                yield told["step"]
                continue
            turn = await _turn(desk, turn_id)
    yield turn


async def _turn(desk: Desk, turn_id: int) -> Turn:
    async with desk.db.reading() as tx:
        return await turns.get(tx, turn_id)
