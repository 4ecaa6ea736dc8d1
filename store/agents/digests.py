"""Digests that were sent: one a kind, end of its span and language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.errors import NotFoundError
from domain.journal import canonical


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDigest:
    """A digest with the values of its slots; `body` has the text as it was written, its slots open."""

    kind: str
    role: str
    period_from: datetime
    period_to: datetime
    locale: str
    slots: Mapping[str, str]
    body: Mapping[str, Any]
    text: str
    model: str
    at: datetime
    decision: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What a reader is shown."""

    id: int
    kind: str
    role: str
    period_from: datetime
    period_to: datetime
    text: str
    model: str


async def add(tx: AsyncConnection, digest: NewDigest) -> int | None:
    """Keep a digest; None when there is one of this kind, end and language already."""
    rows = await tx.execute(
        text(
            "INSERT INTO ai_digests"
            " (kind, role, period_from, period_to, locale, slots, body, text, model, at, decision)"
            " VALUES (:kind, :role, :period_from, :period_to, :locale, CAST(:slots AS jsonb), CAST(:body AS jsonb),"
            " :text, :model, :at, :decision) ON CONFLICT (kind, period_to, locale) DO NOTHING RETURNING id"
        ),
        {
            **{name: getattr(digest, name) for name in NewDigest.__dataclass_fields__},
            "slots": canonical(dict(digest.slots)).decode(),
            "body": canonical(dict(digest.body)).decode(),
        },
    )
    return rows.scalar_one_or_none()


async def get(tx: AsyncConnection, digest_id: int) -> Digest:
    """One digest. Raises NotFoundError."""
    rows = await tx.execute(
        text(f"SELECT {', '.join(Digest.__dataclass_fields__)} FROM ai_digests WHERE id = :id"), {"id": digest_id}
    )
    row = rows.mappings().one_or_none()
    if row is None:
        raise NotFoundError(kind="digest", name=str(digest_id))
    return Digest(**row)


async def latest(tx: AsyncConnection, kind: str) -> Digest | None:
    """The digest of this kind that was sent last; None before the first."""
    rows = await tx.execute(
        text(
            f"SELECT {', '.join(Digest.__dataclass_fields__)} FROM ai_digests WHERE kind = :kind"
            " ORDER BY period_to DESC, id DESC LIMIT 1"
        ),
        {"kind": kind},
    )
    row = rows.mappings().one_or_none()
    return None if row is None else Digest(**row)


async def crisis_since(tx: AsyncConnection, codes: Sequence[str]) -> datetime | None:
    """When the oldest open signal of a crisis was raised; None when none is open."""
    rows = await tx.execute(
        text("SELECT min(created_at) FROM ai_signals WHERE resolved_at IS NULL AND code = ANY(:codes)"),
        {"codes": list(codes)},
    )
    return rows.scalar_one()
