"""Who asks: a person by token or by browser session, the CRM by token or by signature."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import urlsplit

from fastapi import Depends
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
from starlette.requests import Request

from api.problems import UnauthenticatedError
from api.throttle import Throttle
from domain.errors import ForbiddenError
from domain.people import Actor, Channel, Role
from domain.viewers import Viewer
from guardrails.desk import Desk
from guardrails.passwords import Passwords
from store import people
from store.access import auth, sessions
from store.access.auth import (
    Token,
    WebhookSecret,
)
from store.people import Person

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
SIGNATURE_HEADERS: Final = ("webhook-id", "webhook-timestamp", "webhook-signature")


def desk_of(request: Request) -> Desk:
    """The desk this application serves."""
    desk: object = request.app.state.desk
    assert isinstance(desk, Desk)
    return desk


def throttle_of(request: Request) -> Throttle:
    """The application's counters of knocks."""
    throttle: object = request.app.state.throttle
    assert isinstance(throttle, Throttle)
    return throttle


def passwords_of(request: Request) -> Passwords:
    """The application's hashing of passwords."""
    passwords: object = request.app.state.passwords
    assert isinstance(passwords, Passwords)
    return passwords


def address_of(request: Request) -> str:
    """Where the request comes from."""
    return "" if request.client is None else request.client.host


# ── people ───────────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """A person who is known, the actor as whom they act, and the browser session in which they do."""

    person: Person
    actor: Actor
    session_id: int | None = None

    @property
    def role(self) -> Role:
        """The person's role, as the database has it now."""
        return self.person.role

    @property
    def viewer(self) -> Viewer:
        """What the person may see."""
        return Viewer.person(self.person.id, self.role)

    def only_own(self) -> int | None:
        """The person to whose orders reading is narrowed; None for those who see all."""
        return self.viewer.only_own

    def require_sees(self, owner_id: int | None) -> None:
        """Refuse to show an order of somebody else to a manager."""
        self.viewer.require_sees(owner_id)

    def require_leads(self, what: str) -> None:
        """Refuse those who do not run the desk."""
        self.viewer.require_leads(what)


def cookie_name(request: Request) -> str:
    """The session's cookie; over https its name makes the browser enforce what we ask of it."""
    return "__Host-desk" if is_secure(request) else "desk"


def is_secure(request: Request) -> bool:
    """Whether the browser speaks https, to us or to whoever stands before us."""
    return request.url.scheme == "https" or desk_of(request).public_url.startswith("https://")


async def person_asking(request: Request) -> Asker:
    """Who asks, or UnauthenticatedError; a browser's request that changes something must come from our own pages."""
    bearer = _bearer(request)
    if bearer is not None:
        return await _by_token(request, bearer)
    found = await session_of(request)
    if found is None:
        raise UnauthenticatedError(problem="nobody is signed in", allowed=("Authorization: Bearer", "sign in"))
    if request.method not in SAFE_METHODS:
        require_own_page(request)
    return found


async def session_of(request: Request) -> Asker | None:
    """Who is signed in in this browser."""
    secret = request.cookies.get(cookie_name(request))
    if not secret:
        return None
    desk = desk_of(request)
    now = desk.wall()
    async with desk.db.reading() as tx:
        session = await sessions.by_secret(tx, secret, now=now)
        person = None if session is None else await people.get(tx, session.person_id)
    if session is None or person is None or not person.active:
        return None
    if now - session.last_seen_at > sessions.SLID_EVERY:
        async with desk.db.transaction() as tx:
            await sessions.slide(tx, session.id, now=now)
    return Asker(person=person, actor=Actor.person(person.id, Channel.WEB), session_id=session.id)


def require_own_page(request: Request) -> None:
    """Refuse a form or script of another site that rides on the browser's cookie; without proof it is refused too."""
    site = request.headers.get("sec-fetch-site")
    if site in {"same-origin", "none"}:
        return
    origin = request.headers.get("origin")
    own = {request.headers.get("host", ""), urlsplit(desk_of(request).public_url).netloc}
    if site is None and origin is not None and urlsplit(origin).netloc in own - {""}:
        return
    raise ForbiddenError(action="change", rule="own-pages-only", site=site or origin or "unknown")


