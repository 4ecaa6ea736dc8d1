"""The levers of the machine room: send and try again, sign others out, invite, make and revoke keys.

What is made here is shown once, in the answer to the form that made it, and never again.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from api.pages.frame import written
from api.pages.levers import answered, key_of, said
from api.pages.places import Place
from api.pages.route import PageRoute, is_fetched
from api.pages.visit import Visit, at
from domain.commands import (
    Command,
    CreateKey,
    EndSessions,
    Id,
    InvitePerson,
    ResendNotification,
    RetryJob,
    RevokeKey,
)
from domain.validation import parse
from guardrails.crm.quarantine import Quarantine
from guardrails.gate import Done
from store import feed
from store.access import invitations
from store.server import failed_jobs
from store.talk import outbox

router = APIRouter(include_in_schema=False, route_class=PageRoute)

AT_ONCE = 200
Visiting = Annotated[Visit, Depends(at(Place.SYSTEM))]
Number = Annotated[Id | None, Form()]


@router.post("/system/resend-alike")
async def resend_alike(request: Request, visit: Visiting, notification_id: Annotated[Id, Form()]) -> Response:
    """Send again everything that failed for the reason of this message, so many at once, in one commit."""
    form = await request.form()
    async with visit.desk.db.reading() as tx:
        ids = await outbox.alike(tx, notification_id, limit=AT_ONCE)
    commands = [ResendNotification(notification_id=each) for each in ids or [notification_id]]
    done = await visit.desk.gate.perform_all(commands, visit.asker.actor, key=key_of(request, form, visit))
    return answered(request, form, visit.words.plain("system-resent", count=len(done)))


@router.post("/system/jobs/retry")
async def retry_jobs(request: Request, visit: Visiting) -> Response:
    """Let the oldest jobs that were given up run again, so many at once, in one commit."""
    form = await request.form()
    async with visit.desk.db.reading() as tx:
        ids = await failed_jobs.ids(tx, limit=AT_ONCE)
    commands = [RetryJob(job_id=each) for each in ids]
    if not commands:
        return answered(request, form, visit.words.plain("system-jobs-retried", count=0))
    done = await visit.desk.gate.perform_all(commands, visit.asker.actor, key=key_of(request, form, visit))
    return answered(request, form, visit.words.plain("system-jobs-retried", count=len(done)))


@router.post("/system/quarantine/replay")
async def replay(request: Request, visit: Visiting, number: Number = None) -> Response:
    """Try one kept event again, or the oldest of all that are kept; each by itself, as the command line does."""
    async with visit.desk.db.reading() as tx:
        chosen = [number] if number else [held.id for held in await feed.listed(tx, limit=AT_ONCE)]
    found = await Quarantine(visit.desk.gate, visit.desk.feed).replay(chosen, by=visit.asker.actor)
    applied = sum(each.error is None for each in found)
    words = visit.words.plain("system-replayed", tried=len(found), applied=applied)
    return answered(request, await request.form(), words)


@router.post("/system/quarantine/discard")
async def discard(
    request: Request, visit: Visiting, number: Annotated[Id, Form()], reason: Annotated[str, Form(max_length=500)] = ""
) -> Response:
    """It is not to be taken in; it stays readable."""
    quarantine = Quarantine(visit.desk.gate, visit.desk.feed)
    await quarantine.discard(number, reason=reason.replace("\x00", ""), by=visit.asker.actor)
    return answered(request, await request.form(), visit.words.plain("system-discarded"))


@router.post("/system/sessions/end")
async def end_sessions(
    request: Request,
    visit: Visiting,
    person_id: Annotated[Id, Form()],
    only: Annotated[Id | None, Form()] = None,
) -> Response:
    """Sign somebody out everywhere, or in one browser."""
    return await _plainly(request, visit, EndSessions(person_id=person_id, only=only, at=visit.desk.wall()))


@router.post("/system/invite")
async def invite(request: Request, visit: Visiting, person_id: Annotated[Id, Form()]) -> Response:
    """A link into the bot, shown once."""
    command = InvitePerson(person_id=person_id, at=visit.desk.wall())
    done = await visit.desk.gate.perform(command, visit.asker.actor)
    assert isinstance(done, Done)
    async with visit.desk.db.reading() as tx:
        bot = await invitations.bot_name(tx)
    secret = f"/start {done.value}" if bot is None else f"https://t.me/{bot}?start={done.value}"
    return _once(request, visit, title="system-invite", secret=secret)


@router.post("/system/keys")
async def create_key(
    request: Request,
    visit: Visiting,
    name: Annotated[str, Form(max_length=100)] = "",
    scope: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """A token of the feed, one's own token of the API, or a secret that signs the feed; shown once."""
    asked = {
        "kind": "webhook" if scope == "webhook" else "token",
        "name": name,
        "scope": "crm" if scope == "webhook" else scope,
        "person_id": visit.asker.person.id if scope == "person" else None,
        "at": visit.desk.wall(),
    }
    done = await visit.desk.gate.perform(parse(CreateKey, asked), visit.asker.actor)
    assert isinstance(done, Done)
    _, secret = done.value
    return _once(request, visit, title="system-key", secret=str(secret))


@router.post("/system/keys/revoke")
async def revoke_key(
    request: Request, visit: Visiting, kind: Annotated[str, Form(max_length=20)], number: Annotated[Id, Form()]
) -> Response:
    """A key is worth nothing from now on."""
    command = parse(RevokeKey, {"kind": kind, "number": number, "at": visit.desk.wall()})
    return await _plainly(request, visit, command)


async def _plainly(request: Request, visit: Visit, command: Command) -> Response:
    done = await visit.desk.gate.perform(command, visit.asker.actor)
    return answered(request, await request.form(), said(visit, command, done))


def _once(request: Request, visit: Visit, *, title: str, secret: str) -> HTMLResponse:
    """The secret in a window of its own, or on a page where there are no scripts."""
    values = {"title": visit.words.plain(title), "secret": secret}
    if is_fetched(request):
        return HTMLResponse(visit.written("system/secret.html", **values))
    return HTMLResponse(written(visit.look, "system/secret_page.html", **values))
