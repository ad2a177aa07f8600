"""`cati case drafts`: shown to who entered them, thrown away, and nothing else."""

import json
from pathlib import Path

import pytest

from cati.demo import INTERVIEWER, PASSPHRASE, SUPERVISOR
from store import LeaseLost, open_study
from tests.cati.cli.conftest import Keys, Run


def refused(folder: Path) -> str:
    """An answer of a case whose hold a supervisor ended meanwhile; the case's id."""
    study = open_study(folder)
    interviewer, supervisor = (study.unlock(name, PASSPHRASE) for name in (INTERVIEWER, SUPERVISOR))
    case_id = next(card.id for card in interviewer.cases() if card.mine)
    case = interviewer.open_case(case_id)
    supervisor.assignments.end_lease(case_id)
    with pytest.raises(LeaseLost):
        case.append({"e": "set", "q": "street", "v": ["Birch Lane", 4]})
    study.close()
    return case_id


def test_drafts_are_shown_and_thrown_away(run: Run, study: Path, keys: Keys) -> None:
    case_id = refused(study)
    place = ("--study", study)
    told = run("case", "drafts", *place, *keys(INTERVIEWER))
    assert told.out.startswith(f"Case {case_id[:8]}, entered by {INTERVIEWER} and not saved:\n")
    assert told.out.endswith(" street: Birch Lane, 4\n")
    assert run("case", "drafts", *place, *keys(SUPERVISOR)).out.startswith("Nothing is kept here")
    said = run("case", "drafts", "--throw-away", *place, *keys(INTERVIEWER))
    assert (said.code, said.out) == (2, "")
    assert "Name the case" in said.err
    away = run("case", "drafts", case_id[:8], "--throw-away", "--json", *place, *keys(INTERVIEWER))
    (draft,) = json.loads(away.out)["drafts"]
    assert (draft["case"], draft["thrown_away"]) == (case_id, True)
    assert draft["entries"] == [{"e": "set", "q": "street", "v": ["Birch Lane", 4]}]
    left = run("case", "drafts", *place, *keys(INTERVIEWER))
    assert left.out == "Nothing is kept here that is not in its case.\n"
