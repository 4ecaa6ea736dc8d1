"""`./run user ...`: people, and how they come in: an invitation to the bot, a link to the pages."""

import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Annotated

import typer

from cli.desk import desk_at_hand
from domain.commands import AddPerson, EndSessions, GiveLoginLink, InvitePerson, SetPassword
from domain.passwords import plain_login, require_strong
from domain.people import OPERATOR, Actor, Channel, Role
from domain.validation import parse
from guardrails.gate import Done
from guardrails.passwords import Passwords
from store import people
from store.access import credentials, invitations
from store.talk import strangers

AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable result.")]
STRANGERS_LISTED = 100
PersonId = Annotated[int, typer.Option("--person", help="The person's number, see `user list`.")]


def register(app: typer.Typer) -> None:
    """Add the command group."""
    users = typer.Typer(help="People and how they come in.", no_args_is_help=True)
    users.command("add")(add_user)
    users.command("list")(list_users)
    users.command("invite")(invite_user)
    users.command("strangers")(list_strangers)
    users.command("login")(login_user)
    users.command("password")(password_user)
    users.command("logout")(logout_user)
    app.add_typer(users, name="user")


def _say(as_json: bool, result: Mapping[str, object], text: str) -> None:
    typer.echo(json.dumps(result, ensure_ascii=False) if as_json else text)


def add_user(
    *,
    name: Annotated[str, typer.Option(help="How colleagues call them.")],
    role: Annotated[str, typer.Option(help="owner, head, admin, manager or viewer.")],
    team: Annotated[str, typer.Option(help="The team whose working time holds.")] = "default",
    capacity: Annotated[int, typer.Option(help="How many orders a manager takes.")] = 20,
    by: Annotated[int | None, typer.Option(help="The head or owner who admits them; none: the operator.")] = None,
    as_json: AsJson = False,
) -> None:
    """Enter a new person; an invitation then links their Telegram."""
    fields = {"person_name": name, "role": role, "team": team, "capacity": capacity}
    command = parse(AddPerson, fields)
    actor = OPERATOR if by is None else Actor.person(by, Channel.CLI)
    person_id = asyncio.run(_add(command, actor))
    _say(as_json, {"person_id": person_id, "name": name, "role": Role(role).value}, f"person {person_id}")


async def _add(command: AddPerson, actor: Actor) -> int:
    async with desk_at_hand() as desk:
        done = await desk.gate.perform(command, actor)
    assert isinstance(done, Done)
    return int(done.value)


def list_users(*, as_json: AsJson = False) -> None:
    """Everybody who is active."""
    rows = asyncio.run(_users())
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        telegram = "Telegram linked" if row["telegram_id"] else "not linked"
        typer.echo(f"{row['id']:>4}  {row['role']:8} {row['name']}  ({telegram})")


async def _users() -> Sequence[Mapping[str, object]]:
    async with desk_at_hand() as desk, desk.db.reading() as tx:
        found = await people.with_roles(tx, tuple(Role))
    return [
        {
            "id": person.id,
            "name": person.name,
            "role": person.role.value,
            "team": person.team,
            "telegram_id": person.telegram_id,
        }
        for person in found
    ]


def invite_user(
    *,
    person: PersonId,
    by: Annotated[int | None, typer.Option(help="Who invites, and hears when they join; none: the operator.")] = None,
    as_json: AsJson = False,
) -> None:
    """A code that links the person's Telegram: they open the link, or send `/start CODE` to the bot. A week, once.

    For somebody who is linked already it moves the link to the account that uses the code.
    """
    code, bot = asyncio.run(_invitation(person, by))
    say, link = f"/start {code}", None if bot is None else f"https://t.me/{bot}?start={code}"
    told = {"person_id": person, "code": code, "say": say, "link": link}
    _say(as_json, told, say if link is None else f"{say}\n{link}")


async def _invitation(person_id: int, by: int | None) -> tuple[str, str | None]:
    """The code, and what the bot is called, once it has run."""
    async with desk_at_hand() as desk:
        command = InvitePerson(person_id=person_id, invited_by=by, at=desk.wall())
        done = await desk.gate.perform(command, OPERATOR)
        assert isinstance(done, Done)
        async with desk.db.reading() as tx:
            return str(done.value), await invitations.bot_name(tx)


def list_strangers(*, as_json: AsJson = False) -> None:
    """Who wrote to the bot without belonging to it, the latest first."""
    found = asyncio.run(_strangers())
    if as_json:
        typer.echo(json.dumps([asdict(each) for each in found], ensure_ascii=False, default=str))
        return
    for each in found:
        called = f"@{each.username}" if each.username else "-"
        wrong = f", {each.guesses} wrong codes" if each.guesses else ""
        seen = f"{each.last_seen_at:%Y-%m-%d %H:%M}"
        typer.echo(
            f"{each.telegram_id:>12}  {each.name}  {called}  {seen}  {each.count} times{wrong}: {each.last_words}"
        )


async def _strangers() -> Sequence[strangers.Stranger]:
    async with desk_at_hand() as desk, desk.db.reading() as tx:
        return await strangers.listed(tx, limit=STRANGERS_LISTED)


def login_user(*, person: PersonId, as_json: AsJson = False) -> None:
    """A link that signs the person in on the pages. Good for ten minutes, once."""
    code, url = asyncio.run(_login_code(person))
    link = f"{url}/login/{code}"
    _say(as_json, {"person_id": person, "url": link}, link)


def logout_user(*, person: PersonId, as_json: AsJson = False) -> None:
    """End every session the person has in a browser."""
    ended = asyncio.run(_logout(person))
    _say(as_json, {"person_id": person, "ended": ended}, f"{ended} sessions ended")


async def _logout(person_id: int) -> int:
    async with desk_at_hand() as desk:
        done = await desk.gate.perform(EndSessions(person_id=person_id, at=desk.wall()), OPERATOR)
        assert isinstance(done, Done)
        return int(done.value)


async def _login_code(person_id: int) -> tuple[str, str]:
    async with desk_at_hand() as desk:
        done = await desk.gate.perform(GiveLoginLink(person_id=person_id, at=desk.wall()), OPERATOR)
        assert isinstance(done, Done)
        return str(done.value), desk.public_url


def password_user(
    *,
    person: PersonId,
    login: Annotated[str | None, typer.Option(help="By what they sign in; none: as it is.")] = None,
    as_json: AsJson = False,
) -> None:
    """Set a login and a password. The password is asked for, or read from standard input: never from the arguments."""
    hidden = sys.stdin.isatty()
    given = typer.prompt("Password", hide_input=True, confirmation_prompt=True) if hidden else sys.stdin.readline()
    name = asyncio.run(_set_password(person, login, given.rstrip("\r\n")))
    _say(as_json, {"person_id": person, "login": name}, f"{name} can sign in")


async def _set_password(person_id: int, login: str | None, given: str) -> str:
    async with desk_at_hand() as desk:
        async with desk.db.reading() as tx:
            person, known = await people.get(tx, person_id), await credentials.of(tx, person_id)
        name = plain_login(login or (known and known.login) or "")
        strong = require_strong(given, login=name, name=person.name)
        hashed = await Passwords().hashed(strong)
        command = SetPassword(person_id=person_id, login=name, hashed=hashed, at=desk.wall())
        await desk.gate.perform(command, OPERATOR)
    return name
