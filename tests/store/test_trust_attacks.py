"""What people with a role can try with a program of their own to get another, or another's keys."""

import contextlib
import os
import shutil
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from store import (
    Access,
    DamagedStudy,
    InvalidInput,
    NewerFormat,
    NewPerson,
    NotAllowed,
    Role,
    StoreError,
)
from store.backup import restoring
from store.clock import utc_now
from store.crypto.keys import PublicKeys, SealingSecret, SigningSecret, seal_to
from store.migrations.upgrading import upgrade
from store.moving import packet_file
from store.record import audit
from store.record.audit import Deed
from store.team.enrolling import make_entry
from store.trust import giving, manifest
from store.trust.entries import Body, GivenKey, PersonEntry, pack
from store.trust.giving import Signer
from tests.store.made import DOCUMENT, PEOPLE, Made, add_case, found, passphrase

ABE = PEOPLE | {"abe": frozenset({Role.ADMINISTRATOR})}


def signer(access: Access) -> Signer:
    """Who signs, from what they hold while unlocked."""
    return access.entry.id, SigningSecret(bytes(access.keys.signing.raw))


def helper(body: Body, by: Signer, given_by: str, name: str = "zoe") -> tuple[PersonEntry, Signer]:
    """Someone with keys of their own to whom a wrap of noise was "given"."""
    sealing, signing = SealingSecret.generate(), SigningSecret.generate()
    public, who = PublicKeys(sealing.public, signing.public), os.urandom(16).hex()
    wrap = seal_to(public.sealing, os.urandom(96), b"noise")
    about = (body.id, body.kind, "data", body.public_key("data"), who, public, wrap)
    word = "" if given_by == "format 1" else pack(by[1].sign(giving.given_message(*about)))
    given = GivenKey.model_validate(
        {"key": "data", "wrap": pack(wrap), "by": given_by, "signature": word}
    )
    entry = PersonEntry(
        id=who,
        name=name,
        roles=(Role.DATA_MANAGER,),
        sealing=pack(public.sealing),
        signing=pack(public.signing),
        keys=(given,),
    )
    return entry, (who, signing)


def with_person(body: Body, entry: PersonEntry) -> Body:
    """The body with one person more."""
    return body.model_copy(update={"people": (*body.people, entry)})


def _instead(later: Body, _: Body) -> Body:
    """A change whose outcome is known."""
    return later


def edited(body: Body, name: str, **changes: object) -> Body:
    """The body with another entry for someone."""
    people = (one.model_copy(update=changes) if one.name == name else one for one in body.people)
    return body.model_copy(update={"people": tuple(people)})


def put_in_place(
    folder: Path, body: Body, by: Signer, deed: Deed = Deed.POLICY_CHANGED, *, noted: bool = True
) -> None:
    """A next manifest signed by `by`, put into the folder with an entry of the audit."""
    from store import open_study

    later = body.model_copy(update={"version": body.version + 1})
    signed = manifest.sign(later, *by)
    study = open_study(folder)
    try:
        with study.database.write() as connection:
            note = manifest.audit_note(body.id, signed)
            if noted:
                # A program of their own does not ask whether they still take part.
                audit._add(connection, study.body, *by, deed, note, utc_now(), None)
            (folder / "study.yaml").write_bytes(manifest.write(signed))
    finally:
        study.close()


def test_no_administrator_makes_a_data_manager_alone(office: Made) -> None:
    with office.unlocked("ada", "abe") as both:
        for who in both:
            study, me = who.study, signer(who)
            for by in ("format 1", study.body.founder):
                later = with_person(study.body, helper(study.body, me, by)[0])
                with pytest.raises(DamagedStudy, match="made zoe a data manager"):
                    study.change(partial(_instead, later), *me, Deed.POLICY_CHANGED, study.id)


def test_nobody_forgets_who_was_there_from_the_founding(original: Made, tmp_path: Path) -> None:
    """Without them a study looks as if it came from format 1; nobody's key file says so."""
    for name, change in FORGETTING.items():
        made = original.copy(tmp_path / name)
        with made.unlocked("ada") as (ada,):
            me, body = signer(ada), ada.study.body
        put_in_place(made.folder, change(body, me), me)
        for who in ("ina", "dan", "ada"):
            with pytest.raises(DamagedStudy, match="other keys"), made.unlocked(who):
                pass


