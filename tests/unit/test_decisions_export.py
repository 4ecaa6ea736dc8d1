"""A journal opened by a table program runs nothing."""

import pytest

from api.pages.decisions_export import neutral


@pytest.mark.parametrize("cell", ["=1+1", "+7 900", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_cell_that_begins_like_a_formula_is_marked_as_text(cell: str) -> None:
    assert neutral(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["a=1", "", None, -5, 1.5])
def test_other_cells_stay_as_they_are(cell: object) -> None:
    assert neutral(cell) == cell
