"""Telegram's webhook: an update is stored with its job before it is answered; a worker handles it."""

import hmac
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, cast

from fastapi import APIRouter, HTTPException, Request, Response

from api.identity import desk_of
from api.json_body import read_json
from domain.errors import InvalidInputError
from guardrails import updates

router = APIRouter(include_in_schema=False)


@router.post(updates.WEBHOOK_PATH)
async def receive(request: Request) -> Response:
    """Take in one update; without a webhook of ours this place does not exist."""
    secret: str = request.app.state.webhook_secret
    if not secret:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    given = request.headers.get(updates.SECRET_HEADER, "")
    if not hmac.compare_digest(given.encode(), secret.encode()):
        raise HTTPException(HTTPStatus.FORBIDDEN)
    body = read_json(await request.body())
    if not isinstance(body, dict):
        raise InvalidInputError(field="body", value=type(body).__name__, allowed=("an object",))
    await updates.take(desk_of(request).db, [cast("Mapping[str, Any]", body)])
    return Response(status_code=HTTPStatus.OK)
