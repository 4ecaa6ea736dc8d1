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


class _WebhookInfo(BaseModel):
    """The part of getWebhookInfo that tells where updates go."""

    url: str
    pending_update_count: int = 0
    last_error_message: str = ""


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
    return await _receiving(examination, f"@{said['result']['username']} at {base}", f"{base}/bot{secret}")


async def _receiving(examination: Examination, who: str, bot_url: str) -> Finding:
    """Updates come the way the settings say."""
    wanted = examination.settings.telegram_webhook_url or ""
    try:
        async with httpx.AsyncClient(timeout=SECONDS) as client:
            info = _WebhookInfo.model_validate((await client.get(f"{bot_url}/getWebhookInfo")).json()["result"])
    except (httpx.HTTPError, ValueError, KeyError) as error:
        return Finding(ok=False, detail=f"{who}; getWebhookInfo fails: {type(error).__name__}", mend="try again")
    if info.url and not wanted:
        return Finding(
            ok=False,
            detail=f"{who}; a webhook is set ({info.url}), so polling gets nothing",
            mend="restart ./run bot, which removes it (and stop whoever set it), or set TELEGRAM_WEBHOOK_URL",
        )
    if wanted != info.url:
        return Finding(ok=False, detail=f"{who}; its webhook is not set", mend="start ./run bot, which sets it")
    if info.last_error_message and info.pending_update_count:
        return Finding(
            ok=False,
            detail=f"{who}; {info.pending_update_count} updates wait: {info.last_error_message}",
            mend="see that TELEGRAM_WEBHOOK_URL reaches POST /telegram/webhook of ./run api, with a valid certificate",
        )
    return Finding(ok=True, detail=f"{who}, by {'webhook' if wanted else 'polling'}")
