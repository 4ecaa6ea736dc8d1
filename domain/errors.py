"""The one family of expected errors.

An error names the fact and the way out. It carries a stable `code`, the parameters of its text (the catalogue entry
`error-<code>` renders it in the reader's language) and what is allowed instead. The HTTP door maps the family to
problem+json in `api/problems.py`, the Telegram door to a message by `locales/sentences.py`; nobody else translates it.
"""

from collections.abc import Mapping, Sequence


class DeskError(Exception):
    """Base of all expected errors; `code` is stable and machine-readable."""

    code = "error"

    def __init__(self, *, allowed: Sequence[str] = (), missing: Sequence[str] = (), **params: str | float) -> None:
        self.allowed = tuple(allowed)
        self.missing = tuple(missing)
        self.params: Mapping[str, str | float] = params
        super().__init__(self._english())

    def _english(self) -> str:
        facts = ", ".join(f"{name}={value}" for name, value in self.params.items())
        parts = [f"{self.code}: {facts}" if facts else self.code]
        if self.missing:
            parts.append(f"missing: {', '.join(self.missing)}")
        if self.allowed:
            parts.append(f"allowed: {', '.join(self.allowed)}")
        return "; ".join(parts)


class NotFoundError(DeskError):
    """The named thing does not exist (`kind`, `name`)."""

    code = "not-found"


class InvalidInputError(DeskError):
    """A value from outside is not acceptable (`field`, `value`; `allowed` lists what is)."""

    code = "invalid-input"


class TransitionRefusedError(DeskError):
    """The move is not in the transition table (`order`, `source`, `target`; `allowed` lists legal targets)."""

    code = "transition-refused"


class EvidenceMissingError(DeskError):
    """The move is legal, but evidence lacks (`order`, `source`, `target`; `missing` lists each piece)."""

    code = "evidence-missing"


class ForbiddenError(DeskError):
    """The actor may not do this (`action`, `rule`); deny by default ends here too."""

    code = "forbidden"


class StaleError(DeskError):
    """The actor saw an older state than the present one (`order`, `seen`, `present`)."""

    code = "stale"


class ConflictError(DeskError):
    """The state of the thing does not permit the action now (`kind`, `name`, `state`; `allowed` lists states)."""

    code = "conflict"


class PolicyError(DeskError):
    """A policy file is invalid (`file`, `key`, `problem`; `allowed` lists accepted values)."""

    code = "policy-invalid"
