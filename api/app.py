"""The HTTP application over a desk."""

from functools import partial
from typing import Final

from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from starlette.middleware.gzip import GZipMiddleware

from api import actions, ai, approvals, chat, control, crm, orders, problems, telegram, vitals, workspace
from api.doorman import Counters, Doorman
from api.openapi import describe
from api.pages import ROUTERS, faults
from api.pages.frame import STATIC, Assets
from api.pages.live import Live
from api.pages.shared import Shared
from api.photos import PhotoSource
from api.throttle import Rates, Throttle
from guardrails.desk import Desk
from guardrails.passwords import Passwords

DESCRIPTION: Final = (
    "People execute, the system controls the process. Errors are problem+json (RFC 9457) that name the field, and what"
    " is allowed or missing. Lists are the newest first; `next` leads to the rest."
)


def create_app(
    desk: Desk,
    *,
    rates: Rates | None = None,
    sandbox_url: str = "",
    webhook_secret: str = "",
    photos: PhotoSource | None = None,
) -> FastAPI:
    """The application; whoever opened the desk closes it.

    `sandbox_url`: where the demo's local Telegram is played. `webhook_secret`: what Telegram says with each update that
    it brings (empty: it brings none). `photos`: who keeps the check's pictures, if anybody does.
    """
    app = FastAPI(
        title="Order desk",
        version="1",
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
    )
    registry = CollectorRegistry()
    app.state.desk = desk
    app.state.sandbox_url = sandbox_url
    app.state.webhook_secret = webhook_secret
    app.state.photos = photos
    app.state.throttle = Throttle(rates or Rates())
    app.state.passwords = Passwords()
    app.state.gauges = vitals.Gauges(registry)
    problems.install(app)
    faults.install(app)
    app.state.live = Live(desk.db)
    app.state.shared = Shared()
    app.add_middleware(GZipMiddleware, minimum_size=1_000, compresslevel=5)
    app.add_middleware(Doorman, counters=Counters(registry), fault=faults.unexpected)
    for room in (crm, orders, actions, approvals, control, ai, chat, workspace, telegram, vitals):
        app.include_router(room.router)
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/static", Assets(directory=STATIC), name="static")
    app.openapi = partial(describe, app)  # pyright: ignore[reportAttributeAccessIssue] - the framework's own hook
    return app
