"""What the errors of the `openai` client mean: which trouble it is, and how long the server asks to wait."""

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime

import openai

from agents.models.errors import ModelUnavailableError, Trouble

BY_STATUS: Mapping[int, Trouble] = {
    401: Trouble.ACCESS,
    403: Trouble.ACCESS,
    404: Trouble.ACCESS,
    408: Trouble.BUSY,
    409: Trouble.BUSY,
    429: Trouble.BUSY,
}
EXHAUSTED = "insufficient_quota"
TOLD_CHARACTERS = 200


def trouble_of(error: openai.OpenAIError, *, model: str, key: str) -> ModelUnavailableError:
    """The error in the desk's words; `key` is taken out of what the server tells."""
    match error:
        case openai.APITimeoutError():
            return ModelUnavailableError(model=model, trouble=Trouble.TIMEOUT, problem="no answer in time")
        case openai.APIConnectionError():
            cause = type(error.__cause__).__name__ if error.__cause__ else "no connection"
            return ModelUnavailableError(model=model, trouble=Trouble.CONNECTION, problem=f"no connection: {cause}")
        case openai.APIStatusError():
            return _refused(error, model=model, key=key)
        case _:
            return ModelUnavailableError(model=model, trouble=Trouble.GARBAGE, problem=type(error).__name__)


def _refused(error: openai.APIStatusError, *, model: str, key: str) -> ModelUnavailableError:
    status = error.status_code
    trouble = Trouble.SERVER if status >= 500 else BY_STATUS.get(status, Trouble.REFUSED)
    if error.code == EXHAUSTED:
        trouble = Trouble.QUOTA
    told = " ".join(error.message.split()).replace(key, "…")[:TOLD_CHARACTERS]
    return ModelUnavailableError(
        model=model,
        trouble=trouble,
        problem=f"HTTP {status}: {told}",
        retry_after_s=retry_after(error.response.headers),
    )


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that the server asks to wait: a number, or a date, which counts from the server's own `Date`."""
    for header, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            seconds = float(headers.get(header, ""))
        except ValueError:
            continue
        if 0 <= seconds < float("inf"):
            return seconds * unit
    asked, sent = _date(headers.get("retry-after")), _date(headers.get("date"))
    return max((asked - sent).total_seconds(), 0.0) if asked and sent else None


def _date(text: str | None) -> datetime | None:
    try:
        read = parsedate_to_datetime(text) if text else None
    except ValueError:
        return None
    return read if read is not None and read.tzinfo is not None else None
