"""People of the study, and writers of the folder, who put a case into a state it cannot be in.

Whoever can write the database puts rows back that they kept; whoever takes part signs notes that
their own program would never sign. Each time the honest way is tried as well.
"""

import shutil
import uuid
from pathlib import Path
from typing import Any

import pytest

from store import (
    JSON,
    Access,
    DamagedCase,
    DamagedNotice,
    NewPerson,
    NotAllowed,
    Role,
    StoreError,
    open_study,
)
from store.casework import cases, progress
from store.casework.handing_in import _identity_grant
from store.casework.progress import place_of
from store.casework.rekeying import put_journal
from store.clock import utc_now
from store.crypto.keys import SigningSecret
from store.erasing import ledger
from store.erasing.ledger import Reason
from store.moving.arriving import start_study
from store.moving.packet_file import DamagedPacket
from store.moving.reports import Outcome
from store.record import audit
from store.record.audit import Deed
from store.trust.entries import pack
from store.values import JournalEntry
from tests.store.made import DOCUMENT, Clock, Made, add_case, answer, found, passphrase
from tests.store.putting_back import put_back

COMMENTS: dict[str, JSON] = {"event": "comments", "text": "Please ask again."}


def kept(made: Made, name: str = "older.db") -> Path:
    """The database as it is now, kept by someone."""
    return Path(shutil.copy(made.folder / "study.db", made.folder.parent / name))


def put_back_grants(made: Made, older: Path, case_id: str, what: str) -> None:
    """Only these grants, as they were."""
    with made.sql() as sql:
        sql.execute("ATTACH ? AS older", (str(older),))
        chosen = 'FROM older."grant" WHERE case_id = ? AND what = ?'
        sql.execute(f'INSERT INTO main."grant" SELECT * {chosen}', (case_id, what))


def sign(signer: Access, deed: Deed, case_id: str, *names: str) -> None:
    """A note of where the journal ends now, as a program of one's own signs it."""
    body = signer.study.body
    with signer.study.database.write() as connection:
        case = cases.find(connection, case_id)
        about = progress.note(place_of(body, case), case.n, case.head, *names)
        me = (signer.entry.id, signer.keys.signing)
        audit.record(connection, body, *me, deed, about, utc_now())


def one_more(made: Made, number: int = 9) -> None:
    """A sitting with one answer more."""
    with made.unlocked("ina") as (ina,):
        case = ina.open_case(made.begun)
        case.append(answer(number))
        case.release()


@pytest.mark.parametrize(
    ("by", "deed"),
    [
        ("ivo", Deed.JOURNAL_RECEIVED),
        ("sue", Deed.CASE_RECEIVED),
        ("ina", Deed.CASE_BROUGHT),  # her own case, but this is no computer that cases are sent to
    ],
)
def test_nobody_else_vouches_for_a_journal_as_received(made: Made, by: str, deed: Deed) -> None:
    older = kept(made)
    one_more(made)
    put_back(made, older, made.begun)
    with made.unlocked(by, "ina", "dan") as (other, ina, dan):
        sign(other, deed, made.begun, ina.entry.id)
        assert dan.verify().problems != ()
        with pytest.raises(DamagedCase):
            ina.open_case(made.begun)


def test_someone_removed_vouches_for_nothing(made: Made) -> None:
    """A data manager could have while they took part; here they sign after their removal."""
    with made.unlocked("ada", "dan") as (ada, dan):
        dot = NewPerson("dot", frozenset({Role.DATA_MANAGER}), passphrase("dot"))
        ada.people.add(dot, dan)
    with made.unlocked("dot", "ada") as (dot_in, ada):
        secret, who = SigningSecret(bytes(dot_in.keys.signing.raw)), dot_in.entry.id
        dot_in.assignments.reassign(made.other, "ivo")
        dot_in.publish("pace", {"a": 1})
        assert ada.study.notice("pace") == {"a": 1}
        ada.people.remove("dot")
        with pytest.raises(DamagedNotice):
            ada.study.notice("pace")
    with made.unlocked("ivo", "ina") as (ivo, ina):
        ivo.open_case(made.other).release()  # what dot did before goes on counting
        body = ina.study.body
        with ina.study.database.write() as connection:
            case = cases.find(connection, made.begun)
            about = progress.note(place_of(body, case), case.n, case.head, ina.entry.id)
            deed = Deed.JOURNAL_RECEIVED
            audit._add(connection, body, who, secret, deed, about, utc_now(), None)
        with pytest.raises(DamagedCase):
            ina.open_case(made.begun)


