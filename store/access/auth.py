"""Who is at the door: tokens, webhook secrets, one-time codes. All of it lives in wall time.

Tokens and codes are 256 random bits: their SHA-256 is stored, nothing slower is needed against guessing.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.errors import NotFoundError

Scope = Literal["crm", "person"]
Purpose = Literal["login", "invite"]

CODE_LIFETIME: dict[Purpose, timedelta] = {"login": timedelta(minutes=10), "invite": timedelta(days=7)}
# A use within this span of the last one is not written down: reads stay reads.
NOTED_EVERY = timedelta(minutes=1)


def fresh_secret() -> str:
    """256 random bits in letters that a URL, a header and a Telegram deep link can carry."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> bytes:
    """What is stored instead of the secret."""
    return hashlib.sha256(secret.encode()).digest()


# ── tokens ───────────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """An API token without its secret: whom it speaks for."""

    id: int
    name: str
    scope: str
    person_id: int | None
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


_TOKEN = ", ".join(Token.__dataclass_fields__)


async def add_token(
    tx: AsyncConnection, *, name: str, scope: Scope, person_id: int | None, now: datetime
) -> tuple[int, str]:
    """A new token; its id and its secret, which cannot be read again."""
    secret = f"{scope}_{fresh_secret()}"
    row = (
        await tx.execute(
            text(
                "INSERT INTO api_tokens (name, token_hash, scope, person_id, created_at)"
                " VALUES (:name, :hash, :scope, :person_id, :now) RETURNING id"
            ),
            {"name": name, "hash": digest(secret), "scope": scope, "person_id": person_id, "now": now},
        )
    ).one()
    return int(row.id), secret


async def token(tx: AsyncConnection, secret: str) -> Token | None:
    """The token with this secret, unless it is unknown or revoked."""
    rows = await tx.execute(
        text(f"SELECT {_TOKEN} FROM api_tokens WHERE token_hash = :hash AND revoked_at IS NULL"),
        {"hash": digest(secret)},
    )
    row = rows.mappings().one_or_none()
    return None if row is None else Token(**row)


async def note_token(tx: AsyncConnection, token_id: int, *, now: datetime) -> None:
    """The token was used."""
    await tx.execute(text("UPDATE api_tokens SET last_used_at = :now WHERE id = :id"), {"id": token_id, "now": now})


async def tokens(tx: AsyncConnection) -> list[Token]:
    """All tokens, the newest first."""
    rows = await tx.execute(text(f"SELECT {_TOKEN} FROM api_tokens ORDER BY id DESC"))
    return [Token(**row) for row in rows.mappings()]


async def person_of_token(tx: AsyncConnection, token_id: int) -> int | None:
    """For whom the token speaks; None for the CRM's, and for one that there is not."""
    found = await tx.execute(text("SELECT person_id FROM api_tokens WHERE id = :id"), {"id": token_id})
    return found.scalar_one_or_none()


async def revoke_token(tx: AsyncConnection, token_id: int, *, now: datetime) -> None:
    """The token is worth nothing from now on.

    Raises:
        NotFoundError: no such token is in force.
    """
    await _revoke(tx, "api_tokens", "token", token_id, now)


async def _revoke(tx: AsyncConnection, table: str, kind: str, row_id: int, now: datetime) -> None:
    found = await tx.execute(
        text(f"UPDATE {table} SET revoked_at = :now WHERE id = :id AND revoked_at IS NULL RETURNING id"),
        {"id": row_id, "now": now},
    )
    if found.first() is None:
        raise NotFoundError(kind=kind, name=str(row_id))


# ── webhook secrets ──────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSecret:
    """A signing secret (Standard Webhooks), in clear: a signature cannot be recomputed from a hash."""

    id: int
    name: str
    secret: str
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


_SECRET = ", ".join(WebhookSecret.__dataclass_fields__)


async def add_webhook(tx: AsyncConnection, *, name: str, secret: str, now: datetime) -> int:
    """A new signing secret; several may be in force, so that they can be exchanged without a gap."""
    row = (
        await tx.execute(
            text("INSERT INTO webhook_secrets (name, secret, created_at) VALUES (:name, :secret, :now) RETURNING id"),
            {"name": name, "secret": secret, "now": now},
        )
    ).one()
    return int(row.id)


async def webhooks(tx: AsyncConnection, *, which: Literal["all", "in force"] = "in force") -> list[WebhookSecret]:
    """Signing secrets, the newest first."""
    rows = await tx.execute(
        text(f"SELECT {_SECRET} FROM webhook_secrets WHERE :every OR revoked_at IS NULL ORDER BY id DESC"),
        {"every": which == "all"},
    )
    return [WebhookSecret(**row) for row in rows.mappings()]


async def note_webhook(tx: AsyncConnection, webhook_id: int, *, now: datetime) -> None:
    """The secret has signed something."""
    await tx.execute(
        text("UPDATE webhook_secrets SET last_used_at = :now WHERE id = :id"), {"id": webhook_id, "now": now}
    )


async def revoke_webhook(tx: AsyncConnection, webhook_id: int, *, now: datetime) -> None:
    """The secret signs nothing from now on. Raises like `revoke_token`."""
    await _revoke(tx, "webhook_secrets", "webhook", webhook_id, now)


# ── one-time codes ───────────────────────────────────────────────────────────────────────────────────────────────────
async def add_code(tx: AsyncConnection, *, purpose: Purpose, person_id: int, now: datetime) -> str:
    """A code that opens one door once: the pages (`login`) or the bot (`invite`)."""
    code = fresh_secret()
    await tx.execute(
        text(
            "INSERT INTO one_time_codes (code_hash, purpose, person_id, created_at, expires_at)"
            " VALUES (:hash, :purpose, :person_id, :now, :expires_at)"
        ),
        {
            "hash": digest(code),
            "purpose": purpose,
            "person_id": person_id,
            "now": now,
            "expires_at": now + CODE_LIFETIME[purpose],
        },
    )
    return code


async def code_is_good(tx: AsyncConnection, code: str, *, purpose: Purpose, now: datetime) -> bool:
    """Whether the code would open its door now; looking does not use it up."""
    found = await tx.execute(
        text(
            "SELECT 1 FROM one_time_codes AS c JOIN people AS p ON p.id = c.person_id WHERE c.code_hash = :hash"
            " AND c.purpose = :purpose AND c.used_at IS NULL AND c.expires_at > :now AND p.active"
        ),
        {"hash": digest(code), "purpose": purpose, "now": now},
    )
    return found.first() is not None


async def use_code(tx: AsyncConnection, code: str, *, purpose: Purpose, now: datetime) -> int | None:
    """Use the code up: the person it was made for; None when it is unknown, used, expired, or the person has left."""
    row = (
        await tx.execute(
            text(
                "UPDATE one_time_codes AS c SET used_at = :now FROM people AS p WHERE c.code_hash = :hash"
                " AND c.purpose = :purpose AND c.used_at IS NULL AND c.expires_at > :now AND p.id = c.person_id"
                " AND p.active RETURNING c.person_id"
            ),
            {"hash": digest(code), "purpose": purpose, "now": now},
        )
    ).one_or_none()
    return None if row is None else int(row.person_id)


async def forget(tx: AsyncConnection, *, before: datetime) -> None:
    """Throw away codes and sessions that ended before this."""
    await tx.execute(text("DELETE FROM one_time_codes WHERE expires_at < :before"), {"before": before})
    await tx.execute(text("DELETE FROM sessions WHERE expires_at < :before"), {"before": before})
