"""What the doctor asks the database."""

from dataclasses import dataclass

from sqlalchemy import text

from store.database import Database


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """What the application's connections are like: the server's version, the role they work under."""

    server_version: str
    role: str


async def session_facts(url: str) -> SessionFacts:
    """Connect as the application does, and ask."""
    database = Database(url, pool_size=1)
    try:
        async with database.reading() as tx:
            row = (await tx.execute(text("SELECT current_setting('server_version') AS v, current_user AS r"))).one()
            return SessionFacts(server_version=row.v, role=row.r)
    finally:
        await database.close()