def test_no_supervisor_puts_a_journal_into_a_case_that_was_never_handed_in(made: Made) -> None:
    with made.unlocked("sue", "dan", "ina") as (sue, dan, ina):
        body, me = sue.study.body, (sue.entry.id, sue.keys.signing)
        with sue.study.database.write() as connection:
            case = cases.find(connection, made.begun)
            invented = [JournalEntry(1, utc_now(), str(uuid.uuid4()), answer(99))]
            put_journal(connection, body, case, invented, me, utc_now())
        sign(sue, Deed.CASE_BROUGHT, made.begun, ina.entry.id, sue.entry.id)
        with pytest.raises(DamagedCase):
            ina.open_case(made.begun)
        assert dan.verify().problems != ()


def test_a_supervisor_invents_no_submission_before_a_return(made: Made) -> None:
    with made.unlocked("sue", "ina") as (sue, ina):
        sign(sue, Deed.CASE_RECEIVED, made.begun, ina.entry.id)
        sign(sue, Deed.CASE_RETURNED, made.begun, ina.entry.id)
        with pytest.raises(DamagedCase):
            ina.open_case(made.begun)


@pytest.mark.parametrize(
    ("accepted", "deeds"),
    [
        (True, [Deed.CASE_RESUMED]),
        (False, [Deed.CASE_TAKEN_OVER]),
        (True, [Deed.CASE_RESUMED, Deed.CASE_RELEASED]),
        (False, [Deed.CASE_BEGUN, Deed.CASE_RESUMED]),
    ],
)
def test_an_interviewer_takes_nothing_back_alone(
    made: Made, accepted: bool, deeds: list[Deed]
) -> None:
    """Not even by a second note, which follows the first as it should."""
    older = kept(made)
    with made.unlocked("ina", "dan") as (ina, dan):
        ina.open_case(made.begun).submit(DOCUMENT)
        if accepted:
            dan.reviews.accept(made.begun)
    put_back(made, older, made.begun)
    with made.unlocked("ina", "dan") as (ina, dan):
        for deed in deeds:
            sign(ina, deed, made.begun)
        with pytest.raises(DamagedCase):
            ina.open_case(made.begun)
        assert dan.verify().problems != ()


def test_control_a_case_goes_through_every_state(made: Made) -> None:
    with made.unlocked("ina", "dan", "ivo", "sue") as (ina, dan, ivo, sue):
        dan.assignments.reassign(made.fresh, "ivo")
        ivo.open_case(made.fresh).release()
        dan.assignments.reassign(made.fresh, "ina")
        ina.open_case(made.fresh).submit(DOCUMENT)
        dan.reviews.give_back(made.fresh, COMMENTS, to="ivo")
        ivo.open_case(made.fresh).submit(DOCUMENT)
        dan.reviews.accept(made.fresh)
        dan.reviews.reopen(made.fresh, COMMENTS)
        ivo.open_case(made.fresh).submit(DOCUMENT)
        dan.reviews.accept(made.fresh)
        assert dan.read_submitted(made.fresh).document == DOCUMENT
        for person in (dan, sue):
            assert person.verify().problems == ()


def test_an_earlier_submission_put_back_is_read_by_nobody(made: Made) -> None:
    first = kept(made)
    with made.unlocked("dan", "ina") as (dan, ina):
        dan.reviews.give_back(made.submitted, COMMENTS)
        ina.open_case(made.submitted).submit({"answers": {}, "summary": "Corrected."})
        assert dan.read_submitted(made.submitted).document["summary"] == "Corrected."
    put_back(made, first, made.submitted)
    with made.unlocked("dan") as (dan,):
        for read in (
            lambda: dan.read_submitted(made.submitted),
            lambda: list(dan.submitted()),
            lambda: dan.reviews.read(made.submitted),
            lambda: dan.reviews.give_back(made.submitted, COMMENTS),
        ):
            with pytest.raises(DamagedCase):
                read()


