"""The channels to people: one that is down is a signal, one that works again ends it (docs/DOMAIN.md 9)."""

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.commands import ReportChannel
from domain.journal import Outcome
from store.desk import signals
from tools.registry import Context, Effect, tool
from tools.signals import signal_row

RESOLUTION = "the channel works again"


@tool(ReportChannel)
async def report_channel(tx: AsyncConnection, command: ReportChannel, context: Context) -> Effect:
    """One open signal a channel, however often it is reported; one that works ends it. Changes are journaled."""
    key = f"channel_outage:{command.channel}"
    if command.problem:
        row = signal_row(
            "channel_outage",
            context,
            order_id=None,
            evidence={"channel": command.channel, "problem": command.problem},
            subject=("channel", None),
            dedup_key=key,
        )
        changed = bool(await signals.raise_many(tx, [row]))
    else:
        changed = await signals.resolve_key(tx, key, now=context.now, resolution=RESOLUTION)
    return Effect(
        result={"channel": command.channel, "works": not command.problem},
        outcome=Outcome.DONE if changed else Outcome.UNCHANGED,
        journaled=not changed,
    )
