"""The HTTP door over the test's company: the real application, without a socket.

door = await Door.open(company)
answer = await door.get("/api/orders", by=company.anna)
"""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from asgi_lifespan import LifespanManager
from starlette.types import ASGIApp

from api.app import create_app
from api.photos import PhotoSource
from api.throttle import Rates
from guardrails.desk import Desk as OpenDesk
from store.access import auth
from tests.integration.desk import Desk, Member

SAME_SITE = {"Sec-Fetch-Site": "same-origin"}


class Wall:
    """Wall time in the test's hand."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **span: float) -> None:
        """Let it go by."""
        self.at += timedelta(**span)


class Door:
    """A client of the API: as a person (`by`), as the CRM, or as a browser with cookies."""

    def __init__(self, company: Desk, client: httpx.AsyncClient, wall: Wall, desk: OpenDesk, served: ASGIApp) -> None:
        self.company = company
        self.served = served
        self.client = client
        self.wall = wall
        self.desk = desk
        self._tokens: dict[int | None, str] = {}
        self._cookies: dict[int, str] = {}

    async def token(self, member: Member | None) -> str:
        """A token of that person, or (None) of the CRM."""
        key = None if member is None else member.id
        if key not in self._tokens:
            async with self.company.db.transaction() as tx:
                _, self._tokens[key] = await auth.add_token(
                    tx, name="test", scope="crm" if key is None else "person", person_id=key, now=self.wall()
                )
        return self._tokens[key]

    async def send(self, method: str, path: str, *, by: Member | None, **more: Any) -> httpx.Response:
        """One request with that person's (None: the CRM's) token."""
        headers = {"Authorization": f"Bearer {await self.token(by)}", **more.pop("headers", {})}
        return await self.client.request(method, path, headers=headers, **more)

    async def get(self, path: str, *, by: Member, **params: Any) -> httpx.Response:
        """Read."""
        return await self.send("GET", path, by=by, params=params)

    async def post(self, path: str, body: object = None, *, by: Member) -> httpx.Response:
        """Do."""
        return await self.send("POST", path, by=by, json={} if body is None else body)

    async def feed(self, path: str, body: object) -> httpx.Response:
        """Send as the CRM."""
        return await self.send("POST", f"/api/crm/{path}", by=None, json=body)

    async def link(self, member: Member) -> str:
        """The path of a one-time login link."""
        async with self.company.db.transaction() as tx:
            code = await auth.add_code(tx, purpose="login", person_id=member.id, now=self.wall())
        return f"/login/{code}"

    async def cookie(self, member: Member) -> dict[str, str]:
        """The header of a browser in which that person is signed in; the same one again while its session lives."""
        if await self._signed_out(member):
            transport = httpx.ASGITransport(app=self.served)
            async with httpx.AsyncClient(transport=transport, base_url=str(self.client.base_url)) as browser:
                answer = await browser.post(await self.link(member), headers=SAME_SITE)
                assert answer.status_code == 303, answer.text
                self._cookies[member.id] = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
        return {"Cookie": self._cookies[member.id]}

    async def _signed_out(self, member: Member) -> bool:
        if member.id not in self._cookies:
            return True
        ended = "SELECT bool_or(revoked_at IS NOT NULL) FROM sessions WHERE person_id = :id"
        return bool(await self.company.value(ended, id=member.id))

    async def sign_in(self, member: Member) -> None:
        """Let the client's cookies be that person's session."""
        answer = await self.client.post(await self.link(member), headers=SAME_SITE)
        assert answer.status_code == 303, answer.text


@asynccontextmanager
async def open_door(
    company: Desk,
    *,
    rates: Rates | None = None,
    base_url: str = "http://desk.test",
    public_url: str = "",
    photos: PhotoSource | None = None,
) -> AsyncGenerator[Door]:
    """The application over the company."""
    wall = Wall()
    desk = OpenDesk.of(company.db, company.gate.rules, company.timeline, public_url=public_url, wall=wall)
    app = create_app(desk, rates=rates, photos=photos)
    async with LifespanManager(app) as manager:
        transport = httpx.ASGITransport(app=manager.app)
        async with httpx.AsyncClient(transport=transport, base_url=base_url) as client:
            yield Door(company, client, wall, desk, manager.app)


def problem(answer: httpx.Response, status: int, code: str) -> Mapping[str, Any]:
    """The answer's problem, after a look at its form."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: Mapping[str, Any] = answer.json()
    assert body["type"] == f"urn:holacracy:problem:{code}", body
    assert body["trace_id"] == answer.headers["x-request-id"]
    return body
