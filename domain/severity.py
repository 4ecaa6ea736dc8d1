"""How urgent a thing is, and by when its owner must have dealt with it (docs/DOMAIN.md 6)."""

from enum import StrEnum


class Severity(StrEnum):
    """Severities from the mildest to the worst; the order of definition is the order of urgency."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for low up to 3 for critical; compare severities by it, never by their text."""
        return _RANKS[self]


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


def bump(severity: Severity, steps: int = 1) -> Severity:
    """Raise a severity by `steps` (the third ladder step raises it by one); critical stays critical."""
    ladder = tuple(Severity)
    return ladder[min(severity.rank + steps, len(ladder) - 1)]
