import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from subprocess import PIPE

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import (
    DamagedStudy,
    InvalidInput,
    NewPerson,
    NotAllowed,
    Role,
    Study,
    WrongPassphrase,
    open_study,
)
from store.crypto import sheets
from store.crypto.keys import SealingSecret, SigningSecret, Unopenable, expand
from store.crypto.keystore import Bundle
from store.crypto.sheets import Place, Sheet
from store.record.audit import Deed
from store.team.enrolling import make_entry
from store.team.recovery import missing, open_sheets
from store.team.taking_over import take_over
from store.trust import giving
from store.trust.entries import Body
from tests.campaigns import recovery_sheets
from tests.campaigns.memory_after_lock import copies, pieces
from tests.store.made import (
    DOCUMENT,
    PEOPLE,
    BorrowedSecret,
    Made,
    add_case,
    answer,
    found,
    passphrase,
    rehearse,
)

BIP_350 = (
    "a1lqfn3a",
    "an83characterlonghumanreadablepartthatcontainsthetheexcludedcharactersbioandnumber11sg7hg6",
    "abcdef1l7aum6echk45nj3s0wdvt2fg8x9yrzpqzd3ryx",
    "split1checkupstagehandshakeupstreamerranterredcaperredlc445v",
    "?1v759aa",
)
"""Texts that the specification calls right."""
NOT_BECH32M = ("a12uel5l", "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w")
"""Right by the first version of the checksum, and wrong by this one."""


@pytest.mark.parametrize("text", BIP_350)
def test_the_checksum_is_that_of_the_specification(text: str) -> None:
    prefix, _, data = text.rpartition("1")
    assert sheets.checksum_fits([sheets.ALPHABET.index(sign) for sign in data], prefix)


@pytest.mark.parametrize("text", NOT_BECH32M)
def test_control_another_checksum_does_not_fit(text: str) -> None:
    prefix, _, data = text.rpartition("1")
    assert not sheets.checksum_fits([sheets.ALPHABET.index(sign) for sign in data], prefix)


@given(
    number=st.sampled_from(sheets.SHEETS),
    study=st.integers(0, 2**35 - 1),
    of_set=st.integers(0, 2**20 - 1),
    value=st.binary(min_size=32, max_size=32),
)
def test_what_is_printed_is_what_is_read(
    number: int, study: int, of_set: int, value: bytes
) -> None:
    sheet = Sheet(number, study, of_set, bytearray(value))
    text = sheets.write(sheet)
    assert [len(group) for group in text.split(" ")] == [5] * 14
    assert sheets.read(text) == sheet
    assert sheets.read(text.upper().replace(" ", "-\n")) == sheet
    assert value.hex() not in repr(sheet)


def _mirrored(text: str) -> str:
    return text[::-1]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: text[:-1], "these are 69"),
        (lambda text: text + "q", "these are 71"),
        (lambda text: "", "these are 0"),
        (lambda text: text[:13] + "b" + text[14:], "Group 3 .* no 1, b, i or o"),
        (lambda text: text[:13] + "\u0661" + text[14:], "Group 3"),
        (_mirrored, "More than one character"),
    ],
)
def test_what_is_no_sheet_is_told_in_a_sentence(change: Callable[[str], str], says: str) -> None:
    text = sheets.write(Sheet(1, 5, 6, bytearray(range(32))))
    with pytest.raises(InvalidInput, match=says):
        sheets.read(change(text))


@pytest.mark.parametrize(
    ("change", "group"),
    [
        (lambda text: "b" + text[1:], 0),
        (lambda text: text[:-1] + "b", 13),
        (lambda text: _other_sign(text, 0), 0),
        (lambda text: _other_sign(text, 40), 6),
        (lambda text: _other_sign(text, 42), 7),
        (lambda text: _other_sign(text, 82), 13),
        (lambda text: text[:-1], None),
        (_mirrored, None),
        (lambda _: sheets.write(Sheet(4, 5, 6, bytearray(32))), None),
    ],
)
def test_what_was_mistyped_names_the_group_that_its_sentence_names(
    change: Callable[[str], str], group: int | None
) -> None:
    text = sheets.write(Sheet(1, 5, 6, bytearray(range(32))))
    with pytest.raises(sheets.Mistyped) as told:
        sheets.read(change(text))
    assert told.value.group == group
    named = re.match(r"Group (\d+) of the sheet ", str(told.value))
    assert (None if named is None else int(named[1]) - 1) == group
    assert str(told.value).startswith(f"{told.value.found}: ")


def _other_sign(text: str, at: int) -> str:
    return text[:at] + ("q" if text[at] != "q" else "p") + text[at + 1 :]


def test_every_pair_opens_no_single_one_and_every_slip_is_caught() -> None:
    figures = recovery_sheets.run(1)
    assert recovery_sheets.passed(figures), figures
    assert figures.wrong_tried == 3 * 70 * 31


