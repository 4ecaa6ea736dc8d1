"""The web admin: server-written pages whose panels keep themselves fresh. One module a page; `board.py` says how."""

from fastapi import APIRouter

from api.pages import circles, crises, doors, levers, live, managers, pulse, queue, signals

ROUTERS: tuple[APIRouter, ...] = (
    doors.router,
    levers.router,
    live.router,
    pulse.router,
    queue.router,
    circles.router,
    crises.router,
    signals.router,
    managers.router,
)
