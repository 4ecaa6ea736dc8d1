"""What one run may still spend: model calls, tool calls, tokens, money, seconds; and what its role may spend today."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from domain.policy import DayLimits, RunLimits
from store.agents.usage import Spent


class Exhausted(StrEnum):
    """Which limit ended the run."""

    MODEL_CALLS = "model-calls"
    TOKENS = "tokens"
    MONEY = "money"
    TIME = "time"
    DAY_TOKENS = "day-tokens"
    DAY_MONEY = "day-money"


@dataclass(slots=True, kw_only=True)
class Budget:
    """The account of one run; `clock` gives seconds that only ever grow, `spent` is the role's account of the day."""

    run: RunLimits
    day: DayLimits
    spent: Spent
    clock: Callable[[], float]
    model_calls: int = 0
    tool_calls: int = 0
    tokens: int = 0
    cost_eur: Decimal = Decimal(0)
    started: float = field(init=False)

    def __post_init__(self) -> None:
        """Start the run's time."""
        self.started = self.clock()

    @property
    def seconds_left(self) -> float:
        """Seconds until the run's time is over; 0 when it is."""
        return max(0.0, self.run.seconds - (self.clock() - self.started))

    def count_model(self, *, tokens: int, cost_eur: Decimal | None) -> None:
        """One model call."""
        self.model_calls += 1
        self.tokens += tokens
        self.cost_eur += cost_eur or Decimal(0)

    def count_tool(self) -> None:
        """One tool call."""
        self.tool_calls += 1

    def exhausted(self) -> Exhausted | None:
        """The limit that is reached, before another model call."""
        reached = (
            (Exhausted.MODEL_CALLS, self.model_calls >= self.run.model_calls),
            (Exhausted.TOKENS, self.tokens >= self.run.tokens),
            (Exhausted.MONEY, self.cost_eur >= self.run.eur),
            (Exhausted.TIME, self.seconds_left <= 0),
            (Exhausted.DAY_TOKENS, self.spent.tokens + self.tokens >= self.day.tokens),
            (Exhausted.DAY_MONEY, self.spent.cost_eur + self.cost_eur >= self.day.eur),
        )
        return next((limit for limit, is_reached in reached if is_reached), None)

    @property
    def tools_left(self) -> int:
        """How many tool calls the run may still make."""
        return max(0, self.run.tool_calls - self.tool_calls)
