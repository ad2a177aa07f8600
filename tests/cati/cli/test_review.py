"""`cati review`, and `cati case reassign` and `release`: what they do, print and refuse."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from cati.demo import ADMINISTRATOR, DATA_MANAGER, INTERVIEWER, PASSPHRASE, SUPERVISOR
from instrument.values import Instance, Missing
from store import Access, CaseCard, StoreBusy, open_study
from store.casework.reviews import Reviews
from tests.cati.cli.conftest import Keys, Run
from tests.cati.taken_up import open_casework, submit


def hand_in(folder: Path) -> str:
    """Begin the first case and submit it, in a study where everything is reviewed; its id."""
    study = open_study(folder)
    people = (ADMINISTRATOR, DATA_MANAGER, INTERVIEWER)
    administrator, manager, interviewer = (study.unlock(name, PASSPHRASE) for name in people)
    administrator.people.change_policy(manager, review="all")
    case_id = min(card.id for card in interviewer.cases() if card.mine)
    work = open_casework(interviewer, case_id, now=study.now)
    asked = work.interview
    asked.read()
    asked.advance()
    asked.give("yes")
    asked.give(Missing("not_sure"))
    asked.remark("They corrected themselves.")
    submit(work)
    study.close()
    return case_id


def told(folder: Path, case_id: str) -> tuple[tuple[str, ...], Instance | None]:
    """What the interviewer is told when they take the case up, which stays open; and where."""
    study = open_study(folder)
    work = open_casework(study.unlock(INTERVIEWER, PASSPHRASE), case_id, now=study.now)
    notes, place = work.interview.changed_since, work.interview.place
    study.close()
    return notes, place


def test_a_case_is_read_and_returned_with_comments(run: Run, study: Path, keys: Keys) -> None:
    case_id = hand_in(study)
    place = ("--study", study)
    listed = run("review", "list", *place, "--json", *keys(SUPERVISOR))
    (due,) = json.loads(listed.out)
    assert (due["id"], due["submitted_by"], due["lent_until"]) == (case_id, INTERVIEWER, None)
    read = json.loads(run("review", "read", case_id[:8], "--json", *place, *keys(SUPERVISOR)).out)
    assert read["document"]
    assert read["journal"][0]["event"]["e"] == "begin"
    assert "identity" not in read
    words = run("review", "read", case_id[:8], *place, *keys(SUPERVISOR)).out
    assert "elig_minor]\n    → (Not sure)\n    Remark (" in words
    assert "They corrected themselves.\n    Before: Yes (changed " in words
    assert words.count("\n") < 40
    assert "(not asked, by the answers given)" not in words
    assert re.search(r"Not asked: \d{3,} items \(--all shows them\)\.\n$", words)
    everything = run("review", "read", case_id[:8], "--all", *place, *keys(SUPERVISOR)).out
    assert "(not asked, by the answers given)" in everything
    comment = ("--comment", "Please look again.", "--about")
    unknown = (*comment, "elig_minr=Which?", *place, *keys(SUPERVISOR))
    refused = run("review", "return", case_id[:8], *unknown)
    assert (refused.code, "no such item. Did you mean elig_minor?" in refused.err) == (2, True)
    comments = (*comment, "elig_minor=Which?")
    done = run("review", "return", case_id[:8], *comments, *place, *keys(SUPERVISOR))
    assert (done.code, done.out) == (0, f"Case {case_id[:8]} is returned to {INTERVIEWER}.\n")
    rows = run("case", "list", *place, *keys(DATA_MANAGER)).out.splitlines()
    assert [row.split()[1:4] for row in rows if row.startswith(case_id[:8])] == [
        ["returned", "by", SUPERVISOR]
    ]
    notes, at = told(study, case_id)
    assert notes[0].startswith("Returned ")
    assert notes[0].endswith(f"by {SUPERVISOR}: Please look again.")
    assert re.fullmatch(r"About “.+” \(elig_minor\): Which\?", notes[1])
    assert re.fullmatch(rf"Submitted .+ by {INTERVIEWER}\.", notes[2])
    assert not any("broke off" in note for note in notes)
    assert at == Instance("elig_minor")
    again, _ = told(study, case_id)
    assert again[:2] == notes[:2], "until it is handed in again"
    assert re.fullmatch(rf"Last worked on .+ by {INTERVIEWER}\.", again[2])
    assert "broke off" in again[3]


def test_a_wrong_number_is_corrected(run: Run, study: Path, keys: Keys, tmp_path: Path) -> None:
    file = tmp_path / "contact.txt"
    opened = open_study(study)
    card = opened.unlock(DATA_MANAGER, PASSPHRASE).cases()[0]
    opened.close()
    words = ("--contact-file", file, "--study", study, *keys(DATA_MANAGER))
    file.write_text("phone: 555-0142\n")
    refused = run("case", "contact", card.id[:8], *words)
    assert (refused.code, "phone is none of: agency" in refused.err) == (2, True)
    file.write_text("telephone: 555-0142\n")
    assert run("case", "contact", card.id[:8], *words).code == 0
    opened = open_study(study)
    now = opened.unlock(DATA_MANAGER, PASSPHRASE).cases()[0]
    opened.close()
    assert now.label == card.label
    assert now.identity == {**(card.identity or {}), "telephone": "555-0142"}


def test_a_hold_is_ended_and_a_case_goes_to_someone_else(run: Run, study: Path, keys: Keys) -> None:
    held = open_study(study)
    interviewer = held.unlock(INTERVIEWER, PASSPHRASE)
    case_id = interviewer.cases()[0].id
    interviewer.open_case(case_id)
    place = ("--study", study)
    done = run("case", "release", case_id[:8], *place, "--json", *keys(SUPERVISOR))
    assert json.loads(done.out) == {"id": case_id, "released": True}
    held.close()
    refused = run("case", "reassign", case_id[:8], "--to", SUPERVISOR, *place, *keys(DATA_MANAGER))
    assert refused.code == 2
    assert "not an interviewer" in refused.err


def test_a_case_is_returned_although_nobody_can_read_to_whom(
    run: Run, study: Path, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = hand_in(study)
    returning, reading = Reviews.give_back, Access.cases
    reads: list[str] = []

    def give_back(self: Reviews, *words: Any, **named: Any) -> None:
        returning(self, *words, **named)
        monkeypatch.setattr(Access, "cases", busy)

    def busy(*_: Any, **__: Any) -> tuple[CaseCard, ...]:
        reads.append("case")
        raise StoreBusy

    words = (case_id[:8], "--comment", "Please look again.", "--study", study, *keys(SUPERVISOR))
    monkeypatch.setattr(Reviews, "give_back", give_back)
    done = run("review", "return", *words)
    assert (done.code, done.out) == (0, f"Case {case_id[:8]} is returned.\n"), done.err
    assert reads == ["case"]
    monkeypatch.setattr(Access, "cases", reading)
    again = run("review", "return", *words)
    assert (again.code, "is open and not submitted" in again.err) == (2, True)
    opened = open_study(study)
    work = open_casework(opened.unlock(INTERVIEWER, PASSPHRASE), case_id, now=opened.now)
    submit(work)
    opened.close()
    done = run("review", "return", *words, "--json")
    assert (done.code, json.loads(done.out)) == (0, {"id": case_id, "state": "open"})
    assert reads == ["case"], "nothing is read for JSON"
