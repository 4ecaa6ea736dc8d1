"""The points of a check as they stand, answered or not, and the pictures from Telegram that are attached to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.checklist import stamp
from domain.commands import Photo
from domain.journal import canonical
from store.records import jsonb


@dataclass(frozen=True, slots=True, kw_only=True)
class PointLine:
    """What is known of one point; `answer` is None while there are only photos or a comment."""

    point: int
    answer: str | None
    comment: str
    photos: Sequence[str]
    flags: Sequence[str]
    verdict: str | None
    by: str | None
    at: datetime

    @property
    def stamp(self) -> str:
        """Tells this answer from every other of the point; "" while there is none."""
        return "" if self.answer is None else stamp(self.answer, self.verdict, self.flags, self.at)


async def points(tx: AsyncConnection, order_id: int) -> dict[int, PointLine]:
    """Everything that is known of the order's points, by number."""
    rows = await tx.execute(
        text(
            "SELECT c.point, c.answer, c.comment, c.photos, c.flags, c.verdict, p.name AS by, c.at"
            " FROM checklist_answers AS c LEFT JOIN people AS p ON p.id = c.by_id WHERE c.order_id = :id"
            " ORDER BY c.point"
        ),
        {"id": order_id},
    )
    return {row["point"]: PointLine(**row) for row in rows.mappings()}


async def supplement(
    tx: AsyncConnection,
    order_id: int,
    point: int,
    *,
    comment: str,
    photos: Sequence[str],
    by_id: int | None,
    now: datetime,
    decision: UUID,
) -> None:
    """Write the comment and the photos of a point; its answer, and who gave it when, stay as they are."""
    await tx.execute(
        text(
            "INSERT INTO checklist_answers AS c (order_id, point, comment, photos, by_id, at, decision)"
            " VALUES (:order_id, :point, :comment, CAST(:photos AS jsonb), :by_id, :now, :decision)"
            " ON CONFLICT (order_id, point) DO UPDATE SET comment = excluded.comment, photos = excluded.photos,"
            " decision = excluded.decision"
        ),
        {
            "order_id": order_id,
            "point": point,
            "comment": comment,
            "photos": jsonb_list(photos),
            "by_id": by_id,
            "now": now,
            "decision": decision,
        },
    )


def jsonb_list(words: Sequence[str]) -> str:
    """A list of texts as one JSON parameter."""
    return canonical(list(words)).decode()


# ── pictures ─────────────────────────────────────────────────────────────────────────────────────────────────────────
async def know(tx: AsyncConnection, photos: Sequence[Photo]) -> None:
    """Write down what these pictures are."""
    await tx.execute(
        text(
            "INSERT INTO telegram_files (file_id, unique_id, kind)"
            " SELECT r.file_id, r.unique_id, r.kind"
            " FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(file_id text, unique_id text, kind text)"
            " ON CONFLICT (file_id) DO NOTHING"
        ),
        {"rows": jsonb(photo.model_dump() for photo in photos)},
    )


async def pictures(tx: AsyncConnection, refs: Sequence[str]) -> Mapping[str, Photo]:
    """What is known of these references; one that is no picture of Telegram's is left out."""
    rows = await tx.execute(
        text("SELECT file_id, unique_id, kind FROM telegram_files WHERE file_id = ANY(:refs)"), {"refs": list(refs)}
    )
    return {row["file_id"]: Photo(**row) for row in rows.mappings()}