def test_control_a_plain_sum_and_wraps_for_one_sheet_are_found_out() -> None:
    figures = recovery_sheets.run(1, control=True)
    assert recovery_sheets.noticed(figures), figures
    assert not recovery_sheets.passed(figures)


@pytest.mark.parametrize("part", ["study", "kind", "key", "signing"])
def test_a_wrap_opens_only_in_its_own_place(part: str) -> None:
    signing = SigningSecret.generate()
    place = Place("ab" * 16, "live", "data", signing.public)
    made = sheets.new_sheets(place)
    wraps = sheets.wrap_for_pairs(place, made, {"data": SealingSecret.generate()}, signing)
    sheets.open_pair(place, wraps, made[0], made[2])
    values = {"study": place.study, "kind": place.kind, "key": place.key}
    moved = {"study": "cd" * 16, "kind": "practice", "key": "data.2"}
    other = Place(
        **{**values, **({part: moved[part]} if part in moved else {})},
        signing=os.urandom(32) if part == "signing" else place.signing,
    )
    with pytest.raises(Unopenable):
        sheets.open_pair(other, wraps, made[0], made[2])
    with pytest.raises(Unopenable):
        sheets.open_pair(place, wraps | {"1-3": wraps["1-2"]}, made[0], made[2])


@pytest.fixture(scope="session")
def live_original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("live") / "study"
    people = {name: roles for name, roles in PEOPLE.items() if name != "ivo"}
    found(folder, "live", people, rehearsed=False).close()
    return folder


@pytest.fixture
def live(live_original: Path, tmp_path: Path) -> Iterator[Study]:
    """A live study without cases whose sheets nobody made yet."""
    shutil.copytree(live_original, tmp_path / "live")
    study = open_study(tmp_path / "live")
    yield study
    study.close()


def test_a_live_study_waits_for_rehearsed_sheets_and_says_what_to_do(live: Study) -> None:
    ada, dan, ina = (live.unlock(name, passphrase(name)) for name in ("ada", "dan", "ina"))
    case_id = add_case(dan, "Household", "ina")
    with pytest.raises(NotAllowed, match="cati keys sheets"):
        ina.open_case(case_id)
    first, second, third = ada.study_keys.make_sheets(dan)
    with pytest.raises(NotAllowed, match="cati keys rehearse"):
        ina.open_case(case_id)
    ada.study_keys.rehearse(third, first)
    ina.open_case(case_id).release()
    dan.study_keys.rotate(ada)
    with pytest.raises(NotAllowed, match="only the one before"):
        ina.open_case(case_id)
    rehearse(live)
    ina.open_case(case_id).release()
    assert dan.verify().ok
    del second


def test_a_practice_study_needs_no_sheets(made: Made) -> None:
    with made.unlocked("dan", "ina") as (dan, ina):
        ina.open_case(made.fresh).release()
        assert dan.study_keys.status().to_do == ()


def test_sheets_are_refused_in_a_sentence_where_they_do_not_belong(live: Study) -> None:
    ada, dan = (live.unlock(name, passphrase(name)) for name in ("ada", "dan"))
    old = ada.study_keys.make_sheets(dan)
    new = ada.study_keys.make_sheets(dan)
    foreign = sheets.write(sheets.new_sheets(Place("ab" * 16, "live", "data", bytes(32)))[2])
    for pair, says in (
        ((new[0], new[0]), "Both are sheet 1"),
        ((new[0], old[1]), "Sheet 2, typed second, is of set "),
        ((foreign, new[0]), "Sheet 3, typed first, belongs to another study"),
        ((new[0], new[1][:-1]), "these are 69"),
    ):
        with pytest.raises(InvalidInput, match=says):
            ada.study_keys.rehearse(*pair)
    assert live.body.recovery is not None
    assert live.body.recovery.rehearsed_at is None
    opened = open_sheets(live.body, new[2], new[1])
    assert set(opened.secrets) == {"data"}
    opened.wipe()
    assert not any(opened.secrets["data"].raw)


def test_sheets_take_two_people_where_there_are_two(live: Study) -> None:
    ada, dan, ina, sue = (live.unlock(one, passphrase(one)) for one in ("ada", "dan", "ina", "sue"))
    for who, other in ((ada, None), (ada, sue), (dan, ada), (ina, dan)):
        with pytest.raises(NotAllowed):
            who.study_keys.make_sheets(other)
    sheets_made = ada.study_keys.make_sheets(dan)
    for who, other in ((ina, None), (sue, ada), (dan, None)):
        with pytest.raises(NotAllowed):
            who.study_keys.rehearse(sheets_made[0], sheets_made[1], other)
    dan.study_keys.rehearse(sheets_made[0], sheets_made[1], ada)
    status = dan.study_keys.status()
    assert (status.sheets_key, status.rehearsed_by, status.to_do) == ("data", "dan", ())


