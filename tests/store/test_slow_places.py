"""Slow and failing drives: nobody waits for them, and what could not be put there is named."""

import shutil
from pathlib import Path

import pytest

from store import StoreError
from store.backup import snapshot
from store.backup.restoring import _building
from tests.store.made import Made


def test_a_stick_pulled_at_the_end_leaves_the_packet_and_says_where(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    replace = Path.replace

    def pulled(self: Path, target: Path) -> Path:
        if Path(target).parent == stick:
            raise OSError(5, "EIO")
        return replace(self, target)

    with made.unlocked("dan") as (dan,):
        with monkeypatch.context() as patch:
            patch.setattr(Path, "replace", pulled)
            with pytest.raises(StoreError, match=r"away.*--take-back") as told:
                dan.packets.send([made.begun], stick, to="ina")
        assert [one.id for one in dan.packets.away()] == [made.begun]
        (kept,) = made.folder.glob("to-ina-*")
        assert str(kept) in str(told.value)
        shutil.rmtree(stick)
        with pytest.raises(StoreError):
            dan.packets.send([made.fresh], stick / "x.cati-packet", to="ina")
        assert len(dan.packets.away()) == 1  # known before anything was changed


def test_while_others_wait_nothing_is_written_to_a_slow_drive(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places: list[Path] = []
    copy = snapshot.copy_files

    def noted(study: Path, target: Path) -> None:
        places.append(target)
        copy(study, target)

    monkeypatch.setattr(snapshot, "copy_files", noted)
    with made.unlocked("dan") as (dan,):
        backup = dan.backups.make(tmp_path)
    assert backup.path.parent == tmp_path
    assert [one.is_relative_to(made.folder) for one in places] == [True]
    assert not list(made.folder.glob(".cati-backup-*"))


def test_what_a_killed_restore_left_goes_with_the_next(tmp_path: Path) -> None:
    left = tmp_path / ".study.restoring-1a2b3c"
    left.mkdir()
    with _building(tmp_path / "study") as first, _building(tmp_path / "study") as second:
        assert not left.exists()
        assert first.is_dir()
        assert second.is_dir()


def test_closing_a_case_forgets_whom_that_one_is_about_alone(made: Made) -> None:
    with made.unlocked("ina") as (ina,):
        ina.cases(mine_only=True)
        before = set(ina.known)
        ina.open_case(made.begun).release()
        assert before - set(ina.known) == {made.begun}
        assert len(ina.known) > 1
