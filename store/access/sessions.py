"""People signed in in browsers, in wall time: a session is 256 random bits, of which the SHA-256 is kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.people import Role
from store.access.auth import (
    digest,
    fresh_secret,
)

LIFETIME = timedelta(days=7)
SLID_EVERY = timedelta(minutes=5)
"""A use within this span of the last one is not written down: reads stay reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A person signed in in a browser; it ends a week after its last use."""

    id: int
    person_id: int
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    user_agent: str


_COLUMNS = ", ".join(Session.__dataclass_fields__)
_OPEN = "revoked_at IS NULL AND expires_at > :now"


async def begin(
    tx: AsyncConnection, *, person_id: int, user_agent: str, browser: str | None, now: datetime
) -> tuple[int, str]:
    """A new session: its number, and its secret for the cookie. `browser` is the SHA-256 (hex) of the lasting mark."""
    secret = fresh_secret()
    row = (
        await tx.execute(
            text(
                "INSERT INTO sessions (token_hash, person_id, created_at, last_seen_at, expires_at, user_agent,"
                " browser_hash) VALUES (:hash, :person_id, :now, :now, :expires_at, :user_agent,"
                " decode(CAST(:browser AS text), 'hex')) RETURNING id"
            ),
            {
                "hash": digest(secret),
                "person_id": person_id,
                "now": now,
                "expires_at": now + LIFETIME,
                "user_agent": user_agent,
                "browser": browser,
            },
        )
    ).one()
    return int(row.id), secret


async def by_secret(tx: AsyncConnection, secret: str, *, now: datetime) -> Session | None:
    """The session with this secret, unless it has ended."""
    rows = await tx.execute(
        text(f"SELECT {_COLUMNS} FROM sessions WHERE token_hash = :hash AND {_OPEN}"),
        {"hash": digest(secret), "now": now},
    )
    row = rows.mappings().one_or_none()
    return None if row is None else Session(**row)


async def slide(tx: AsyncConnection, session_id: int, *, now: datetime) -> None:
    """The session was used: its week begins anew."""
    await tx.execute(
        text("UPDATE sessions SET last_seen_at = :now, expires_at = :expires_at WHERE id = :id"),
        {"id": session_id, "now": now, "expires_at": now + LIFETIME},
    )


async def of(tx: AsyncConnection, person_id: int, *, now: datetime) -> list[Session]:
    """Where a person is signed in, the latest use first."""
    rows = await tx.execute(
        text(f"SELECT {_COLUMNS} FROM sessions WHERE person_id = :id AND {_OPEN} ORDER BY last_seen_at DESC, id DESC"),
        {"id": person_id, "now": now},
    )
    return [Session(**row) for row in rows.mappings()]


async def listed(
    tx: AsyncConnection, *, now: datetime, before: int | None, limit: int
) -> list[tuple[Session, str, Role]]:
    """Who is signed in, with name and role; the sessions begun last first, a page at a time by id."""
    rows = await tx.execute(
        text(
            f"SELECT {', '.join(f's.{name}' for name in Session.__dataclass_fields__)}, p.name, p.role"
            " FROM sessions AS s JOIN people AS p ON p.id = s.person_id WHERE s.revoked_at IS NULL"
            " AND s.expires_at > :now AND (CAST(:before AS bigint) IS NULL OR s.id < :before)"
            " ORDER BY s.id DESC LIMIT :limit"
        ),
        {"now": now, "before": before, "limit": limit},
    )
    return [
        (Session(**{name: row[name] for name in Session.__dataclass_fields__}), row["name"], Role(row["role"]))
        for row in rows.mappings()
    ]


async def end(
    tx: AsyncConnection, person_id: int, *, only: int | None = None, keep: int | None = None, now: datetime
) -> int:
    """End a person's sessions: all, `only` one, or all but one to `keep`; how many ended."""
    rows = await tx.execute(
        text(
            f"UPDATE sessions SET revoked_at = :now WHERE person_id = :person_id AND {_OPEN}"
            " AND (CAST(:only AS bigint) IS NULL OR id = :only) AND id IS DISTINCT FROM CAST(:keep AS bigint)"
            " RETURNING id"
        ),
        {"person_id": person_id, "only": only, "keep": keep, "now": now},
    )
    return len(rows.all())


async def is_known_browser(tx: AsyncConnection, person_id: int, browser: str) -> bool:
    """Whether this person has signed in in the browser with this mark (SHA-256, hex) before."""
    found = await tx.execute(
        text("SELECT 1 FROM sessions WHERE person_id = :id AND browser_hash = decode(:browser, 'hex') LIMIT 1"),
        {"id": person_id, "browser": browser},
    )
    return found.first() is not None


async def end_by_hash(tx: AsyncConnection, token_hash: str, *, now: datetime) -> None:
    """End the session whose secret has this SHA-256 (hex), whoever's it is."""
    await tx.execute(
        text("UPDATE sessions SET revoked_at = :now WHERE token_hash = decode(:hash, 'hex') AND revoked_at IS NULL"),
        {"hash": token_hash, "now": now},
    )
