from pathlib import Path

from tests.store.kill_campaign import campaign


def test_no_acknowledged_answer_is_lost_to_a_kill(tmp_path: Path) -> None:
    tally = campaign(tmp_path / "study", 10)
    assert (tally.kills, tally.lost, tally.damaged) == (10, 0, 0)
    assert tally.acknowledged > 0


def test_control_answers_acknowledged_before_they_are_saved_are_lost(tmp_path: Path) -> None:
    tally = campaign(tmp_path / "study", 3, control=True)
    assert tally.lost > 0
    assert tally.damaged == 0
