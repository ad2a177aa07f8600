"""Cases go to another computer and come back as files: once, in any order, wholly or not at all."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from store import (
    CaseAway,
    CaseInUse,
    DamagedStudy,
    InvalidInput,
    NotAllowed,
    PutBack,
    Role,
    StoreBusy,
    StoreError,
    StudyInPlace,
    open_study,
)
from store.erasing.cleaning import ASIDE
from store.erasing.ledger import Reason
from store.moving import packet_file
from store.moving.arriving import start_study
from store.moving.reports import Outcome
from tests.store.made import DOCUMENT, IDENTITY, Made, answer, passphrase
from tests.store.two_places import Two, dump, ids_of


def test_cases_go_out_are_worked_on_and_come_back(two: Two) -> None:
    made = two.made
    assert {card.id for card in two.ina.cases()} == {made.begun, made.other, made.fresh}
    assert two.dan.packets.due("ina") == []
    assert {one.id for one in two.dan.packets.away()} == {made.begun, made.other, made.fresh}
    with made.unlocked("ina") as (there,), pytest.raises(CaseAway, match="another computer"):
        there.open_case(made.begun)
    case = two.ina.open_case(made.begun)
    assert case.identity == IDENTITY
    assert case.events == [answer(number) for number in range(1, 9)]
    case.append(answer(9))
    case.submit(DOCUMENT)
    case = two.ina.open_case(made.fresh)
    case.append(answer(1))
    case.release()
    report = two.dan.packets.receive(two.home())
    assert dict(report.outcomes) == {
        made.begun: Outcome.SUBMITTED,
        made.fresh: Outcome.JOURNAL,
        made.other: Outcome.OLDER,
    }
    assert two.dan.read_submitted(made.begun).document == DOCUMENT
    assert two.dan.read_submitted(made.begun).order > two.dan.read_submitted(made.submitted).order
    assert {one.id for one in two.dan.packets.away()} == {made.fresh, made.other}
    assert two.dan.verify().problems == ()
    assert two.ina.verify().problems == ()
    assert two.ina.packets.due() == sorted([made.begun, made.fresh, made.other])
    two.ina.packets.receive(two.out())
    assert two.ina.packets.due() == sorted([made.fresh, made.other])
    given = dict(two.dan.packets.receive(two.home(give_back=True)).outcomes)
    assert given == {made.fresh: Outcome.GIVEN_BACK, made.other: Outcome.GIVEN_BACK}
    with pytest.raises(CaseAway):
        two.ina.open_case(made.fresh)
    with made.unlocked("ina") as (there,):
        assert there.open_case(made.fresh).events == [answer(1)]


def test_a_returned_case_goes_out_again_and_is_submitted_again(two: Two) -> None:
    case = two.ina.open_case(two.made.begun)
    case.submit(DOCUMENT)
    two.dan.packets.receive(two.home(two.made.begun))
    two.dan.reviews.give_back(two.made.begun, {"event": "returned"})
    report = two.ina.packets.receive(two.out(two.made.begun))
    assert report.outcomes == ((two.made.begun, Outcome.BROUGHT),)
    assert report.kept_aside == ()
    case = two.ina.open_case(two.made.begun)
    assert case.events[-1] == {"event": "returned"}
    case.append(answer(10))
    case.release()
    two.dan.packets.receive(two.home(two.made.begun))
    for person in (two.dan, two.ina):  # until it is handed in, whoever has had it open since
        assert [one.id for one in person.cases() if one.returned_by == "dan"] == [two.made.begun]
    two.ina.open_case(two.made.begun).submit({"answers": {"cars": 3}})
    two.dan.packets.receive(two.home(two.made.begun))
    assert two.dan.read_submitted(two.made.begun).document == {"answers": {"cars": 3}}
    for person in (two.dan, two.ina):
        assert not any(one.returned_by for one in person.cases())
        assert person.verify().problems == ()


def test_a_second_time_and_late_packets_change_nothing(two: Two) -> None:
    case = two.ina.open_case(two.made.begun)
    case.append(answer(9))
    case.release()
    early = two.home(two.made.begun)
    case = two.ina.open_case(two.made.begun)
    case.submit(DOCUMENT)
    late = two.home(two.made.begun)
    two.dan.packets.receive(late)
    before = dump(two.office.folder)
    assert two.dan.packets.receive(late).already
    assert two.ina.packets.receive(late).already  # made there
    assert two.ina.packets.receive(two.first.file).already
    assert dump(two.office.folder) == before
    assert dict(two.dan.packets.receive(early).outcomes) == {two.made.begun: Outcome.OLDER}
    assert two.dan.read_submitted(two.made.begun).document == DOCUMENT


def test_what_was_taken_back_is_kept_aside_until_a_data_manager_lets_it_in(two: Two) -> None:
    case = two.ina.open_case(two.made.begun)
    case.append(answer(9))
    case.submit(DOCUMENT)
    late = two.home(two.made.begun)
    two.dan.packets.take_back(two.made.begun)
    with two.made.unlocked("ina") as (there,):
        there.open_case(two.made.begun).append({"event": "set", "item": "here"})
    report = two.dan.packets.receive(late)
    assert report.outcomes == ((two.made.begun, Outcome.ASIDE),)
    assert [card.state for card in two.dan.cases() if card.id == two.made.begun] == ["open"]
    kept = two.office.folder / ASIDE / report.kept_aside[0]
    assert [one.id for one in packet_file.read(kept).cases()] == [two.made.begun]
    with pytest.raises(NotAllowed):
        two.ina.packets.receive(late, let_in=[two.made.begun])
    report = two.dan.packets.receive(kept, let_in=[two.made.begun])
    assert report.outcomes == ((two.made.begun, Outcome.SUBMITTED),)
    assert two.dan.read_submitted(two.made.begun).events == 9
    own = packet_file.read(two.office.folder / ASIDE / report.kept_aside[0])
    assert [one.n for one in own.cases()] == [9]  # what had been added at the office meanwhile
    assert two.dan.verify().problems == ()
    with two.made.unlocked("ada", "dan") as (ada, dan):
        dan.erasures.erase_case(two.made.begun, Reason.WITHDRAWN, with_=ada)
    assert not list((two.office.folder / ASIDE).iterdir())
    assert two.dan.packets.receive(late).already


def test_a_case_that_comes_again_keeps_aside_what_stood_here(two: Two) -> None:
    case = two.ina.open_case(two.made.begun)
    case.append(answer(9))
    two.dan.packets.take_back(two.made.begun)
    again = two.out(two.made.begun)
    with pytest.raises(StoreBusy, match="close it and receive"):
        two.ina.packets.receive(again)
    with pytest.raises(CaseInUse):
        two.home(two.made.begun, give_back=True)
    case.release()
    report = two.ina.packets.receive(again)
    assert report.outcomes == ((two.made.begun, Outcome.BROUGHT),)
    assert [card.events for card in two.ina.cases() if card.id == two.made.begun] == [8]
    own = packet_file.read(two.laptop.folder / ASIDE / report.kept_aside[0])
    assert [(one.id, one.n) for one in own.cases()] == [(two.made.begun, 9)]


def test_a_case_that_went_on_here_is_sent_again_although_it_was_handed_in_there(two: Two) -> None:
    case = two.ina.open_case(two.made.begun)
    case.append(answer(9))
    case.submit(DOCUMENT)
    two.dan.packets.take_back(two.made.begun)
    with two.made.unlocked("ina") as (there,):
        other = there.open_case(two.made.begun)
        other.append(answer(10))
        other.release()
    report = two.ina.packets.receive(two.out(two.made.begun))
    assert dict(report.outcomes) == {two.made.begun: Outcome.BROUGHT}
    assert two.ina.verify().problems == two.dan.verify().problems == ()
    again = two.ina.open_case(two.made.begun)
    assert again.events[-1] == answer(10)
    again.submit(DOCUMENT)
    # What was handed in here first is in no case, opens for nobody here, and stays.
    assert [path.name for path in (two.laptop.folder / ASIDE).iterdir()] == list(report.kept_aside)
    assert two.ina.verify().problems == ()


def test_news_of_the_study_go_along(two: Two) -> None:
    with two.made.unlocked("ada", "dan") as (ada, dan):
        ada.people.remove("ivo")
        dan.publish("pace-x", {"items": {}})
        dan.erasures.erase_case(two.made.fresh, Reason.WITHDRAWN, with_=ada)
    newer, older = two.out(), two.first.file
    report = two.ina.packets.receive(newer)
    assert (report.manifest, report.erased) == (True, 1)
    assert [one.status for one in two.laptop.body.people if one.name == "ivo"] == ["removed"]
    assert two.laptop.notice("pace-x") == {"items": {}}
    states = {card.id: card.state for card in two.ina.cases()}
    assert states[two.made.fresh] == "erased"
    assert two.ina.packets.receive(older).already
    assert two.ina.verify().problems == ()
    work = two.ina.open_case(two.made.begun)
    work.submit(DOCUMENT)
    with two.made.unlocked("ada") as (ada,):
        ada.people.remove("ina")
    report = two.dan.packets.receive(two.home(two.made.begun))
    assert report.outcomes == ((two.made.begun, Outcome.ASIDE),)


def test_a_packet_is_for_one_person_and_by_those_who_may(two: Two, tmp_path: Path) -> None:
    with two.made.unlocked("ivo", "sue", "ina") as (ivo, sue, ina):
        for person in (ivo, sue, ina):
            with pytest.raises(NotAllowed):
                person.packets.send([two.made.of_ivo], tmp_path, to="ivo")
        with pytest.raises(NotAllowed, match="only they receive it"):
            ivo.packets.receive(two.out())
    with pytest.raises(NotAllowed):
        two.dan.packets.send([two.made.of_ivo], tmp_path, to="ina")
    with pytest.raises(NotAllowed, match="not an interviewer"):
        two.dan.packets.send([], tmp_path, to="sue")
    with pytest.raises(NotAllowed):
        two.ina.packets.take_back(two.made.begun)
    with pytest.raises(CaseAway):
        two.dan.packets.send([two.made.begun], tmp_path, to="ina")
    assert Role.DATA_MANAGER not in two.ina.roles


def test_a_study_begins_with_a_packet_or_not_at_all(two: Two, tmp_path: Path) -> None:
    key, fingerprint = two.office.key_path("ina"), two.office.fingerprint

    def start(
        folder: Path, passphrase: str = passphrase("ina"), expected: str = fingerprint
    ) -> None:
        start_study(two.first.file, folder, key_file=key, passphrase=passphrase, expected=expected)

    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("x")
    with pytest.raises(StudyInPlace):
        start(tmp_path / "full")
    for wrong, error in (
        ({"expected": fingerprint.replace(fingerprint[0], "x")}, InvalidInput),
        ({"expected": "0" * 32}, DamagedStudy),
        ({"passphrase": "not her passphrase"}, StoreError),
    ):
        with pytest.raises(error):
            start(tmp_path / "new", **wrong)
    assert not (tmp_path / "new").exists()
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".new")]
    start(tmp_path / "new", expected=fingerprint.upper().replace(" ", ""))
    with pytest.raises(InvalidInput, match="brings nobody"):
        start_study(
            two.home(),
            tmp_path / "other",
            key_file=key,
            passphrase=passphrase("ina"),
            expected=fingerprint,
        )


def test_one_person_may_have_the_study_in_two_folders(two: Two, tmp_path: Path) -> None:
    """Office and laptop under one account: each goes on by itself, and each put back is told."""
    seen, office, laptop = tmp_path / "seen", tmp_path / "office", tmp_path / "laptop"
    two.office.close()
    two.laptop.close()

    def look(folder: Path, *, accept_older: bool = False) -> None:
        study = open_study(folder, seen=seen)
        try:
            study.unlock("ina", passphrase("ina"), accept_older=accept_older)
        finally:
            study.close()

    look(laptop)
    look(office)
    shutil.copytree(office, tmp_path / "earlier office")
    shutil.copytree(laptop, tmp_path / "earlier laptop")
    with two.made.unlocked("dan") as (dan,):
        dan.submitted()
    with Made(laptop, *ids_of(two.made)).unlocked("ina") as (ina,):
        ina.open_case(two.made.begun).release()
    for folder in (laptop, office, laptop):
        look(folder)
    for folder, earlier in ((office, "earlier office"), (laptop, "earlier laptop")):
        shutil.rmtree(folder)
        shutil.move(tmp_path / earlier, folder)
        with pytest.raises(PutBack, match="missing"):
            look(folder)
    # Who can write to the disk cannot make another database of it.
    for change in ("UPDATE audit SET at = '' WHERE seq = 1", "DELETE FROM audit"):
        with closing(sqlite3.connect(office / "study.db")) as sql, sql:
            sql.execute(change)
        with pytest.raises(PutBack):
            look(office)
    look(office, accept_older=True)
    look(office)


def test_an_office_may_be_on_a_server(made: Made, tmp_path: Path) -> None:
    with made.unlocked("ada", "dan") as (ada, dan):
        first = dan.packets.send(dan.packets.due("ina"), tmp_path, to="ina")
        key = tmp_path / "ina.key"
        shutil.copy(dan.study.key_path("ina"), key)
        start_study(
            first.file,
            tmp_path / "laptop",
            key_file=key,
            passphrase=passphrase("ina"),
            expected=dan.study.fingerprint,
        )
        ada.people.remove("ivo")
        laptop = open_study(tmp_path / "laptop")
        ina = laptop.unlock("ina", passphrase("ina"))
        ina.open_case(made.begun).submit(DOCUMENT)
        back = ina.packets.send(ina.packets.due(), tmp_path).file
        assert (made.begun, Outcome.SUBMITTED) in dan.packets.receive(back).outcomes
        assert dan.packets.receive(back).already
        assert dan.read_submitted(made.begun).document == DOCUMENT
        assert ina.packets.receive(dan.packets.send([], tmp_path, to="ina").file).manifest
        laptop.close()
        for person in (ada, dan):
            assert person.verify().problems == ()


def test_a_certificate_names_the_packets_that_held_the_case_by_their_files(two: Two) -> None:
    case = two.ina.open_case(two.made.begun)
    case.append(answer(9))
    case.submit(DOCUMENT)
    home = two.home()
    two.dan.packets.receive(home)
    news = two.out()
    ada = two.office.unlock("ada", passphrase("ada"))
    erasures = two.dan.erasures

    def named(case_id: str, number: int) -> set[str]:
        copies = erasures.erase_case(case_id, Reason.WITHDRAWN, ada).copies
        assert copies == erasures.certificate(number).copies
        return {word.rstrip(",") for one in copies for word in one.split() if "cati-packet" in word}

    assert named(two.made.begun, 1) == {two.first.file.name, home.name}
    assert named(two.made.of_ivo, 2) == set()
    # Whose rows were altered may have held anything.
    with two.made.sql() as sql:
        sql.execute("DELETE FROM packet WHERE id LIKE ?", (f"sent {two.first.id} %",))
    assert two.first.file.name in str(erasures.certificate(2).copies)
    assert news.name not in str(erasures.certificate(2).copies)
