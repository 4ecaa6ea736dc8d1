"""Who may come in: what is made here is told once, and kept as a hash."""

import base64
import secrets

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.commands import (
    CreateKey,
    EndSessions,
    GiveLoginLink,
    InvitePerson,
    OpenSession,
    RevokeKey,
    SetPassword,
)
from domain.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from domain.people import Role
from store import people
from store.access import auth, credentials, invitations, sessions
from store.people import Person
from tools.registry import Context, Effect, tool

RANK = tuple(Role)


@tool(InvitePerson)
async def invite_person(tx: AsyncConnection, command: InvitePerson, context: Context) -> Effect:
    """A code for the bot, which moves the link of somebody who has one: never of somebody above the asker."""
    invited = await _active(tx, command.person_id)
    _require_not_above(invited, context, command.action)
    code = await auth.add_code(tx, purpose="invite", person_id=invited.id, now=command.at)
    inviter = context.person_id or command.invited_by
    if inviter is not None:
        await _active(tx, inviter)
        await invitations.note_inviter(tx, auth.digest(code).hex(), inviter)
    return Effect(result={"relinks": invited.telegram_id is not None}, subject=("person", invited.id), value=code)


@tool(SetPassword)
async def set_password(tx: AsyncConnection, command: SetPassword, _context: Context) -> Effect:
    """Login and password; whoever was signed in by the old one is signed out."""
    person = await _active(tx, command.person_id)
    if not await credentials.keep(tx, person.id, login=command.login, password_hash=command.hashed):
        raise ConflictError(kind="login", name=command.login, state="taken", allowed=("a login of nobody else",))
    ended = await sessions.end(tx, person.id, keep=command.keep, now=command.at)
    return Effect(result={"sessions_ended": ended}, subject=("person", person.id))


@tool(GiveLoginLink)
async def give_login_link(tx: AsyncConnection, command: GiveLoginLink, _context: Context) -> Effect:
    """A code for the pages."""
    person = await _active(tx, command.person_id)
    code = await auth.add_code(tx, purpose="login", person_id=person.id, now=command.at)
    return Effect(subject=("person", person.id), value=code)


@tool(OpenSession)
async def open_session(tx: AsyncConnection, command: OpenSession, _context: Context) -> Effect:
    """A new session with a secret of its own; the one that was in this browser ends."""
    person = await _active(tx, command.person_id)
    if command.instead_of is not None:
        await sessions.end_by_hash(tx, command.instead_of, now=command.at)
    number, secret = await sessions.begin(
        tx, person_id=person.id, user_agent=command.device, browser=command.browser, now=command.at
    )
    return Effect(result={"session": number}, subject=("person", person.id), value=secret)


@tool(EndSessions)
async def end_sessions(tx: AsyncConnection, command: EndSessions, context: Context) -> Effect:
    """Sessions end at once; a head does not sign an owner out."""
    person = await people.get(tx, command.person_id)
    if person.id != context.person_id:
        _require_not_above(person, context, command.action)
    ended = await sessions.end(tx, person.id, only=command.only, keep=command.keep, now=command.at)
    if command.only is not None and not ended:
        raise NotFoundError(kind="session", name=str(command.only))
    return Effect(result={"ended": ended}, subject=("person", person.id), value=ended)


@tool(CreateKey)
async def create_key(tx: AsyncConnection, command: CreateKey, context: Context) -> Effect:
    """A token or a signing secret. A person makes personal tokens for themselves only: a token acts as its person."""
    if command.kind == "webhook":
        secret = f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"
        number = await auth.add_webhook(tx, name=command.name, secret=secret, now=command.at)
        return Effect(result={"number": number}, value=(number, secret))
    if (command.scope == "person") != (command.person_id is not None):
        raise InvalidInputError(
            field="person_id",
            rule="scope",
            value=str(command.person_id),
            allowed=("a person with scope person",),
        )
    if command.person_id is not None:
        if context.person_id is not None and context.person_id != command.person_id:
            raise ForbiddenError(action=command.action, rule="own-tokens-only")
        await _active(tx, command.person_id)
    number, secret = await auth.add_token(
        tx, name=command.name, scope=command.scope, person_id=command.person_id, now=command.at
    )
    return Effect(result={"number": number}, value=(number, secret))


@tool(RevokeKey)
async def revoke_key(tx: AsyncConnection, command: RevokeKey, context: Context) -> Effect:
    """Whoever comes in with it is refused from now on. Raises NotFoundError for one that is not in force."""
    owner = await auth.person_of_token(tx, command.number) if command.kind == "token" else None
    if owner is not None and owner != context.person_id:
        _require_not_above(await people.get(tx, owner), context, command.action)
    revoke = auth.revoke_webhook if command.kind == "webhook" else auth.revoke_token
    await revoke(tx, command.number, now=command.at)
    return Effect(result={"number": command.number})


async def _active(tx: AsyncConnection, person_id: int) -> Person:
    """The person; nobody who has left gets a way in."""
    person = await people.get(tx, person_id)
    if not person.active:
        raise ConflictError(kind="person", name=person.name, state="left", allowed=("active",))
    return person


def _require_not_above(person: Person, context: Context, action: str) -> None:
    """Nobody opens or closes the door of somebody above themselves; the operator has no role."""
    if context.role is not None and RANK.index(person.role) < RANK.index(context.role):
        raise ForbiddenError(action=action, rule="not-above-oneself", allowed=RANK[RANK.index(context.role) :])
