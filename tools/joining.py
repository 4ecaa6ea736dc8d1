"""Joining the bot by an invitation: one account speaks for one person, and a code opens once."""

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.commands import LinkTelegram
from domain.errors import ConflictError, NotFoundError
from domain.notices import Notice, NoticeKind
from domain.people import Role
from store import people
from store.access import invitations
from store.access.invitations import Invitation
from store.people import Person
from tools.registry import Context, Effect, tool


@tool(LinkTelegram)
async def link_telegram(tx: AsyncConnection, command: LinkTelegram, _context: Context) -> Effect:
    """Tie the account to the invited person; an account they had before is let go, and is a stranger's from now on."""
    invitation = await invitations.lock(tx, command.invitation, telegram_id=command.telegram_id)
    if invitation is None:
        raise NotFoundError(kind="invitation", name="")
    invited = await people.get(tx, invitation.person_id)
    await _refuse_misuse(tx, command, invitation, invited)
    await invitations.use(tx, command.invitation, now=command.at)
    await people.link_telegram(tx, invited.id, command.telegram_id)
    moved = invited.telegram_id is not None
    facts = {"person": invited.name, "role": invited.role.value, "moved": moved}
    return Effect(
        result={"person_id": invited.id, "moved": moved},
        facts={"former_account": invited.telegram_id, "invited_by": invitation.invited_by},
        subject=("person", invited.id),
        notices=[
            Notice(person_id=person_id, kind=NoticeKind.JOINED, params=facts)
            for person_id in await _who_hears(tx, invitation)
        ],
    )


async def _refuse_misuse(tx: AsyncConnection, command: LinkTelegram, invitation: Invitation, invited: Person) -> None:
    """Say precisely why this invitation does not open for this account."""
    holder = await people.by_telegram(tx, command.telegram_id)
    reasons = (
        ("yours", holder is not None and holder.id == invited.id),
        ("taken", holder is not None),
        ("used", invitation.used_at is not None),
        ("left", not invited.active),
        ("expired", invitation.expires_at <= command.at),
    )
    for state, holds in reasons:
        if holds:
            raise ConflictError(kind="invitation", name="" if holder is None else holder.name, state=state)


async def _who_hears(tx: AsyncConnection, invitation: Invitation) -> list[int]:
    """Whoever invited; where that was the operator, the admins, or failing them who leads."""
    if invitation.invited_by is not None:
        hearing = [invitation.invited_by]
    else:
        admins = await people.with_roles(tx, (Role.ADMIN,))
        hearing = [person.id for person in admins or await people.with_roles(tx, (Role.HEAD, Role.OWNER))]
    return [person_id for person_id in hearing if person_id != invitation.person_id]
