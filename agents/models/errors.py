"""How access to a model fails: it does not answer, or it answers nonsense."""

from enum import StrEnum

from agents.models.model import Completion
from domain.errors import DeskError


class Trouble(StrEnum):
    """Why a model did not answer."""

    CONNECTION = "connection"
    TIMEOUT = "timeout"
    BUSY = "busy"
    SERVER = "server"
    GARBAGE = "garbage"
    QUOTA = "quota"
    ACCESS = "access"
    REFUSED = "refused"
    RESTING = "resting"


PASSING = frozenset({Trouble.CONNECTION, Trouble.TIMEOUT, Trouble.BUSY, Trouble.SERVER})
"""May be over a moment later: worth another attempt."""
OF_THE_ENDPOINT = PASSING | {Trouble.GARBAGE, Trouble.QUOTA, Trouble.ACCESS}
"""Would meet any other request too: counted by the circuit breaker."""


class ModelUnavailableError(DeskError):
    """No answer came (`model`, `trouble`, `problem`); `retry_after_s` is the wait the server asks for, in seconds."""

    code = "model-unavailable"

    def __init__(self, *, model: str, trouble: Trouble, problem: str, retry_after_s: float | None = None) -> None:
        self.trouble = trouble
        self.retry_after_s = retry_after_s
        super().__init__(model=model, trouble=str(trouble), problem=problem)


class ModelNonsenseError(DeskError):
    """The answer has no meaning (`model`, `problem`).

    `problem` is in English and may be handed back to the model, once. `completion` holds what it took, and as its text
    what was said, tool calls as they came included.
    """

    code = "model-nonsense"

    def __init__(self, *, completion: Completion, problem: str) -> None:
        self.completion = completion
        self.problem = problem
        super().__init__(model=completion.model, problem=problem)
