"""What leaders answer in words: resolutions, tasks, reasons for more time, rejections, other amounts."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Final

from markupsafe import Markup

from bots import typed
from bots.card import Card, keyboard
from bots.cards.approval import approval_card
from bots.handlers import load_limit
from bots.handlers.forms import Question
from bots.handlers.waits import waits_for
from bots.reader import Reader
from bots.taps import SignalDo, SignalEnd, SignalTap
from bots.typed import filled
from bots.words import clip, lines
from domain.commands import CloseCrisis, Command, CreateTask, ExtendClock, Resolve, ResolveSignal
from domain.errors import ConflictError
from guardrails.approval.approvals import Ballot
from guardrails.approval.proposals import Waiting
from store import people
from store.desk import approvals, violations

RESOLVING: Final = "resolve_signal"
Answer = Callable[[Reader, Mapping[str, Any], str], Awaitable[str]]


async def resolve(reader: Reader, data: Mapping[str, Any], said: str) -> str:
    """A violation is dealt with."""
    await reader.perform(Resolve(violation_id=data["violation"], resolution=_because(said, 1000, "resolution")))
    async with reader.door.desk.db.reading() as tx:
        violation = await violations.get(tx, data["violation"])
    resolution = reader.words.reason(violation.resolution or said)
    return reader.words.say("note-resolved", by=reader.person.name, resolution=resolution)


async def resolve_signal(reader: Reader, data: Mapping[str, Any], said: str) -> str | Question:
    """A signal is dealt with, or was none; of a crisis that is not calm yet the words wait for a leader's own."""
    resolution, how = _because(said, 1000, "resolution"), SignalEnd(data["how"])
    try:
        await reader.perform(_ending(data["signal"], resolution, how))
    except ConflictError as error:
        if error.params["kind"] != "crisis" or how is not SignalEnd.CALM:
            raise
        return _confirmation(reader, data, resolution, reader.words.refusal(error))
    key = "note-signal-rejected" if how is SignalEnd.REJECTED else "note-resolved"
    return reader.words.say(key, by=reader.person.name, resolution=resolution)


def _confirmation(reader: Reader, data: Mapping[str, Any], resolution: str, refused: Markup) -> Question:
    """The metric does not end it: does the leader? Other words take the place of the first."""
    words, signal = reader.words, int(data["signal"])
    buttons = keyboard(
        [(words.plain("button-crisis-insist"), SignalTap(do=SignalDo.CONFIRM, signal=signal))],
        [(words.plain("button-back"), SignalTap(do=SignalDo.BACK, signal=signal))],
    )
    card = Card(lines(refused, words.say("crisis-because", reason=clip(resolution))), buttons)
    return Question(card, RESOLVING, {**data, "said": resolution})


def _ending(signal_id: int, resolution: str, how: SignalEnd) -> Command:
    if how in (SignalEnd.CALM, SignalEnd.INSIST):
        return CloseCrisis(signal_id=signal_id, resolution=resolution, insist=how is SignalEnd.INSIST)
    return ResolveSignal(signal_id=signal_id, resolution=resolution, rejected=how is SignalEnd.REJECTED)


async def task(reader: Reader, data: Mapping[str, Any], said: str) -> str:
    """A task for the order's owner."""
    due_at = datetime.fromisoformat(str(data["due_at"]))
    done = await reader.perform(CreateTask(order=data["code"], text=filled(said, "text", 500), due_at=due_at))
    if isinstance(done, Waiting):
        return await waits_for(reader, done)
    async with reader.door.desk.db.reading() as tx:
        owner = await people.get(tx, int(done.result["owner_id"]))
    return reader.words.say("note-task", name=owner.name, code=data["code"], due=reader.words.moment(due_at))


async def extend(reader: Reader, data: Mapping[str, Any], said: str) -> str:
    """More time for the clock, with the reason."""
    command = ExtendClock(
        order=data["code"], clock=data["clock"], minutes=data["minutes"], reason=_because(said, 500, "reason")
    )
    done = await reader.perform(command)
    if isinstance(done, Waiting):
        return await waits_for(reader, done)
    due_at = datetime.fromisoformat(str(done.result["due_at"]))
    return reader.words.say("note-extended", code=data["code"], until=reader.words.moment(due_at))


async def reject(reader: Reader, data: Mapping[str, Any], said: str) -> str:
    """A vote against, with the reason."""
    await reader.vote(data["approval"], Ballot.REJECT, seen=data["seen"], reason=filled(said, "reason", 500))
    return await _request(reader, data["approval"])


async def amount(reader: Reader, data: Mapping[str, Any], said: str) -> str:
    """Another amount: a new request takes the place of the old one."""
    edited = await reader.edit_request(data["approval"], {"amount_eur": typed.amount(said)})
    return reader.words.say("note-edited", old=str(data["approval"]), new=str(edited))


async def _request(reader: Reader, approval_id: int) -> str:
    async with reader.door.desk.db.reading() as tx:
        approval = await approvals.get(tx, approval_id)
        return (await approval_card(tx, reader.door, reader.words, approval, reader=reader.person)).text


def _because(said: str, longest: int, field: str) -> str:
    return filled(said, field, longest, least=3)


LEADERS_ANSWERS: Final[Mapping[str, Answer]] = {
    "resolve": resolve,
    "task": task,
    "extend": extend,
    "reject": reject,
    "amount": amount,
    load_limit.WHAT: load_limit.said,
}
