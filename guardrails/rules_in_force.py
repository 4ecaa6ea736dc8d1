"""The rules that a process goes by: the files' with the approved changes whose day has come, asked for anew each time.

One holder a process, asked by the gate for every command; it looks into the database a few times a minute
(`Desk.follow_rules`), so that every process takes a change over by itself (docs/ARCHITECTURE.md).
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import structlog

from domain.policy import Policy
from domain.staff import CalendarBook
from policy.overlay import InForce, Overlay, Refused, overlaid
from store import policies, policy_changes
from store.database import Database

LOOK_SECONDS: Final = 15.0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Rules:
    """One version of the rules, and the calendars that it makes."""

    policy: Policy
    calendars: CalendarBook


class RulesInForce:
    """Holds the rules of this moment; what is in the middle of something keeps those it began with.

    `told` are the refused changes of which a signal was raised.
    """

    def __init__(self, files: Policy) -> None:
        self.files = files
        self.now = Rules(files, CalendarBook(files))
        self.made = InForce(files)
        self.told = frozenset[int]()
        self._known: tuple[int, ...] | None = None

    @property
    def policy(self) -> Policy:
        """The rules of this moment."""
        return self.now.policy

    @property
    def refused(self) -> tuple[Refused, ...]:
        """Approved changes whose day has come, and which the rules cannot take."""
        return self.made.refused

    def today(self, now: datetime) -> date:
        """The company's day: a change is in force from its beginning."""
        return now.astimezone(self.files.calendars.of_team(None).zone).date()

    async def refresh(self, db: Database, *, now: datetime) -> bool:
        """Look at what is approved, and go by it from now on; whether anything has changed.

        The version is registered before anybody goes by it, so that clocks and journal rows can be read by its rules.
        What the rules cannot take is left out, and said loudly: the others stand.
        """
        async with db.reading() as tx:
            due = await policy_changes.due(tx, on=self.today(now))
        known = tuple(change.id for change in due)
        if known == self._known:
            return False
        made = overlaid(self.files, [_overlay(change) for change in due])
        async with db.transaction() as tx:
            await policies.register(tx, made.policy, now=now)
        changed = made.policy.version != self.policy.version
        if changed:
            self.now = Rules(made.policy, CalendarBook(made.policy))
            log.info("the rules have changed", version=made.policy.version, changes=len(made.applied))
        for refused in made.refused:
            log.error("an approved change of the rules cannot be put in force", change=refused.id, why=refused.problem)
        self.made, self._known = made, known
        return changed


def _overlay(change: policy_changes.KeptChange) -> Overlay:
    return Overlay(
        id=change.id,
        file=change.file,
        key=change.key,
        value=change.new_value,
        effective_from=change.effective_from,
    )
