"""The campaigns against the store, small: nothing lost, nothing silent, each control noticed."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.campaigns.store import (
    changed_bytes,
    clocks,
    failing_disk,
    forged_rows,
    full_disk,
    power_cut,
    work,
    wrong_keys,
)
from tests.campaigns.store.cut_disk import CutDisk
from tests.campaigns.store.disk import Op
from tests.campaigns.store.support import a_study, cheap_keys


@pytest.fixture(autouse=True, scope="module")
def _cheap() -> Iterator[None]:
    with cheap_keys():
        yield


@pytest.mark.parametrize(
    ("scenario", "steps", "points"),
    [(work.ANSWERS, 2, 24), (work.SUBMISSIONS, 2, 12), (work.INSTRUMENTS, 1, 20)],
    ids=["answers", "submissions", "instruments"],
)
def test_nothing_is_lost_to_a_power_cut(
    scenario: work.Scenario, steps: int, points: int, tmp_path: Path
) -> None:
    tally = power_cut.campaign(scenario, tmp_path, points, 1, files=True, steps=steps)
    assert (tally.points, tally.lost, tally.corrupt) == (points, 0, 0), tally.examples


def test_control_settings_that_promise_less_lose_to_a_power_cut(tmp_path: Path) -> None:
    for database, points in (("DELETE + FULL", 50), ("OFF", 6)):
        # A cut loses something about once in fifteen, so some fifty of them may all miss it.
        with power_cut.settings(database):
            assert any(_spoiled(tmp_path / f"{database} {seed}", points, seed) for seed in range(4))


def _spoiled(folder: Path, points: int, seed: int) -> int:
    tally = power_cut.campaign(work.ANSWERS, folder, points, seed, files=True, steps=3)
    return tally.lost + tally.corrupt


def test_control_files_that_are_not_synced_are_spoiled_by_a_power_cut(tmp_path: Path) -> None:
    tally = power_cut.campaign(work.INSTRUMENTS, tmp_path, 12, 1, files=False, steps=1)
    assert tally.lost + tally.corrupt > 0


def test_a_disk_keeps_what_was_synced_and_may_lose_all_else(tmp_path: Path) -> None:
    (tmp_path / "old").write_bytes(b"old")
    old, new, to = (str(tmp_path / name) for name in ("old", "new", "to"))
    disk, chances = CutDisk(tmp_path), [Random(seed) for seed in range(40)]
    assert disk.after_a_cut(chances[0]) == {old: b"old"}
    disk.do(Op("open", new))
    disk.do(Op("write", new, 0, b"a" * 2000))
    kept = [disk.after_a_cut(chance).get(new) for chance in chances]
    assert None in kept
    assert any(one is not None and len(one) < 2000 for one in kept)
    disk.do(Op("sync", new))
    assert {disk.after_a_cut(chance).get(new) for chance in chances} == {None, b"a" * 2000}
    disk.do(Op("rename", new, to=to))
    disk.do(Op("sync folder", str(tmp_path)))
    disk.do(Op("truncate", to, 10))
    found = [disk.after_a_cut(chance) for chance in chances]
    assert {tuple(sorted(one)) for one in found} == {(old, to)}
    assert {len(one[to]) for one in found} == {10, 2000}
    disk.do(Op("unlink", old))
    assert {old in disk.after_a_cut(chance) for chance in chances} == {True, False}


def test_a_disk_that_refuses_loses_nothing_and_work_goes_on(tmp_path: Path) -> None:
    for number, way in enumerate(failing_disk.WAYS):
        ns = iter(range(40 + 29 * number, 160, 150))
        tally = failing_disk.campaign(tmp_path / str(number), way, ns)
        assert tally.sound, tally.examples
        assert tally.told > 0


def test_control_a_refused_answer_that_counts_as_saved_is_missed(tmp_path: Path) -> None:
    tally = failing_disk.campaign(tmp_path, "once", iter([120]), control=True)
    assert tally.lost > 0


def test_a_limit_on_files_loses_nothing(tmp_path: Path) -> None:
    for control in (False, True):
        made = a_study(tmp_path / str(control))
        found = full_disk.fill("limit", made, full_disk.no_larger_files, control=control)
        assert found.sound is not control, found


@pytest.mark.parametrize("name", ["ten years back", "summer time ends"])
def test_a_wrong_clock_takes_no_case_and_no_answer(name: str, tmp_path: Path) -> None:
    found = clocks.sit(a_study(tmp_path / "study"), name)
    assert found.sound, found


def test_control_a_clock_that_nobody_looks_at_is_missed(tmp_path: Path) -> None:
    with clocks.unnoticed():
        assert not clocks.sit(a_study(tmp_path / "study"), "a day back").sound


def test_no_change_of_a_file_is_silent() -> None:
    tallies = changed_bytes.run(changed_bytes.Asked(6, 1))
    assert all(tally.sound for tally in tallies), [tally.examples for tally in tallies]
    assert sum(tally.outcomes["told"] for tally in tallies) > 25


def test_control_a_reader_that_believes_sqlites_own_check_is_deceived() -> None:
    tallies = changed_bytes.run(changed_bytes.Asked(40, 1, control=True))
    assert any(tally.outcomes["different"] for tally in tallies)


def test_control_a_reading_without_end_is_told() -> None:
    assert changed_bytes.endless_is_told()


def test_forged_rows_of_a_study_that_was_worked_in_are_noticed(tmp_path: Path) -> None:
    lived = forged_rows.live_in(a_study(tmp_path / "study"), tmp_path)
    assert forged_rows.noticed(lived.copy(tmp_path / "untouched")) == []
    for number, name in enumerate(list(forged_rows.ATTACKS)[::5]):
        copy = lived.copy(tmp_path / str(number))
        forged_rows.ATTACKS[name](copy)
        assert forged_rows.noticed(copy), name


def test_nothing_wrong_opens_anything(tmp_path: Path) -> None:
    assert set(wrong_keys.run(520, 1)) == {"refused"}
    assert set(wrong_keys.control(10, 1)) == {"accepted"}
