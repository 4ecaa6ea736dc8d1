"""What a command needs of the order's state before it works."""

from domain.errors import ConflictError
from domain.orders import Order, Status


def require_status(order: Order, *allowed: Status) -> None:
    """Raises `ConflictError` with what the order's status would have to be."""
    if order.status not in allowed:
        raise ConflictError(kind="order", name=order.code, state=order.status, allowed=allowed)


def require_open(order: Order) -> Order:
    """The order; raises `ConflictError` for one that is closed or cancelled."""
    if not order.is_open:
        raise ConflictError(kind="order", name=order.code, state=order.status, allowed=("open",))
    return order
