"""The command line: what commands do, and one sentence with exit code 2 for what they cannot."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cati.commands.shared import instrument_of
from cati.demo import ADMINISTRATOR, DATA_MANAGER, INTERVIEWER, PASSPHRASE
from cati.library import shipped_instruments
from cati.refusal import Refusal
from store import KdfCost, open_study
from tests.cati.cli.conftest import Keys, Run

ROOT = Path(__file__).parents[3]

COMMANDS = [
    [],
    ["init"],
    ["user"],
    ["user", "add"],
    ["user", "list"],
    ["study", "policy"],
    ["study", "show"],
    ["user", "accept-restored"],
    ["user", "enroll"],
    ["user", "expire"],
    ["user", "passphrase"],
    ["user", "remove"],
    ["user", "resume"],
    ["user", "roles"],
    ["user", "suspend"],
    ["user", "undertake"],
    ["check"],
    ["instrument"],
    ["instrument", "add"],
    ["instrument", "check"],
    ["instrument", "format"],
    ["instrument", "list"],
    ["instrument", "translations"],
    ["explain"],
    ["case"],
    ["case", "add"],
    ["case", "list"],
    ["case", "move"],
    ["interview"],
    ["preview"],
    ["export"],
    ["verify"],
    ["audit"],
    ["settings"],
    ["codebook"],
    ["simulate"],
    ["pace"],
    ["pace", "learn"],
    ["pace", "show"],
    ["demo"],
]


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: " ".join(words) or "cati")
def test_every_command_has_help(words: list[str], run: Run) -> None:
    done = run(*words, "--help")
    assert done.code == 0
    assert "Usage: cati" in done.out
    assert not done.err


def in_python(program: str) -> subprocess.CompletedProcess[str]:
    """A program as the project's folder runs it."""
    command = [sys.executable, "-c", program]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


def test_help_is_lean() -> None:
    program = (
        "import sys; sys.argv = ['cati', '--help']\n"
        "from cati.program import main\n"
        "main()\n"
        "heavy = {'polars', 'pyreadstat', 'textual', 'sqlmodel', 'cryptography', 'lark', 'z3'}\n"
        "print('loaded:', *sorted(heavy & set(sys.modules)))\n"
    )
    done = in_python(program)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.rpartition("loaded:")[2].split() == []


def test_alone_and_without_a_study_it_prints_help(run: Run) -> None:
    done = run()
    assert done.code == 0
    assert "Usage: cati" in done.out


# --- what cannot be done -----------------------------------------------------------------------


def test_an_unknown_command_is_a_usage_error(run: Run) -> None:
    done = run("inteview")
    assert done.code == 2
    assert "No such command 'inteview'" in done.err


def test_no_study_here(run: Run, keys: Keys) -> None:
    done = run("case", "list", *keys("anybody"))
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "There is no study in the current folder: go to the study's folder, or name it with "
        "--study FOLDER.\n"
    )


def test_a_folder_without_a_study(run: Run, tmp_path: Path) -> None:
    done = run("user", "list", "--study", tmp_path)
    assert done.code == 2
    assert done.err.count("\n") == 1


def test_a_wrong_passphrase(run: Run, study: Path, keys: Keys) -> None:
    done = run("case", "list", "--study", study, *keys(INTERVIEWER, "this is not the one"))
    assert done.code == 2
    assert "passphrase" in done.err.lower()
    assert "this is not the one" not in done.err


def test_a_passphrase_file_that_runs_out(run: Run, study: Path, keys: Keys) -> None:
    done = run("user", "passphrase", "--study", study, *keys(INTERVIEWER, PASSPHRASE))
    assert done.code == 2
    assert "no line left for interviewer" in done.err


def test_a_passphrase_file_that_is_not_there(run: Run, study: Path, tmp_path: Path) -> None:
    done = run("case", "list", "--study", study, "--as", "x", "--passphrase-file", tmp_path / "no")
    assert done.code == 2
    assert "passphrase file cannot be read" in done.err


