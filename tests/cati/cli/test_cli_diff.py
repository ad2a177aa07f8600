"""`cati diff` as it is typed."""

import json
from pathlib import Path

import pytest

from tests.cati.cli.conftest import Run
from tests.cati.diff_pairs import PAIRS, Two
from tests.instrument.household import files

RENAMED = "household: another name, a new question, one that is gone"


def folders(tmp_path: Path, two: Two) -> tuple[Path, Path]:
    """Both versions of a pair."""
    after = dict(two.files)
    for old, new in two.edits:
        after = {name: body.replace(old.encode(), new.encode()) for name, body in after.items()}
    return write(tmp_path / "old", dict(two.files)), write(tmp_path / "new", after)


def write(folder: Path, content: dict[str, bytes]) -> Path:
    folder.mkdir()
    for name, body in content.items():
        (folder / name).write_bytes(body)
    return folder


def test_the_same_version_differs_in_nothing(run: Run, tmp_path: Path) -> None:
    old, new = folders(tmp_path, Two(files(), ()))
    assert run("diff", old, new) == (0, "household 1.0.0: the same in 14 items.\n", "")
    assert run("instrument", "diff", old, new).code == 0


def test_what_is_only_written_otherwise_is_the_same(run: Run, tmp_path: Path) -> None:
    old, new = folders(tmp_path, PAIRS["household: every condition written otherwise"])
    done = run("diff", old, new)
    assert done.code == 0
    assert "    asked if: tenure == rented -> tenure not in (owned, other)\n" in done.out
    assert done.out.count("Written otherwise, the same cases.") == 4
    # Without a proof it is not known, and then it is not said to be the same.
    quick = run("diff", old, new, "--quick")
    assert quick.code == 1
    assert "universe not settled" in quick.out


def test_a_new_name_is_proposed_and_taken(run: Run, tmp_path: Path) -> None:
    old, new = folders(tmp_path, PAIRS[RENAMED])
    done = run("diff", old, new)
    assert done.code == 1
    assert "say --rename street=road." in done.out
    told = run("diff", old, new, "--rename", "street=road")
    assert "  road (was street): renamed\n" in told.out
    assert "--rename" not in told.out
    assert "cati case move --all --dry-run" in told.err
    read = json.loads(run("diff", old, new, "--rename", "street=road", "--json").out)
    assert read["likely"] == []
    assert ("street", "road") in {
        (one["old"], one["new"]) for part in read["sections"] for one in part["items"]
    }
    table = run("diff", old, new, "--rename", "street=road", "--markdown")
    assert (table.code, table.err) == (1, "")
    assert "| street | road | Street | renamed |" in table.out


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--rename", "street"], "A new name is given as OLD=NEW"),
        (["--rename", "nobody=road"], "has no item 'nobody' that could have a new name"),
        (["--rename", "street=nobody"], "The new version has no item 'nobody'."),
        (["--drop", "street"], "'street' need not be dropped"),
        (["--json", "--markdown"], "exclude each other"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    run: Run, tmp_path: Path, options: list[str], sentence: str
) -> None:
    old, new = folders(tmp_path, PAIRS[RENAMED])
    done = run("diff", old, new, *options)
    assert (done.code, done.out) == (2, "")
    assert sentence in done.err


def test_a_version_that_cannot_be_read_is_named(run: Run, tmp_path: Path) -> None:
    old, new = folders(tmp_path, Two(files(), (("range: 1..20", "range: 20..1"),)))
    done = run("diff", old, new)
    assert done.code == 2
    assert done.err.startswith(f"{new / 'home.yaml'}:")
    assert run("diff", old, "nowhere").code == 2


def test_versions_without_a_common_mode_are_not_compared(run: Run) -> None:
    done = run("diff", "njov4", "njov4_screener")
    assert done.code == 2
    assert done.err.startswith("The versions share no mode:")


def test_without_the_solver_it_says_what_to_do(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = folders(tmp_path, PAIRS["household: words, codes and answers"])
    monkeypatch.setattr("cati.commands.diff.find_spec", lambda name: None)
    done = run("diff", old, new)
    assert (done.code, done.out) == (2, "")
    assert "--quick" in done.err
    assert run("diff", old, new, "--quick").code == 1
