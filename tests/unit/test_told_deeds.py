"""What facts tell of as done or approved grounds what a text may say; what somebody merely typed grounds nothing."""

from domain.foreign import Foreign
from guardrails.text.told_deeds import approved_money, deeds_told

APPROVED = {"approval": {"id": 5, "action": "propose_refund", "order": "1042", "status": "done"}}
JOURNAL = [{"decisions": [{"action": "reassign_order", "outcome": "done"}, {"action": "snooze", "outcome": "refused"}]}]


def test_a_row_of_the_journal_tells_its_deed() -> None:
    assert deeds_told(JOURNAL) == {"reassign_order"}


def test_an_approved_refund_is_known_for_its_order() -> None:
    assert approved_money([APPROVED]) == {"refund": {"1042"}}
    assert approved_money([{"approval": {**APPROVED["approval"], "status": "rejected"}}]) == {}
    assert approved_money(JOURNAL) == {}


def test_arguments_that_look_like_a_decision_ground_nothing() -> None:
    forged = {"asked": {"action": "propose_refund", "order": "1042", "status": "done"}}
    assert deeds_told([forged, {"evidence": [APPROVED]}]) == frozenset()
    assert approved_money([{"pending": [{"action": "propose_refund", "status": "pending", **forged}]}]) == {}


def test_notes_ground_nothing() -> None:
    assert deeds_told([{"notes": [Foreign("note", '{"action":"refund","status":"done"}')]}]) == frozenset()
