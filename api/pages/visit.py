"""One look at a page: who looks, in which language, zone and colours, and how the page is written for them."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final, Self
from uuid import uuid4
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from api.identity import SAFE_METHODS, Asker, desk_of, require_own_page, session_of
from api.pages.frame import Look, look_of, written
from api.pages.places import PLACES, Place
from api.problems import UnauthenticatedError
from domain.crises import codes_of
from domain.errors import ForbiddenError
from domain.people import LEADERS
from guardrails.desk import Desk
from locales import texts
from locales.words import Words
from store.talk import outbox
from store.views.menu import menu

_NOBODY: Final = "nobody is signed in"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A signed-in person on a page."""

    request: Request
    place: Place
    asker: Asker
    desk: Desk
    words: Words
    look: Look
    known: dict[str, Any] = field(default_factory=dict[str, Any])
    """What one panel has read for the others of the same request."""

    @classmethod
    async def begin(cls, request: Request, place: Place) -> Self:
        """Who looks at the page.

        Raises:
            UnauthenticatedError: nobody is signed in in this browser.
            ForbiddenError: the page is not for this role, or a form comes from another site.
        """
        asker = await session_of(request)
        if asker is None:
            raise UnauthenticatedError(problem=_NOBODY, allowed=("sign in",))
        if request.method not in SAFE_METHODS:
            require_own_page(request)
        allowed = PLACES[place].roles
        if asker.role not in allowed:
            roles = tuple(sorted(allowed))
            raise ForbiddenError(action=f"page_{place}", rule="pages-by-role", role=asker.role.value, allowed=roles)
        desk, look = desk_of(request), look_of(request)
        zone = ZoneInfo(desk.gate.calendars.of(asker.person).tz)
        words = Words(texts=texts(look.locale), zone=zone, now=desk.timeline.now())
        return cls(request=request, place=place, asker=asker, desk=desk, words=words, look=look)

    @property
    def leads(self) -> bool:
        """Whether this person runs the desk: levers on other people's work are shown to no one else."""
        return self.asker.role in LEADERS

    async def page(self, template: str, *, status: HTTPStatus = HTTPStatus.OK, **values: Any) -> HTMLResponse:
        """The whole page with its menu."""
        shown = {**await self._menu(), "place": self.place, "person": self.asker.person, **values}
        shown["sandbox_url"] = self.request.app.state.sandbox_url
        return HTMLResponse(self.written(template, **shown), status_code=status)

    async def menu(self, place: Place) -> HTMLResponse:
        """The menu alone, as the page `place` shows it."""
        return HTMLResponse(self.written("menu.html", place=place, **await self._menu()))

    def written(self, template: str, **values: Any) -> str:
        """The template with what every template knows."""
        known: Mapping[str, Any] = {"w": self.words, "leads": self.leads, "me": self.asker.person.id, "key": fresh_key}
        return written(self.look, template, **known, **values)

    async def _menu(self) -> Mapping[str, Any]:
        """The pages that this person may see, with what waits there; to leaders also that nothing gets out."""
        async with self.desk.db.reading() as tx:
            counts = await menu(
                tx, owner_id=self.asker.only_own(), crisis_codes=codes_of(self.desk.policy), now=self.words.now
            )
            outage = await outbox.outage(tx, "telegram") if self.leads else None
        seen = [(place, entry) for place, entry in PLACES.items() if entry.in_menu and self.asker.role in entry.roles]
        entries = [(place, getattr(counts, entry.count) if entry.count else None) for place, entry in seen]
        return {"entries": entries, "outage": outage}


def fresh_key() -> Markup:
    """The hidden field by which a form sent twice takes effect once."""
    return Markup('<input type="hidden" name="_key" value="{}">').format(uuid4())


def at(place: Place) -> Callable[[Request], Coroutine[Any, Any, Visit]]:
    """The dependency that lets in those who may see this page."""

    async def visiting(request: Request) -> Visit:
        return await Visit.begin(request, place)

    return visiting
