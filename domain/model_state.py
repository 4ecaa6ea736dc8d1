"""How a language model behaves, as the process that asks it tells others."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelState:
    """One model: how often in a row it failed, and for how many seconds it is left alone (0: it may be asked)."""

    name: str
    failures: int
    rests_s: float
