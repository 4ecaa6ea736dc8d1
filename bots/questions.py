"""What a conversation may be waiting for, and what is kept with each question."""

from collections.abc import Mapping
from typing import Any, Final

from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup


class Asked(StatesGroup):
    """`words`: the next message answers the question kept with the state; `photos`: photos for the open point.

    `point`: the next message is the comment of the open point, or describes its problem; photos are for it as well.
    """

    words = State()
    photos = State()
    point = State()


OF_ORDER: Final = frozenset({"order", "version"})
OF_POINT: Final = frozenset({"order_id", "point"})
NEEDS: Final[Mapping[str, frozenset[str]]] = {
    "decline": OF_ORDER,
    "note": OF_ORDER,
    "rework": OF_ORDER,
    "cancel": OF_ORDER | {"reason"},
    "carrier": OF_ORDER,
    "dispatch_date": OF_ORDER,
    "tracking_number": OF_ORDER,
    "arrived": OF_ORDER,
    "paid_sum": OF_ORDER,
    "paid_number": OF_ORDER | {"amount"},
    "paid_summary": OF_ORDER | {"amount", "number"},
    "claim": OF_ORDER,
    "claim_end": OF_ORDER,
    "blocker": OF_ORDER,
    "blocker_who": OF_ORDER | {"trouble"},
    "blocker_due": OF_ORDER | {"trouble", "why", "owner"},
    "away": frozenset(),
    "resolve": frozenset({"violation"}),
    "resolve_signal": frozenset({"signal", "how"}),
    "task": frozenset({"code", "due_at"}),
    "extend": frozenset({"code", "clock", "minutes"}),
    "reject": frozenset({"approval", "seen"}),
    "amount": frozenset({"approval"}),
    "load_limit": frozenset({"person", "limit"}),
    "problem": OF_POINT,
    "comment": OF_POINT,
}
"""What is kept with a question. One that lacks any of it was asked by another version of the bot: nobody can answer."""


def is_whole(data: Mapping[str, Any]) -> bool:
    """Whether an answer to the question that is kept so can be understood."""
    needed = NEEDS.get(str(data.get("what")))
    return needed is not None and needed <= data.keys()


async def leave(state: FSMContext) -> None:
    """Wait for words no longer; the point that was open takes photos on."""
    if await state.get_state() == Asked.words:
        await state.clear()
        return
    data = await state.get_data()
    if await state.get_state() == Asked.point and data.keys() >= OF_POINT:
        await state.set_state(Asked.photos)
        await state.set_data({each: data[each] for each in OF_POINT})
