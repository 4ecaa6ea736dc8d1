"""Turning pages: ‹ and › where there is something that way."""

from collections.abc import Callable

from aiogram.filters.callback_data import CallbackData

from bots.card import Button

BACK = "‹"
ON = "›"


def turning(page: int, length: int, count: int, tap: Callable[[int], CallbackData]) -> list[Button]:
    """The buttons under page `page` (from 0) of `count` things, `length` a page."""
    before: list[Button] = [(BACK, tap(page - 1))] if page > 0 else []
    after: list[Button] = [(ON, tap(page + 1))] if (page + 1) * length < count else []
    return [*before, *after]
