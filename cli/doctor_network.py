"""The doctor's questions about the network."""

import errno
import socket

import httpx
from pydantic import BaseModel, ValidationError

from cli.findings import Examination, Finding

TELEGRAM = "https://api.telegram.org"
SECONDS = 5.0
SERVICE = "holacracy"


class _Health(BaseModel):
    """The part of `/healthz` that tells our API from another program."""

    service: str


async def port(examination: Examination) -> Finding:
    """HOST:PORT is free, or our own API listens there."""
    settings = examination.settings
    place = f"{settings.host}:{settings.port}"
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return await _who_listens(settings.host, settings.port)
        return Finding(
            ok=False, detail=f"{place}: {error.strerror}", mend="set HOST and PORT to an address of this machine"
        )
    return Finding(ok=True, detail=f"{place} is free")


async def _who_listens(host: str, number: int) -> Finding:
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared with, not bound to
    url = httpx.URL(scheme="http", host=reachable, port=number, path="/healthz")
    try:
        async with httpx.AsyncClient(timeout=SECONDS, trust_env=False) as client:
            answer = _Health.model_validate_json((await client.get(url)).content)
    except (httpx.HTTPError, ValidationError):
        answer = None
    if answer is not None and answer.service == SERVICE:
        return Finding(ok=True, detail=f"{host}:{number} is served by this application")
    return Finding(ok=False, detail=f"another program listens on {host}:{number}", mend="stop it, or set PORT")


async def telegram(examination: Examination) -> Finding:
    """The Bot API server knows the bot, when there is a token."""
    settings = examination.settings
    if settings.telegram_token is None:
        return Finding(ok=True, detail="no TELEGRAM_TOKEN: the bot works in the demo only")
    base = settings.telegram_api_url or TELEGRAM
    secret = settings.telegram_token.get_secret_value()
    try:
        async with httpx.AsyncClient(timeout=SECONDS) as client:
            said = (await client.get(f"{base}/bot{secret}/getMe")).json()
    except (httpx.HTTPError, ValueError) as error:
        problem = f"{base} does not answer: {type(error).__name__}"  # the error's text may hold the token
        return Finding(ok=False, detail=problem, mend="look at the network and at TELEGRAM_API_URL")
    if not said.get("ok"):
        mend = "take the token from @BotFather into TELEGRAM_TOKEN"
        return Finding(ok=False, detail=f"{base} refuses the token: {said.get('description')}", mend=mend)
    return Finding(ok=True, detail=f"@{said['result']['username']} at {base}")
