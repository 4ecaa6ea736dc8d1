"""Chat with a role over HTTP: words go in, steps come out as they are taken, then the checked answer.

Nothing unchecked is streamed: a text reaches people only after its numbers, promises and claims were checked, so what
is told live are the steps (what the role looks at, what it does), and then the answer paragraph by paragraph.
"""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from api.identity import Signed, desk_of, throttle_of
from domain.errors import NotFoundError
from guardrails.conversation import ENDED, LONGEST_WORDS, ask, progress, thread_of
from guardrails.desk import Desk
from store.agents import turns
from store.agents.turns import Turn

router = APIRouter(prefix="/api/chat", tags=["chat"])

EVENTS: Final = "text/event-stream"


class Words(BaseModel):
    """What is said to a role; the same `message_id` again is the same message, answered once."""

    model_config = ConfigDict(extra="forbid")
    text: str = Field(min_length=1, max_length=LONGEST_WORDS)
    locale: Literal["ru", "en"] | None = None
    message_id: str | None = Field(default=None, max_length=100, pattern=r"^[A-Za-z0-9:_.-]+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnReport:
    """A turn of the conversation: what was said, the steps taken, the answer and how it came to be."""

    id: int
    role: str
    kind: str
    state: str
    words: str
    answer: str | None
    steps: list[Mapping[str, Any]]
    outcome: Mapping[str, Any]
    trace_id: str
    created_at: datetime
    ended_at: datetime | None


@router.post("/{role}", responses={HTTPStatus.OK: {"content": {EVENTS: {}}}}, response_model=TurnReport)
async def speak(role: str, words: Words, request: Request, asker: Signed) -> Response:
    """Say something to a role. With `Accept: text/event-stream` its steps are streamed; else the answer is waited for.

    Events: `turn` (its id), `step`, `text` (one paragraph), `end` (the whole turn). Who has waited very long gets the
    turn as it stands (202, or the event `later`), and finds the answer in the conversation.
    """
    await throttle_of(request).chat(asker.person.id)
    desk = desk_of(request)
    asked = await ask(
        desk,
        asker.person,
        role,
        words.text,
        channel=asker.actor.channel,
        locale=words.locale or desk.locale,
        dedup_key=None if words.message_id is None else f"api:{asker.person.id}:{role}:{words.message_id}",
    )
    if EVENTS in request.headers.get("accept", ""):
        return StreamingResponse(_events(desk, asked.turn_id), media_type=EVENTS)
    report = None
    async for told in progress(desk, asked.turn_id):
        report = told
    assert isinstance(report, Turn)
    status = HTTPStatus.OK if report.state in ENDED else HTTPStatus.ACCEPTED
    return JSONResponse(json.loads(_json(_report(report))), status)


@router.get("/{role}")
async def conversation(
    role: str, request: Request, asker: Signed, limit: Annotated[int, Query(ge=1, le=100)] = 20
) -> list[TurnReport]:
    """The asker's conversation with a role, the oldest turn first."""
    desk = desk_of(request)
    if role not in desk.policy.roles.roles:
        raise NotFoundError(kind="role", name=role[:40], allowed=tuple(desk.policy.roles.roles))
    async with desk.db.reading() as tx:
        found = await turns.history(tx, thread_of(role, asker.person), limit=limit)
    return [_report(turn) for turn in found]


async def _events(desk: Desk, turn_id: int) -> AsyncIterator[str]:
    yield _event("turn", {"id": turn_id})
    async for told in progress(desk, turn_id):
        if not isinstance(told, Turn):
            yield _event("step", told)
            continue
        if told.state not in ENDED:
            yield _event("later", json.loads(_json(_report(told))))
            return
        for paragraph in (told.answer or "").split("\n\n"):
            yield _event("text", {"text": paragraph})
        yield _event("end", json.loads(_json(_report(told))))


def _event(name: str, data: Mapping[str, object]) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False, default=str)}\n\n"


def _report(turn: Turn) -> TurnReport:
    return TurnReport(
        id=turn.id,
        role=turn.role,
        kind=turn.kind.value,
        state=turn.state.value,
        words=turn.words,
        answer=turn.answer,
        steps=list(turn.steps),
        outcome=turn.outcome,
        trace_id=turn.trace_id,
        created_at=turn.created_at,
        ended_at=turn.ended_at,
    )


def _json(report: TurnReport) -> str:
    return json.dumps({name: getattr(report, name) for name in TurnReport.__slots__}, ensure_ascii=False, default=str)
