"""`cati upgrade`, `cati send` and `cati receive`, on a study that an earlier release made."""

import errno
import json
import shutil
from pathlib import Path

import pytest

from store import open_study
from store.files import stage_file
from tests.cati.cli.conftest import Run
from tests.store import made

RELEASE = Path(made.__file__).parent / "releases" / "format-1"
IDS = json.loads(RELEASE.with_suffix(".json").read_text())


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    for name in made.PEOPLE:
        (tmp_path / f"{name}.pw").write_text(f"{made.passphrase(name)}\n")
    return Path(shutil.copytree(RELEASE, tmp_path / "office"))


def test_upgraded_sent_out_and_brought_back(run: Run, office: Path, tmp_path: Path) -> None:
    def by(name: str) -> tuple[str, str]:
        return "--passphrase-file", str(tmp_path / f"{name}.pw")

    refused = run("verify", "--study", office, "--as", "dan", *by("dan"))
    assert (refused.code, "cati upgrade" in refused.err) == (2, True)
    assert "format 1" in run("upgrade", "--look", "--study", office).out
    assert run("upgrade", "--study", office, "--as", "dan", *by("dan")).code == 2
    assert "study.db.before-2" in run("upgrade", "--study", office, *by("ada")).out
    assert "nothing to upgrade" in run("upgrade", "--study", office, *by("ada")).out

    dan = ("--study", office, "--as", "dan", *by("dan"))
    sent = run("send", "--to", "ina", "--file", tmp_path, "--json", *dan)
    packet, cases = json.loads(sent.out)["file"], json.loads(sent.out)["cases"]
    assert cases == sorted([IDS["begun"], IDS["other"], IDS["fresh"]])
    assert IDS["begun"][:8] in run("send", "--away", *dan).out
    study = open_study(office)
    words = ("receive", packet, "--into", tmp_path / "laptop", "--key", study.key_path("ina"))
    study.close()
    assert "--fingerprint" in run(*words, *by("ina")).err
    begun = run(*words, "--fingerprint", study.fingerprint, *by("ina"))
    assert (begun.code, begun.out.count("is here now, to be worked on")) == (0, 3)

    ina = ("--study", tmp_path / "laptop", "--as", "ina", *by("ina"))
    assert "nothing was changed" in run("receive", packet, *ina).out
    back = json.loads(run("send", "--file", tmp_path, "--json", "--give-back", *ina).out)["file"]
    short = IDS["begun"][:8]
    assert "opened here again" in run("send", "--take-back", short, *dan).out
    late = run("receive", back, *dan)
    assert (late.code, f"Case {short} comes too late" in late.out) == (1, True)
    kept = next((office / "aside").iterdir())
    assert run("receive", kept, "--let-in", short, *dan).code == 0
    assert run("verify", *dan).code == 0
    assert run("receive", office / "study.yaml", *dan).code == 2


def test_what_is_said_of_a_packet_is_true_of_as_many_cases(
    run: Run, office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = ("--study", office, "--passphrase-file", tmp_path / "ada.pw")
    assert run("upgrade", *ada).code == 0
    dan = ("--study", office, "--as", "dan", "--passphrase-file", str(tmp_path / "dan.pw"))
    send = ("send", "--to", "ina", "--file", tmp_path, *dan)

    one = run(*send, IDS["begun"]).out
    assert "a packet with 1 case." in one
    assert "until the case comes back, it is away." in one
    several = run(*send).out
    assert "a packet with 2 cases." in several
    assert "until the cases come back, they are away." in several
    none = run(*send).out
    assert "a packet with news of the study and no case." in none
    assert "ina receives it with `cati receive`; no case is away with it." in none
    assert json.loads(run(*send, "--json").out)["cases"] == []

    def full(path: Path, data: bytes) -> Path:
        if path.name.startswith("to-"):
            raise OSError(errno.ENOSPC, "no space left", path.name)
        return stage_file(path, data)

    monkeypatch.setattr("store.moving.handing_over.stage_file", full)
    unwritten = run(*send)
    assert (unwritten.code, unwritten.out) == (2, "")
    assert "The packet could not be written to" in unwritten.err
    assert "take-back" not in unwritten.err


def test_a_packet_is_no_file_that_has_the_name_of_a_missing_folder(
    run: Run, office: Path, tmp_path: Path
) -> None:
    assert run("upgrade", "--study", office, "--passphrase-file", tmp_path / "ada.pw").code == 0
    dan = ("--study", office, "--as", "dan", "--passphrase-file", str(tmp_path / "dan.pw"))
    stick = tmp_path / "stick"
    refused = run("send", "--to", "ina", "--file", stick, *dan)
    assert (refused.code, f"There is no folder {stick}: make it" in refused.err) == (2, True)
    assert not stick.exists()
    assert run("send", "--away", "--file", stick, *dan).out == "No case is away.\n"
    named = tmp_path / "for-ina.cati-packet"
    sent = run("send", "--to", "ina", "--file", named, "--json", *dan)
    assert (sent.code, json.loads(sent.out)["file"]) == (0, str(named))
    again = run("send", "--to", "ina", "--file", named, *dan)
    assert (again.code, "is there already" in again.err) == (2, True)
    stick.mkdir()
    assert run("send", "--to", "ina", "--file", stick, *dan).code == 0
    assert [one.suffix for one in stick.iterdir()] == [".cati-packet"]
