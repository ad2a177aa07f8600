"""Rows that a move left without a place wait, until somebody deals with them by hand."""

from datetime import UTC, datetime

from cati.events import RowChanged
from cati.record import CaseRecord
from skips import Route, compile_instrument
from skips.case_state import RowsKept
from tests.cati.household import household

NOW = datetime(2026, 3, 19, 15, 0, tzinfo=UTC)


def test_a_row_that_was_brought_back_and_taken_out_by_hand_waits_no_longer() -> None:
    instrument = household()
    record = CaseRecord(instrument, Route(compile_instrument(instrument)))
    for change, row in (("added", 1), ("added", 2), ("removed", 2)):
        record.replay(RowChanged(t=NOW, q="visitor", r=row, change=change))
    record.rows_left = {"visitor": RowsKept(3, frozenset({2, 3}), (1, 2, 3))}
    record.replay(RowChanged(t=NOW, q="visitor", r=2, change="added"))
    assert record.rows_left["visitor"].standing == {3}
    record.replay(RowChanged(t=NOW, q="visitor", r=2, change="removed"))
    assert record.rows_left["visitor"].standing == {3}
