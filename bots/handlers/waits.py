"""Whom a request waits for: roles and names, how many votes, until when."""

from markupsafe import Markup

from bots.reader import Reader
from guardrails.approval.proposals import Waiting
from store import people
from store.desk import approvals


async def waits_for(reader: Reader, done: Waiting) -> Markup:
    """Said to whoever asked; nobody who asked for it is named, for they do not vote."""
    async with reader.door.desk.db.reading() as tx:
        voters = await people.with_roles(tx, tuple(sorted(done.voters)))
        askers = await approvals.askers(tx, done.approval_id)
    names = [
        reader.words.plain("voter", role=reader.words.plain(f"role-{voter.role}"), name=voter.name)
        for voter in voters
        if voter.id not in askers
    ]
    return reader.words.say(
        "note-waits",
        id=str(done.approval_id),
        voters=", ".join(names) or "—",
        quorum=done.quorum,
        until=reader.words.due(done.expires_at),
    )