def _as_of_format_1(body: Body, me: Signer) -> Body:
    dan = body.person("dan").keys[0].model_copy(update={"by": "format 1", "signature": ""})
    later = edited(body, "dan", keys=(dan,)).model_copy(update={"founding": ()})
    return with_person(later, helper(body, me, "format 1")[0])


def _one_more_founding(body: Body, me: Signer) -> Body:
    entry, _ = helper(body, me, body.founder)
    founding = (*body.founding, entry.id)
    return with_person(body, entry).model_copy(update={"founding": founding})


FORGETTING: dict[str, Callable[[Body, Signer], Body]] = {
    "as of format 1": _as_of_format_1,
    "one more founding": _one_more_founding,
}


def test_data_managers_of_the_founding_and_after_it_hold_the_next_data_key(tmp_path: Path) -> None:
    """The control: the honest way to make one."""
    with closing(found(tmp_path / "study", everyone=ABE)) as study:
        abe, dan = (study.unlock(name, passphrase(name)) for name in ("abe", "dan"))
        new = NewPerson("zoe", frozenset({Role.DATA_MANAGER}), passphrase("zoe"))
        abe.people.add(new, dan)
        case_id = add_case(dan, "Household 1", "ina")
        study.unlock("ina", passphrase("ina")).open_case(case_id).submit(DOCUMENT)
        assert dan.study_keys.rotate(abe) == "data.2"
        assert set(study.unlock("zoe", passphrase("zoe")).secrets) == {"data", "data.2"}
        assert study.unlock("dan", passphrase("dan")).verify().problems == ()


@pytest.fixture(scope="module")
def with_abe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study with a second administrator."""
    folder = tmp_path_factory.mktemp("with-abe") / "study"
    found(folder, everyone=ABE).close()
    return folder


@pytest.fixture
def office(with_abe: Path, tmp_path: Path) -> Made:
    """A copy of it."""
    shutil.copytree(with_abe, tmp_path / "study")
    return Made(tmp_path / "study", "", "", "", "", "")


def ended(office: Made, how: str) -> tuple[Signer, Body]:
    """Abe's part as administrator ends; gives the keys they kept, and the manifest."""
    with office.unlocked("ada", "abe") as (ada, abe):
        kept = signer(abe)
        match how:
            case "role taken away":
                ada.people.change_roles("abe", frozenset({Role.INTERVIEWER}))
            case "suspended":
                ada.people.suspend("abe")
            case _:
                ada.people.remove("abe")
        return kept, ada.study.body


def back_again(body: Body, abe: Signer, how: str) -> tuple[Body, Signer]:
    """What abe, or a helper whom abe appoints, would sign to be administrator again."""
    if how != "removed, by a helper":
        roles = (Role.ADMINISTRATOR,)
        return edited(body, "abe", roles=roles, former_roles=(), status="active"), abe
    sealing, signing = SealingSecret.generate(), SigningSecret.generate()
    public, who = PublicKeys(sealing.public, signing.public), os.urandom(16).hex()
    person = NewPerson("zed", frozenset({Role.ADMINISTRATOR}), passphrase("zed"))
    entry = make_entry(person, who, public, body.id, body.kind, abe)
    return with_person(body, entry), (who, signing)


ENDED = ["role taken away", "suspended", "removed, by a helper"]


@pytest.mark.parametrize("how", ENDED)
def test_a_former_administrator_who_comes_back_is_reported(how: str, office: Made) -> None:
    abe, body = ended(office, how)
    with office.unlocked("dan") as (dan,):
        assert dan.verify().problems == (), "control: they only left"
    later, by = back_again(body, abe, how)
    put_in_place(office.folder, later, by)
    with office.unlocked("dan") as (dan,):
        told = " ".join(dan.verify().problems)
    assert "of the audit is signed by" in told
    assert "is administrator without an entry in the audit" in told or how == "suspended"


