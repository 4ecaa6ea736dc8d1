"""Jobs that set Telegram's menus of commands; when a link or a role changes, a trigger makes them."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_ALL = """
SELECT procrastinate_defer_jobs_v1(array_agg(ROW('delivery', 'menu', -9, 'menu:' || chat.id, NULL,
    jsonb_build_object('chat_id', chat.id, 'farewell', false), NULL)::procrastinate_job_to_defer_v1 ORDER BY chat.id))
FROM (
    SELECT CAST(0 AS bigint) AS id
    UNION ALL
    SELECT telegram_id FROM people WHERE active AND telegram_id IS NOT NULL
) AS chat
WHERE NOT EXISTS (
    SELECT 1 FROM procrastinate_jobs AS j WHERE j.task_name = 'menu' AND j.status = 'todo'
        AND CAST(j.args->>'chat_id' AS bigint) = chat.id
) HAVING count(*) > 0
"""


async def defer_all(tx: AsyncConnection) -> None:
    """A job for everybody who is linked, and (chat 0) one for strangers; who waits for one already gets no second."""
    await tx.execute(text(_ALL))
