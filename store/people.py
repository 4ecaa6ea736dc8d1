"""People: who somebody is, which role they hold, when they work, and how to reach them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.errors import NotFoundError
from domain.people import Role

_COLUMNS = (
    "p.id, p.name, p.role, p.team, p.active, p.calendar, p.away_from, p.away_until, p.telegram_id,"
    " p.telegram_blocked_at"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person as the doors and the watchdog see them."""

    id: int
    name: str
    role: Role
    team: str
    active: bool
    calendar: Mapping[str, Any] | None
    away_from: datetime | None
    away_until: datetime | None
    telegram_id: int | None
    telegram_blocked_at: datetime | None


async def _select(tx: AsyncConnection, where: str, parameters: Mapping[str, object]) -> list[Person]:
    rows = await tx.execute(text(f"SELECT {_COLUMNS} FROM people AS p WHERE {where} ORDER BY p.id"), parameters)
    return [_person(dict(row)) for row in rows.mappings()]


def _person(row: dict[str, Any]) -> Person:
    row["role"] = Role(row["role"])
    return Person(**row)


async def get(tx: AsyncConnection, person_id: int) -> Person:
    """The person with this id, active or not.

    Raises:
        NotFoundError: nobody has this id.
    """
    found = await _select(tx, "p.id = :id", {"id": person_id})
    if not found:
        raise NotFoundError(kind="person", name=str(person_id))
    return found[0]


async def by_ids(tx: AsyncConnection, ids: Sequence[int]) -> dict[int, Person]:
    """These people by id; unknown ids are left out."""
    return {person.id: person for person in await _select(tx, "p.id = ANY(:ids)", {"ids": list(ids)})}


async def by_telegram(tx: AsyncConnection, telegram_id: int) -> Person | None:
    """The active person linked to this Telegram account."""
    found = await _select(tx, "p.telegram_id = :telegram_id AND p.active", {"telegram_id": telegram_id})
    return found[0] if found else None


async def with_roles(tx: AsyncConnection, roles: Sequence[Role]) -> list[Person]:
    """Every active person who holds one of the roles."""
    return await _select(tx, "p.active AND p.role = ANY(:roles)", {"roles": [role.value for role in roles]})


async def named(tx: AsyncConnection, name: str) -> list[Person]:
    """Active people whose name begins like this, case aside."""
    return await _select(tx, "p.active AND lower(p.name) LIKE lower(:name) || '%'", {"name": name})


async def add(
    tx: AsyncConnection, *, name: str, role: Role, team: str, capacity: int, telegram_id: int | None, now: datetime
) -> int:
    """A new person; managers get a capacity. Returns the id."""
    row = (
        await tx.execute(
            text(
                "INSERT INTO people (name, role, team, telegram_id, created_at)"
                " VALUES (:name, :role, :team, :telegram_id, :now) RETURNING id"
            ),
            {"name": name, "role": role.value, "team": team, "telegram_id": telegram_id, "now": now},
        )
    ).one()
    if role is Role.MANAGER:
        await tx.execute(
            text("INSERT INTO managers (id, capacity) VALUES (:id, :capacity)"), {"id": row.id, "capacity": capacity}
        )
    return int(row.id)


async def link_telegram(tx: AsyncConnection, person_id: int, telegram_id: int) -> None:
    """Tie a Telegram account to the person; an account speaks for one person only."""
    await tx.execute(
        text("UPDATE people SET telegram_id = NULL WHERE telegram_id = :telegram_id AND id <> :id"),
        {"id": person_id, "telegram_id": telegram_id},
    )
    await tx.execute(
        text("UPDATE people SET telegram_id = :telegram_id, telegram_blocked_at = NULL WHERE id = :id"),
        {"id": person_id, "telegram_id": telegram_id},
    )


async def set_blocked(tx: AsyncConnection, person_id: int, at: datetime | None) -> None:
    """The person blocked the bot (or let it in again): a manager who cannot be reached gets no new orders."""
    await tx.execute(text("UPDATE people SET telegram_blocked_at = :at WHERE id = :id"), {"id": person_id, "at": at})


async def set_away(tx: AsyncConnection, person_id: int, *, since: datetime | None, until: datetime | None) -> None:
    """Absence from `since` until `until`; both empty: back."""
    await tx.execute(
        text("UPDATE people SET away_from = :since, away_until = :until WHERE id = :id"),
        {"id": person_id, "since": since, "until": until},
    )


async def set_constraints(
    tx: AsyncConnection, manager_id: int, *, named: Mapping[str, object], lifted: Sequence[str]
) -> Mapping[str, object]:
    """Set and lift personal constraints of a manager in one step, leaving the others; returns those now in force."""
    row = (
        await tx.execute(
            text(
                "UPDATE managers SET constraints = (constraints - CAST(:lifted AS text[])) || CAST(:named AS jsonb)"
                " WHERE id = :id RETURNING constraints"
            ),
            {"id": manager_id, "named": json.dumps(named), "lifted": list(lifted)},
        )
    ).one_or_none()
    if row is None:
        raise NotFoundError(kind="manager", name=str(manager_id))
    return row.constraints


async def telegram_taken(tx: AsyncConnection, telegram_id: int) -> bool:
    """Whether this Telegram account speaks for somebody, active or not."""
    found = await tx.execute(
        text("SELECT 1 FROM people WHERE telegram_id = :telegram_id"), {"telegram_id": telegram_id}
    )
    return found.one_or_none() is not None