def test_without_a_terminal_passphrases_are_not_asked(
    run: Run, study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class NoTerminal:
        def isatty(self) -> bool:
            return False

    monkeypatch.setattr(sys, "stdin", NoTerminal())
    done = run("case", "list", "--study", study, "--as", INTERVIEWER)
    assert done.code == 2
    assert "--passphrase-file" in done.err


@pytest.mark.parametrize("words", [("demo",), ("interview",), ()])
def test_without_a_terminal_the_app_does_not_start(
    run: Run, study: Path, words: tuple[str, ...]
) -> None:
    done = run(*words, *([] if words == ("demo",) else ["--study", study]))
    assert done.code == 2
    assert "needs a terminal" in done.err
    assert "\x1b" not in done.out + done.err


def test_an_unknown_person(run: Run, study: Path, keys: Keys) -> None:
    done = run("case", "list", "--study", study, *keys("nobody"))
    assert done.code == 2
    assert "Nobody of that name" in done.err


@pytest.mark.parametrize(
    "words",
    [
        ["user", "add", "new-one", "--role", "interviewer"],
        ["case", "add", "--assign", INTERVIEWER, "--label", "x", "--contact-file"],
        ["instrument", "add", "njov4"],
        ["export", "--to"],
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_an_interviewer_may_not(words: list[str], run: Run, study: Path, keys: Keys) -> None:
    values: list[str | Path] = list(words)
    if words[-1] == "--contact-file":
        contact = study / "contact.txt"
        contact.write_text("contact: Somebody\n")
        values.append(contact)
    if words[-1] == "--to":
        values.append(study.parent / "out")
    new = ["a passphrase of somebody new"] if words[0] == "user" else []
    options = keys(INTERVIEWER, PASSPHRASE, *new)
    done = run(*values, "--study", study, *options)
    assert done.code == 2
    assert done.err.count("\n") == 1
    assert "You may not" in done.err


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("study.yaml", b""),
        ("study.yaml", b"[" * 100_000),
        ("study.db", b""),
        ("study.db", b"no database at all, by far" * 400),
        (f"keys/{INTERVIEWER}.key", b""),
        (f"keys/{INTERVIEWER}.key", b"\xff\x00 not a key"),
        (f"keys/{INTERVIEWER}.key", None),
        ("study.db", None),
    ],
)
def test_a_damaged_study_is_one_sentence(
    file: str, content: bytes | None, run: Run, study: Path, keys: Keys
) -> None:
    damaged = study / file
    if content is None:
        damaged.unlink()
    else:
        damaged.write_bytes(content)
    done = run("case", "list", "--study", study, *keys(INTERVIEWER))
    assert (done.code, done.out) == (2, "")
    assert done.err.count("\n") == 1
    assert done.err.endswith(".\n")


def test_ctrl_c_while_the_program_is_still_being_loaded_ends_it_without_a_word() -> None:
    program = (
        "import sys; sys.argv = ['cati', '--help']\n"
        "class Pressed:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'cati.commands.keys':\n"
        "            raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Pressed())\n"
        "from cati.__main__ import main\n"
        "sys.exit(main())\n"
    )
    done = in_python(program)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


@pytest.mark.parametrize("place", ["cati.library.shipped_instruments", "cati.program.main"])
def test_a_failure_of_the_program_prints_a_number_and_no_value(place: str) -> None:
    program = (
        "import sys; sys.argv = ['cati', 'instrument', 'check', 'njov4']\n"
        "import cati.__main__, cati.library, cati.program\n"
        "def broken():\n"
        "    canary = 'quillbrand'\n"
        "    raise KeyError(canary)\n"
        f"{place} = broken\n"
        "sys.exit(cati.__main__.main())\n"
    )
    done = in_python(program)
    assert done.returncode == 1
    assert done.stderr.startswith("cati stopped: error ")
    assert "quillbrand" not in done.stdout + done.stderr


def test_what_others_wrote_is_filtered_before_it_is_printed(run: Run, study: Path) -> None:
    done = run("user", "list", "--study", study.parent / "\x1b]0;title\x07nowhere")
    assert done.code == 2
    assert "\x1b" not in done.err
    assert "\x07" not in done.err


# --- instruments -------------------------------------------------------------------------------


def test_the_shipped_instrument_has_no_problems(run: Run) -> None:
    done = run("instrument", "check", "njov4", "--quick")
    assert done.code == 0
    assert "no problems" in done.out


def test_problems_of_an_instrument_are_all_printed(run: Run, tmp_path: Path) -> None:
    broken = Path(shutil.copytree(shipped_instruments()["njov4"], tmp_path / "broken"))
    ypi = broken / "ypi.yaml"
    ypi.write_text(ypi.read_text().replace("kind: integer", "kind: intejer", 2))
    done = run("instrument", "check", broken)
    assert done.code == 1
    lines = [line for line in done.out.splitlines() if line.startswith(f"{ypi}:")]
    assert len(lines) == 2
    as_json = run("instrument", "check", broken, "--json")
    assert as_json.code == 1
    assert [one["file"] for one in json.loads(as_json.out)["problems"]] == ["ypi.yaml"] * 2


def test_no_such_instrument(run: Run) -> None:
    done = run("instrument", "check", "njov9")
    assert done.code == 2
    assert "njov9: no such folder" in done.err
    assert "njov4" in done.err


def test_an_instrument_is_added_by_the_administrator(run: Run, study: Path, keys: Keys) -> None:
    done = run("instrument", "add", "njov4", "--study", study, *keys(ADMINISTRATOR))
    assert done.code == 0
    listed = json.loads(run("instrument", "list", "--study", study, "--json").out)
    assert [one["name"] for one in listed] == ["njov4_case"]
    found = open_study(study)
    assert instrument_of(found, "njov4") == instrument_of(found, "njov4_case")
    with pytest.raises(Refusal, match="no instrument njov4_screener"):
        instrument_of(found, "njov4_screener")
    found.close()


# --- a study from its beginning ------------------------------------------------------------------


def test_a_study_from_nothing_to_its_first_case(
    run: Run, tmp_path: Path, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Six times the usual cost would be the most expensive second of the whole test run.
    monkeypatch.setattr(KdfCost, "DEFAULT", KdfCost.FLOOR)
    folder = tmp_path / "new"
    secret = "a long enough passphrase"
    file = tmp_path / "one.txt"
    file.write_text(f"{secret}\n")
    words = ["--title", "A new study", "--administrator", "alex", "--practice"]
    done = run("init", folder, *words, "--passphrase-file", file)
    assert done.code == 0, done.err
    monkeypatch.setenv("CATI_STUDY", str(folder))
    done = run("instrument", "add", "njov4", *keys("alex", secret))
    assert done.code == 0, done.err
    other = "another long passphrase"
    done = run("user", "add", "kim", "--role", "interviewer", *keys("alex", secret, other))
    assert done.code == 0, done.err
    people = json.loads(run("user", "list", "--json").out)
    assert {one["name"]: one["roles"] for one in people} == {
        "alex": ["administrator", "data_manager"],
        "kim": ["interviewer"],
    }
    contact = tmp_path / "contact.txt"
    contact.write_text("agency: Example\ntelephone: 555-0101\n")
    words = ["--assign", "kim", "--label", "First", "--contact-file", str(contact)]
    done = run("case", "add", *words, "--json", *keys("alex", secret))
    assert done.code == 0, done.err
    short = json.loads(done.out)["short_id"]
    cases = json.loads(run("case", "list", "--json", *keys("kim", other)).out)
    assert [(one["short_id"], one["label"], one["mode"]) for one in cases] == [
        (short, "First", "interview")
    ]
    again = run("init", folder, "--title", "x", "--administrator", "a", "--passphrase-file", file)
    assert again.code == 2
    assert again.err.count("\n") == 1


def test_a_passphrase_is_changed(run: Run, study: Path, keys: Keys) -> None:
    new = "quite another passphrase"
    done = run("user", "passphrase", "--study", study, *keys(INTERVIEWER, PASSPHRASE, new))
    assert done.code == 0, done.err
    assert run("case", "list", "--study", study, *keys(INTERVIEWER, new)).code == 0


def test_a_contact_file_that_is_not_one(run: Run, study: Path, tmp_path: Path, keys: Keys) -> None:
    contact = tmp_path / "contact.txt"
    contact.write_text("agency: Example\nand so on\n")
    words = ["--assign", INTERVIEWER, "--label", "x", "--contact-file", str(contact)]
    done = run("case", "add", *words, "--study", study, *keys(DATA_MANAGER))
    assert done.code == 2
    assert f"{contact}:2: " in done.err


def test_verify_says_what_it_could_not_check(run: Run, study: Path, keys: Keys) -> None:
    done = run("verify", "--study", study, "--json", *keys(INTERVIEWER))
    assert done.code == 0
    report = json.loads(done.out)
    assert report["ok"]
    assert report["cases"] == 3


def test_verify_finds_what_was_changed(run: Run, study: Path, keys: Keys) -> None:
    import sqlite3

    with sqlite3.connect(study / "study.db") as database:
        database.execute("UPDATE audit SET action = action || 'x' WHERE seq = 1")
    database.close()
    done = run("verify", "--study", study, *keys(DATA_MANAGER))
    assert done.code in (1, 2)
    assert "No problem found" not in done.out
