"""How a long-running command is told to stop."""

import asyncio
import signal


def stop_on_signals() -> asyncio.Event:
    """An event that Ctrl-C or SIGTERM sets; a second Ctrl-C is left to Python."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, _stop_once, stop, number)
    return stop


def _stop_once(stop: asyncio.Event, number: signal.Signals) -> None:
    stop.set()
    asyncio.get_running_loop().remove_signal_handler(number)