def test_an_erased_case_put_back_is_neither_read_nor_opened(made: Made) -> None:
    before = kept(made)
    with made.unlocked("dan", "ada") as (dan, ada):
        for case_id in (made.submitted, made.begun):
            dan.erasures.erase_case(case_id, Reason.WITHDRAWN, ada)
        assert list(dan.submitted()) == []
    for case_id in (made.submitted, made.begun):
        put_back(made, before, case_id)
    with made.unlocked("dan", "ina") as (dan, ina):
        for reach in (
            lambda: dan.read_submitted(made.submitted),
            lambda: list(dan.submitted()),
            lambda: dan.reviews.read(made.submitted),
            lambda: dan.reviews.accept(made.submitted),
            lambda: ina.open_case(made.begun),
        ):
            with pytest.raises(NotAllowed, match="erased"):
                reach()


def test_erased_identities_put_back_are_not_read_and_are_noticed(made: Made) -> None:
    before = kept(made)
    with made.unlocked("dan", "ada", "ina") as (dan, ada, ina):
        dan.erasures.erase_identities(ada)
        later = add_case(dan, "Household 5", "ina")
        ina.open_case(later).release()  # control: who comes afterwards is not erased
        assert [one.identity for one in dan.submitted()] == [{}]
        assert dan.verify().problems == ()
    for case_id in (made.submitted, made.begun):
        put_back(made, before, case_id, (("identity", "case_id"),))
        put_back_grants(made, before, case_id, "identity")
    with made.unlocked("dan", "ina") as (dan, ina):
        with pytest.raises(StoreError):
            list(dan.submitted())
        for person in (dan, ina):
            shown = {card.id: card for card in person.cases()}
            assert (shown[made.begun].label, shown[made.begun].damaged) == (None, True)
            assert shown[later].label == "Household 5"
            assert shown[made.other].contact_erased
        with pytest.raises(DamagedCase):
            ina.open_case(made.begun)
        told = " ".join(dan.verify().problems)
        assert f"The identity of case {made.begun[:8]} was erased, and is here again." in told
        assert later[:8] not in told


def test_an_accepted_case_is_no_longer_reviewed_by_a_grant_put_back(made: Made) -> None:
    with made.unlocked("ada", "dan", "ina", "sue") as (ada, dan, ina, sue):
        ada.people.change_policy(dan, review="all")
        ina.open_case(made.begun).submit(DOCUMENT)
        assert sue.reviews.read(made.begun).document == DOCUMENT
        older = kept(made)
        dan.reviews.accept(made.begun)
        put_back_grants(made, older, made.begun, "submission")
        with pytest.raises(NotAllowed):
            sue.reviews.read(made.begun)
        assert dan.verify().problems != ()


def test_a_case_that_could_not_be_gone_on_with_stays_sealed(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*given: Any) -> Any:
        return {**_identity_grant(*given), "signature": pack(bytes(64))}

    with made.unlocked("ina", "dan") as (ina, dan):
        with monkeypatch.context() as patch:
            patch.setattr("store.casework.handing_in._identity_grant", broken)
            ina.open_case(made.begun).submit(DOCUMENT)
        with pytest.raises(DamagedCase):
            dan.reviews.give_back(made.begun, COMMENTS)
        assert dan.read_submitted(made.begun).document == DOCUMENT
        dan.reviews.give_back(made.begun, COMMENTS, to="ivo")  # needs no grant that was kept
        dan.reviews.give_back(made.submitted, COMMENTS)  # control


