"""What somebody wants to do now, and the tasks such wishes grow from."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from domain.commands import Command
from evals.company_people import Colleague


@dataclass(frozen=True, slots=True, kw_only=True)
class Does:
    """A person wants to do something on the desk.

    `order` is the code of the order it is about, `card` the violation whose card moved them to it.
    """

    person_id: int
    command: Command
    order: str | None = None
    card: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Votes:
    """A person wants to answer an approval, as they see it."""

    person_id: int
    approval_id: int
    ballot: Literal["approve", "reject"]
    seen_hash: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reports:
    """Something happened in the world outside, and the CRM learns of it."""

    command: Command


Intent = Does | Votes | Reports


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something that will be done once its time has come.

    `name` is unique per subject and doer: the same name later is the same task, with the same delay. It comes up at
    `since`; `delay` is how long it is put off and `effort` how long it takes, both in the doer's working time. A
    `quick` task can be done on the phone after work, an `urgent` one interrupts what the doer is at. `wish` makes the
    intent for the moment at which it is done.
    """

    name: str
    since: datetime
    delay: timedelta
    wish: Callable[[datetime], Intent]
    effort: timedelta = timedelta(minutes=2)
    quick: bool = False
    urgent: bool = False


@dataclass(slots=True)
class Plan:
    """A task of one doer (None: the world) with the instant it is planned for; None once it was tried in vain.

    `about` is the order's code: what concerns one order happens one after another.
    """

    key: str
    about: str
    task: Task
    doer: Colleague | None
    at: datetime | None
    level: int = 0
    tries: int = 0
