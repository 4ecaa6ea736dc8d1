"""The doctor's questions about the database."""

from sqlalchemy.engine import make_url

from cli.findings import Examination, Finding
from store.database import APP_ROLE
from store.migrate import revision_state
from store.server.health import session_facts


async def server(examination: Examination) -> Finding:
    """A PostgreSQL that is new enough answers."""
    facts = await session_facts(examination.database_url)
    named = examination.settings.database_url
    place = f"embedded in {examination.settings.data_dir}" if named is None else make_url(named).render_as_string()
    return Finding(ok=True, detail=f"PostgreSQL {facts.server_version}, {place}")


async def migrations(examination: Examination) -> Finding:
    """The schema is the newest."""
    current, newest = await revision_state(examination.database_url)
    if current == newest:
        return Finding(ok=True, detail=f"at {newest}, the newest")
    return Finding(ok=False, detail=f"at {current or 'nothing'}, the newest is {newest}", mend="./run migrate")


async def journal_role(examination: Examination) -> Finding:
    """The application works under the role that cannot rewrite the journal."""
    facts = await session_facts(examination.database_url)
    if facts.role == APP_ROLE:
        return Finding(ok=True, detail=f"connections work as {APP_ROLE}")
    mend = f"as the server's administrator: CREATE ROLE {APP_ROLE} NOLOGIN, and GRANT it to the user of DATABASE_URL"
    return Finding(ok=False, detail=f"connections work as {facts.role}, which may rewrite the journal", mend=mend)
