"""Answers of the 28-point check."""

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from domain.commands.base import NO_NUL, OrderCommand, Prose, Word
from domain.orders import Verdict
from domain.policy import Action


class PointAnswer(BaseModel):
    """The answer to one of the 28 points; a problem needs a comment, point 28 carries the verdict."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    point: int = Field(ge=1, le=28)
    answer: Literal["ok", "problem", "na"]
    comment: Prose = ""
    photos: tuple[Annotated[str, StringConstraints(min_length=1, max_length=300), NO_NUL], ...] = Field(
        default=(), max_length=20
    )
    flags: tuple[Word, ...] = Field(default=(), max_length=5)
    verdict: Verdict | None = None


def _each_once(answers: tuple[PointAnswer, ...]) -> tuple[PointAnswer, ...]:
    if len({answer.point for answer in answers}) < len(answers):
        raise PydanticCustomError("answers", "a point is answered twice", {"allowed": ["each point once"]})
    return answers


class AnswerChecklist(OrderCommand):
    """Answer one or more points of the 28-point check, each once; a later answer replaces an earlier one."""

    action: ClassVar[Action] = Action.ANSWER_CHECKLIST
    answers: Annotated[tuple[PointAnswer, ...], AfterValidator(_each_once)] = Field(min_length=1, max_length=28)
