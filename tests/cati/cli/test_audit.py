"""`cati audit`: names and words, and nothing that is about somebody else."""

import json
from pathlib import Path

from cati.demo import ADMINISTRATOR, DATA_MANAGER, INTERVIEWER, PASSPHRASE
from store import open_study
from store.record.audit import Deed, record
from tests.cati.cli.conftest import Keys, Run


def test_who_did_what_when(run: Run, study: Path, keys: Keys) -> None:
    found = open_study(study)
    access = found.unlock(DATA_MANAGER, PASSPHRASE)
    one, other = [case.id for case in access.cases(labels=False)][:2]
    with found.database.write() as connection:
        me = (access.entry.id, access.keys.signing)
        for deed, about in ((Deed.CASE_READ, one), (Deed.CASE_READ, other), (Deed.CASES_READ, "")):
            record(connection, found.body, *me, deed, about, found.now())
    found.close()
    options = ["--study", study, *keys(INTERVIEWER)]
    told = json.loads(run("audit", "--json", "--case", one[:8], *options).out)
    read = [(entry["what"], entry["case"]) for entry in told if "read" in entry["what"]]
    assert read == [("submitted case read", one), ("submitted cases read", "")]
    assert {entry["who"] for entry in told if "read" in entry["what"]} == {DATA_MANAGER}
    lines = run("audit", *options, "--person", DATA_MANAGER, "--since", "2000-01-01").out
    assert f"submitted case read: {other[:8]}" in lines
    assert "submitted cases read: all cases" in lines
    assert one not in lines  # ids are for machines
    assert "The audit holds nothing" in run("audit", "--since", "2999-01-01", *options).out
    administrator = ["--study", study, *keys(ADMINISTRATOR)]
    assert run("user", "suspend", INTERVIEWER, *administrator).code == 0
    last = run("audit", "--person", ADMINISTRATOR, *administrator).out.splitlines()[-1]
    assert last.endswith(f"{ADMINISTRATOR}  person suspended: {INTERVIEWER}")
    for words, told_why in (
        (["--person", "nobody"], "Nobody in the study is or was called nobody"),
        (["--since", "soon"], "--since takes a day"),
        (["--case", "Smith"], "names no case"),
    ):
        refused = run("audit", *words, *administrator)
        assert (refused.code, told_why in refused.err) == (2, True)
