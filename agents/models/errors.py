"""Errors of models."""

from domain.errors import DeskError


class ModelUnavailableError(DeskError):
    """No model answers."""

    code = "model-unavailable"


class ModelNonsenseError(DeskError):
    """A model answers nonsense."""

    code = "model-nonsense"
