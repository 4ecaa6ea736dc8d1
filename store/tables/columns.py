"""What every table is made of: the metadata with its names, and the kinds of columns."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import BigInteger, Boolean, Column, DateTime, ForeignKey, Identity, Integer, MetaData, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.types import UserDefinedType

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

OPEN = "status NOT IN ('closed', 'cancelled')"
REOPENED = "from_status IN ('delivered', 'closed', 'cancelled') AND to_status NOT IN ('closed', 'cancelled')"
PROMISE = "kind NOT IN ('movement', 'follow_up')"  # clocks that hold somebody to a time; the other two only watch


class Xid8(UserDefinedType[int]):
    """PostgreSQL's 64-bit transaction id: tells which rows are settled when the journal is sealed."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        """The type's name in DDL."""
        return "xid8"


cast("dict[str, object]", ischema_names)["xid8"] = (
    Xid8  # so that reflection knows it when migrations are compared with the tables
)


def identity() -> Column[int]:
    """The row's number, given by the database."""
    return Column("id", BigInteger, Identity(), primary_key=True)


def instant(name: str, *, required: bool = False) -> Column[datetime]:
    """An instant, kept in UTC."""
    return Column(name, DateTime(timezone=True), nullable=not required)


def json_column(name: str, default: str = "{}") -> Column[Any]:
    """A JSON value that is never absent; `default` is JSON."""
    return Column(name, JSONB, nullable=False, server_default=text(f"'{default}'::jsonb"))


def flag(name: str, *, default: bool = False) -> Column[bool]:
    """Yes or no."""
    return Column(name, Boolean, nullable=False, server_default=text("true" if default else "false"))


def words(name: str, *, required: bool = False, default: str | None = None) -> Column[str]:
    """A text; with a default it is never absent."""
    server_default = None if default is None else text(f"'{default}'")
    return Column(name, Text, nullable=not (required or default is not None), server_default=server_default)


def reference(name: str, target: str, *, required: bool = False) -> Column[int]:
    """The number of a row of another table, as `table.column`."""
    return Column(name, BigInteger, ForeignKey(target), nullable=not required)


def decision() -> Column[object]:
    """The journal row that explains this one; written in the same commit, in any order."""
    return Column(
        "decision",
        Uuid,
        ForeignKey("ai_decisions.uid", deferrable=True, initially="DEFERRED"),
        nullable=False,
    )


def counter(name: str) -> Column[int]:
    """A count that begins at nothing."""
    return Column(name, Integer, nullable=False, server_default=text("0"))
