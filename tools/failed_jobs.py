"""Jobs of the queue that were given up."""

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.commands import RetryJob
from domain.errors import ConflictError
from store.server import failed_jobs
from tools.registry import Context, Effect, tool


@tool(RetryJob)
async def retry(tx: AsyncConnection, command: RetryJob, _context: Context) -> Effect:
    """A job that was given up gets one more attempt; what it has done already is not done twice."""
    task = await failed_jobs.retry(tx, command.job_id)
    if task is None:
        raise ConflictError(kind="job", name=str(command.job_id), state="not failed", allowed=("failed",))
    return Effect(result={"task": task}, subject=("job", command.job_id))
