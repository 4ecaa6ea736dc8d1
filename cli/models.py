"""The models of this installation, as its settings name them."""

from collections.abc import Callable, Mapping

from agents.models.model import Price
from agents.models.pool import ModelPool, Models
from agents.models.provider import OPENAI, Endpoint
from agents.telemetry import Telemetry
from settings import Settings, SettingsError


def open_models(
    settings: Settings, *, prices: Callable[[], Mapping[str, Price]], telemetry: Telemetry | None = None
) -> ModelPool:
    """The pool over the endpoint of the settings; raises SettingsError where no key or no model is named."""
    if settings.openai_api_key is None or settings.model is None:
        raise SettingsError(problems="a language model needs OPENAI_API_KEY and MODEL")
    endpoint = Endpoint(settings.openai_api_key.get_secret_value(), settings.openai_base_url or OPENAI)
    models = Models(settings.model, settings.models_by_role(), settings.model_fallbacks)
    return ModelPool(endpoint, models, prices=prices, telemetry=telemetry)
