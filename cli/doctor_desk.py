"""The doctor's questions about the desk itself: invariants, workers, messages."""

import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection

from cli.findings import Examination, Finding
from domain.people import LEADERS
from guardrails.updates import RECEIVER
from store import (
    heartbeats,
    invariants,
    people,
)
from store.database import Database
from store.imported import founding
from store.talk import inbox, outbox

SILENT_SECONDS = 60.0
RECENT_SECONDS = 600.0
CHANNEL = "telegram"


@asynccontextmanager
async def _reading(examination: Examination) -> AsyncGenerator[AsyncConnection]:
    db = Database(examination.database_url)
    try:
        async with db.reading() as tx:
            yield tx
    finally:
        await db.close()


async def invariants_hold(examination: Examination) -> Finding:
    """Every open order has owner, due time, next step, assignment and clock; counts and journal agree."""
    async with _reading(examination) as tx:
        found = await invariants.broken(tx)
    if not found:
        return Finding(ok=True, detail=f"{len(invariants.BROKEN)} invariants hold")
    detail = "; ".join(f"{count} {sentence}" for sentence, count in found.items())
    return Finding(ok=False, detail=detail, mend="start ./run worker: its auditor mends orders within seconds")


async def leaders(examination: Examination) -> Finding:
    """Somebody answers for escalations, and votes. A database that nobody works in yet is not ill."""
    async with _reading(examination) as tx:
        found = await people.with_roles(tx, LEADERS)
        inhabited = await founding.is_inhabited(tx)
    if found:
        return Finding(ok=True, detail=", ".join(f"{person.name} ({person.role})" for person in found[:5]))
    if not inhabited:
        return Finding(ok=True, detail="nobody works here yet; begin with ./run seed or ./run user add")
    return Finding(
        ok=False,
        detail="no active admin, head or owner: escalations, approvals and orders without a manager wait for one",
        mend="./run user add --name NAME --role owner, then ./run user invite --person NUMBER",
    )


async def workers(examination: Examination) -> Finding:
    """Somebody sweeps, audits and seals. An installation on which nothing has ever run is not ill."""
    async with _reading(examination) as tx:
        beats = await heartbeats.listed(tx)
    if not beats:
        return Finding(ok=True, detail="no worker has run here yet; start one with ./run worker or ./run all")
    beats = [beat for beat in beats if beat.name != RECEIVER]
    silent = [beat for beat in beats if beat.seconds > SILENT_SECONDS]
    if silent:
        detail = ", ".join(f"{beat.name} silent for {beat.seconds:.0f} s" for beat in silent)
        return Finding(ok=True, detail=f"not running now: {detail} (./run worker)")
    return Finding(ok=True, detail=", ".join(f"{beat.name} {beat.seconds:.0f} s ago" for beat in beats))


async def messages(examination: Examination) -> Finding:
    """No message is dead or of unknown fate, and no update was given up."""
    async with _reading(examination) as tx:
        counts = await outbox.counts(tx)
        given_up = await inbox.count_given_up(tx)
    trouble = {state: count for state, count in counts.items() if state in ("dead", "unknown")}
    trouble |= {"updates given up": given_up} if given_up else {}
    if not trouble:
        return Finding(ok=True, detail=f"{counts.get('queued', 0)} messages on their way, none lost")
    detail = ", ".join(f"{count} {state}" for state, count in trouble.items())
    return Finding(ok=False, detail=detail, mend="/dead in the bot as an admin shows them and tries them again")


async def channel(examination: Examination) -> Finding:
    """Messages get out to Telegram, and one receiver alone takes in what people write."""
    async with _reading(examination) as tx:
        outage = await outbox.outage(tx, CHANNEL)
        beats = {beat.name: beat for beat in await heartbeats.listed(tx)}
    if outage is not None:
        return Finding(
            ok=False,
            detail=f"nothing gets out since {outage.since:%Y-%m-%d %H:%M %Z}: {outage.problem}; {outage.waiting} wait",
            mend="look at the network and at TELEGRAM_TOKEN; the worker asks every few seconds and goes on by itself",
        )
    receiver = beats.get(RECEIVER)
    if receiver is None:
        return Finding(ok=True, detail="nothing has been received yet; ./run bot or ./run all does it")
    seconds = time.time() - float(receiver.detail.get("conflict_at", 0))
    if seconds < RECENT_SECONDS:
        return _conflict(str(receiver.detail["conflict"]), seconds)
    if receiver.detail.get("problem"):
        return Finding(ok=False, detail=str(receiver.detail["problem"]), mend="look at the network and the settings")
    how = f"by {receiver.detail.get('how')}, {receiver.seconds:.0f} s ago"
    return Finding(ok=True, detail=f"messages get out; last received {how}")


def _conflict(said: str, seconds: float) -> Finding:
    """Telegram tells the two kinds apart in words only."""
    other = "a webhook took the updates" if "webhook" in said.lower() else "two programs poll with one TELEGRAM_TOKEN"
    return Finding(
        ok=False,
        detail=f"{other}, {seconds:.0f} s ago ({said})",
        mend="stop the other program (another machine, a demo, a colleague's copy), or give each a token of its own;"
        " a webhook is removed by restarting ./run bot",
    )
