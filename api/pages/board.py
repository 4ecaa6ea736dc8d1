"""A page is a board of panels: each knows its facts, what it hears of, and its template; it can be fetched alone.

    BOARD = Board(Place.QUEUE, Asked, [Panel("orders", ("orders",), orders_of)])

gives `GET /queue` (the page: `templates/queue.html` lays the panels out) and `GET /queue/panel/orders` (one panel,
which the browser fetches when something it hears of has happened, and morphs in: focus, selection, scroll stay).
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Generic, TypeVar
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup
from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncConnection

from api.pages.places import Place
from api.pages.visit import Visit, at
from domain.errors import NotFoundError
from domain.validation import parse


class Asked(BaseModel):
    """What the address asks for; a page with filters has its own."""

    model_config = ConfigDict(frozen=True, extra="ignore")


Q = TypeVar("Q", bound=Asked)
Name = Callable[[Visit, AsyncConnection, Q], Awaitable[str]]
Facts = Callable[[Visit, AsyncConnection, Q], Awaitable[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Panel(Generic[Q]):
    """One part of a page: the topics it hears of (`api/pages/live.py`), or how often it looks by itself.

    A topic may hold a parameter of the page's path: `order-{code}`.
    """

    name: str
    hears: Sequence[str]
    facts: Facts[Q]
    every: str = ""

    def trigger(self, path: Mapping[str, Any]) -> str:
        """When it fetches itself, as htmx has it; `path` are the parameters of the page's path."""
        heard = [f"live:{topic.format_map(path)} from:body" for topic in (*self.hears, "all")]
        return ", ".join([*heard, *([f"every {self.every}"] if self.every else [])])


@dataclass(frozen=True, slots=True)
class Board(Generic[Q]):
    """A page and its panels. `path` (default: the place's name) may hold parameters: they are fields of `asks`.

    `named` gives the name of the one thing that the page is about.
    """

    place: Place
    asks: type[Q]
    panels: Sequence[Panel[Q]]
    path: str = ""
    template: str = ""
    named: Name[Q] | None = None
    _by_name: dict[str, Panel[Q]] = field(default_factory=dict[str, Panel[Q]])

    def __post_init__(self) -> None:
        """Find panels by name."""
        self._by_name.update({panel.name: panel for panel in self.panels})

    def install(self, router: APIRouter) -> None:
        """Add the page and its panels to the router."""
        path = self.path or f"/{self.place}"
        visiting = Depends(at(self.place))

        async def page(request: Request, visit: Annotated[Visit, visiting]) -> HTMLResponse:
            return await self._page(request, visit)

        async def panel(request: Request, name: str, visit: Annotated[Visit, visiting]) -> HTMLResponse:
            return await self._panel(request, name, visit)

        router.add_api_route(path, page, methods=["GET"], response_class=HTMLResponse)
        router.add_api_route(f"{path}/panel/{{name}}", panel, methods=["GET"], response_class=HTMLResponse)

    async def _page(self, request: Request, visit: Visit) -> HTMLResponse:
        asked = self._asked(request)
        shown: dict[str, Markup] = {}
        async with visit.desk.db.reading() as tx:
            for panel in self.panels:
                shown[panel.name] = await self._shown(panel, request, visit, tx, asked)
            name = "" if self.named is None else await self.named(visit, tx, asked)
        template = self.template or f"{self.place}.html"
        return await visit.page(template, panel=shown, name=name, asked=asked, link=_linking(request))

    async def _panel(self, request: Request, name: str, visit: Visit) -> HTMLResponse:
        panel = self._by_name.get(name)
        if panel is None:
            raise NotFoundError(kind="panel", name=name[:40], allowed=tuple(self._by_name))
        async with visit.desk.db.reading() as tx:
            return HTMLResponse(await self._shown(panel, request, visit, tx, self._asked(request)))

    async def _shown(self, panel: Panel[Q], request: Request, visit: Visit, tx: AsyncConnection, asked: Q) -> Markup:
        values = await panel.facts(visit, tx, asked)
        folder = (self.template or self.place).removesuffix(".html")
        inner = visit.written(f"{folder}/{panel.name}.html", asked=asked, link=_linking(request), **values)
        return _SECTION.format(
            name=panel.name,
            address=self._address(panel, request),
            trigger=panel.trigger(request.path_params),
            inner=Markup(inner),  # noqa: S704 - the template has escaped
        )

    def _address(self, panel: Panel[Q], request: Request) -> str:
        path = request.url.path.partition("/panel/")[0]
        query = request.url.query
        return f"{path}/panel/{panel.name}" + (f"?{query}" if query else "")

    def _asked(self, request: Request) -> Q:
        """The filters of the address; `extra` words in it are left alone, wrong values are refused by name."""
        query = request.query_params
        many = {name for name, info in self.asks.model_fields.items() if "tuple" in str(info.annotation)}
        given: dict[str, Any] = {
            name: query.getlist(name) if name in many else value for name, value in query.items() if value != ""
        }
        path = {name: value for name, value in request.path_params.items() if name != "name"}
        return parse(self.asks, {**given, **path})


def _linking(request: Request) -> Callable[..., str]:
    """Makes the address of this page with some of its filters changed (None: left out); `after` starts over."""
    path = request.url.path.partition("/panel/")[0]

    def link(**changed: object) -> str:
        kept = [(name, value) for name, value in request.query_params.multi_items() if name not in (*changed, "after")]
        given = [(name, str(value)) for name, value in changed.items() if value is not None]
        query = urlencode([*kept, *given])
        return f"{path}?{query}" if query else path

    return link


_SECTION: Final = Markup(
    '<section id="{name}" class="panel" hx-get="{address}" hx-trigger="{trigger}" hx-swap="outerMorph"'
    ' hx-target="this" hx-sync="this:queue last">{inner}</section>'
)
