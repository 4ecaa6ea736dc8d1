"""The 28-point check on the phone: section by section, with photos and words where something is wrong."""

from collections.abc import Sequence

from bots.taps import Check, CheckTap
from domain.commands import PointAnswer
from domain.policy import Checklist
from evals.order_in_hand import OrderInHand
from evals.pictures import picture

STAMPED = frozenset({Check.OK, Check.NA})
"""Their data is nothing but the stamp of the answer that stood on the card."""


class CheckInHand:
    """The check of one order on somebody's phone."""

    def __init__(self, order: OrderInHand, checklist: Checklist) -> None:
        self._order = order
        self._checklist = checklist

    async def fill(self, answers: Sequence[PointAnswer]) -> bool:
        """Give these answers: what is not simply in order goes first, then each section as a whole, then the photos."""
        verdict = self._checklist.verdict_point
        for answer in answers:
            if answer.answer != "ok" and answer.point != verdict and not await self._special(answer):
                return False
        for section in dict.fromkeys(self._section(answer.point) for answer in answers):
            if not await self._rest_in_order(section):
                return False
        for answer in answers:
            if answer.verdict is not None and not await self._point(answer.point, Check.VERDICT, arg=answer.verdict):
                return False
        return all([await self._photo(answer.point) for answer in answers if answer.photos])

    async def _rest_in_order(self, section: str) -> bool:
        """One tap for the section's other points; where all are answered there is no such button."""
        if not await self._leaf_to(section):
            return False
        first = next(point.number for point in self._checklist.points if point.section.value == section)
        await self._order.phone.find(CheckTap, lambda tap: self._is(tap, Check.POINT, first, ""), wait=True)
        button = await self._order.phone.find(CheckTap, lambda tap: self._is(tap, Check.SECTION_OK, 0, section))
        return button is None or await self._order.phone.press(button)

    async def _special(self, answer: PointAnswer) -> bool:
        if answer.answer == "na":
            return await self._point(answer.point, Check.NA)
        return await self._point(answer.point, Check.PROBLEM) and await self._order.phone.answer(answer.comment or "")

    async def _point(self, number: int, do: Check, *, arg: str = "") -> bool:
        return await self._open(number) and await self._tap(do, point=number, arg=arg, wait=True)

    async def _photo(self, number: int) -> bool:
        return await self._open(number) and await self._order.phone.show_photo(picture(number))

    async def _open(self, number: int) -> bool:
        return await self._press(Check.POINT, section=self._section(number), point=number)

    async def _press(self, do: Check, *, section: str, point: int = 0, arg: str = "") -> bool:
        """Press a button of the check, leafing to its section first where it is not on the screen."""
        return await self._tap(do, point=point, arg=arg) or (
            await self._leaf_to(section) and await self._tap(do, point=point, arg=arg, wait=True)
        )

    async def _leaf_to(self, section: str) -> bool:
        """By the section's own button, else over the list of sections, else from the order's card."""
        if await self._tap(Check.SECTION, arg=section):
            return True
        leafed = await self._tap(Check.SECTIONS) or await self._order.open_check()
        return leafed and await self._tap(Check.SECTION, arg=section, wait=True)

    async def _tap(self, do: Check, *, point: int = 0, arg: str = "", wait: bool = False) -> bool:
        button = await self._order.phone.find(CheckTap, lambda tap: self._is(tap, do, point, arg), wait=wait)
        return button is not None and await self._order.phone.press(button)

    def _is(self, tap: CheckTap, do: Check, point: int, arg: str) -> bool:
        """Whether it is that button; what it says of the answer that it shows does not matter."""
        return (tap.order, tap.do, tap.point) == (self._order.id, do, point) and (
            do in STAMPED or tap.arg.partition(".")[0] == arg
        )

    def _section(self, number: int) -> str:
        point = self._checklist.point(number)
        assert point is not None
        return point.section.value
