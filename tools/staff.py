"""People and the machine room: availability, constraints, new people, messages and updates tried again."""

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.commands import AddPerson, RehandleUpdate, ResendNotification, SetAvailability, SetConstraint
from domain.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from domain.people import Role
from domain.policy import ConstraintKind
from store import people
from store.talk import inbox, outbox
from tools import absence
from tools.registry import Context, Effect, tool

RANK = tuple(Role)


@tool(SetAvailability)
async def set_availability(tx: AsyncConnection, command: SetAvailability, context: Context) -> Effect:
    """Away until a moment, or back: an absent person gets no new orders (docs/DOMAIN.md 4).

    Orders that they have not accepted, and would have to accept before they are back, go to somebody else at once.
    """
    await people.get(tx, command.person_id)
    if command.away_until is not None and command.away_until <= context.now:
        raise InvalidInputError(
            field="away_until", value=command.away_until.isoformat(), allowed=("a moment in the future", "empty: back")
        )
    since = None if command.away_until is None else context.now
    waiting = await absence.lock_waiting(tx, command.person_id, command.away_until)
    await people.set_away(tx, command.person_id, since=since, until=command.away_until)
    left = await absence.hand_over_waiting(tx, waiting, context)
    return Effect(
        result={"away_until": command.away_until, "handed_over": left.codes},
        subject=("person", command.person_id),
        notices=left.notices,
    )


@tool(SetConstraint)
async def set_constraint(tx: AsyncConnection, command: SetConstraint, _context: Context) -> Effect:
    """Personal constraints on a manager's new orders; what the command does not name stays."""
    named: dict[str, object] = {}
    lifted: list[str] = []
    if command.max_load is not None:
        named[ConstraintKind.MAX_LOAD] = command.max_load
    elif command.lift_load:
        lifted.append(ConstraintKind.MAX_LOAD)
    if command.no_ebikes:
        named[ConstraintKind.NO_EBIKES] = True
    elif command.no_ebikes is False:
        lifted.append(ConstraintKind.NO_EBIKES)
    present = await people.set_constraints(tx, command.manager_id, named=named, lifted=lifted)
    return Effect(result=present, facts={"reason": command.reason}, subject=("person", command.manager_id))


@tool(AddPerson)
async def add_person(tx: AsyncConnection, command: AddPerson, context: Context) -> Effect:
    """A new person; managers get a capacity and may be assigned orders once their Telegram is linked.

    Nobody admits somebody above themselves, who could then approve for them what they may not.
    """
    if context.role is not None and RANK.index(command.role) < RANK.index(context.role):
        raise ForbiddenError(action=command.action, rule="not-above-oneself", allowed=RANK[RANK.index(context.role) :])
    if command.telegram_id is not None and await people.telegram_taken(tx, command.telegram_id):
        raise ConflictError(
            kind="telegram", name=str(command.telegram_id), state="linked", allowed=("an account of nobody else",)
        )
    person_id = await people.add(
        tx,
        name=command.person_name,
        role=command.role,
        team=command.team,
        capacity=command.capacity,
        telegram_id=command.telegram_id,
        now=context.now,
    )
    return Effect(result={"person_id": person_id}, subject=("person", person_id), value=person_id)


@tool(ResendNotification)
async def resend(tx: AsyncConnection, command: ResendNotification, _context: Context) -> Effect:
    """A dead or unknown message goes out again, knowingly: it may arrive twice where its fate was unknown."""
    notification = await outbox.get(tx, command.notification_id)
    if notification is None:
        raise NotFoundError(kind="notification", name=str(command.notification_id))
    if not await outbox.requeue(tx, command.notification_id):
        raise ConflictError(
            kind="notification",
            name=str(command.notification_id),
            state=notification.state,
            allowed=("dead", "unknown"),
        )
    return Effect(
        result={"was": notification.state},
        subject=("notification", command.notification_id),
        order_id=notification.order_id,
    )


@tool(RehandleUpdate)
async def rehandle(tx: AsyncConnection, command: RehandleUpdate, _context: Context) -> Effect:
    """An update that was given up is handled anew; what it has done already is not done twice."""
    if not await inbox.again(tx, command.update_id):
        raise ConflictError(
            kind="update", name=str(command.update_id), state="handled or waiting", allowed=("given up",)
        )
    return Effect(result={"again": command.update_id}, subject=("update", command.update_id))
