"""Strangers: accounts that write to the bot and belong to nobody; all of it in wall time."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranger:
    """One account: how often it came, what it said last (clipped), when it was answered, how it guessed at codes."""

    telegram_id: int
    name: str
    username: str | None
    first_seen_at: datetime
    last_seen_at: datetime
    last_words: str
    count: int
    answered_at: datetime | None
    guesses: int
    guessing_since: datetime | None
    guesses_lately: int


_COLUMNS = ", ".join(Stranger.__dataclass_fields__)


async def met(
    tx: AsyncConnection, telegram_id: int, *, name: str, username: str | None, words: str, update_id: int, now: datetime
) -> Stranger:
    """The account came once more; an update that is handled again counts once."""
    rows = await tx.execute(
        text(
            "INSERT INTO strangers AS s (telegram_id, name, username, first_seen_at, last_seen_at, last_update,"
            " last_words, count) VALUES (:id, :name, :username, :now, :now, :update_id, :words, 1)"
            " ON CONFLICT (telegram_id) DO UPDATE SET name = excluded.name, username = excluded.username,"
            " last_seen_at = excluded.last_seen_at, last_words = excluded.last_words,"
            " last_update = greatest(s.last_update, excluded.last_update),"
            " count = s.count + CASE WHEN excluded.last_update > s.last_update THEN 1 ELSE 0 END"
            f" RETURNING {_COLUMNS}"
        ),
        {"id": telegram_id, "name": name, "username": username, "words": words, "update_id": update_id, "now": now},
    )
    return Stranger(**rows.mappings().one())


async def answered(tx: AsyncConnection, telegram_id: int, *, now: datetime) -> None:
    """The account has been told whom to ask."""
    await tx.execute(
        text("UPDATE strangers SET answered_at = :now WHERE telegram_id = :id"), {"id": telegram_id, "now": now}
    )


async def guessed(tx: AsyncConnection, telegram_id: int, *, since: datetime, now: datetime) -> None:
    """The account sent a code that opens nothing; guesses from before `since` are no longer counted as late ones."""
    await tx.execute(
        text(
            "UPDATE strangers SET guesses = guesses + 1,"
            " guesses_lately = CASE WHEN guessing_since > :since THEN guesses_lately + 1 ELSE 1 END,"
            " guessing_since = CASE WHEN guessing_since > :since THEN guessing_since ELSE :now END"
            " WHERE telegram_id = :id"
        ),
        {"id": telegram_id, "since": since, "now": now},
    )


async def joined(tx: AsyncConnection, telegram_id: int) -> None:
    """The account belongs to somebody now: no stranger any more."""
    await tx.execute(text("DELETE FROM strangers WHERE telegram_id = :id"), {"id": telegram_id})


async def forget(tx: AsyncConnection, *, before: datetime) -> None:
    """Forget who has not come since."""
    await tx.execute(text("DELETE FROM strangers WHERE last_seen_at < :before"), {"before": before})


async def listed(tx: AsyncConnection, *, limit: int) -> list[Stranger]:
    """Who came last first."""
    rows = await tx.execute(
        text(f"SELECT {_COLUMNS} FROM strangers ORDER BY last_seen_at DESC, telegram_id LIMIT :limit"),
        {"limit": limit},
    )
    return [Stranger(**row) for row in rows.mappings()]


async def count(tx: AsyncConnection) -> int:
    """How many there are."""
    return int((await tx.execute(text("SELECT count(*) FROM strangers"))).scalar_one())
