"""The check's photos, fetched through the bot for whoever may see the order; without them a placeholder with words."""

import hashlib
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from api.pages.places import Place
from api.pages.route import PageRoute
from api.pages.visit import Visit, at
from api.photos import LARGEST, PhotoSource, image_type
from domain.commands import Code
from domain.errors import NotFoundError
from store.desk import orders
from store.views import order_history

router = APIRouter(include_in_schema=False, route_class=PageRoute)

_KEPT: Final = {"Cache-Control": "private, max-age=86400, immutable", "Vary": "Cookie", "Content-Disposition": "inline"}
"""Kept by the browser for the session that fetched it: whoever signs in after them asks anew."""


def source_of(request: Request) -> PhotoSource | None:
    """Who keeps the pictures; None where no bot is connected."""
    return request.app.state.photos


def mark(reference: str) -> str:
    """A short mark of a picture for its address: another picture has another one, and nobody learns its reference."""
    return hashlib.sha256(reference.encode()).hexdigest()[:10]


@router.get("/orders/{code}/photos/{point}/{number}")
async def photo(
    code: Code,
    point: Annotated[int, Path(ge=1, le=28)],
    number: Annotated[int, Path(ge=1, le=1_000)],
    visit: Annotated[Visit, Depends(at(Place.QUEUE))],
) -> Response:
    """One picture of one point."""
    async with visit.desk.db.reading() as tx:
        order = await orders.get(tx, code)
        visit.asker.require_sees(order.owner_id)
        references = await order_history.photos(tx, order.id, point)
    if number > len(references):
        raise NotFoundError(kind="photo", name=f"{point}/{number}", allowed=(f"1..{len(references)}",))
    source = source_of(visit.request)
    content = None if source is None else await source.content(references[number - 1], largest=LARGEST)
    kind = None if content is None else image_type(content)
    if content is None or kind is None:
        return _placeholder(visit)
    return Response(content, media_type=kind, headers=_KEPT)


def _placeholder(visit: Visit) -> Response:
    """A picture that says that there is none to show: an error here would only be a broken image."""
    return Response(visit.written("order/no_photo.svg.html"), HTTPStatus.OK, media_type="image/svg+xml")
