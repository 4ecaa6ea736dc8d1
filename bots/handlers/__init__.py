"""Handlers by purpose; the order of the routers is the order in which they are asked."""

from aiogram import Router

from bots.handlers import (
    ai,
    answers,
    approvals,
    check,
    digests,
    escalations,
    lists,
    mine,
    numbers,
    offers,
    orders,
    rooms,
    shift,
    start,
    talk,
)


def routers() -> tuple[Router, ...]:
    """Fresh routers for one dispatcher: strangers are turned away before anybody else is asked."""
    return (
        rooms.router(),
        start.router(),
        orders.router(),
        check.router(),
        escalations.router(),
        approvals.router(),
        mine.router(),
        lists.router(),
        offers.router(),
        digests.router(),
        shift.router(),
        numbers.router(),
        ai.router(),
        talk.router(),
        answers.router(),
        talk.free_words(),
    )
