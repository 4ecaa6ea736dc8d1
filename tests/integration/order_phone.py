"""One order on its owner's phone: press what the newest card offers, read what is on the screen.

hand = await Hand.of(phone, order)
assert "Кто повезёт" in await hand.tap(Do.LOGISTICS)
"""

from dataclasses import dataclass

from bots.taps import Do, OrderTap
from domain.orders import Order
from tests.integration.desk import Desk, Member
from tests.integration.phone import Line


@dataclass(frozen=True, slots=True)
class Hand:
    """The owner's hand on the order."""

    phone: Line
    order: Order
    who: Member

    @classmethod
    def of(cls, phone: Line, order: Order) -> "Hand":
        """The hand of whoever has the order now."""
        who = next(member for member in phone.company.people.values() if member.id == order.owner_id)
        return cls(phone, order, who)

    @property
    def company(self) -> Desk:
        """Where the order is."""
        return self.phone.company

    async def open(self) -> str:
        """The order's card, fresh."""
        return await self.phone.write(self.who, f"/order {self.order.code}")

    async def taps(self) -> list[OrderTap]:
        """The buttons of the order on the newest card."""
        return [OrderTap.unpack(each) for each in await self.phone.buttons(self.who) if each.startswith("o:")]

    async def press(self, do: Do, arg: str | None = None) -> str:
        """Press a button that the newest card has; what the alert, or else the newest message, says then."""
        offered = [tap for tap in await self.taps() if tap.do is do and arg in (None, tap.arg)]
        assert offered, f"no {do} {arg}; there are {await self.taps()}"
        said = await self.phone.press(self.who, offered[0])
        newest = (await self.phone.says(self.who))[-1]
        return said if said not in await self.phone.says(self.who) else newest

    async def tap(self, do: Do, arg: str | None = None) -> str:
        """The same on the card opened anew."""
        await self.open()
        return await self.press(do, arg)

    async def write(self, words: str) -> str:
        """Type."""
        return await self.phone.write(self.who, words)

    async def see(self) -> Order:
        """The order as it stands."""
        return await self.company.see(self.order)
