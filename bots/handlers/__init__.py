"""Handlers by purpose; the order of the routers is the order in which they are asked."""

from aiogram import Router

from bots.handlers import (
    ai,
    answers,
    approvals,
    check,
    escalations,
    lists,
    notes,
    orders,
    photos,
    point_words,
    start,
    talk,
)


def routers() -> tuple[Router, ...]:
    """Fresh routers for one dispatcher: strangers are turned away before anybody else is asked."""
    return (
        start.router(),
        orders.router(),
        check.router(),
        photos.router(),
        escalations.router(),
        approvals.router(),
        lists.router(),
        ai.router(),
        talk.router(),
        notes.router(),
        point_words.router(),
        answers.router(),
        talk.free_words(),
    )
