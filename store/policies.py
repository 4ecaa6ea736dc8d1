"""The policy versions that clocks and journal rows were written under."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.policy import Policy


async def register(tx: AsyncConnection, policy: Policy, *, now: datetime) -> None:
    """Keep this version's rules; a version that is known stays as it was first loaded."""
    await tx.execute(
        text(
            "INSERT INTO policy_versions (version, body, loaded_at) VALUES (:version, CAST(:body AS jsonb), :now)"
            " ON CONFLICT (version) DO NOTHING"
        ),
        {"version": policy.version, "body": policy.model_dump_json(), "now": now},
    )
