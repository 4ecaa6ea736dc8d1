"""The web admin: server-written pages whose panels keep themselves fresh. One module a page; `board.py` says how."""

from fastapi import APIRouter

from api.pages import (
    account,
    chat,
    doors,
    entry,
    heat,
    levers,
    live,
    pulse,
    pulse_behind,
    queue,
    system,
    system_levers,
)

ROUTERS: tuple[APIRouter, ...] = (
    doors.router,
    entry.router,
    levers.router,
    live.router,
    pulse.router,
    queue.router,
    account.router,
    chat.router,
    system.router,
    system_levers.router,
    heat.router,
    pulse_behind.router,
)
