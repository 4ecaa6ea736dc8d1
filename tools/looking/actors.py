"""Names behind the journal's actors: `person:5` is told with the person's name."""

from collections.abc import Iterable, Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.policy import Policy
from store import people


async def names(tx: AsyncConnection, actors: Iterable[str], ids: Iterable[int] = ()) -> Mapping[str, str]:
    """The name of each actor who is a person, and under `person:<id>` of these people."""
    wanted = {
        int(number) for actor in actors if (number := actor.removeprefix("person:")) != actor and number.isdigit()
    }
    found = await people.by_ids(tx, sorted(wanted | set(ids)))
    return {f"person:{person_id}": person.name for person_id, person in found.items()}


def role_name(actor: str, policy: Policy) -> str | None:
    """What the role agent is called that stands in the journal by its key; None for anybody else."""
    role = policy.roles.roles.get(actor)
    return None if role is None else role.name
