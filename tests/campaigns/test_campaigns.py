"""The programs of this folder, small: each finds nothing wrong, its control everything."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.campaigns import (
    break_language,
    canary_packets,
    canary_scan,
    export_cases,
    forgetting,
    kill_interview,
    leaks,
    type_interviews,
)
from tests.store.quick_keys import quick_keys, remembered_keys


@pytest.fixture(autouse=True)
def _derive_once() -> Iterator[None]:
    """Key files that other processes open as well; none is derived twice in this one."""
    with remembered_keys():
        yield


@pytest.fixture
def quick(_derive_once: None) -> Iterator[None]:
    """For studies that no other process opens."""
    with quick_keys():
        yield


def test_nothing_that_was_planted_is_found_in_the_files_of_a_study(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quick: None
) -> None:
    import tempfile

    monkeypatch.setenv("TMPDIR", "")  # put back at the end, with what tempfile made of it
    monkeypatch.setattr(tempfile, "tempdir", None)
    planted = leaks.words()
    found = canary_scan.scan_study(tmp_path / "encrypted", planted)
    assert len(found) == 5
    assert not any(found.values()), found


def test_control_everything_is_found_where_nothing_is_encrypted(tmp_path: Path) -> None:
    planted = leaks.words()
    found = canary_scan.scan_control(tmp_path / "plain", planted)
    assert list(found) == ["write-ahead log", "database", "backup", "export"]
    assert all(one == set(planted) for one in found.values())


def test_nothing_planted_is_found_in_packets_and_what_is_kept_aside(
    tmp_path: Path, quick: None
) -> None:
    found = canary_packets.scan_packets(tmp_path, leaks.words(60))
    assert len(found) == 4
    assert not any(found.values()), found


def test_nor_in_a_study_of_simulated_cases(tmp_path: Path, quick: None) -> None:
    found, said = canary_packets.scan_simulated(tmp_path, leaks.words(60))
    assert said > 0
    assert not found


@pytest.mark.parametrize("way", leaks.encodings("x"))
def test_control_the_search_sees_a_word_in_each_encoding(way: str, tmp_path: Path) -> None:
    word = leaks.words()[0]
    for form in leaks.encodings(word)[way]:
        (tmp_path / "file").write_bytes(b"\x00\x01" + form + b"\xff")
        assert leaks.hits([tmp_path], [word]) == {word}


def test_a_submitted_case_is_forgotten_by_its_interviewer(tmp_path: Path, quick: None) -> None:
    figures = forgetting.run(tmp_path)
    assert forgetting.passed(figures), figures


def test_so_are_cases_that_were_returned_and_handed_in_again(tmp_path: Path, quick: None) -> None:
    figures = forgetting.many(tmp_path, 5)
    assert forgetting.forgot(figures), figures


def test_no_acknowledged_answer_is_lost_when_the_interview_is_killed() -> None:
    outcome = kill_interview.campaign(2, seed=11, longest=0.3)
    assert outcome.lost == 0
    assert outcome.acknowledged > 0
    assert outcome.written_unreported <= outcome.kills


def test_control_answers_that_are_acknowledged_too_early_are_lost() -> None:
    outcome = kill_interview.campaign(3, control=True, seed=12, longest=0.3)
    assert outcome.lost > 0


def test_exported_cases_are_read_back_equal_and_a_changed_cell_is_not(tmp_path: Path) -> None:
    exported = export_cases.simulate_and_export(4, tmp_path)
    found, compared = export_cases.differences(exported)
    assert found == []
    assert compared["cells of the CSV"] > 1_500
    assert compared["value labels"] > 2_000
    _change_one_cell(exported.target)
    found, _ = export_cases.differences(exported)
    assert found == ["CSV elig_minor, row 1"]


def _change_one_cell(target: Path) -> None:
    csv = next(path for path in target.glob("*.csv") if "codebook" not in path.name)
    head, *rows = csv.read_text(encoding="utf-8").split("\n")
    at = head.rstrip("\r").split(",").index("elig_minor")
    cells = rows[0].split(",")
    cells[at] = "7"
    csv.write_text("\n".join([head, ",".join(cells), *rows[1:]]), encoding="utf-8")


def test_whatever_is_broken_in_an_instrument_is_refused() -> None:
    assert break_language.batch(break_language.read_one_instrument, range(60)).faults == []
    assert break_language.batch(break_language.read_one_condition, range(300)).faults == []


def test_control_a_reader_that_crashes_or_never_ends_is_found_out() -> None:
    found = break_language.batch(break_language.faulty, range(300), patience=0.05).faults
    assert any("KeyError" in one for one in found)
    assert any("not done" in one for one in found)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux to type into a terminal")
def test_a_whole_interview_is_typed_into_a_terminal(tmp_path: Path) -> None:
    done = type_interviews.type_cases(["ypi"], tmp_path)
    assert len(done.pictures) == 4
    found, count = type_interviews.compare(["ypi"], tmp_path / "study")
    assert found == []
    assert count > 50
    missed, _ = type_interviews.compare(["undercover"], tmp_path / "study")
    assert missed, "a case that was not typed has to be missed"
