"""Whole paths of an order over the gate, as the role's blueprint lists them (docs/DOMAIN.md 2 and 5)."""

import pytest

from domain.orders import Status
from store.database import Database
from tests.integration.desk import Desk


@pytest.fixture
async def desk(db: Database) -> Desk:
    """The company at work."""
    return await Desk.open(db)


async def test_happy_path_from_request_to_closed(desk: Desk) -> None:
    order = await desk.to_status(await desk.order(), Status.CLOSED)
    assert order.status is Status.CLOSED
    await desk.seal()
    assert (await desk.verify()).ok
