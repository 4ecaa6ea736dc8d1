"""How Telegram says no: an HTTP status, a description in Telegram's own words, sometimes a delay.

These are answers of the remote side to a bot, so they are no part of the desk's own error family.
"""


class RefusedError(Exception):
    """A call that the Bot API answers with `ok: false`; `retry_after` is in whole seconds."""

    def __init__(self, code: int, description: str, *, retry_after: int | None = None) -> None:
        self.code = code
        self.description = description
        self.retry_after = retry_after
        super().__init__(f"{code}: {description}")


def bad_request(what: str) -> RefusedError:
    """400: the call is wrong, repeating it will not help."""
    return RefusedError(400, f"Bad Request: {what}")


def forbidden(what: str) -> RefusedError:
    """403: the bot may not reach this chat."""
    return RefusedError(403, f"Forbidden: {what}")


def not_found(what: str) -> RefusedError:
    """404: no such method or file."""
    return RefusedError(404, f"Not Found: {what}")


def conflict(what: str) -> RefusedError:
    """409: somebody else receives the updates."""
    return RefusedError(409, f"Conflict: {what}")


def too_many(retry_after: int) -> RefusedError:
    """429: wait `retry_after` seconds."""
    return RefusedError(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)


def unauthorized() -> RefusedError:
    """401: a token of no bot."""
    return RefusedError(401, "Unauthorized")


def too_large() -> RefusedError:
    """413: the file is above the limit for uploads."""
    return RefusedError(413, "Request Entity Too Large")
