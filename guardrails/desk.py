"""The desk: everything a door or a worker needs, opened once a process and handed down."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from domain.policy import Policy
from domain.timeline import Timeline
from guardrails.approvals import Approvals
from guardrails.feed import Feed
from guardrails.gate import Gate
from policy import load_policy
from store import policies, turns
from store.database import Database
from store.listening import Ear
from store.timeline import SystemTimeline, load_timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The company at work: its database, rules, time, and the doors to every action.

    `public_url` is the address people reach the pages by (no slash at the end; empty: what the request says). `wall`
    is wall time, which sessions, one-time codes and tokens live in; `timeline` is the company's. `ear` hears how the
    turns of role agents get on.
    """

    db: Database
    policy: Policy
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
        policy: Policy,
        timeline: Timeline,
        *,
        public_url: str = "",
        locale: str = "ru",
        wall: Callable[[], datetime] | None = None,
    ) -> Self:
        """The desk over a database that is open already."""
        gate = Gate(db, policy, timeline)
        return cls(
            db=db,
            policy=policy,
            timeline=timeline,
            gate=gate,
            approvals=Approvals(gate),
            feed=Feed(gate),
            ear=Ear(db.url, turns.CHANNEL),
            public_url=public_url.rstrip("/"),
            locale=locale,
            wall=wall or SystemTimeline().now,
        )

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
    """Open a migrated database, with the policy of the files and the time that the database prescribes unless given.

    The policy's version is registered in the database, so that every clock and journal row can be read by its rules.
    Raises PolicyError, ServerError or DatabaseUnavailableError.
    """
    policy = policy or load_policy()
    db = Database(url, pool_size=pool_size)
    try:
        async with db.transaction() as tx:
            timeline = timeline or await load_timeline(tx)
            await policies.register(tx, policy, now=timeline.now())
    except BaseException:
        await db.close()
        raise
    return Desk.of(db, policy, timeline, public_url=public_url, locale=locale)