def test_what_was_lent_does_not_begin_again_when_the_clock_is_set_back(made: Made) -> None:
    clock = Clock()
    clock.time = utc_now()
    study = open_study(made.folder, now=clock)
    try:
        dan, sue, ina = (study.unlock(name, passphrase(name)) for name in ("dan", "sue", "ina"))
        dan.reviews.lend(made.submitted, "sue", "quality", 1)
        assert sue.reviews.read(made.submitted).document == DOCUMENT
        clock.pass_seconds(5 * 86400)
        ina.open_case(made.begun).release()
        clock.pass_seconds(-4.5 * 86400)
        assert sue.reviews.due() == []
        with pytest.raises(NotAllowed, match="has ended"):
            sue.reviews.read(made.submitted)
    finally:
        study.close()


def _erase_alone(dan: Access, case_id: str) -> None:
    study, me = dan.study, (dan.entry.id, dan.keys.signing)
    with study.database.write() as connection:
        now = utc_now()
        what = ("case", case_id, Reason.MISTAKE)
        ledger.destroy(connection, ledger.record(connection, study.body, me, None, what, now))
        about = f"{case_id} {Reason.MISTAKE}"
        audit.record(connection, study.body, *me, Deed.CASE_ERASED, about, now)


def test_an_erasure_by_one_person_alone_is_noticed_where_there_were_two(made: Made) -> None:
    with made.unlocked("dan", "ada") as (dan, ada):
        dan.erasures.erase_case(made.begun, Reason.MISTAKE, ada)
        assert dan.verify().problems == ()
        _erase_alone(dan, made.submitted)
        (line,) = dan.verify().problems
        assert "confirmed by nobody else" in line


def test_control_one_person_erases_alone_and_others_come_later(tmp_path: Path) -> None:
    study = found(tmp_path / "study", everyone={"ada": frozenset(Role)})
    try:
        ada = study.unlock("ada", passphrase("ada"))
        ada.erasures.erase_case(add_case(ada, "Household 1", "ada"), Reason.MISTAKE)
        ada.people.add(NewPerson("dan", frozenset({Role.DATA_MANAGER}), passphrase("dan")))
        assert ada.verify().problems == ()
    finally:
        study.close()


def test_packets_neither_come_home_with_others_nor_erase_by_one_alone(made: Made) -> None:
    mail = made.folder.parent
    key = made.folder / "keys" / "ina.key"
    with made.unlocked("dan", "sue") as (dan, sue):
        first = dan.packets.send([made.begun, made.other], mail, to="ina")
        laptop = mail / "laptop"
        start_study(
            first.file,
            laptop,
            key_file=key,
            passphrase=passphrase("ina"),
            expected=dan.study.fingerprint,
        )
        away = open_study(laptop)
        try:
            ina = away.unlock("ina", passphrase("ina"))
            ina.open_case(made.begun).submit(DOCUMENT)
            back = ina.packets.send([made.begun], mail).file
            with pytest.raises(NotAllowed, match="data manager"):
                sue.packets.receive(back)
            assert dan.packets.receive(back).outcomes == ((made.begun, Outcome.SUBMITTED),)
            assert dan.read_submitted(made.begun).document == DOCUMENT
            _erase_alone(dan, made.submitted)
            alone = dan.packets.send([], mail, to="ina").file
            with pytest.raises(DamagedPacket, match="second person"):
                ina.packets.receive(alone)
            ina.open_case(made.other).release()
            assert ina.verify().problems == ()
        finally:
            away.close()


def test_control_an_erasure_that_two_confirmed_reaches_a_laptop(made: Made) -> None:
    mail = made.folder.parent
    key = made.folder / "keys" / "ina.key"
    with made.unlocked("dan", "ada") as (dan, ada):
        first = dan.packets.send([made.begun], mail, to="ina")
        pin = dan.study.fingerprint
        start_study(
            first.file, mail / "laptop", key_file=key, passphrase=passphrase("ina"), expected=pin
        )
        dan.erasures.erase_case(made.submitted, Reason.MISTAKE, ada)
        news = dan.packets.send([], mail, to="ina").file
        away = open_study(mail / "laptop")
        try:
            assert away.unlock("ina", passphrase("ina")).packets.receive(news).erased == 1
        finally:
            away.close()
