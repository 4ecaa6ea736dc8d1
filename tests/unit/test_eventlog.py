"""Reading an event log: what a row says, what is wrong with a bad one, and mistakes of the mapping."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.history import load_mapping
from domain.errors import DeskError, InvalidInputError, PolicyError
from domain.eventlog import BadRow, LogEvent, LogMapping, Unmapped, read_log
from domain.validation import parse
from settings import ROOT

WRITTEN: dict[str, Any] = {
    "columns": {"case": "id", "activity": "what", "resource": "who", "time": "when"},
    "activities": {"Open": "pending_manager", "Take": "under_inspection"},
}
HEADER = "id,what,who,when\n"


def mapping(**changes: Any) -> LogMapping:
    return parse(LogMapping, WRITTEN | changes)


def rows(text: str, **changes: Any) -> list[LogEvent | BadRow]:
    return list(read_log(io.StringIO(HEADER + text, newline=""), mapping(**changes)))


def test_a_row_says_case_activity_person_and_time() -> None:
    assert rows("7, Open ,Анна,2020-01-02T03:04:05+03:00\n") == [
        LogEvent(line=2, case="7", activity="Open", resource="Анна", at=datetime(2020, 1, 2, 0, 4, 5, tzinfo=UTC))
    ]


def test_a_row_without_a_person_has_none_and_empty_lines_are_passed_over() -> None:
    (event,) = rows("\n7,Open,,2020-01-02T03:04:05Z\n\n")
    assert isinstance(event, LogEvent)
    assert (event.resource, event.line) == (None, 3)


def test_a_log_without_a_column_of_people_can_be_read() -> None:
    columns = {"case": "id", "activity": "what", "time": "when"}
    (event,) = rows("7,Open,Анна,2020-01-02T03:04:05Z\n", columns=columns)
    assert isinstance(event, LogEvent)
    assert event.resource is None


@pytest.mark.parametrize(
    ("written", "times"),
    [
        ("2020-07-02 12:00:00", {"zone": "Europe/Moscow"}),
        ("02.07.2020 12:00", {"zone": "Europe/Moscow", "format": "%d.%m.%Y %H:%M"}),
        ("2020-07-02 11:00:00+02:00", {"zone": "Europe/Moscow"}),
        ("2020-07-02 09:00:00 +0000", {"format": "%Y-%m-%d %H:%M:%S %z"}),
    ],
)
def test_times_are_read_by_format_and_zone(written: str, times: dict[str, str]) -> None:
    (event,) = rows(f"7,Open,,{written}\n", times=times)
    assert isinstance(event, LogEvent)
    assert event.at == datetime(2020, 7, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("row", "column", "problem"),
    [
        (",Open,,2020-01-02T03:04:05Z", "id", "is empty"),
        ("7, ,,2020-01-02T03:04:05Z", "what", "is empty"),
        (f"{'7' * 39},Open,,2020-01-02T03:04:05Z", "id", "longer than 38"),
        ("7,Open,,yesterday", "when", "no time of the form iso"),
        ("7,Open,,2020-01-02T03:04:05", "when", "no time zone"),
        ("7,Open,,0001-01-02T03:04:05Z", "when", "out of range"),
        ("7,Open,2020-01-02T03:04:05Z", "", "3 fields instead of 4"),
        ("7,Open,,2020-01-02T03:04:05Z,more", "", "5 fields instead of 4"),
        ("7,Op\x00en,,2020-01-02T03:04:05Z", "what", "no text"),
        ("7,Op\udcffen,,2020-01-02T03:04:05Z", "what", "no text"),
    ],
)
def test_a_bad_row_says_what_is_wrong_and_its_neighbours_are_read(row: str, column: str, problem: str) -> None:
    good = "8,Open,,2020-01-02T03:04:05Z\n"
    before, bad, after = rows(f"{good}{row}\n{good}")
    assert isinstance(before, LogEvent)
    assert isinstance(after, LogEvent)
    assert isinstance(bad, BadRow)
    assert (bad.line, bad.column) == (3, column)
    assert problem in bad.problem


def test_a_field_longer_than_any_reader_takes_is_a_bad_row_too(monkeypatch: pytest.MonkeyPatch) -> None:
    limit = csv.field_size_limit(100)
    try:
        found = rows(f"7,{'x' * 200},,2020-01-02T03:04:05Z\n8,Open,,2020-01-02T03:04:05Z\n")
    finally:
        csv.field_size_limit(limit)
    assert [type(row) for row in found] == [BadRow, LogEvent]


def test_a_lacking_column_is_named_with_those_that_there_are() -> None:
    with pytest.raises(InvalidInputError) as caught:
        rows("", columns={"case": "nr", "activity": "what", "time": "when"})
    assert caught.value.params["field"] == "columns.case"
    assert caught.value.allowed == ("id", "what", "who", "when")


def test_an_empty_file_is_an_error_and_a_header_alone_is_an_empty_log() -> None:
    with pytest.raises(InvalidInputError, match="header"):
        list(read_log([], mapping()))
    assert rows("") == []


@given(
    table=st.lists(
        st.tuples(
            st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=20),
            st.datetimes(datetime(2000, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001 - the zone is added below
        )
    )
)
def test_whatever_a_csv_writer_writes_is_read_back(table: list[tuple[str, datetime]]) -> None:
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(("id", "what", "who", "when"))
    writer.writerows((f"c{n}", text, "", at.isoformat() + "Z") for n, (text, at) in enumerate(table))
    file.seek(0)
    found = [row for row in read_log(file, mapping()) if isinstance(row, LogEvent)]
    readable = [(text.strip(), at.replace(tzinfo=UTC)) for text, at in table if text.strip()]
    assert [(row.activity, row.at) for row in found] == readable


# ── the mapping ──────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_example_can_be_loaded() -> None:
    loaded = load_mapping(ROOT / "docs" / "examples" / "helpdesk-mapping.yaml")
    assert loaded.unmapped is Unmapped.NOTE
    assert len(loaded.activities) == 12


@pytest.mark.parametrize(
    ("changes", "field", "allowed"),
    [
        ({"activities": {"Open": "new"}}, "activities.Open", "pending_manager"),
        ({"activities": {}}, "activities", "1"),
        ({"unmapped": "drop"}, "unmapped", "quarantine"),
        ({"column": {}}, "column", "columns"),
        ({"columns": {"case": "id", "activity": "id", "time": "when"}}, "columns", "different columns"),
        ({"times": {"zone": "Moscow"}}, "times.zone", "Europe/Moscow"),
        ({"times": {"format": "european"}}, "times.format", "iso"),
        ({"form": {"encoding": "utf-9"}}, "form.encoding", "utf-8"),
        ({"form": {"delimiter": ";;"}}, "form.delimiter", "1"),
    ],
)
def test_a_mistake_of_the_mapping_names_the_key_and_what_it_may_hold(
    changes: dict[str, Any], field: str, allowed: str
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        mapping(**changes)
    assert caught.value.params["field"] == field
    assert any(allowed in value for value in caught.value.allowed)


@pytest.mark.parametrize("text", ["activities: [", "team: a\nteam: b", "- 1"])
def test_a_mapping_that_is_none_is_an_expected_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_text(text)
    with pytest.raises((PolicyError, InvalidInputError)):
        load_mapping(path)


def test_a_mapping_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DeskError, match="mapping"):
        load_mapping(tmp_path / "none.yaml")
