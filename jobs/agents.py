"""What a worker needs of the role agents: whoever runs turns (`graph/runner.py`), without the libraries behind it."""

from collections.abc import Sequence
from typing import Final, Protocol

from domain.model_state import ModelState
from domain.progress import Hear
from jobs.queue import Rhythm

TIDIED: Final = "0 23 * * * *"
"""Once an hour."""


class RoleAgents(Protocol):
    """The role agents at work."""

    async def run(self, turn_id: int, hear: Hear | None = None) -> None:
        """Work on one turn until it has its answer; `hear` is told each step as it is taken."""
        ...

    def models(self) -> Sequence[ModelState]:
        """How the models that it asks behave now; none where rules answer."""
        ...

    async def tidy(self) -> None:
        """Forget conversations that are over, and what newer checkpoints have replaced."""
        ...


def rhythms(agents: RoleAgents | None) -> tuple[Rhythm, ...]:
    """What is done for them from time to time."""
    return () if agents is None else (Rhythm("tidy_threads", TIDIED, agents.tidy),)
