"""Invitations to the bot: one-time codes of the purpose `invite`, each for one person; all of it in wall time.

A code is named by its SHA-256 (hex), as in the journal.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

ACCOUNT_LOCK = 0x4A4F494E  # "JOIN": one account joins once, whatever it holds


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """For whom, by whom (None: the operator), until when, and whether it has been used."""

    person_id: int
    invited_by: int | None
    expires_at: datetime
    used_at: datetime | None


_COLUMNS = ", ".join(Invitation.__dataclass_fields__)


async def known(tx: AsyncConnection, code: str) -> bool:
    """Whether there is, or lately was, such an invitation."""
    found = await tx.execute(
        text("SELECT 1 FROM one_time_codes WHERE code_hash = decode(:hash, 'hex') AND purpose = 'invite'"),
        {"hash": code},
    )
    return found.one_or_none() is not None


async def lock(tx: AsyncConnection, code: str, *, telegram_id: int) -> Invitation | None:
    """The invitation, held for this account until the transaction ends; None when there is none."""
    await tx.execute(
        text("SELECT pg_advisory_xact_lock(:key, hashtext(:account))"),
        {"key": ACCOUNT_LOCK, "account": str(telegram_id)},
    )
    rows = await tx.execute(
        text(
            f"SELECT {_COLUMNS} FROM one_time_codes"
            " WHERE code_hash = decode(:hash, 'hex') AND purpose = 'invite' FOR UPDATE"
        ),
        {"hash": code},
    )
    row = rows.mappings().one_or_none()
    return None if row is None else Invitation(**row)


async def use(tx: AsyncConnection, code: str, *, now: datetime) -> None:
    """The invitation is used up."""
    await tx.execute(
        text("UPDATE one_time_codes SET used_at = :now WHERE code_hash = decode(:hash, 'hex')"),
        {"hash": code, "now": now},
    )


async def note_inviter(tx: AsyncConnection, code: str, person_id: int) -> None:
    """Who gave the invitation, and hears when it is taken up."""
    await tx.execute(
        text("UPDATE one_time_codes SET invited_by = :by WHERE code_hash = decode(:hash, 'hex')"),
        {"hash": code, "by": person_id},
    )


async def name_bot(tx: AsyncConnection, username: str) -> None:
    """What the bot is called in links."""
    await tx.execute(
        text(
            "INSERT INTO telegram_bot (id, username, at) VALUES (1, :username, clock_timestamp())"
            " ON CONFLICT (id) DO UPDATE SET username = excluded.username, at = excluded.at"
        ),
        {"username": username},
    )


async def bot_name(tx: AsyncConnection) -> str | None:
    """What the bot is called; None before it ran for the first time."""
    row = (await tx.execute(text("SELECT username FROM telegram_bot"))).one_or_none()
    return None if row is None else str(row.username)
