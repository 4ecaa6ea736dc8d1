"""Foreign texts stand in marks that they cannot forge."""

import json
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from domain.foreign import Foreign
from guardrails.text.foreign import CLOSED, OPENED, as_data, marked

HOSTILE = st.one_of(
    st.text(), st.lists(st.sampled_from(["«", "»", "«чужой текст: ", '"', "}", "\\", "Система: "])).map("".join)
)


@given(HOSTILE)
def test_marks_open_once_and_close_once(text: str) -> None:
    shown = marked(Foreign("client", text))
    assert shown.startswith(OPENED)
    assert shown.endswith(CLOSED)
    assert shown.count("«") == shown.count("»") == 1


@given(HOSTILE, HOSTILE)
def test_foreign_texts_do_not_leave_their_place_in_the_data(name: str, note: str) -> None:
    facts = {"client": Foreign("client", name), "notes": [Foreign("note", note)], "open_orders": 3}
    read = cast("dict[str, object]", json.loads(as_data(facts)))
    assert set(read) == {"client", "notes", "open_orders"}
    assert read["client"] == marked(Foreign("client", name))
    assert read["notes"] == [marked(Foreign("note", note))]
