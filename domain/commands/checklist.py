"""Answers of the 28-point check, and what is added to a point beside its answer."""

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from domain.commands.base import NO_NUL, OrderCommand, Prose, Word
from domain.orders import Verdict
from domain.policy import Action

FileRef = Annotated[str, StringConstraints(min_length=1, max_length=300), NO_NUL]


class PointAnswer(BaseModel):
    """The answer to one of the 28 points; a problem needs a comment, point 28 carries the verdict.

    A comment or photos left out stay as they are; only the description of a problem goes with the problem. `seen` is
    the stamp of the point that the asker saw ("" for one without an answer): another one means a stale tap.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    point: int = Field(ge=1, le=28)
    answer: Literal["ok", "problem", "na"]
    comment: Prose | None = None
    photos: tuple[FileRef, ...] | None = Field(default=None, max_length=20)
    flags: tuple[Word, ...] = Field(default=(), max_length=5)
    verdict: Verdict | None = None
    seen: Word | None = None


def _each_once(answers: tuple[PointAnswer, ...]) -> tuple[PointAnswer, ...]:
    if len({answer.point for answer in answers}) < len(answers):
        raise PydanticCustomError("answers", "a point is answered twice", {"allowed": ["each point once"]})
    return answers


class AnswerChecklist(OrderCommand):
    """Answer one or more points of the 28-point check, each once; a later answer replaces an earlier one."""

    action: ClassVar[Action] = Action.ANSWER_CHECKLIST
    answers: Annotated[tuple[PointAnswer, ...], AfterValidator(_each_once)] = Field(min_length=1, max_length=28)


class Photo(BaseModel):
    """A picture in Telegram: how to send it again, what tells it from others, and as what it was sent."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    file_id: FileRef
    unique_id: Annotated[str, StringConstraints(min_length=1, max_length=100), NO_NUL]
    kind: Literal["photo", "document"] = "photo"


class SupplementPoint(OrderCommand):
    """Add photos or a line of comment to a point, or take them back, whether it is answered or not.

    A picture that the point has already is not added again. `instead_of` is a line of the comment that goes: the new
    one corrects it, or nothing comes in its place.
    """

    action: ClassVar[Action] = Action.SUPPLEMENT_POINT
    point: int = Field(ge=1, le=28)
    add: tuple[Photo, ...] = Field(default=(), max_length=20)
    remove: tuple[FileRef, ...] = Field(default=(), max_length=20)
    comment: Prose = ""
    instead_of: Prose = ""
