"""Handlers by purpose; the order of the routers is the order in which they are asked."""

from aiogram import Router

from bots.handlers import (
    ai,
    answers,
    approvals,
    check,
    crisis,
    dead,
    digests,
    escalations,
    journal,
    kpi,
    leftovers,
    managers,
    mine,
    notes,
    numbers,
    offers,
    orders,
    photos,
    point_words,
    queue,
    rooms,
    shift,
    signals,
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
        photos.router(),
        escalations.router(),
        signals.router(),
        approvals.router(),
        mine.router(),
        dead.router(),
        offers.router(),
        digests.router(),
        shift.router(),
        numbers.router(),
        queue.router(),
        crisis.router(),
        managers.router(),
        kpi.router(),
        journal.router(),
        ai.router(),
        talk.router(),
        notes.router(),
        point_words.router(),
        answers.router(),
        talk.free_words(),
        leftovers.router(),
    )
