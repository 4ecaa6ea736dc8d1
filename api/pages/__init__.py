"""The web admin: server-written pages whose panels keep themselves fresh. One module a page; `board.py` says how."""

from fastapi import APIRouter

from api.pages import (
    account,
    approvals,
    chat,
    circles,
    crises,
    decisions,
    doors,
    entry,
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
    order.router,
    account.router,
    chat.router,
    system.router,
    system_levers.router,
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
