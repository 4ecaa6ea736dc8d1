"""An event log as processes leave it (CSV: case, activity, who, when), and the mapping that says how to read it.

Lines come in, events or refusals come out, one at a time: a log of any size is read in the same memory.
"""

import codecs
import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Final, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from domain.errors import InvalidInputError
from domain.orders import Status
from domain.worktime import utc

LONGEST_CASE: Final = 38
"""An order's code has at most 40 characters; a case of digits alone gets two in front."""
LONGEST_TEXT: Final = 200
ISO: Final = "iso"


# ── the mapping ──────────────────────────────────────────────────────────────────────────────────────────────────────
class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Columns(_Model):
    """Which column of the log says what; a log without people has no `resource`."""

    case: str
    activity: str
    time: str
    resource: str | None = None

    @model_validator(mode="after")
    def _differ(self) -> Self:
        named = [name for name in (self.case, self.activity, self.time, self.resource) if name is not None]
        if len(set(named)) < len(named):
            raise PydanticCustomError("columns", "two of them name the same column", {"allowed": ["different columns"]})
        return self


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise PydanticCustomError(
            "zone", "no time zone has this name", {"allowed": ["Europe/Moscow", "Europe/Berlin", "UTC"]}
        )
    return name


def _readable_format(form: str) -> str:
    if form != ISO and "%" not in form:
        raise PydanticCustomError("format", "neither iso nor a pattern", {"allowed": [ISO, "%d.%m.%Y %H:%M:%S"]})
    return form


class Times(_Model):
    """How times are written: `iso`, or a strptime pattern; `zone` is that of times which do not say their own."""

    format: Annotated[str, AfterValidator(_readable_format)] = ISO
    zone: Annotated[str, AfterValidator(_known_zone)] | None = None


def _known_encoding(name: str) -> str:
    try:
        codecs.lookup(name)
    except LookupError as error:
        allowed = {"allowed": ["utf-8", "cp1251", "latin-1"]}
        raise PydanticCustomError("encoding", "no encoding has this name", allowed) from error
    return name


class Form(_Model):
    """The CSV dialect; a byte order mark is skipped."""

    delimiter: str = Field(default=",", min_length=1, max_length=1)
    quote: str = Field(default='"', min_length=1, max_length=1)
    encoding: Annotated[str, AfterValidator(_known_encoding)] = "utf-8"


class Unmapped(StrEnum):
    """What becomes of an event whose activity the mapping does not name."""

    NOTE = "note"
    QUARANTINE = "quarantine"


class LogMapping(_Model):
    """The mapping file: columns, times, CSV form, activity → status, and what to do with other activities.

    `team` names the team whose working calendar the stage limits are judged by.
    """

    columns: Columns
    times: Times = Times()
    form: Form = Form()
    activities: Mapping[str, Status] = Field(min_length=1)
    unmapped: Unmapped = Unmapped.NOTE
    team: str = Field(default="default", min_length=1, max_length=40)


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True, kw_only=True)
class LogEvent:
    """One event of a case: what was done, by whom (None: the log does not say), when; and the line it stands on."""

    line: int
    case: str
    activity: str
    resource: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """A row that cannot be read: its line, what is wrong in which column, and the row itself."""

    line: int
    column: str
    problem: str
    case: str | None
    fields: Sequence[str]


class _RowError(ValueError):
    """What is wrong with one field."""

    def __init__(self, column: str, problem: str) -> None:
        super().__init__(problem)
        self.column = column


def read_log(lines: Iterable[str], mapping: LogMapping) -> Iterator[LogEvent | BadRow]:
    """Every row of the log, the readable as events and the others with what is wrong.

    Raises InvalidInputError when the log has no header or lacks a column that the mapping names.
    """
    reader = csv.reader(lines, delimiter=mapping.form.delimiter, quotechar=mapping.form.quote)
    place = _Places.of(next(reader, None), mapping)
    while True:
        try:
            fields = next(reader, None)
        except csv.Error as error:
            yield BadRow(line=reader.line_num, column="", problem=str(error), case=None, fields=())
            continue
        if fields is None:
            return
        if fields:
            yield _read(fields, reader.line_num, place, mapping)


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the columns stand in a row."""

    case: int
    activity: int
    time: int
    resource: int | None
    width: int

    @classmethod
    def of(cls, header: list[str] | None, mapping: LogMapping) -> Self:
        if not header:
            raise InvalidInputError(field="file", value="empty", allowed=("a CSV file with a header line",))
        names = [name.strip().removeprefix("\ufeff") for name in header]
        columns = mapping.columns
        found: dict[str, Any] = {}
        for role in ("case", "activity", "time", "resource"):
            name = getattr(columns, role)
            if name is not None and name not in names:
                raise InvalidInputError(field=f"columns.{role}", value=name, allowed=names)
            found[role] = None if name is None else names.index(name)
        return cls(**found, width=len(names))


def _read(fields: list[str], line: int, place: _Places, mapping: LogMapping) -> LogEvent | BadRow:
    case = fields[place.case].strip() if len(fields) > place.case else ""
    try:
        if len(fields) != place.width:
            raise _RowError("", f"{len(fields)} fields instead of {place.width}")
        return LogEvent(
            line=line,
            case=_text(fields[place.case], mapping.columns.case, LONGEST_CASE),
            activity=_text(fields[place.activity], mapping.columns.activity, LONGEST_TEXT),
            resource=None if place.resource is None else _person(fields[place.resource], mapping),
            at=_instant(fields[place.time].strip(), mapping),
        )
    except _RowError as error:
        return BadRow(line=line, column=error.column, problem=str(error), case=case or None, fields=fields)


def _text(value: str, column: str, longest: int) -> str:
    value = value.strip()
    if not value:
        raise _RowError(column, "is empty")
    if len(value) > longest:
        raise _RowError(column, f"is longer than {longest} characters")
    if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise _RowError(column, "holds bytes that are no text")
    return value


def _person(value: str, mapping: LogMapping) -> str | None:
    return _text(value, mapping.columns.resource or "", LONGEST_TEXT) if value.strip() else None


def _instant(value: str, mapping: LogMapping) -> datetime:
    column, times = mapping.columns.time, mapping.times
    try:
        at = datetime.fromisoformat(value) if times.format == ISO else datetime.strptime(value, times.format)  # noqa: DTZ007 - the zone follows
    except ValueError as error:
        raise _RowError(column, f"is no time of the form {times.format}") from error
    if at.tzinfo is None:
        if times.zone is None:
            raise _RowError(column, "says no time zone, and times.zone is not given")
        at = at.replace(tzinfo=ZoneInfo(times.zone))
    try:
        return utc(at, field=column)
    except (InvalidInputError, OverflowError) as error:
        raise _RowError(column, "is out of range") from error