def test_a_data_manager_is_let_in_with_sheets_when_none_is_left(live: Study) -> None:
    ada, dan, ina = (live.unlock(name, passphrase(name)) for name in ("ada", "dan", "ina"))
    made = rehearse(live)
    case_id = add_case(dan, "Household", "ina")
    ina.open_case(case_id).submit({"answers": {"cars": 2}})
    person = NewPerson("dora", frozenset({Role.DATA_MANAGER}), passphrase("dora"))
    with pytest.raises(NotAllowed, match="There is a data manager, dan"):
        ada.study_keys.add_manager_by_sheets(person, made[0], made[2])
    ada.people.remove("dan")
    with pytest.raises(NotAllowed):
        ina.study_keys.add_manager_by_sheets(person, made[0], made[2])
    with pytest.raises(InvalidInput, match="Both are sheet 3"):
        ada.study_keys.add_manager_by_sheets(person, made[2], made[2])
    with pytest.raises(InvalidInput, match="give the new person that role"):
        ada.study_keys.add_manager_by_sheets(
            NewPerson("dora", PEOPLE["ina"], passphrase("dora")), made[0], made[2]
        )
    ada.study_keys.add_manager_by_sheets(person, made[0], made[2])
    dora = live.unlock("dora", passphrase("dora"))
    assert dora.read_submitted(case_id).document == {"answers": {"cars": 2}}
    dora.study_keys.rotate(ada)
    assert dora.study_keys.rewrap().left == 0
    rehearse(live, manager="dora")  # the sheets that let her in are replaced; she stays
    reopened = open_study(live.folder)
    try:
        again = reopened.unlock("dora", passphrase("dora"))
        assert again.read_submitted(case_id).document == {"answers": {"cars": 2}}
        assert again.verify().problems == ()
    finally:
        reopened.close()


def test_one_person_alone_makes_sheets_and_comes_back_with_two_of_them(
    tmp_path: Path,
) -> None:
    everything = frozenset({Role.ADMINISTRATOR, Role.DATA_MANAGER, Role.INTERVIEWER})
    study = found(tmp_path / "alone", "live", {"ann": everything}, rehearsed=False)
    try:
        ann = study.unlock("ann", passphrase("ann"))
        ids = [add_case(ann, f"Household {number}", "ann") for number in range(2)]
        with pytest.raises(NotAllowed, match="cati keys sheets"):
            ann.open_case(ids[0])
        made = ann.study_keys.make_sheets()
        ann.study_keys.rehearse(made[0], made[1])
        ann.open_case(ids[0]).submit(DOCUMENT)
        begun = ann.open_case(ids[1])
        begun.append(answer(1))
        begun.release()
        lost = bytes(ann.keys.signing.raw)
        ann.lock()
        for pair in ((made[0], made[0]), (made[0], made[1][::-1])):
            with pytest.raises(InvalidInput):
                take_over(study, "ann", "another quiet garden", *pair)
        take_over(study, "ann", "another quiet garden", made[2], made[0])
        ann = study.unlock("ann", "another quiet garden")
        assert bytes(ann.keys.signing.raw) != lost
        assert ann.read_submitted(ids[0]).document == DOCUMENT
        ann.assignments.reassign(ids[1], "ann")
        opened = ann.open_case(ids[1])
        assert opened.events == [answer(1)]
        opened.submit(DOCUMENT)
        assert ann.verify().problems == ()
        ann.study_keys.rotate()
        assert ann.study_keys.rewrap().left == 0
        sheets_made = ann.study_keys.make_sheets()
        ann.study_keys.rehearse(sheets_made[0], sheets_made[1])
    finally:
        study.close()
    with closing(open_study(tmp_path / "alone")) as again:
        ann = again.unlock("ann", "another quiet garden")
        assert len(list(ann.submitted())) == 2
        assert ann.verify().problems == ()
        with pytest.raises(WrongPassphrase):
            again.unlock("ann", passphrase("ann"))


def test_who_takes_over_gets_no_more_than_the_one_before(live: Study) -> None:
    made = rehearse(live)
    for name in ("dan", "ina", "sue"):
        with pytest.raises(NotAllowed, match="You may not take the place of the only admin"):
            take_over(live, name, passphrase(name), made[0], made[1])
    take_over(live, "alma", passphrase("alma"), made[0], made[1])
    alma, dan = (live.unlock(name, passphrase(name)) for name in ("alma", "dan"))
    assert alma.roles == {Role.ADMINISTRATOR}
    assert alma.data_key is None
    with pytest.raises(NotAllowed, match="no longer count"):
        live.unlock("ada", passphrase("ada"))
    alma.people.add(NewPerson("abe", PEOPLE["ada"], passphrase("abe")))
    with pytest.raises(NotAllowed, match=r"several administrators \(alma, abe\)"):
        take_over(live, "eve", passphrase("eve"), made[0], made[1])
    assert dan.verify().problems == ()


