"""The desk: everything a door or a worker needs, opened once a process and handed down."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

import structlog

from domain.commands import RaiseSignal
from domain.errors import DeskError
from domain.people import WATCHDOG
from domain.policy import Policy, SignalCode
from domain.severity import Severity
from domain.timeline import Timeline
from guardrails.approval.approvals import Approvals
from guardrails.crm.feed import Feed
from guardrails.gate import Gate
from guardrails.rules_in_force import LOOK_SECONDS, RulesInForce
from policy import load_policy
from store.agents import turns
from store.database import OUTAGE, Database
from store.listening import Ear
from store.timeline import SystemTimeline, load_timeline

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The company at work: its database, rules, time, and the doors to every action.

    `public_url` is the address people reach the pages by (no slash at the end; empty: what the request says). `wall`
    is wall time, which sessions, one-time codes and tokens live in; `timeline` is the company's. `ear` hears how the
    turns of role agents get on.
    """

    db: Database
    timeline: Timeline
    gate: Gate
    approvals: Approvals
    feed: Feed
    ear: Ear
    public_url: str = ""
    locale: str = "ru"
    wall: Callable[[], datetime] = field(default=SystemTimeline().now)

    @classmethod
    def of(
        cls,
        db: Database,
        rules: Policy | RulesInForce,
        timeline: Timeline,
        *,
        public_url: str = "",
        locale: str = "ru",
        wall: Callable[[], datetime] | None = None,
    ) -> Self:
        """The desk over a database that is open already."""
        gate = Gate(db, rules, timeline)
        return cls(
            db=db,
            timeline=timeline,
            gate=gate,
            approvals=Approvals(gate),
            feed=Feed(gate),
            ear=Ear(db.url, turns.CHANNEL),
            public_url=public_url.rstrip("/"),
            locale=locale,
            wall=wall or SystemTimeline().now,
        )

    @property
    def policy(self) -> Policy:
        """The rules of this moment."""
        return self.gate.policy

    @property
    def rules(self) -> RulesInForce:
        """The holder of the rules: the files' and what people have approved."""
        return self.gate.rules

    async def look_at_rules(self) -> None:
        """Take over what has come into force; what the rules cannot take becomes a signal."""
        await self.rules.refresh(self.db, now=self.timeline.now())
        untold = [refused for refused in self.rules.refused if refused.id not in self.rules.told]
        if untold:  # one signal about the company is open at a time
            evidence = {"change": untold[0].id, "file": untold[0].file, "key": untold[0].key}
            signal = RaiseSignal(code=SignalCode.DOC_DRIFT, severity=Severity.HIGH, evidence=evidence)
            await self.gate.perform(signal, WATCHDOG)
            self.rules.told |= {refused.id for refused in untold}

    async def follow_rules(self) -> None:
        """Look again and again, as long as the process lives; an outage only makes it look later."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self.look_at_rules()
            except (*OUTAGE, DeskError) as error:
                log.warning("the rules cannot be looked at, they stay as they are", error=str(error))
            except Exception:  # the loop outlives what nobody expected: without it changes would wait for a restart
                log.exception("a look at the rules failed, they stay as they are")

    async def close(self) -> None:
        """Close the connections."""
        await self.db.close()


async def open_desk(
    url: str,
    policy: Policy | None = None,
    timeline: Timeline | None = None,
    *,
    public_url: str = "",
    locale: str = "ru",
    pool_size: int = 10,
) -> Desk:
    """Open a migrated database, with the rules of the files and the time that the database prescribes unless given.

    Approved changes whose day has come stand over the files. The version of the rules is registered in the database,
    so that every clock and journal row can be read by its rules.
    Raises PolicyError, ServerError or DatabaseUnavailableError.
    """
    db = Database(url, pool_size=pool_size)
    try:
        async with db.transaction() as tx:
            timeline = timeline or await load_timeline(tx)
        rules = RulesInForce(policy or load_policy())
        await rules.refresh(db, now=timeline.now())
    except BaseException:
        await db.close()
        raise
    return Desk.of(db, rules, timeline, public_url=public_url, locale=locale)
