"""`cati user` and `cati study`: the people and the policy of a study, in one process."""

import json
import shutil
from pathlib import Path

from cati.commands.user import login_sql
from cati.demo import ADMINISTRATOR, DATA_MANAGER, INTERVIEWER, PASSPHRASE
from store import Role
from tests.cati.cli.conftest import Keys, Run

NEW = "a passphrase of somebody new"


def people(run: Run, study: Path, *options: str) -> dict[str, list[str]]:
    """Status and last day of everyone who is listed, by name; several where one was replaced."""
    told = json.loads(run("user", "list", "--json", "--study", study, *options).out)
    found: dict[str, list[str]] = {}
    for one in told:
        found.setdefault(one["name"], []).append(one["status"])
    return found


def test_the_life_of_a_person_in_commands(run: Run, study: Path, keys: Keys) -> None:
    def by(*passphrases: str) -> list[str | Path]:
        return ["--study", study, *keys(ADMINISTRATOR, PASSPHRASE, *passphrases)]

    done = run("user", "suspend", INTERVIEWER, *by())
    assert (done.code, done.err) == (0, "")
    assert "is suspended" in done.out
    assert "Left to do: Reassign" in done.out
    assert people(run, study)[INTERVIEWER] == ["suspended"]
    refused = run("case", "list", "--study", study, *keys(INTERVIEWER, PASSPHRASE))
    assert refused.code == 2
    assert "is suspended" in refused.err
    assert run("user", "resume", INTERVIEWER, *by()).code == 0
    assert run("user", "expire", INTERVIEWER, "2099-12-31", *by()).code == 0
    assert "until 2099-12-31" in run("user", "list", "--study", study).out
    assert run("user", "expire", INTERVIEWER, "soon", *by()).code == 2
    assert run("user", "expire", INTERVIEWER, "never", *by()).code == 0
    done = run("user", "enroll", INTERVIEWER, *by(NEW))
    assert (done.code, done.err) == (0, "")
    assert people(run, study)[INTERVIEWER] == ["active"]
    assert people(run, study, "--all")[INTERVIEWER] == ["replaced", "active"]
    done = run("case", "list", "--study", study, *keys(INTERVIEWER, NEW))
    assert done.code == 0
    assert run("user", "roles", INTERVIEWER, "--role", "supervisor", *by()).code == 0
    done = run("user", "remove", INTERVIEWER, *by())
    assert f"Delete keys/{INTERVIEWER}.key" in done.out
    assert INTERVIEWER not in people(run, study)
    done = run("verify", "--study", study, *keys(DATA_MANAGER, PASSPHRASE))
    assert "No problem found." in done.out


def test_two_people_for_a_data_manager_and_for_review(run: Run, study: Path, keys: Keys) -> None:
    alone = ["--study", study, *keys(ADMINISTRATOR, PASSPHRASE, NEW)]
    both = ["--with", DATA_MANAGER, "--study", study]
    words = ["user", "add", "kim", "--role", "data-manager"]
    refused = run(*words, *alone)
    assert refused.code == 2
    assert "two people" in refused.err
    done = run(*words, *both, *keys(ADMINISTRATOR, PASSPHRASE, PASSPHRASE, NEW))
    assert (done.code, done.err) == (0, "")
    assert run("study", "policy", "--review", "all", *alone).code == 2
    options = keys(ADMINISTRATOR, PASSPHRASE, PASSPHRASE)
    assert run("study", "policy", "--review", "all", "--lock-after", "9", *both, *options).code == 0
    shown = json.loads(run("study", "show", "--json", "--study", study).out)
    assert (shown["review"], shown["lock_after_minutes"]) == ("all", 9)
    assert shown["fingerprint"] in run("study", "show", "--study", study).out
    assert run("study", "policy", *alone).code == 2
    assert run("study", "policy", "--lock-after", "99", *alone).code == 2


def test_statements_for_a_server_quote_the_name() -> None:
    assert login_sql('o"neil', frozenset({Role.SUPERVISOR, Role.INTERVIEWER})) == [
        """CREATE ROLE "o""neil" LOGIN PASSWORD '…';""",
        'GRANT cati_interviewer, cati_supervisor TO "o""neil";',
    ]


def test_an_undertaking_comes_before_work(
    run: Run, study: Path, keys: Keys, tmp_path: Path
) -> None:
    text = tmp_path / "undertaking.txt"
    text.write_text("I keep what I read to myself.\n")
    administrator = ["--study", study, *keys(ADMINISTRATOR, PASSPHRASE)]
    interviewer = ["--study", study, *keys(INTERVIEWER, PASSPHRASE)]
    done = run("study", "policy", "--undertaking", text, *administrator)
    assert (done.code, done.err) == (0, "")
    refused = run("case", "list", *interviewer)
    assert refused.code == 2
    assert f"cati user undertake --as {INTERVIEWER}" in refused.err
    done = run("user", "undertake", "--yes", *interviewer)
    assert "I keep what I read to myself." in done.out
    assert run("case", "list", *interviewer).code == 0
    assert "nothing" in run("user", "undertake", "--yes", *interviewer).out
    text.write_text("")
    assert run("user", "undertake", "--yes", *administrator).code == 0
    assert run("study", "policy", "--undertaking", text, *administrator).code == 0
    assert "undertaking: none" in run("study", "show", "--study", study).out


def test_a_study_put_back_is_told_and_can_be_accepted(
    run: Run, study: Path, keys: Keys, tmp_path: Path
) -> None:
    before = Path(shutil.copytree(study, tmp_path / "before"))
    administrator = ["--study", study, *keys(ADMINISTRATOR, PASSPHRASE)]
    assert run("user", "suspend", INTERVIEWER, *administrator).code == 0
    shutil.rmtree(study)
    shutil.copytree(before, study)
    told = run("verify", *administrator)
    assert told.code == 2
    assert "1 entry of its audit that you have seen is missing" in told.err
    assert run("user", "accept-restored", *administrator).code == 0
    assert run("verify", *administrator).code == 0
