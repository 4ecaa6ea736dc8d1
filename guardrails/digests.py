"""How a digest is asked for: once a kind, end of its span and language, by whichever worker comes first."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from uuid_utils.compat import uuid7

from domain.crises import codes_of
from domain.digest_times import due, until_now
from domain.measures import Period
from domain.people import Channel
from domain.policy import DigestKind
from guardrails.desk import Desk
from locales import texts
from store.agents import digests, turns
from store.agents.turns import (
    NewTurn,
    TurnKind,
)
from store.people import Person

UNSENT: Final = "look"
"""Ends the thread of a digest that is only looked at."""


async def ask_due(desk: Desk) -> int:
    """Ask the roles for every digest that is due and not yet asked for; how many that were."""
    now, policy = desk.timeline.now(), desk.policy.digests
    calendar = desk.gate.calendars.of_team(None)
    asked = 0
    async with desk.db.transaction() as tx:
        since = await digests.crisis_since(tx, codes_of(desk.policy))
        for kind, rule in policy.kinds.items():
            period = due(rule, calendar, now=now, late=policy.late, since=since)
            if period is not None:
                turn = _turn(desk, kind, period, send=True)
                asked += await turns.ask(tx, turn, now=now) is not None
    return asked


async def ask_unsent(desk: Desk, kind: DigestKind) -> int:
    """Ask for a digest of now that nobody is sent; the turn's id."""
    now, rule = desk.timeline.now(), desk.policy.digests.kinds[kind]
    period = until_now(rule, desk.gate.calendars.of_team(None), now=now)
    async with desk.db.transaction() as tx:
        turn_id = await turns.ask(tx, _turn(desk, kind, period, send=False), now=now)
    assert turn_id is not None
    return turn_id


async def ask_for(
    desk: Desk,
    kind: DigestKind,
    person: Person,
    *,
    locale: str,
    key: str,
    place: Mapping[str, Any] | None = None,
) -> None:
    """Ask for a digest of now for one reader in Telegram; the same key asks once, and nobody else is sent it."""
    now, rule = desk.timeline.now(), desk.policy.digests.kinds[kind]
    period = until_now(rule, desk.gate.calendars.of_team(None), now=now)
    turn = _turn(desk, kind, period, send=False)
    asked = replace(
        turn,
        thread=f"{turn.thread}:{person.id}",
        channel=Channel.TELEGRAM.value,
        person_id=person.id,
        about={**turn.about, "asker": {"name": person.name, "role": person.role.value}, "place": place}
        if place is not None
        else {**turn.about, "asker": {"name": person.name, "role": person.role.value}},
        locale=locale,
        dedup_key=key,
    )
    async with desk.db.transaction() as tx:
        await turns.ask(tx, asked, now=now)


def _turn(desk: Desk, kind: DigestKind, period: Period, *, send: bool) -> NewTurn:
    rule = desk.policy.digests.kinds[kind]
    thread = f"{rule.role}:digest:{kind}"
    return NewTurn(
        thread=thread if send else f"{thread}:{UNSENT}",
        role=rule.role,
        kind=TurnKind.DIGEST,
        channel=(Channel.WATCHDOG if send else Channel.CLI).value,
        trace_id=uuid7().hex,
        words=texts(desk.locale).get("report-words"),
        about={"kind": kind.value, "period_from": _iso(period.since), "period_to": _iso(period.until), "send": send},
        locale=desk.locale,
        dedup_key=f"digest:{kind}:{_iso(period.until)}" if send else None,
    )


def _iso(at: datetime) -> str:
    return at.isoformat()
