"""What can be wrong with the database server, as errors that name the fact and the way out."""

from domain.errors import DeskError


class ServerError(DeskError):
    """The PostgreSQL server cannot be used as it is (`problem`, `mend`): needs a person, retrying does not help."""

    code = "database-server"


class DatabaseUnavailableError(DeskError):
    """The PostgreSQL server does not answer now (`problem`, `mend`): it may be restarting, trying later may help."""

    code = "database-unavailable"


class OutcomeUnknownError(DeskError):
    """The connection broke during the commit: the work is done or not done (`problem`); look before repeating it."""

    code = "outcome-unknown"