def test_whose_role_came_and_went_by_an_administrator_signs_in_between(office: Made) -> None:
    """The control: a role given, used, and taken away; somebody new who uses theirs; sheets."""
    both = frozenset({Role.ADMINISTRATOR, Role.INTERVIEWER})
    with office.unlocked("ada", "dan", "ina") as (ada, dan, ina):
        ada.people.change_roles("ina", both)
        ina.study.unlock("ina", passphrase("ina")).people.suspend("ivo")
        ada.people.change_roles("ina", frozenset({Role.INTERVIEWER}))
        new = NewPerson("bea", frozenset({Role.ADMINISTRATOR}), passphrase("bea"))
        ada.people.add(new)
        ada.people.set_expiry("abe", "2026-01-01")
        bea = ada.study.unlock("bea", passphrase("bea"))
        bea.people.resume("ivo")
        bea.people.enroll_again("abe", "another quiet garden of abe")
        bea.people.set_expiry("abe", None)
        again = ada.study.unlock("abe", "another quiet garden of abe")
        again.people.change_policy(lock_after_minutes=9)
        assert dan.verify().problems == ()


def test_who_is_no_data_manager_any_more_adds_no_cases(office: Made) -> None:
    with office.unlocked("ada", "dan") as (ada, dan):
        add_case(dan, "Household 1", "ina")
        ada.people.add(NewPerson("dot", PEOPLE["dan"], passphrase("dot")), dan)
        dot = ada.study.unlock("dot", passphrase("dot"))
        ada.people.change_roles("dan", frozenset({Role.INTERVIEWER}), dot)
        assert dot.verify().problems == (), "control: what was added before goes on counting"
        with ada.study.database.write() as connection:
            about, at = "ab" * 16, ada.study.now()
            audit.record(connection, dot.study.body, *signer(dan), Deed.EXPORTED, about, at)
        (problem,) = dot.verify().problems
        assert "signed by dan, who had not the role for it then" in problem


def test_a_manifest_signed_after_the_last_day_is_reported(office: Made) -> None:
    with office.unlocked("ada", "abe") as (ada, abe):
        kept = signer(abe)
        ada.people.set_expiry("abe", "2026-01-01")
        with pytest.raises(NotAllowed, match="last day"):
            ada.study.change(lambda body: body, *kept, Deed.POLICY_CHANGED, ada.study.id)
        body = ada.study.body
    put_in_place(office.folder, body, kept)
    with office.unlocked("dan") as (dan,):
        (problem,) = dan.verify().problems
    assert "signed by abe, whose last day was over" in problem


def test_a_manifest_that_the_audit_does_not_know_is_not_unlocked(office: Made) -> None:
    with office.unlocked("abe") as (abe,):
        kept, body = signer(abe), abe.study.body
    put_in_place(office.folder, body, kept, noted=False)
    with (
        pytest.raises(DamagedStudy, match="the audit does not know of it"),
        office.unlocked("dan"),
    ):
        pass


def packet(
    folder: Path, body: Body, by: Signer, sender: Signer, to: str | None, number: int = 7
) -> Path:
    """A packet that holds a next manifest and nothing else."""
    signed = manifest.sign(body.model_copy(update={"version": body.version + 1}), *by)
    index = packet_file.Index(
        format=1,
        id=f"{number:08x}" + "ab" * 12,
        number=number,
        study=body.id,
        kind=body.kind,
        made_at="2026-11-22T10:00:00Z",
        by=sender[0],
        to=to,
        parts=(),
    )
    parts = {packet_file.MANIFEST: manifest.write(signed)}
    if to is not None:
        parts[packet_file.LEDGER] = packet_file.list_part([])
        parts[packet_file.RECEIPTS] = packet_file.list_part([])
    file = folder / f"{number}.cati-packet"
    file.write_bytes(packet_file.write(index, parts, sender[1]))
    return file


@pytest.mark.parametrize("how", ENDED)
def test_no_packet_brings_a_former_administrator_back(
    how: str, office: Made, tmp_path: Path
) -> None:
    abe, body = ended(office, how)
    later, by = back_again(body, abe, how)
    before = (office.folder / "study.yaml").read_bytes()
    with office.unlocked("dan") as (dan,):
        with contextlib.suppress(StoreError):
            assert not dan.packets.receive(packet(tmp_path, later, by, by, None)).manifest
        file = packet(tmp_path, later, by, signer(dan), dan.entry.id, 8)
        with pytest.raises(packet_file.DamagedPacket, match="no administrator by the one here"):
            dan.packets.receive(file)
        assert dan.verify().problems == ()
    assert (office.folder / "study.yaml").read_bytes() == before


