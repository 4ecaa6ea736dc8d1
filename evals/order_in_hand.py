"""One order on somebody's phone: its card, and the buttons under it."""

from bots.taps import Check, CheckTap, Do, OrderTap
from evals.phone import Button, Phone


class OrderInHand:
    """Presses buttons of one order; a stale or missing card is fetched anew, once."""

    def __init__(self, phone: Phone, code: str) -> None:
        self.phone = phone
        self.code = code
        self.id = int(code)  # an order's code is its number

    async def press(self, do: Do, arg: str = "") -> bool:
        """Press a button of the order's newest card; True when the bot took it."""
        button = await self._button(do, arg)
        if button is not None and await self.phone.press(button):
            return True
        asked = await self.phone.write(f"/order {self.code}")
        fresh = await self._button(do, arg, after=asked.message_id, wait=True)
        return fresh is not None and await self.phone.press(fresh)

    async def then(self, do: Do, arg: str = "") -> bool:
        """Press what the last button has led to."""
        button = await self._button(do, arg, wait=True)
        return button is not None and await self.phone.press(button)

    async def open_check(self) -> bool:
        """Bring the sections of the check onto the screen."""
        asked = await self.phone.write(f"/order {self.code}")
        button = await self.phone.find(
            CheckTap,
            lambda tap: (tap.order, tap.do) == (self.id, Check.SECTIONS),
            after=asked.message_id,
            wait=True,
        )
        return button is not None and await self.phone.press(button)

    async def _button(self, do: Do, arg: str, *, after: int = 0, wait: bool = False) -> Button[OrderTap] | None:
        def wanted(tap: OrderTap) -> bool:
            return (tap.order, tap.do, tap.arg) == (self.id, do, arg)

        return await self.phone.find(OrderTap, wanted, after=after, wait=wait)