async def _by_token(request: Request, bearer: str) -> Asker:
    token = await _token(request, bearer)
    if token.scope != "person" or token.person_id is None:
        raise ForbiddenError(action="ask", rule="token-scope", allowed=("a token of scope person",))
    async with desk_of(request).db.reading() as tx:
        person = await people.get(tx, token.person_id)
    if not person.active:
        raise UnauthenticatedError(problem="the token's person has left", allowed=("another token",))
    return Asker(person=person, actor=Actor.person(person.id, Channel.API))


def _bearer(request: Request) -> str | None:
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" and secret.strip() else None


async def _token(request: Request, bearer: str) -> Token:
    """The token in force; every wrong one is counted against its address."""
    throttle, desk = throttle_of(request), desk_of(request)
    await throttle.may_try(address_of(request))
    async with desk.db.session() as tx:
        token = await auth.token(tx, bearer)
    if token is None:
        await throttle.failed(address_of(request))
        raise UnauthenticatedError(
            problem="the token is unknown or revoked", allowed=("a token of `./run token create`",)
        )
    now = desk.wall()
    if token.last_used_at is None or now - token.last_used_at > auth.NOTED_EVERY:
        async with desk.db.transaction() as tx:
            await auth.note_token(tx, token.id, now=now)
    return token


Signed = Annotated[Asker, Depends(person_asking)]


# ── the CRM ──────────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """The CRM, known by token or signature; `message` is the id of a signed message, which counts once."""

    name: str
    message: str | None = None


async def crm_sending(request: Request, body: bytes) -> Sender:
    """Who sends this body, or UnauthenticatedError; a person's token does not open this door."""
    if any(name in request.headers for name in SIGNATURE_HEADERS):
        return await _by_signature(request, body)
    bearer = _bearer(request)
    if bearer is None:
        raise UnauthenticatedError(
            problem="no signature and no token", allowed=("Standard Webhooks headers", "Authorization: Bearer")
        )
    token = await _token(request, bearer)
    if token.scope != "crm":
        raise ForbiddenError(action="feed", rule="token-scope", allowed=("a token of scope crm",))
    await throttle_of(request).feed(f"token:{token.id}")
    return Sender(name=token.name)


async def _by_signature(request: Request, body: bytes) -> Sender:
    throttle, desk = throttle_of(request), desk_of(request)
    await throttle.may_try(address_of(request))
    async with desk.db.session() as tx:
        secrets = await auth.webhooks(tx)
    headers = {name: request.headers.get(name, "") for name in SIGNATURE_HEADERS}
    signer, problem = _signer(secrets, headers, body)
    if signer is None:
        await throttle.failed(address_of(request))
        raise UnauthenticatedError(problem=problem, allowed=("webhook-id, webhook-timestamp, webhook-signature (v1)",))
    await throttle.feed(f"webhook:{signer.id}")
    now = desk.wall()
    if signer.last_used_at is None or now - signer.last_used_at > auth.NOTED_EVERY:
        async with desk.db.transaction() as tx:
            await auth.note_webhook(tx, signer.id, now=now)
    return Sender(name=signer.name, message=headers["webhook-id"])


def _signer(secrets: list[WebhookSecret], headers: Mapping[str, str], body: bytes) -> tuple[WebhookSecret | None, str]:
    """Whose signature it is, and otherwise what is wrong with it."""
    problem = "no webhook secret is in force"
    for candidate in secrets:
        try:
            Webhook(candidate.secret).verify(body, dict(headers), json_parse=False)
        except WebhookVerificationError as error:
            problem = str(error)
        except ValueError:  # a signature that is no base64, a body that is no text
            problem = "unreadable signature or body"
        else:
            return candidate, ""
    return None, problem
