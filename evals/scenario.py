"""The form of a scenario: a world, what is said and done in it, and how it must stand at the end.

One YAML file a scenario. `{a}` stands for the code of the order whose key is `a`, wherever a text may name it.
"""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from domain.agency import Mode
from domain.orders import Status
from domain.policy.values import Duration
from evals.model_answers import Call, Reply
from evals.stage import STAFF, USUAL

FOLDER: Final = Path(__file__).parent / "scenarios"

Who = Annotated[str, Field(pattern="|".join(f"^{name}$" for name in STAFF))]


class Part(BaseModel):
    """Base of all parts: nothing is said that nobody reads."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class OrderInWorld(Part):
    """An order as the scenario finds it."""

    status: Literal["pending_manager", "under_inspection", "awaiting_payment"] = "pending_manager"
    owner: Who = "Анна"
    paid: Decimal = Decimal(0)
    client_name: str | None = None
    bike: str | None = None
    note: str | None = None


class World(Part):
    """The staff and their orders."""

    staff: tuple[Who, ...] = USUAL
    orders: Mapping[str, OrderInWorld] = Field(default_factory=dict[str, OrderInWorld])


class Said(Part):
    """One reply of the scripted model: a text, or calls of tools."""

    text: str | None = None
    calls: tuple[Mapping[str, Mapping[str, Any]], ...] = ()

    def reply(self) -> Reply:
        """As the model server gives it."""
        calls = tuple(Call(name, arguments) for call in self.calls for name, arguments in call.items())
        return Reply(text=self.text, calls=calls)


Model = tuple[Said, ...] | Literal["offline", "down", "always_yes"]


class Answer(Part):
    """What must be true of an answer; `verdict` is how it came to be."""

    contains: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    verdict: str | None = None
    offline: bool | None = None


class Chat(Part):
    """Somebody says something to a role."""

    say: str
    by: Who
    to: str = "ai-rop"
    model: Model = "offline"
    answer: Answer = Answer()


class Vote(Part):
    """Somebody votes on the newest approval; `refused` is the error's code where the vote must not count."""

    vote: Literal["approve", "reject"]
    by: Who
    reason: str = ""
    refused: str | None = None


class Edit(Part):
    """Somebody asks for something else instead of the newest approval."""

    edit: Mapping[str, str]
    by: Who


class Wait(Part):
    """Time goes by, and the watchdog looks."""

    wait: Duration


class Switch(Part):
    """Somebody turns the switch of the agents."""

    switch: Mode
    by: Who
    role: str = "*"


class Waiting(Part):
    """The turns that the desk itself has set off, such as an arbiter's, are carried out."""

    run_turns: Literal["arbitration"]
    model: Model = "offline"
    answer: Answer = Answer()


Step = Chat | Vote | Edit | Wait | Switch | Waiting


class OrderAtEnd(Part):
    """What must be so of an order."""

    owner: Who | None = None
    status: Status | None = None
    paid_eur: Decimal | None = None


class Row(Part):
    """A journal row of the scenario that must exist, `times` of them (None: at least one)."""

    action: str
    verdict: str | None = None
    outcome: str | None = None
    actor: str | None = None
    times: int | None = None


class Ending(Part):
    """How the world must stand; `never` are actions that nobody may have carried out."""

    orders: Mapping[str, OrderAtEnd] = Field(default_factory=dict[str, OrderAtEnd])
    journal: tuple[Row, ...] = ()
    approvals: tuple[Mapping[str, str], ...] | None = None
    never: tuple[str, ...] = ()
    rows: Mapping[str, int] = Field(default_factory=dict[str, int])
    """How many rows these tables hold: money_decisions, ai_rulings, policy_changes."""


class Scenario(Part):
    """One scenario; `variants` are further worlds in which the very same must come of it."""

    name: str = Field(pattern=r"^[a-z0-9-]+$")
    about: str
    world: World
    variants: Mapping[str, Mapping[str, OrderInWorld]] = Field(default_factory=dict[str, Mapping[str, OrderInWorld]])
    steps: tuple[Step, ...] = Field(min_length=1)
    expect: Ending


def scenarios(folder: Path = FOLDER) -> dict[str, Scenario]:
    """Every scenario by its name. Raises AssertionError for a name that is not the file's."""
    found: dict[str, Scenario] = {}
    for path in sorted(folder.glob("*.yaml")):
        scenario = Scenario.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        assert scenario.name == path.stem, f"{path.name} calls itself {scenario.name}"
        found[scenario.name] = scenario
    return found
