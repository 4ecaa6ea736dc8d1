"""The web admin: server-written pages whose panels keep themselves fresh. One module a page; `board.py` says how."""

from fastapi import APIRouter

from api.pages import (
    approvals,
    circles,
    crises,
    decisions,
    doors,
    heat,
    levers,
    live,
    managers,
    order,
    policy,
    pulse,
    pulse_behind,
    queue,
    signals,
)

ROUTERS: tuple[APIRouter, ...] = (
    doors.router,
    levers.router,
    live.router,
    pulse.router,
    queue.router,
    order.router,
    heat.router,
    pulse_behind.router,
    decisions.router,
    approvals.router,
    policy.router,
    circles.router,
    crises.router,
    signals.router,
    managers.router,
)
