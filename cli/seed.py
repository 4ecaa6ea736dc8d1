"""`./run seed`: the founding staff of a company, entered into an empty database."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Self

import typer
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from cli.desk import desk_at_hand
from domain.commands import AddPerson, Line
from domain.errors import ConflictError
from domain.people import LEADERS, OPERATOR, Role
from domain.validation import parse
from guardrails.desk import Desk
from policy.loading import read_yaml
from settings import ROOT
from store import people
from store.imported import founding
from store.people import Person

EXAMPLE = ROOT / "docs" / "examples" / "staff.yaml"


class Hire(BaseModel):
    """One line of the staff file; `capacity` counts for managers."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: Line = Field(min_length=1, max_length=100)
    role: Role
    team: Line = "default"
    capacity: int = Field(default=20, ge=0, le=1_000)

    def command(self) -> AddPerson:
        """What the gate is asked for."""
        return AddPerson(person_name=self.name, role=self.role, team=self.team, capacity=self.capacity)


class Staff(BaseModel):
    """A company that can work: somebody answers for escalations and votes, and every name is one person's."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    people: tuple[Hire, ...] = Field(min_length=1, max_length=1_000)

    @model_validator(mode="after")
    def _can_work(self) -> Self:
        if not set(LEADERS) & {hire.role for hire in self.people}:
            raise PydanticCustomError(
                "people", "nobody leads", {"allowed": ["an owner, a head or an admin among them"]}
            )
        if len({hire.name for hire in self.people}) < len(self.people):
            raise PydanticCustomError("people", "a name stands twice", {"allowed": ["each name once"]})
        return self


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(seed)


def seed(
    *,
    staff: Annotated[Path, typer.Option(help="Who they are; copy the example and put your own people in.")] = EXAMPLE,
    as_json: Annotated[bool, typer.Option("--json", help="Machine-readable result.")] = False,
) -> None:
    """Enter the founding staff into an empty database; harmless when they are there already.

    All of them or nobody. The rules of policy/ are registered with them. Afterwards invite each person to the bot:
    ./run user invite --person NUMBER. A database in which others work is left alone: there, ./run user add.
    """
    company = parse(Staff, read_yaml(staff))
    entered, found = asyncio.run(_found(company))
    rows = [{"id": person.id, "name": person.name, "role": person.role.value} for person in found]
    if as_json:
        typer.echo(json.dumps({"entered": entered, "people": rows}, ensure_ascii=False))
        return
    for row in rows:
        typer.echo(f"{row['id']:>4}  {row['role']:8} {row['name']}")
    typer.echo(f"{entered} entered; invite each to the bot: ./run user invite --person NUMBER")


async def _found(staff: Staff) -> tuple[int, Sequence[Person]]:
    """How many were entered (none when they were there), and who works here now."""
    async with desk_at_hand() as desk:
        known = await _known(desk)
        missing = [hire for hire in staff.people if hire.name not in known or known[hire.name].role is not hire.role]
        if missing:
            await _require_empty(desk, missing)
            await desk.gate.perform_all([hire.command() for hire in missing], OPERATOR)
            known = await _known(desk)
        return len(missing), list(known.values())


async def _known(desk: Desk) -> Mapping[str, Person]:
    async with desk.db.reading() as tx:
        return {person.name: person for person in await people.with_roles(tx, tuple(Role))}


async def _require_empty(desk: Desk, missing: Sequence[Hire]) -> None:
    async with desk.db.reading() as tx:
        inhabited = await founding.is_inhabited(tx)
    if inhabited:
        raise ConflictError(
            kind="database",
            name=", ".join(hire.name for hire in missing),
            state="people or orders of others",
            allowed=("an empty database", "./run user add"),
        )
