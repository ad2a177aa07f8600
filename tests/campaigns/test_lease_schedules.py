"""The schedules of holders, small, and the control that has to be found."""

from pathlib import Path

from tests.campaigns.lease_schedules import campaign
from tests.store.postgres_server import NO_SERVER, binaries, shared_server


def test_holders_of_one_case_never_write_over_one_another(tmp_path: Path) -> None:
    tally = campaign(tmp_path / "study", None, 2)
    assert (tally.schedules, tally.violations) == (2, [])
    assert tally.acknowledged > 0
    assert tally.refusals > 0
    control = campaign(tmp_path / "control", None, 1, control=True)
    assert "an event sent under the stale token 1 was taken" in control.violations


def test_nor_do_they_where_the_network_breaks(tmp_path: Path) -> None:
    assert binaries() is not None, NO_SERVER
    with shared_server() as server:
        tally = campaign(tmp_path / "study", server, 3)
    assert (tally.schedules, tally.violations) == (3, [])
    assert tally.acknowledged > 0
    assert tally.cuts > 0