def test_a_packet_brings_the_manifest_of_an_administrator(office: Made, tmp_path: Path) -> None:
    """The control: also of one who is an administrator only since."""
    with office.unlocked("ada", "dan") as (ada, dan):
        later, by = back_again(ada.study.body, signer(ada), "removed, by a helper")
        file = packet(tmp_path, later, by, signer(dan), dan.entry.id)
        assert dan.packets.receive(file).manifest
        assert dan.study.body.person("zed").roles == (Role.ADMINISTRATOR,)


@pytest.mark.parametrize("may", [False, True], ids=["former", "administrator"])
def test_a_restore_takes_no_manifest_of_a_former_administrator(
    may: bool, office: Made, tmp_path: Path
) -> None:
    abe, body = ended(office, "role taken away")
    (tmp_path / "backups").mkdir()
    with office.unlocked("ada") as (ada,):
        ada.backups.make(tmp_path / "backups")
        by = signer(ada) if may else abe
    later, _ = back_again(body, abe, "role taken away")
    later = later.model_copy(update={"version": body.version + 1})
    (office.folder / "study.yaml").write_bytes(manifest.write(manifest.sign(later, *by)))
    (office.folder / "study.db").write_bytes(b"a disk that failed")
    (file,) = (tmp_path / "backups").iterdir()

    def run() -> restoring.Restored:
        return restoring.restore(
            file,
            tmp_path / "restored",
            keys_from=office.folder / "keys",
            name="ada",
            passphrase=passphrase("ada"),
            current=office.folder,
            consent=restoring.Consent(older=True),
        )

    if may:
        assert run().problems == ()
        return
    with pytest.raises(StoreError, match="signed by abe, who is no administrator by the backup"):
        run()


def test_an_administrator_reviews_only_with_a_data_managers_word(office: Made) -> None:
    both = frozenset({Role.ADMINISTRATOR, Role.SUPERVISOR})
    with office.unlocked("ada", "abe", "dan") as (ada, abe, dan):
        for name in ("ada", "abe", "sue"):
            with pytest.raises(NotAllowed, match="two people"):
                ada.people.change_roles(name, both)
        with pytest.raises(NotAllowed, match="two people"):
            abe.people.add(NewPerson("zoe", both, passphrase("zoe")))
        ada.people.change_roles("abe", both, dan)
        ada.people.add(NewPerson("una", PEOPLE["sue"], passphrase("una")))
        assert dan.verify().problems == (), "control: with a data manager, and as it always was"


def test_a_study_that_asks_for_a_later_suite_is_not_opened(office: Made) -> None:
    with office.unlocked("ada") as (ada,):
        with pytest.raises(InvalidInput, match="suite 1"):
            ada.people.change_policy(min_suite=2)
        body, by = ada.study.body, signer(ada)
    later = body.model_copy(update={"policy": body.policy.model_copy(update={"min_suite": 2})})
    put_in_place(office.folder, later, by)
    with pytest.raises(NewerFormat, match="update cati"), office.unlocked("ada"):
        pass


@pytest.mark.parametrize("then", ["vouched for", "removed"])
def test_after_an_upgrade_a_data_manager_vouches_before_keys_go_on(
    then: str, tmp_path: Path
) -> None:
    """A study of format 1 did not say who was there from the founding."""
    shutil.copytree(Path(__file__).parent / "releases/format-1", tmp_path / "study")
    upgrade(tmp_path / "study", "ada", passphrase("ada"))
    old = Made(tmp_path / "study", "", "", "", "", "")
    with old.unlocked("ada", "dan") as (ada, dan):
        me = signer(ada)
        entry, _ = helper(ada.study.body, me, "format 1")
        deed, about = Deed.POLICY_CHANGED, ada.study.id
        ada.study.change(lambda body: with_person(body, entry), *me, deed, about)
        for change in (
            lambda: dan.study_keys.rotate(ada),
            lambda: ada.people.change_policy(dan, review="all"),
        ):
            with pytest.raises(NotAllowed, match="administrator's word"):
                change()
        assert ada.study.body.keys == ()
        if then == "removed":
            ada.people.remove("zoe")
            assert dan.study_keys.rotate(ada) == "data.2"
            assert ada.study.body.person_by_id(entry.id) == entry.model_copy(
                update={"status": "removed"}
            )
            return
        assert dan.study_keys.rotate(ada, vouched=frozenset({"zoe"})) == "data.2"
        zoe = ada.study.body.person("zoe")
        assert [given.by for given in zoe.keys] == [dan.entry.id] * 2
        assert dan.study_keys.rotate(ada) == "data.3", "asked once"
