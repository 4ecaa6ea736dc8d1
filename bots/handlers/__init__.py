"""Handlers by purpose; the order of the routers is the order in which they are asked."""

from aiogram import Router

from bots.handlers import (
    ai,
    answers,
    approvals,
    check,
    crisis,
    escalations,
    journal,
    kpi,
    lists,
    managers,
    orders,
    queue,
    signals,
    start,
    talk,
)


def routers() -> tuple[Router, ...]:
    """Fresh routers for one dispatcher: strangers are turned away before anybody else is asked."""
    return (
        start.router(),
        orders.router(),
        check.router(),
        escalations.router(),
        signals.router(),
        approvals.router(),
        lists.router(),
        queue.router(),
        crisis.router(),
        managers.router(),
        kpi.router(),
        journal.router(),
        ai.router(),
        talk.router(),
        answers.router(),
        talk.free_words(),
    )
