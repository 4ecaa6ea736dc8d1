"""Texts that a model wrote on known facts, kept while the facts stand."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A kept text: on which facts it was written, by which model, when."""

    facts_digest: str
    text: str
    model: str
    at: datetime


async def keep(tx: AsyncConnection, kind: str, subject_id: int, locale: str, written: Written) -> None:
    """Keep the text in the place of the one before it."""
    await tx.execute(
        text(
            "INSERT INTO ai_texts (kind, subject_id, locale, facts_digest, text, model, at)"
            " VALUES (:kind, :subject_id, :locale, :facts_digest, :text, :model, :at)"
            " ON CONFLICT (kind, subject_id, locale) DO UPDATE SET facts_digest = excluded.facts_digest,"
            " text = excluded.text, model = excluded.model, at = excluded.at"
        ),
        {
            "kind": kind,
            "subject_id": subject_id,
            "locale": locale,
            "facts_digest": written.facts_digest,
            "text": written.text,
            "model": written.model,
            "at": written.at,
        },
    )


async def kept(tx: AsyncConnection, kind: str, subject_id: int, locale: str) -> Written | None:
    """The kept text; None when there is none."""
    rows = await tx.execute(
        text(
            "SELECT facts_digest, text, model, at FROM ai_texts"
            " WHERE kind = :kind AND subject_id = :subject_id AND locale = :locale"
        ),
        {"kind": kind, "subject_id": subject_id, "locale": locale},
    )
    row = rows.mappings().one_or_none()
    return None if row is None else Written(**row)
