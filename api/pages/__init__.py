"""The web admin: server-written pages whose panels keep themselves fresh. One module a page; `board.py` says how."""

from fastapi import APIRouter

from api.pages import doors, heat, levers, live, pulse, pulse_behind, queue

ROUTERS: tuple[APIRouter, ...] = (
    doors.router,
    levers.router,
    live.router,
    pulse.router,
    queue.router,
    heat.router,
    pulse_behind.router,
)
