"""What the machine room shows of models and of jobs that were given up."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from domain.model_state import ModelState
from domain.policy.agents import Price
from locales.words import Words
from store.heartbeats import Heartbeat
from store.server.failed_jobs import FailedJob

WORKER: Final = "worker"
ABOUT: Final = ("order", "notification_id", "update_id", "turn_id", "message_id", "chat_id")
"""What a job may be about, the most telling first."""
CALLED: Final[Mapping[str, Collection[str]]] = {
    "beat": ("auditor", "sealer", "sweep", "telegram-in", "worker"),
    "queue": ("agents", "delivery", "feed", "inbox", "watch"),
    "task": (
        *("deliver", "follow", "handle_update", "menu", "refresh_card", "run_turn"),
        *("watch-audit", "watch-seal", "watch-sweep"),
    ),
}
"""Workers, queues and tasks that have words; others are shown as they are named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelLine:
    """A model, for how many seconds it still rests, and its price in force (None: not known)."""

    state: ModelState
    rests_s: int
    price: Price | None


def models_of(beats: Sequence[Heartbeat], *, silence: float, prices: Mapping[str, Price]) -> Sequence[ModelLine] | None:
    """What the worker that was heard last tells of its models; None when none is heard."""
    beat = next((each for each in beats if each.name == WORKER and each.seconds <= silence), None)
    if beat is None or "models" not in beat.detail:
        return None
    states = [ModelState(**told) for told in beat.detail["models"]]
    return [
        ModelLine(state=state, rests_s=round(max(0.0, state.rests_s - beat.seconds)), price=prices.get(state.name))
        for state in states
    ]


def called(words: Words, kind: str, names: Iterable[str]) -> Mapping[str, str]:
    """What workers, queues or tasks do, by name; one that has no words is left out."""
    keys = {name: name.replace(".", "-") for name in names}
    return {name: words.plain(f"system-{kind}-{key}") for name, key in keys.items() if key in CALLED[kind]}


def about(job: FailedJob) -> tuple[str, Any] | None:
    """What the job was about: the name of its argument, and the order's code or a number."""
    return next(((name, job.args[name]) for name in ABOUT if name in job.args), None)
