"""By what people sign in: a login, unique whatever its case, and the hash of a password."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

LOGIN_LOCK = 0x4C4F474E  # "LOGN": logins are given one after another


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """A person's login and the hash of their password; both None before they have been set."""

    person_id: int
    login: str | None
    password_hash: str | None


async def by_login(tx: AsyncConnection, login: str) -> Credentials | None:
    """The active person with this login."""
    return await _one(tx, "login = :key AND active", login)


async def of(tx: AsyncConnection, person_id: int) -> Credentials | None:
    """What this person signs in by."""
    return await _one(tx, "id = :key", person_id)


async def _one(tx: AsyncConnection, where: str, key: object) -> Credentials | None:
    rows = await tx.execute(
        text(f"SELECT id AS person_id, login, password_hash FROM people WHERE {where}"), {"key": key}
    )
    row = rows.mappings().one_or_none()
    return None if row is None else Credentials(**row)


async def keep(tx: AsyncConnection, person_id: int, *, login: str, password_hash: str) -> bool:
    """Set both; False when the login is somebody else's."""
    await tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOGIN_LOCK})
    changed = await tx.execute(
        text(
            "UPDATE people SET login = :login, password_hash = :hash WHERE id = :id"
            " AND NOT EXISTS (SELECT 1 FROM people AS other WHERE other.login = :login AND other.id <> :id)"
            " RETURNING id"
        ),
        {"id": person_id, "login": login, "hash": password_hash},
    )
    return changed.first() is not None


async def rehash(tx: AsyncConnection, person_id: int, *, was: str, password_hash: str) -> None:
    """The same password hashed with newer parameters, unless it was changed meanwhile."""
    await tx.execute(
        text("UPDATE people SET password_hash = :hash WHERE id = :id AND password_hash = :was"),
        {"id": person_id, "hash": password_hash, "was": was},
    )