@pytest.mark.parametrize("helped", ["by nobody", "by the administrator"])
def test_sheets_that_were_made_up_let_nobody_in(live: Study, helped: str) -> None:
    """Eve makes sheets of her own, lets herself in by them, and signs them as a data manager."""
    (ada,) = (live.unlock(name, passphrase(name)) for name in ("ada",))
    me = (ada.entry.id, ada.keys.signing)
    eve = Bundle(
        SealingSecret.generate(), SigningSecret.generate(), ada.keys.founder, ada.keys.data_key
    )
    eve_signs, made_up = ("e" * 32, eve.signing), SigningSecret.generate()
    roles = PEOPLE["dan"] if helped == "by the administrator" else PEOPLE["dan"] | PEOPLE["ada"]
    administrator = me if helped == "by the administrator" else eve_signs

    def change(body: Body) -> Body:
        place = (body.id, body.kind)
        secret = BorrowedSecret(body.public_key("data"))
        by_sheets = ("recovery", made_up)
        given = giving.give(*place, "data", secret, eve_signs[0], eve.public, by_sheets)
        person = NewPerson("eve", roles, passphrase("eve"))
        entry = make_entry(person, eve_signs[0], eve.public, *place, by_sheets, (given,))
        wraps = {pair: bytes(330) for pair in sheets.PAIRS}
        at = "2026-11-22T09:00:00+00:00"
        recovery = giving.make_recovery(body, at, made_up.public, wraps, administrator, eve_signs)
        update = {"people": (*body.people, entry), "recovery": recovery}
        return body.model_copy(update=update)

    before = live.body
    with pytest.raises(DamagedStudy, match="cannot be relied on"):
        live.change(change, *administrator, Deed.SHEETS_USED, "e" * 32)
    assert live.body == before


def test_a_manifest_whose_sheets_no_data_manager_made_is_refused(live: Study) -> None:
    ada, dan = (live.unlock(name, passphrase(name)) for name in ("ada", "dan"))
    rehearse(live)

    def alone(body: Body) -> Body:
        assert body.recovery is not None
        forged = {"given_by": ada.entry.id, "given_signature": body.recovery.made_signature}
        return body.model_copy(update={"recovery": body.recovery.model_copy(update=forged)})

    with pytest.raises(DamagedStudy, match="not made by an administrator and a data manager"):
        live.change(alone, ada.entry.id, ada.keys.signing, Deed.SHEETS_MADE, "data")
    assert missing(live.body) is None
    assert dan.verify().ok


_AT_WORK = """
import json, sys
from store.crypto import sheets
told = json.loads(input())
place = sheets.Place("ab" * 16, "live", "data", bytes.fromhex(told["signing"]))
wraps = {pair: bytes.fromhex(wrap) for pair, wrap in told["wraps"].items()}
opened = sheets.open_pair(place, wraps, *(sheets.read(text) for text in told["sheets"]))
print("open", flush=True)
told = wraps = sys.stdin.readline()
opened.wipe()
print("wiped", flush=True)
sys.stdin.readline()
"""


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="looks at memory through /proc")
def test_two_sheets_leave_no_key_in_memory() -> None:
    signing, secret = SigningSecret.generate(), SealingSecret.generate()
    place = Place("ab" * 16, "live", "data", signing.public)
    made = sheets.new_sheets(place)
    wraps = sheets.wrap_for_pairs(place, made, {"data": secret}, signing)
    key = expand(made[0].value + made[2].value, "recovery sheets", 32)
    kinds = {"pair": key, "data": secret.raw, "signing": signing.raw}
    wanted = {part: kind for kind, raw in kinds.items() for part in pieces(bytes(raw))}
    told = {
        "signing": signing.public.hex(),
        "wraps": {pair: wrap.hex() for pair, wrap in wraps.items()},
        "sheets": [sheets.write(made[0]), sheets.write(made[2])],
    }
    program = [sys.executable, "-c", _AT_WORK]
    with subprocess.Popen(program, stdin=PIPE, stdout=PIPE, text=True) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        left = []
        for word in (f"{json.dumps(told)}\n", "\n"):
            child.stdin.write(word)
            child.stdin.flush()
            child.stdout.readline()
            counts = copies(child.pid, set(wanted))
            left.append({kind for part, kind in wanted.items() if counts[part]})
        child.stdin.close()
    assert {"data", "signing"} <= left[0], "the control: they are there while they are in use"
    assert left[1] == set()
