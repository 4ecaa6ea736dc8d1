"""From the settings to a database: the embedded server, or the one that DATABASE_URL names."""

from settings import Settings
from store.database import require_supported
from store.server.embedded import ensure_server


def database_url(settings: Settings) -> str:
    """URL of a server that answers and is new enough; the embedded one is started, and left when the process ends.

    Raises ServerError or DatabaseUnavailableError with the way out.
    """
    if settings.database_url is None:
        return ensure_server(settings.data_dir)
    require_supported(settings.database_url)
    return settings.database_url
